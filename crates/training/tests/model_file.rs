//! Models as files: whole or not at all, and never believed without proof.

use std::fmt::Write as _;
use std::path::Path;

use backprop_data::Table;
use backprop_training::{Model, ModelError, Recipe, Silent};

fn table() -> Table {
    let mut csv = String::from("size,colour,kind\n");
    for i in 0..60 {
        let colour = ["red", "green", ""][i % 3];
        writeln!(csv, "{},{colour},{}", i as f64 / 10.0, if i % 2 == 0 { "even" } else { "odd" }).unwrap();
    }
    Table::from_csv(csv.as_bytes(), "things.csv").unwrap()
}

fn model(residual: bool) -> Model {
    let mut recipe = Recipe::new(["kind"]);
    recipe.hidden = vec![6, 6];
    recipe.residual = residual;
    recipe.activation = "leaky_relu:slope=0.1".parse().unwrap();
    recipe.settings.epochs = 2;
    let prepared = recipe.prepare(&table()).unwrap();
    let outcome = prepared.fit(&mut Silent).unwrap();
    prepared.into_model(outcome)
}

fn saved(model: &Model) -> (tempfile::TempDir, std::path::PathBuf, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    model.save(&path).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    (folder, path, bytes)
}

#[test]
fn what_is_saved_is_what_is_loaded() {
    for residual in [false, true] {
        let model = model(residual);
        let (_folder, path, bytes) = saved(&model);
        let loaded = Model::load(&path).unwrap();
        assert_eq!(loaded.params(), model.params());
        assert_eq!(loaded.preprocessing(), model.preprocessing());
        let table = table();
        assert_eq!(loaded.predict(&table).unwrap(), model.predict(&table).unwrap());
        assert_eq!(saved(&loaded).2, bytes, "the bytes depend on the model alone");
    }
}

#[test]
fn weights_stand_row_by_row_as_others_read_them() {
    let model = model(false);
    let (_folder, _path, bytes) = saved(&model);
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let w = tensors.tensor("layers.0.w").unwrap();
    let (span, values) = model.network().named_params(model.params()).next().unwrap();
    assert_eq!(w.shape(), span.shape);
    // Row 0, column 1 is the second number of the file, and the first of the second column in memory.
    assert_eq!(w.data()[4..8], values[span.shape[0]].to_le_bytes());
}

#[test]
fn one_row_by_name_and_many_rows_agree() {
    let model = model(false);
    let one = model.predict([("colour", "green".into()), ("size", 0.1.into()), ("unused", 1.0.into())]).unwrap();
    let many = model.predict(&table()).unwrap();
    for (a, b) in one.values(0).zip(many.values(1)) {
        assert!((a.1 - b.1).abs() < 1e-6, "{a:?} {b:?}");
    }
    let error = model.predict([("size", 0.1.into())]).unwrap_err().to_string();
    assert!(error.contains("colour"), "{error}");
    let error = model.predict([("size", "big".into()), ("colour", "red".into())]).unwrap_err().to_string();
    assert!(error.contains("size") && error.contains("big"), "{error}");
}

#[test]
fn threads_share_a_model() {
    fn shared<S: Send + Sync>(_: &S) {}
    let model = model(false);
    shared(&model);
    let table = table();
    let expected = model.predict(&table).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(model.predict(&table).unwrap(), expected));
        }
    });
}

#[test]
fn every_flipped_bit_and_every_missing_byte_is_noticed() {
    let (_folder, _path, bytes) = saved(&model(false));
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        assert!(Model::from_bytes(&damaged, "flipped").is_err(), "byte {at} of {}", bytes.len());
    }
    for length in 0..bytes.len() {
        assert!(Model::from_bytes(&bytes[..length], "short").is_err(), "{length} of {} bytes", bytes.len());
    }
    let longer = [bytes.as_slice(), b"x"].concat();
    assert!(Model::from_bytes(&longer, "long").is_err());
}

#[test]
fn files_of_another_kind_are_named() {
    let cases: [(&[u8], &str); 8] = [
        (b"", "empty"),
        (b"PK\x03\x04rest", "zip"),
        (b"\x80\x02}q", "pickle"),
        (b"<!DOCTYPE html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1", "git-lfs"),
        (b"\x93NUMPY\x01", "NumPy"),
        (b"a,b,c\n1,2,3\n", "no safetensors header"),
        (&[0xff; 64], "no safetensors header"),
    ];
    for (bytes, word) in cases {
        let error = Model::from_bytes(bytes, "some.file").unwrap_err();
        assert!(matches!(error, ModelError::Foreign { .. }), "{error}");
        assert!(error.to_string().contains(word) && error.to_string().contains("some.file"), "{error}");
    }
    let tensors = safetensors::serialize(
        [("x", safetensors::tensor::TensorView::new(safetensors::Dtype::F32, vec![1], &[0; 4]).unwrap())],
        None,
    );
    let error = Model::from_bytes(&tensors.unwrap(), "weights.safetensors").unwrap_err().to_string();
    assert!(error.contains("no description of a network"), "{error}");
}

#[test]
fn a_path_that_cannot_be_opened_is_an_io_error() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("missing.safetensors").as_path(), folder.path(), Path::new("/dev/zero")] {
        let error = Model::load(path).unwrap_err();
        assert!(error.is_io() && error.to_string().contains(&path.display().to_string()), "{error}");
    }
    let model = model(false);
    let error = model.save(folder.path().join("no").join("such").join("folder")).unwrap_err();
    assert!(error.is_io(), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn a_model_of_a_later_format_is_refused_by_name() {
    let (_folder, _path, bytes) = saved(&model(false));
    let text = String::from_utf8_lossy(&bytes);
    let at = text.find(r#"{\"format\":1"#).expect("the format stands in the header") + r#"{\"format\":"#.len();
    let mut later = bytes.clone();
    later[at] = b'9';
    let error = Model::from_bytes(&later, "later").unwrap_err();
    assert!(matches!(error, ModelError::Newer { found: 9, .. }), "{error}");
}
