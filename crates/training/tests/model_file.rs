//! Models as files: whole or not at all, and never believed without proof.

use std::fmt::Write as _;
use std::path::Path;

use backprop_data::Table;
use backprop_training::{Model, ModelError, Recipe, Silent};
use proptest::prelude::*;

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
    let cases: [(&[u8], &str); 9] = [
        (b"", "empty"),
        (b"PK\x03\x04rest", "zip"),
        (b"\x80\x02}q", "pickle"),
        (b"\x1f\x8b\x08\x00", "gzipped"),
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

/// A file with this description and these tensors, its checksum right.
fn forged(format: u64, model: &str, tensors: &[(&str, Vec<usize>, Vec<f32>)]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let bytes: Vec<Vec<u8>> =
        tensors.iter().map(|(_, _, values)| values.iter().flat_map(|v| v.to_le_bytes()).collect()).collect();
    let mut pieces: Vec<(&str, &[u8])> = tensors.iter().map(|(name, ..)| *name).zip(bytes.iter().map(Vec::as_slice)).collect();
    pieces.sort_unstable();
    let mut hash = Sha256::new();
    for piece in std::iter::once(model.as_bytes()).chain(pieces.iter().flat_map(|(name, bytes)| [name.as_bytes(), *bytes])) {
        hash.update((piece.len() as u64).to_le_bytes());
        hash.update(piece);
    }
    let sha256 = hash.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let envelope = serde_json::json!({ "format": format, "sha256": sha256, "model": model }).to_string();
    let views = tensors.iter().zip(&bytes).map(|((name, shape, _), bytes)| {
        (*name, safetensors::tensor::TensorView::new(safetensors::Dtype::F32, shape.clone(), bytes).unwrap())
    });
    safetensors::serialize(views, Some([("backprop".to_owned(), envelope)].into())).unwrap()
}

const FEATURE: &str = r#"{"numeric":{"name":"x","fill":0.0,"mean":0.0,"scale":1.0,"missing_flag":false}}"#;
const CLASSES: &str = r#"{"classes":{"column":"k","classes":["a","b"]}}"#;
const NUMBERS: &str = r#"{"numbers":{"columns":["y"],"mean":[0.0],"scale":[1.0]}}"#;
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A description of one input and two classes, with these parts.
fn described(version: &str, inputs: &str, layers: &str, head: &str, loss: &str, outcome: &str, feature: &str) -> String {
    format!(
        r#"{{"version":"{version}","inputs":{inputs},"layers":{layers},"head":"{head}","loss":"{loss}","preprocessing":
        {{"features":[{feature}],"outcome":{outcome},"image":null,"notes":[]}}}}"#
    )
}

fn small(layers: &str) -> String {
    described(VERSION, "[1]", layers, "softmax", "cross_entropy", CLASSES, FEATURE)
}

const DENSE: &str = r#"["dense:inputs=1,outputs=2"]"#;

fn weights(first: f32) -> Vec<(&'static str, Vec<usize>, Vec<f32>)> {
    vec![("layers.0.w", vec![2, 1], vec![first, -1.0]), ("layers.0.b", vec![2], vec![0.0, 0.0])]
}

/// The message for a file with this description, and sound weights.
fn refusal(model: &str) -> String {
    match Model::from_bytes(&forged(1, model, &weights(1.0)), "forged") {
        Ok(_) => panic!("{model} is read"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_file_made_by_hand_is_read() {
    let model = Model::from_bytes(&forged(1, &small(DENSE), &weights(1.0)), "forged").unwrap();
    assert_eq!(model.predict([("x", 3.0.into())]).unwrap().class(0), Some("a"));
}

#[test]
fn sizes_in_a_file_are_checked_before_memory_is_taken() {
    for (layers, word) in [
        (r#"["dense:inputs=16777216,outputs=16777216"]"#, "more than the file can hold"),
        (r#"["dense:inputs=1,outputs=16777216","dense:inputs=16777216,outputs=2"]"#, "more than the file can hold"),
        (r#"["input_normalizer:features=16777216"]"#, "more than the file can hold"),
        (r#"["dense:inputs=1e18,outputs=2"]"#, "not possible"),
        (r#"["dense:inputs=1,outputs=3"]"#, "3 outputs for 2 answers"),
        (r#"["dense:inputs=2,outputs=2"]"#, "expects 2 input rows, but gets 1"),
        ("[]", "at least one layer"),
    ] {
        let message = refusal(&small(layers));
        assert!(message.contains("forged is damaged") && message.contains(word), "{message}");
    }
    for inputs in ["[0]", "[2]", "[4294967296,4294967296]", "[18446744073709551615,2]"] {
        let message = refusal(&described(VERSION, inputs, DENSE, "softmax", "cross_entropy", CLASSES, FEATURE));
        assert!(message.contains("does not take the 1 inputs"), "{message}");
    }
    let many = format!("[{}]", vec![r#""dropout:rate=0""#; 300_000].join(","));
    assert!(refusal(&small(&many)).contains("at most 10000 are possible"));
}

#[test]
fn deep_nesting_is_refused() {
    for depth in [100, 100_000] {
        let nested = format!("[{}\"dropout:rate=0\"{}]", r#"{"residual":["#.repeat(depth), "]}".repeat(depth));
        let message = refusal(&small(&nested));
        assert!(message.contains("recursion limit"), "{message}");
    }
}

#[test]
fn parts_that_do_not_go_together_are_refused() {
    for (head, loss, outcome, word) in [
        ("values", "cross_entropy", CLASSES, "of another kind"),
        ("softmax", "cross_entropy", NUMBERS, "outputs for 1 answers"),
        ("softmax", "cross_entropy:weight=[1,2,3]", CLASSES, "3 class weights, but there are 2 classes"),
        ("softmax", "no_such_loss", CLASSES, "unknown loss `no_such_loss`"),
        ("no_such_head", "cross_entropy", CLASSES, "unknown variant `no_such_head`"),
    ] {
        let message = refusal(&described(VERSION, "[1]", DENSE, head, loss, outcome, FEATURE));
        assert!(message.contains(word), "{message}");
    }
    let one = r#"["dense:inputs=1,outputs=1"]"#;
    for (head, loss, outcome, word) in [
        ("softmax", "cross_entropy", CLASSES, "1 outputs for 2 answers"),
        ("sigmoid", "nll", CLASSES, "its loss does not fit"),
        ("values", "bce", NUMBERS, "its loss does not fit"),
        ("values", "nll", NUMBERS, "its loss does not fit"),
    ] {
        let message = refusal(&described(VERSION, "[1]", one, head, loss, outcome, FEATURE));
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn numbers_that_are_none_are_refused() {
    for number in [f32::NAN, f32::INFINITY] {
        let error = Model::from_bytes(&forged(1, &small(DENSE), &weights(number)), "forged").unwrap_err().to_string();
        assert!(error.contains("not finite"), "{error}");
    }
    for feature in [FEATURE.replace("\"scale\":1.0", "\"scale\":0.0"), FEATURE.replace("\"mean\":0.0", "\"mean\":1e999")] {
        assert_ne!(feature, FEATURE);
        let message = refusal(&described(VERSION, "[1]", DENSE, "softmax", "cross_entropy", CLASSES, &feature));
        assert!(message.contains("forged is damaged"), "{message}");
    }
}

#[test]
fn doubled_and_missing_parts_are_refused() {
    let doubled = small(DENSE).replacen("{\"version\"", "{\"head\":\"softmax\",\"version\"", 1);
    assert!(refusal(&doubled).contains("duplicate field `head`"));
    let error = Model::from_bytes(&forged(1, &small(DENSE), &weights(1.0)[..1]), "forged").unwrap_err().to_string();
    assert!(error.contains("holds 1 tensors, but its network has 2"), "{error}");
    let mut other = weights(1.0);
    other[1].0 = "layers.0.bias";
    let error = Model::from_bytes(&forged(1, &small(DENSE), &other), "forged").unwrap_err().to_string();
    assert!(error.contains("it lacks the tensor layers.0.b"), "{error}");
    let mut turned = weights(1.0);
    turned[0].1 = vec![1, 2];
    let error = Model::from_bytes(&forged(1, &small(DENSE), &turned), "forged").unwrap_err().to_string();
    assert!(error.contains("layers.0.w is F32 [1, 2], not F32 [2, 1]"), "{error}");
}

#[test]
fn what_another_version_wrote_is_named_as_such() {
    for model in [
        described("99.0.0", "[1]", r#"["convolution:channels=3"]"#, "softmax", "cross_entropy", CLASSES, FEATURE),
        described("99.0.0", "[1]", r#"["dense:inputs=1,outputs=2,activation=magic"]"#, "softmax", "mse", CLASSES, FEATURE),
        described("99.0.0", "[1]", DENSE, "ordinal", "cross_entropy", CLASSES, FEATURE),
        described("99.0.0", "[1]", DENSE, "softmax", "focal", CLASSES, FEATURE),
        small(DENSE).replacen(VERSION, "99.0.0", 1).replacen("{\"version\"", "{\"attention\":true,\"version\"", 1),
    ] {
        let error = Model::from_bytes(&forged(1, &model, &weights(1.0)), "later").unwrap_err();
        assert!(matches!(&error, ModelError::OtherVersion { version, .. } if version == "99.0.0"), "{error}");
        assert!(error.to_string().contains("use that version") && !error.to_string().contains("damaged"), "{error}");
    }
    let of_format = |format| Model::from_bytes(&forged(format, &small(DENSE), &weights(1.0)), "f").unwrap_err();
    assert!(matches!(of_format(2), ModelError::Newer { found: 2, known: 1, .. }));
    assert!(matches!(of_format(0), ModelError::Damaged { .. }));
}

#[test]
fn a_model_is_taken_for_nothing_else_however_long_its_header_is() {
    // The first bytes of these lengths are those of a zip archive, pickles and a web page.
    let header = |bytes: &[u8]| u64::from_le_bytes(*bytes.first_chunk().unwrap());
    let plain = forged(1, &small(DENSE), &weights(1.0));
    for length in [0x4b50_u64, 0x0480, 0x0001_0280] {
        let mut bytes = plain.clone();
        let (old, end) = (header(&plain), 8 + header(&plain) as usize);
        assert!(old <= length);
        bytes.splice(end..end, vec![b' '; (length - old) as usize]);
        bytes[..8].copy_from_slice(&length.to_le_bytes());
        Model::from_bytes(&bytes, "padded").unwrap();
    }
}

/// A loss that no registry knows.
#[derive(Clone, Debug)]
struct Own;

impl backprop_losses::Elementwise for Own {
    fn term<T: backprop_tensor::Scalar>(&self, y: T, t: T, _setting: T) -> T {
        y - t
    }
    fn derivative<T: backprop_tensor::Scalar>(&self, _y: T, _t: T, _setting: T) -> T {
        T::ONE
    }
    fn call(&self) -> backprop_registry::Call {
        backprop_registry::Call::new("own")
    }
    fn input(&self) -> backprop_losses::Input {
        backprop_losses::Input::Values
    }
}

#[test]
fn what_could_not_be_loaded_is_not_saved() {
    use backprop_layers::{Dense, Network, Sequential};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let sample = model(false);
    let build = |network: Network<f32>, params: Vec<f32>| {
        let loss = backprop_losses::registry().build(&sample.loss()).unwrap();
        Model::new(network, params, Vec::new(), sample.preprocessing().clone(), sample.head(), loss)
    };
    let mut params = sample.params().to_vec();
    params[3] = f32::NAN;
    let error = build(sample.network().clone(), params).save(&path).unwrap_err().to_string();
    assert!(error.contains("not finite"), "{error}");

    let inputs = sample.network().inputs();
    let nested = |depth| {
        let block =
            (0..depth).fold(Sequential::new().then(Dense::new(inputs, inputs)), |inner, _| Sequential::new().residual(inner));
        Network::new(inputs, block.then(Dense::new(inputs, 2))).unwrap()
    };
    let shallow = nested(50);
    let params = shallow.init(0);
    build(shallow, params).save(&path).unwrap();
    Model::load(&path).unwrap();
    let deep = nested(200);
    let params = deep.init(0);
    let error = build(deep, params).save(&path).unwrap_err();
    assert!(matches!(error, ModelError::Unwritable { .. }) && error.to_string().contains("recursion limit"), "{error}");
    assert!(Model::load(&path).is_ok(), "the file that was there is still whole");

    let mut broken = sample.preprocessing().clone();
    if let backprop_data::Feature::Numeric { mean, .. } = &mut broken.features[0] {
        *mean = f64::NAN;
    }
    let loss = backprop_losses::registry().build(&sample.loss()).unwrap();
    let unsound = Model::new(sample.network().clone(), sample.params().to_vec(), Vec::new(), broken, sample.head(), loss);
    assert!(matches!(unsound.save(&path).unwrap_err(), ModelError::Unwritable { .. }));
    let preprocessing = sample.preprocessing().clone();
    let params = sample.params().to_vec();
    let own = Model::new(sample.network().clone(), params, Vec::new(), preprocessing, sample.head(), Box::new(Own));
    assert!(own.save(&path).unwrap_err().to_string().contains("unknown loss `own`"));
}

/// A description with some of its words and numbers replaced.
fn altered(description: &str, changes: &[(prop::sample::Index, &str)]) -> String {
    let inside = |c: char| c.is_alphanumeric() || "._-".contains(c);
    let mut pieces: Vec<String> = Vec::new();
    for c in description.chars() {
        match pieces.last_mut() {
            Some(last) if last.ends_with(inside) == inside(c) => last.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    let words: Vec<usize> = (0..pieces.len()).filter(|&i| pieces[i].starts_with(inside)).collect();
    for (which, word) in changes {
        (*word).clone_into(&mut pieces[words[which.index(words.len())]]);
    }
    pieces.concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_description_with_anything_in_it_is_refused_or_works(
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(vec![
            "0", "1", "2", "3", "-1", "1e300", "1e-300", "16777216", "null", "true", "softmax", "sigmoid", "values", "scores",
            "probabilities", "bce", "bce_with_logits", "mse", "nll", "relu", "log_softmax", "bias", "activation", "classes", "numbers",
            "a", "x", "", "[]", "{}", "\"", "residual",
        ])), 1..4),
        numbers: bool,
    ) {
        let layers = r#"["dense:inputs=1,outputs=3,activation=tanh",{"residual":["dropout:rate=0.5"]},"dense:inputs=3,outputs=2"]"#;
        let feature = r#"{"categorical":{"name":"x","categories":["u"],"missing":false}}"#;
        let (head, loss, outcome) = if numbers {
            ("values", "huber:delta=2", r#"{"numbers":{"columns":["k","y"],"mean":[0.0,1.0],"scale":[1.0,2.0]}}"#)
        } else {
            ("softmax", "cross_entropy:weight=[1,2]", CLASSES)
        };
        let sound = described(VERSION, "[1]", layers, head, loss, outcome, feature);
        let tensors = [
            ("layers.0.w", vec![3, 1], vec![1.0; 3]), ("layers.0.b", vec![3], vec![0.5; 3]),
            ("layers.2.w", vec![2, 3], vec![-1.0; 6]), ("layers.2.b", vec![2], vec![0.0; 2]),
        ];
        prop_assert!(Model::from_bytes(&forged(1, &sound, &tensors), "sound").is_ok());
        let description = altered(&sound, &changes);
        if let Ok(model) = Model::from_bytes(&forged(1, &description, &tensors), "altered") {
            let table = if numbers { "x,k,y\nu,1,2\nv,3,4\n" } else { "x,k,y\nu,a,2\nv,b,4\n" };
            let table = Table::from_csv(table.as_bytes(), "t.csv").unwrap();
            let _ = model.predict(&table);
            let _ = model.evaluate(&table, &[0, 1]);
        }
    }
}
