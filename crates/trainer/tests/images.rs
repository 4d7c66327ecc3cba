//! The program on a folder of images: train, evaluate, predict, and what is refused.

#[path = "../../data/tests/support/idx.rs"]
mod idx;
mod support;

use std::fs;

use idx::{gzip, idx};
use serde_json::Value;
use support::Trainer;

const ROWS: usize = 20;
const COLUMNS: usize = 6;

/// Image `i` of `count`: a bar across, high up, in the middle or far down as its label says, over a pattern that says nothing.
fn image(i: usize) -> impl Iterator<Item = u8> {
    let bar = i % 3 * 7..i % 3 * 7 + 5;
    (0..ROWS * COLUMNS).map(move |k| {
        let noise = ((i * 31 + k * 17) % 97) as u8;
        if bar.contains(&(k / COLUMNS)) { 255 - noise } else { noise / 2 }
    })
}

fn images(count: usize) -> Vec<u8> {
    idx(8, &[count, ROWS, COLUMNS].map(|size| size as u32), &(0..count).flat_map(image).collect::<Vec<u8>>())
}

fn labels(count: usize) -> Vec<u8> {
    idx(8, &[count as u32], &(0..count).map(|i| (i % 3) as u8).collect::<Vec<u8>>())
}

/// A place with a folder `bars`: 120 images to train, gzipped, and 30 to test.
fn place() -> Trainer {
    let place = Trainer::new();
    fs::create_dir(place.path("bars")).unwrap();
    place.write("bars/train-images-idx3-ubyte.gz", gzip(&images(120)));
    place.write("bars/train-labels-idx1-ubyte.gz", gzip(&labels(120)));
    place.write("bars/t10k-images.idx3-ubyte", images(30));
    place.write("bars/t10k-labels-idx1-ubyte", labels(30));
    place
}

fn json(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[test]
fn a_folder_from_training_to_predictions() {
    let place = place();
    let run = place.succeeds(&["train", "--data", "bars", "--hidden", "8", "--epochs", "12", "--lr", "0.01"]);
    for words in [
        "bars: 150 images, 120 inputs (20 × 6 pixels)",
        "label: classification into 3 classes (0, 1, 2)",
        "108 to train, 12 to validate, 30 to test",
        "trainer evaluate runs/bars --data bars",
    ] {
        assert!(run.stderr.contains(words), "{words} in {}", run.stderr);
    }
    let record = json(&place.read("runs/bars/run.json"));
    assert_eq!(record["result"]["test"]["accuracy"], 1.0, "bars are easily told apart");
    assert_eq!((&record["data"]["rows"], &record["data"]["test_rows"]), (&150.into(), &30.into()));

    let evaluate = ["evaluate", "runs/bars", "--data", "bars", "--fail-under", "accuracy=1"];
    let report = place.succeeds(&evaluate);
    assert!(report.stdout.contains("precision"), "{}", report.stdout);
    let result = json(place.succeeds(&[&evaluate[..], &["--json"]].concat()).stdout.trim());
    assert_eq!(result["rows"], 30);
    assert_eq!(result["scores"]["loss"], record["result"]["test"]["loss"], "the same images, the same bits");

    let predicted = place.succeeds(&["predict", "runs/bars", "--data", "bars"]).stdout;
    let lines: Vec<&str> = predicted.lines().collect();
    assert_eq!((lines[0], lines.len()), ("sample,prediction,probability_0,probability_1,probability_2", 31));
    for (i, line) in lines[1..].iter().enumerate() {
        assert!(line.starts_with(&format!("{i},{},", i % 3)), "{line}");
    }
    let answers = place.succeeds(&["predict", "runs/bars", "--data", "bars", "--json"]).stdout;
    let answer = json(answers.lines().nth(4).unwrap());
    assert_eq!((&answer["sample"], &answer["prediction"]), (&4.into(), &"1".into()));
    assert!(answer["probability_1"].as_f64() > Some(0.5), "{answer}");
    let summary = place.succeeds(&["summary", "runs/bars"]).stdout;
    assert!(summary.contains("120 columns: 20 × 6 pixels, standardised"), "{summary}");

    let again = place.succeeds(&["train", "runs/bars/config.toml", "--json"]);
    let again = json(again.stdout.lines().last().unwrap());
    assert_eq!(again["parameters_sha256"], record["result"]["parameters_sha256"], "the written config repeats the run");
}

#[test]
fn a_table_of_pixels_is_the_same_to_a_model() {
    let place = place();
    place.succeeds(&["train", "--data", "bars", "--hidden", "8", "--epochs", "3", "-q"]);
    let names = (0..ROWS * COLUMNS).map(|k| format!("pixel_{}_{}", k / COLUMNS, k % COLUMNS));
    let mut csv = names.collect::<Vec<_>>().join(",") + ",label\n";
    for i in 0..30 {
        let pixels = image(i).map(|pixel| pixel.to_string()).collect::<Vec<_>>().join(",");
        csv.extend([pixels, format!(",{}\n", i % 3)]);
    }
    place.write("pixels.csv", csv);
    let scores = |data: &str| json(place.succeeds(&["evaluate", "runs/bars", "--data", data, "--json"]).stdout.trim());
    assert_eq!(scores("pixels.csv")["scores"], scores("bars")["scores"]);
}

#[test]
fn wrong_images_are_drawn() {
    let place = place();
    let run = place.succeeds(&["train", "--data", "bars", "--epochs", "0", "--classes", "high,middle,low"]);
    assert!(run.stderr.contains("classification into 3 classes (high, middle, low)"), "{}", run.stderr);
    let (_, drawn) = run.stdout.split_once("wrong test images (").unwrap();
    // Two rows of pixels in a line, and the verdicts below.
    let pictures: Vec<&str> = drawn.lines().skip(1).take(ROWS / 2 + 1).collect();
    assert!(pictures[..ROWS / 2].iter().any(|line| line.contains('█')), "{drawn}");
    assert!(pictures[ROWS / 2].contains("true ") && pictures[ROWS / 2].contains(", predicted "), "{drawn}");
    let report = place.succeeds(&["evaluate", "runs/bars", "--data", "bars"]).stdout;
    assert!(report.contains("wrong images (") && report.contains("middle"), "{report}");
    assert!(place.read("runs/bars/config.toml").contains("classes = [\"high\", \"middle\", \"low\"]"));
}

/// Training fails, and leaves no run folder.
fn refused(place: &Trainer, flags: &[&str], code: i32, words: &[&str]) {
    place.fails(&[&["train", "--data", "bars"], flags].concat(), code, words);
    assert!(!place.path("runs").exists(), "{flags:?} left a run folder");
}

#[test]
fn settings_for_another_kind_of_data() {
    let place = place();
    refused(&place, &["--target", "kind"], 2, &["--target kind is for a table, but bars is a folder of images"]);
    refused(&place, &["--task", "regression"], 2, &["--task regression is for a table"]);
    refused(&place, &["--noise", "1"], 2, &["--noise is for generated sets, but bars is a folder"]);
    refused(&place, &["--classes", "a,b,a"], 2, &["--classes: classes 0 and 2 are both called `a`"]);
    refused(&place, &["--classes", "a"], 2, &["--classes a is not possible; it must be the names of two or more classes"]);
    refused(
        &place,
        &["--classes", "a,b"],
        3,
        &["train-labels-idx1-ubyte.gz: at byte 10: label 2 of image 2 is no class; the classes are a, b"],
    );
    place.fails(
        &["train", "--data", "moons", "--classes", "a,b"],
        2,
        &["--classes is for a folder of images, but moons is a table"],
    );
}

#[test]
fn folders_that_are_wrong() {
    let place = place();
    let set = |name: &str, bytes: &[u8]| place.write(&format!("bars/{name}"), bytes);
    set("t10k-labels-idx1-ubyte", &labels(29));
    refused(&place, &[], 3, &["t10k-labels-idx1-ubyte: at byte 4: 29 labels, but bars/t10k-images.idx3-ubyte has 30 images"]);
    set("t10k-labels-idx1-ubyte", &images(30));
    refused(&place, &[], 3, &["t10k-labels-idx1-ubyte: at byte 3: 3 dimensions (30 × 20 × 6), but labels (count) have 1"]);
    fs::remove_file(place.path("bars/t10k-labels-idx1-ubyte")).unwrap();
    refused(&place, &[], 4, &["bars: no file t10k-labels-idx1-ubyte, gzipped or not"]);
    set("t10k-labels-idx1-ubyte", &idx(8, &[30], &[3; 30]));
    refused(&place, &[], 3, &["t10k-labels-idx1-ubyte: at byte 8: label 3 of image 0 is no class; the classes are 0, 1, 2"]);
    set("t10k-labels-idx1-ubyte", &labels(30));
    set("t10k-images.idx3-ubyte", &idx(8, &[30, 6, 20], &[0; 3600]));
    refused(&place, &[], 3, &["t10k-images.idx3-ubyte: images of 6 × 20 pixels, but 20 × 6 were learned"]);
    let whole = gzip(&images(120));
    set("train-images-idx3-ubyte.gz", &whole[..whole.len() / 2]);
    refused(&place, &[], 3, &["bars/train-images-idx3-ubyte.gz: the gzip data is damaged"]);
    set("train-images-idx3-ubyte.gz", &gzip(&images(120)[..999]));
    refused(&place, &[], 3, &["train-images-idx3-ubyte.gz: at byte 999: the file ends here", "120 × 20 × 6"]);
}

#[test]
fn images_and_models_that_do_not_fit() {
    let place = place();
    place.succeeds(&["train", "--data", "digits", "--epochs", "0", "-q"]);
    let message = "t10k-images.idx3-ubyte: images of 20 × 6 pixels, but 8 × 8 were learned";
    place.fails(&["evaluate", "runs/digits", "--data", "bars"], 3, &[message]);
    place.fails(&["predict", "runs/digits", "--data", "bars"], 3, &[message]);
    place.succeeds(&["train", "--data", "moons", "--epochs", "0", "-q"]);
    place.fails(&["predict", "runs/moons", "--data", "bars"], 3, &["but the columns of a table were learned"]);
}
