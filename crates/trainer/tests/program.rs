//! The program as people use it: train, evaluate, predict, summarise.

mod support;

use std::fs;

use serde_json::Value;
use support::Trainer;

/// Three kinds of points, some cells missing, an id that is no number to a person.
fn flowers() -> String {
    let line = |i: usize| {
        let (kind, colour) = [("rose", "red"), ("lily", "white"), ("iris", "blue")][i % 3];
        let length = if i == 7 { "NA".to_owned() } else { format!("{:.2}", (i % 3) as f64 * 3.0 + (i % 10) as f64 * 0.1) };
        format!("{i:03},{length},{colour},{kind}\n")
    };
    "id,length,colour,kind\n".to_owned() + &(0..90).map(line).collect::<String>()
}

/// Two numbers that follow from two others.
fn planes() -> String {
    let line = |i: i32| format!("{},{},{},{}\n", i, i % 7, 2 * i + i % 7, 5 - i);
    "a,b,sum,difference\n".to_owned() + &(0..80).map(line).collect::<String>()
}

#[test]
fn the_plain_run() {
    let place = Trainer::new();
    let run = place.succeeds(&["train", "--epochs", "3"]);
    assert!(run.stderr.contains("1797 rows, 64 inputs (8 × 8 pixels)"), "{}", run.stderr);
    assert!(run.stderr.contains("epoch 3/3  loss "), "{}", run.stderr);
    assert!(run.stderr.contains("trainer evaluate runs/digits --data digits"), "{}", run.stderr);
    assert!(run.stdout.contains("precision") && run.stdout.contains("run folder runs/digits"), "{}", run.stdout);
    assert!(run.stdout.contains("wrong test rows") && run.stdout.contains('█'), "{}", run.stdout);
    assert!(!run.stderr.contains(['\r', '\u{1b}']) && !run.stdout.contains('\u{1b}'), "no terminal, no escape codes");
    for file in ["config.toml", "metrics.csv", "metrics.jsonl", "run.json", "model.safetensors"] {
        assert!(place.path("runs/digits").join(file).is_file(), "{file}");
    }
    assert_eq!(fs::read_link(place.path("runs/latest")).unwrap().to_str(), Some("digits"));

    let metrics = place.read("runs/digits/metrics.csv");
    let lines: Vec<&str> = metrics.lines().collect();
    let header = "epoch,step,rate,train_loss,train_accuracy,validation_loss,validation_accuracy,seconds";
    assert_eq!((lines[0], lines.len()), (header, 4));
    assert!(lines[3].starts_with("3,120,0.001,"));
    for line in place.read("runs/digits/metrics.jsonl").lines() {
        assert_eq!(json(line)["event"], "epoch");
    }
    let record = json(&place.read("runs/digits/run.json"));
    assert_eq!(record["data"]["train_rows"], 1257);
    assert_eq!(record["result"]["stop"], "epochs");
    assert_eq!(record["command"], serde_json::json!(["train", "--epochs", "3"]));
}

#[test]
fn what_settings_can_name_is_listed() {
    let place = Trainer::new();
    let all = place.succeeds(&["list"]).stdout;
    assert!(
        all.contains("activations (--activation") && all.contains("leaky_relu") && all.contains("trainer list KIND"),
        "{all}"
    );
    let losses = place.succeeds(&["list", "losses"]).stdout;
    assert!(losses.contains("delta=1") && losses.contains("a number in (0, ∞)") && losses.contains("for --loss"), "{losses}");
    assert!(!losses.contains("leaky_relu"), "{losses}");

    let lines = place.succeeds(&["list", "schedules", "--json"]).stdout;
    let step = lines.lines().map(json).find(|line| line["name"] == "step").expect("there is one");
    let expected = serde_json::json!({
        "name": "step_size", "accepts": "a whole number in [1, ∞)", "required": true, "default": null, "meaning": "steps on one stair"
    });
    assert_eq!((&step["kind"], &step["options"][0]), (&Value::from("schedules"), &expected));

    place.fails(&["list", "activation"], 2, &["'activation'", "activations"]);
}

#[test]
fn any_metric_can_be_measured() {
    let place = Trainer::new();
    place.write("flowers.csv", flowers());
    let asked = "f_beta:beta=2,average=macro,log_loss,accuracy";
    let train = ["train", "--data", "flowers.csv", "--target", "kind", "--epochs", "3", "--metrics", asked, "--json"];
    let result = json(place.succeeds(&train).stdout.lines().last().expect("there are lines"));
    for part in ["train", "validation", "test"] {
        let names: Vec<&String> = result[part].as_object().expect("scores").keys().collect();
        assert_eq!(names.len(), 4, "{names:?}");
        assert!(
            result[part]["f_beta:beta=2,average=macro"].as_f64() <= Some(1.0) && result[part]["log_loss"].as_f64() > Some(0.0)
        );
    }
    assert!(
        place.read("runs/flowers/config.toml").contains(r#"metrics = ["f_beta:beta=2,average=macro", "log_loss", "accuracy"]"#)
    );

    let evaluate = ["evaluate", "runs/flowers", "--data", "flowers.csv"];
    let table = place.succeeds(&[&evaluate[..], &["--metrics", "roc_auc"]].concat()).stdout;
    assert!(table.lines().next().is_some_and(|heading| heading.ends_with("roc_auc")), "{table}");
    let many = "roc_auc,average_precision,expected_calibration_error";
    let table = place.succeeds(&[&evaluate[..], &["--metrics", many]].concat()).stdout;
    assert!(table.lines().any(|line| line.starts_with("expected_calibration_error  ")), "too many for one line: {table}");
    place.succeeds(&[&evaluate[..], &["--fail-under", "f1:average=macro=0"]].concat());
    place.fails(&[&evaluate[..], &["--fail-under", "roc_auc=1.5"]].concat(), 6, &["roc_auc", "is below 1.5"]);
    place.fails(
        &[&evaluate[..], &["--metrics", "rmse"]].concat(),
        2,
        &["rmse is a metric of numbers, but classes are predicted"],
    );
    place.fails(&[&evaluate[..], &["--metrics", "f2"]].concat(), 2, &["unknown metric `f2`", "f1"]);
    place.fails(&[&train[..5], &["--metrics", "r2"]].concat(), 2, &["r2 is a metric of numbers"]);
}

#[test]
fn without_a_command_it_trains_digits() {
    let place = Trainer::new();
    let run = place.succeeds(&[]);
    assert!(run.stdout.contains("run folder runs/digits"));
    assert!(json(&place.read("runs/digits/run.json"))["result"]["test"]["accuracy"].as_f64() > Some(0.95));
}

#[test]
fn json_lines_end_with_the_result() {
    let place = Trainer::new();
    let run = place.succeeds(&["train", "--data", "moons", "--epochs", "2", "--json"]);
    assert_eq!(run.stderr, "");
    let lines: Vec<Value> = run.stdout.lines().map(json).collect();
    let events: Vec<&str> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["start", "epoch", "epoch", "result"]);
    let result = &lines[3];
    assert_eq!((&result["run"], &result["epochs"]), (&"runs/moons".into(), &2.into()));
    for part in ["train", "validation", "test"] {
        assert!(result[part]["loss"].is_f64() && result[part]["accuracy"].is_f64(), "{result}");
    }
    assert_eq!(result["parameters"], 2 * 128 + 128 + 128 * 2 + 2);
    assert_eq!(result["parameters_sha256"].as_str().map(str::len), Some(64));
    assert!(result["seconds"].is_f64());

    let numbers = place.succeeds(&["train", "--data", "sine", "--epochs", "1", "--test", "0", "--json"]);
    let result = json(numbers.stdout.lines().last().unwrap());
    assert_eq!(result["test"], Value::Null);
    assert!(["r2", "mae", "rmse"].iter().all(|metric| result["validation"][metric].is_f64()), "{result}");
}

#[test]
fn threads_do_not_change_the_parameters() {
    let place = Trainer::new();
    let digest = |threads: &str| {
        let run = place.succeeds(&["train", "--epochs", "2", "--json", "--batch-size", "200", "--threads", threads]);
        json(run.stdout.lines().last().unwrap())["parameters_sha256"].clone()
    };
    assert_eq!(digest("1"), digest("3"));
}

#[test]
fn weights_that_go_by_the_data_start_the_same_on_any_number_of_threads() {
    let place = Trainer::new();
    let digest = |init: &str, threads: &str| {
        let run = place.succeeds(&["train", "--epochs", "1", "--json", "--init", init, "--threads", threads]);
        json(run.stdout.lines().last().unwrap())["parameters_sha256"].clone()
    };
    let lsuv = digest("lsuv", "1");
    assert_eq!(digest("lsuv", "3"), lsuv);
    assert_ne!(digest("orthogonal", "1"), lsuv, "the data scale them");
    assert_eq!(digest("lsuv:samples=1024,iterations=10", "2"), lsuv, "the defaults");
    assert!(place.read("runs/digits/config.toml").contains("initializer = \"lsuv\""));
    let summary = place.succeeds(&["summary", "runs/digits"]);
    assert!(summary.stdout.contains("lsuv: orthogonal, then scaled by the first data"), "{}", summary.stdout);
}

#[test]
fn later_settings_win_and_the_resolved_config_repeats_the_run() {
    let place = Trainer::new();
    fs::create_dir(place.path("dir")).unwrap();
    place.write("dir/flowers.csv", flowers());
    let config = "[data]\nsource = \"flowers.csv\"\ntarget = \"kind\"\n[model]\nhidden = [9, 9]\nactivation = { name = \"leaky_relu\", slope = 0.1 }\n\
                  [train]\nepochs = 50\nlr = 0.5\npatience = \"none\"\nclip_norm = 1\n";
    place.write("dir/garden.toml", config);
    let flags =
        ["train", "dir/garden.toml", "--epochs", "4", "--lr", "0.03", "--residual", "--set", "train.epochs=2", "--json"];
    let first = place.succeeds(&flags);
    let first = json(first.stdout.lines().last().unwrap());
    assert_eq!((&first["run"], &first["epochs"]), (&"runs/garden".into(), &2.into()));

    let resolved = place.read("runs/garden/config.toml");
    for line in [
        "hidden = [9, 9]",
        "activation = \"leaky_relu:slope=0.1\"",
        "epochs = 2",
        "lr = 0.03",
        "residual = true",
        "patience = \"none\"",
        "clip_norm = 1.0",
        "dropout = 0.3",
        "loss = \"cross_entropy\"",
    ] {
        assert!(resolved.contains(line), "{line} in {resolved}");
    }
    let second = place.succeeds(&["train", "runs/garden/config.toml", "--json"]);
    let second = json(second.stdout.lines().last().unwrap());
    assert_eq!(second["run"], "runs/flowers");
    assert_eq!(first["parameters_sha256"], second["parameters_sha256"]);
}

#[test]
fn a_table_from_training_to_predictions() {
    let place = Trainer::new();
    place.write("flowers.csv", flowers());
    let train = ["train", "--data", "flowers.csv", "--target", "kind", "--epochs", "30", "--lr", "0.01", "-q"];
    assert_eq!(place.succeeds(&train).stderr, "");
    let evaluate = ["evaluate", "runs/latest", "--data", "flowers.csv"];
    let report = place.succeeds(&[&evaluate[..], &["--fail-under", "accuracy=0.9"]].concat());
    assert!(report.stdout.contains("precision"), "{}", report.stdout);
    assert!(report.stderr.contains("the model was trained on 63 of these rows"), "{}", report.stderr);
    let result = json(place.succeeds(&[&evaluate[..], &["--json"]].concat()).stdout.trim());
    assert_eq!(result["rows"], 90);
    assert!(result["scores"]["accuracy"].as_f64() > Some(0.9), "{result}");
    place.fails(&[&evaluate[..], &["--fail-under", "accuracy=1.5"]].concat(), 6, &["accuracy", "is below 1.5"]);

    let predicted = place.succeeds(&["predict", "runs/latest", "--data", "flowers.csv"]).stdout;
    let lines: Vec<&str> = predicted.lines().collect();
    assert_eq!(lines.len(), 91);
    assert_eq!(lines[0], "id,length,colour,kind,prediction,probability_iris,probability_lily,probability_rose");
    assert!(lines[1].starts_with("000,0.00,red,rose,rose,"), "the columns stay as they are written: {}", lines[1]);
    assert!(lines[8].starts_with("007,NA,white,lily,lily,"), "{}", lines[8]);

    place.write("new.csv", "extra;colour;length;id\nx;blue;6.3;5\n");
    let output = ["predict", "runs/latest/model.safetensors", "--data", "new.csv", "--output", "answers.csv"];
    assert_eq!(place.succeeds(&output).stdout, "");
    let answers = place.read("answers.csv");
    assert!(answers.starts_with("extra;colour;length;id;prediction;"), "{answers}");
    assert!(answers.contains("\nx;blue;6.3;5;iris;"), "{answers}");
    let from_stdin = place.with_stdin(&["predict", "runs/latest", "--data", "-", "--json"], "id,length,colour\n1,3.1,white\n");
    let answer = json(from_stdin.stdout.trim());
    assert_eq!((&answer["line"], &answer["prediction"]), (&2.into(), &"lily".into()));
    assert!(answer["probability_lily"].as_f64() > Some(0.5));

    let summary = place.succeeds(&["summary", "runs/latest"]).stdout;
    for words in
        ["kind: classification into 3 classes (iris, lily, rose)", "Dense(6 → 128, relu)", "colour", "category", "mean, marked"]
    {
        assert!(summary.contains(words), "{words} in {summary}");
    }
    let of_config = place.succeeds(&["summary", "runs/flowers/config.toml"]).stdout;
    assert!(of_config.contains("63 to train") && of_config.contains("adam, learning rate 0.01"), "{of_config}");
}

#[test]
fn several_numbers_at_once() {
    let place = Trainer::new();
    place.write("planes.csv", planes());
    let train = ["train", "--data", "planes.csv", "--target", "sum,difference", "--epochs", "40", "--lr", "0.01", "--json"];
    let result = json(place.succeeds(&train).stdout.lines().last().unwrap());
    assert!(result["test"]["r2"].as_f64() > Some(0.8), "{result}");
    let predicted = place.succeeds(&["predict", "runs/planes", "--data", "planes.csv"]).stdout;
    assert!(predicted.starts_with("a,b,sum,difference,prediction_sum,prediction_difference\n0,0,0,5,"), "{predicted}");
    let report = place.succeeds(&["evaluate", "runs/planes", "--data", "planes.csv", "--fail-under", "r2=0.8"]).stdout;
    assert!(
        report.contains("rmse") && report.contains("largest errors in the rows (5 of 80)") && report.contains("line "),
        "{report}"
    );
}

#[test]
fn names_of_runs() {
    let place = Trainer::new();
    let train = ["train", "--data", "xor:samples=60", "--epochs", "1", "-q"];
    for name in ["xor", "xor-2", "xor-3"] {
        place.succeeds(&train);
        assert_eq!(fs::read_link(place.path("runs/latest")).unwrap().to_str(), Some(name));
    }
    let named = [&train[..], &["--name", "mine"]].concat();
    place.succeeds(&named);
    place.fails(&named, 2, &["runs/mine", "--exist-ok"]);
    place.succeeds(&[&named[..], &["--exist-ok"]].concat());
    assert!(place.path("runs/mine/model.safetensors").exists());
    let elsewhere = [&train[..], &["--out", "a/b", "--samples", "50", "--noise", "0"]].concat();
    place.fails(&elsewhere, 2, &["option samples is given twice"]);
    assert!(!place.path("a").exists());
}

#[test]
fn the_options_of_generated_sets() {
    let place = Trainer::new();
    let run = place.succeeds(&[
        "train",
        "--data",
        "spirals",
        "--samples",
        "90",
        "--noise",
        "0",
        "--epochs",
        "0",
        "--batch-size",
        "full",
    ]);
    assert!(run.stderr.contains("spirals:noise=0,samples=90: 90 rows"), "{}", run.stderr);
    assert!(place.read("runs/spirals/config.toml").contains("source = \"spirals:noise=0,samples=90\""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_a_closed_pipe() {
    let place = Trainer::new();
    place.succeeds(&["train", "--data", "moons", "--epochs", "1", "-q"]);
    let full = place.to_file(&["summary", "runs/moons"], "/dev/full");
    assert_eq!(full.code, Some(4));
    assert!(full.stderr.contains("cannot write to the standard output"), "{}", full.stderr);
    let closed = place.to_closed_pipe(&["predict", "runs/moons", "--data", "moons:samples=20000"]);
    assert_eq!((closed.code, closed.stderr.as_str()), (Some(0), ""));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_keeps_its_best_epoch() {
    let place = Trainer::new();
    let flags = ["train", "--data", "moons", "--epochs", "1000000", "--patience", "none"];
    let ran = place.interrupted(&flags, || {
        fs::read_to_string(place.path("runs/moons/metrics.csv")).is_ok_and(|text| text.lines().count() > 1)
    });
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    assert!(ran.stderr.contains("interrupted; the model of epoch "), "{}", ran.stderr);
    assert!(ran.stdout.contains("run folder runs/moons"), "{}", ran.stdout);
    assert_eq!(json(&place.read("runs/moons/run.json"))["result"]["stop"], "interrupted");
    place.succeeds(&["evaluate", "runs/latest", "--data", "moons", "--seed", "1"]);
}

#[test]
fn help_tells_everything() {
    let place = Trainer::new();
    let help = place.succeeds(&["--help"]).stdout;
    assert!(help.contains("Exit codes:") && help.contains("Examples:"));
    let help = place.succeeds(&["train", "--help"]).stdout;
    for words in ["--batch-size", "[default: digits]", "leaky_relu:slope=0.01", "Schedules", "Exit codes:"] {
        assert!(help.contains(words), "{words}");
    }
    assert!(place.succeeds(&["--version"]).stdout.starts_with("trainer "));
}

fn json(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}
