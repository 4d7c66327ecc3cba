//! What people get wrong: the exit code, the place, the remedy, and nothing left behind.

mod support;

use std::fs;
use std::io::Write as _;

use support::Trainer;

const TABLE: &str = "size,colour,price\n1,red,10\n2,blue,21\n3,red,29\n4,blue,41\n5,red,52\n6,blue,60\n7,red,69\n8,blue,83\n9,red,90\n\
                     10,blue,101\n";

/// A place with a table, and the words that train on it.
fn place() -> Trainer {
    let place = Trainer::new();
    place.write("table.csv", TABLE);
    place
}

/// Fails, and makes no run folder.
fn refused(place: &Trainer, arguments: &[&str], code: i32, words: &[&str]) {
    place.fails(arguments, code, words);
    assert!(!place.path("runs").exists(), "{arguments:?} left a run folder");
}

/// Training on a file with this text fails.
fn refused_table(text: &str, target: &str, code: i32, words: &[&str]) {
    let place = Trainer::new();
    place.write("t.csv", text);
    refused(&place, &["train", "--data", "t.csv", "--target", target], code, words);
}

/// Training on digits with these flags fails as usage.
fn refused_flags(flags: &[&str], words: &[&str]) {
    refused(&Trainer::new(), &[&["train"], flags].concat(), 2, words);
}

/// A config with this text fails as usage.
fn refused_config(text: &str, words: &[&str]) {
    let place = Trainer::new();
    place.write("cfg.toml", text);
    refused(&place, &["train", "cfg.toml"], 2, words);
}

#[test]
fn files_that_are_not_there() {
    let place = place();
    refused(&place, &["train", "--data", "tabel.csv", "--target", "x"], 4, &["tabel.csv", "No such file"]);
    refused(&place, &["train", "--data", "."], 4, &[".: no file train-images-idx3-ubyte", "hint: a table is a file"]);
    refused(&place, &["train", "cfg.toml"], 4, &["cannot read cfg.toml", "No such file"]);
    refused(
        &place,
        &["evaluate", "runs/x", "--data", "table.csv"],
        4,
        &["runs/x", "No such file", "hint: a model is a run folder"],
    );
    refused(
        &place,
        &["train", "--data", "digitz"],
        2,
        &["unknown data set `digitz`, did you mean `digits`?", "penguins", "or name a CSV file"],
    );
}

#[test]
fn tables_that_are_wrong() {
    refused_table("a,y\n1,2\n3\n", "y", 3, &["t.csv:3: 1 fields, but the header has 2"]);
    refused_table("a,y\n", "y", 3, &["t.csv: no data rows"]);
    refused_table("", "y", 3, &["t.csv: no data rows"]);
    refused_table("a,a\n1,2\n", "a", 3, &["columns 1 and 2 are both called `a`", "rename"]);
    refused_table("a,\n1,2\n", "a", 3, &["column 2 has no name"]);
    refused_table("a,y\n1,\"x\n2,z\n", "y", 3, &["t.csv:2: the quote that opens here is never closed"]);
    refused_table("a,y\n1,x\n2,x\n3,x\n", "y", 3, &["every row has the same class `x` in column `y`", "hint: "]);
    refused_table("y\n1\n2\n3\n", "y", 3, &["no usable feature"]);
    refused_table("a,y\n1e999,2\n3,4\n", "y", 3, &["t.csv:2: `1e999` in column `a` is not finite"]);
    refused_table("1,2\n3,4\n", "1", 3, &["t.csv:1: no header?"]);
    refused_table("a,y\n1,NA\n2,\n", "y", 3, &["no row has a value in the target `y`"]);
    let place = Trainer::new();
    place.write("t.csv", b"a,y\n1,caf\xe9\n");
    refused(&place, &["train", "--data", "t.csv", "--target", "y"], 3, &["t.csv:2", "not UTF-8"]);
    let place = self::place();
    refused(
        &place,
        &["train", "--data", "table.csv", "--target", "colour,price"],
        3,
        &["table.csv:2: `red` in column `colour` is not a number"],
    );
}

#[test]
fn targets() {
    let place = place();
    refused(&place, &["train", "--data", "table.csv"], 2, &["table.csv: no target; write --target", "size, colour, price"]);
    refused(&place, &["train", "--data", "table.csv", "--target", "prise"], 3, &["no column `prise` (did you mean `price`?)"]);
    refused(
        &place,
        &["train", "--data", "table.csv", "--target", ""],
        2,
        &["--target  is not possible; it must be names of columns"],
    );
    refused(
        &place,
        &["train", "--data", "table.csv", "--target", "size,price", "--task", "classification"],
        3,
        &["cannot be classes together"],
    );
}

#[test]
fn flags() {
    refused_flags(&["--epoch", "3"], &["unexpected argument '--epoch'", "'--epochs'"]);
    refused_flags(&["--epochs", "ten"], &["--epochs ten is not possible; it must be a whole number from 0"]);
    refused_flags(&["--epochs", "-1"], &["--epochs -1 is not possible"]);
    refused_flags(&["--lr", "nan"], &["--lr nan is not possible; it must be a finite number from 0"]);
    refused_flags(&["--lr", "-0.1"], &["--lr -0.1 is not possible"]);
    refused_flags(&["--lr", "inf"], &["--lr inf is not possible"]);
    refused_flags(&["--batch-size", "0"], &["--batch-size 0 is not possible; it must be a whole number from 1, or full"]);
    refused_flags(&["--hidden", "64,0"], &["--hidden 64,0 is not possible; it must be numbers of units from 1"]);
    refused_flags(&["--hidden", "99999999999999999999"], &["--hidden 9999", "is not possible"]);
    refused_flags(&["--dropout", "1.5"], &["--dropout 1.5 is not possible; it must be a share from 0 to less than 1"]);
    refused_flags(&["--patience", "0"], &["a whole number from 1, or none"]);
    refused_flags(&["--seed", "-1"], &["--seed -1 is not possible"]);
    refused_flags(&["--threads", "1e9"], &["--threads 1e9 is not possible; it must be a whole number from 0 to 1024"]);
    refused_flags(&["--name", "a/b"], &["--name a/b is not possible"]);
    refused_flags(&["--name", "latest"], &["not `latest`"]);
    refused_flags(&["--clip-norm", "0"], &["--clip-norm 0 is not possible"]);
    refused_flags(&["--clip-norm", "1", "--clip-value", "1"], &["exclude each other"]);
    refused_flags(
        &["--validation", "0.6", "--test", "0.6"],
        &["data.validation = 0.6 and data.test = 0.6 leave nothing to train on"],
    );
    refused_flags(&["--set", "train.epoch=3"], &["unknown key `train.epoch`, did you mean `train.epochs`?"]);
    refused_flags(&["--set", "epochs"], &["it must be KEY=VALUE"]);
    refused_flags(&["--hidden", "1000000,1000000"], &["GiB of memory", "--hidden"]);
    refused_flags(&["--epochs", "x", "--lr", "y"], &["--epochs x", "--lr y"]);
}

#[test]
fn names_of_things() {
    refused_flags(&["--activation", "relux"], &["unknown activation `relux`, did you mean `relu`?", "tanh"]);
    refused_flags(&["--activation", "leaky_relu:slop=1"], &["`leaky_relu` has no option `slop`, did you mean `slope`?"]);
    refused_flags(&["--activation", "leaky_relu:slope"], &["cannot read `leaky_relu:slope`"]);
    refused_flags(&["--loss", "mze"], &["unknown loss `mze`, did you mean `mse`?"]);
    refused_flags(&["--optimizer", "adamm"], &["unknown optimizer `adamm`, did you mean `adam`?"]);
    refused_flags(&["--optimizer", "adam:lr=-1"], &["`adam`: lr = -1 is not possible; it must be"]);
    refused_flags(
        &["--schedule", "cosin_annealing"],
        &["unknown schedule `cosin_annealing`, did you mean `cosine_annealing`?"],
    );
    refused_flags(&["--init", "kaiming_norm"], &["unknown initializer `kaiming_norm`, did you mean `kaiming_normal`?"]);
    refused_flags(
        &["--init", "lsuv:samples=0"],
        &["`lsuv`: samples = 0 is not possible; it must be a whole number in [1, 16777216]"],
    );
    refused_flags(&["--init", "sparse"], &["`sparse` needs the option sparsity: a number in [0, 1]"]);
    refused_flags(&["--data", "moons:nois=1"], &["`moons` has no option `nois`, did you mean `noise`?"]);
    refused_flags(&["--data", "digits", "--noise", "0.1"], &["`digits` has no option `noise`"]);
    refused(
        &place(),
        &["train", "--data", "table.csv", "--target", "price", "--noise", "0.1"],
        2,
        &["--noise is for generated sets, but table.csv is a file"],
    );
}

#[test]
fn losses_and_outputs_that_do_not_go_together() {
    refused_flags(
        &["--output-activation", "log_softmax", "--loss", "cross_entropy"],
        &["a second time", "--output-activation"],
    );
    refused_flags(&["--loss", "bce", "--output-activation", "tanh"], &["takes probabilities", "--output-activation sigmoid"]);
    refused_flags(
        &["--data", "sine", "--loss", "cross_entropy"],
        &["cross_entropy compares classes, but y is a number", "--loss mse"],
    );
    refused_flags(&["--data", "sine", "--class-weight", "balanced"], &["balanced class weights are for classes"]);
    refused_flags(
        &["--data", "moons", "--loss", "huber", "--output-activation", "log_softmax"],
        &["--output-activation softmax"],
    );
}

#[test]
fn configs() {
    refused_config("[train]\nepoch = 3\n", &["cfg.toml:2:1: unknown key `train.epoch`, did you mean `train.epochs`?"]);
    refused_config(
        "[train]\nepochs = \"3\"\n",
        &["cfg.toml:2:10: train.epochs = \"3\" is not possible; it must be a whole number"],
    );
    refused_config("[train\nepochs = 3\n", &["cfg.toml:1:"]);
    refused_config("epochs = 3\n", &["cfg.toml:1:1: unknown key `epochs`, did you mean `train.epochs`?"]);
    refused_config("train = 3\n", &["cfg.toml:1:1: unknown key `train`"]);
    refused_config("[model]\nactivation = { slope = 1 }\n", &["cfg.toml:2:14: ", "a table with a name"]);
    let all = [
        "cfg.toml:2:10: train.epochs",
        "cfg.toml:3:6: train.lr = -1",
        "cfg.toml:5:1: unknown key `model.hiden`, did you mean `model.hidden`?",
    ];
    refused_config("[train]\nepochs = true\nlr = -1\n[model]\nhiden = 3\n", &all);
    refused_config(&"#".repeat((1 << 20) + 1), &["cfg.toml is no config: it is longer than 1 MiB"]);
    refused(&place(), &["train", "table.csv"], 2, &["table.csv is no config", "write --data table.csv"]);
    refused(&place(), &["train", "."], 4, &["cannot read .: Is a directory"]);
}

#[test]
fn divergence() {
    refused(
        &Trainer::new(),
        &["train", "--lr", "1e30"],
        5,
        &["training diverged in epoch 1", "at a learning rate of 1e30", "nothing is kept", "hint: a smaller --lr"],
    );
    // Numbers that grow until they are none: some epochs are done, and the best of them is kept.
    let place = Trainer::new();
    let network = ["train", "--data", "sine", "--hidden", "none", "--optimizer", "sgd", "--lr", "1.2"];
    let flags = [&network[..], &["--batch-size", "full", "--patience", "none", "--epochs", "1000"]].concat();
    place.fails(&flags, 5, &["training diverged in epoch ", "the model of epoch ", "is in runs/sine"]);
    assert!(place.path("runs/sine/model.safetensors").exists());
}

#[test]
fn run_folders_that_cannot_be_made() {
    let place = place();
    place.write("file", "");
    let train = |out| ["train", "--data", "xor", "--epochs", "1", "--out", out];
    place.fails(&train("file"), 4, &["cannot create file"]);
    place.fails(&train("file/inside"), 4, &["cannot create file/inside"]);
    assert_eq!(fs::read(place.path("file")).unwrap(), b"");
}

#[test]
fn models_and_the_data_they_are_given() {
    let place = place();
    place.succeeds(&["train", "--data", "table.csv", "--target", "price", "--task", "regression", "--epochs", "1", "-q"]);
    let model = "runs/table";
    let predict = |data: &str, text: &str, code, words: &[&str]| {
        place.write(data, text);
        place.fails(&["predict", model, "--data", data], code, words);
    };
    predict("few.csv", "siez,colour\n1,red\n", 3, &["few.csv: no column `size` (did you mean `siez`?)"]);
    predict("text.csv", "size,colour\n1,red\nbig,red\n", 3, &["text.csv:3: `big` in column `size` is not a number"]);
    predict("taken.csv", "size,colour,prediction\n1,red,3\n", 3, &["taken.csv: there is a column `prediction` already"]);
    predict("empty.csv", "size,colour\n", 3, &["no data rows"]);
    place.write("untold.csv", "size,colour\n1,red\n");
    place.fails(&["evaluate", model, "--data", "untold.csv"], 3, &["no column `price`"]);
    place.fails(&["evaluate", model, "--data", "table.csv", "--fail-under", "r2=2"], 6, &["r2 ", "is below 2"]);
    place.fails(
        &["evaluate", model, "--data", "table.csv", "--fail-under", "accuracy=0.5"],
        6,
        &["there is no accuracy", "r2, mae, rmse"],
    );
    place.fails(
        &["evaluate", model, "--data", "table.csv", "--fail-under", "mae=2"],
        2,
        &["--fail-under mae=2 is not possible"],
    );
    place.fails(&["predict", model, "--data", "table.csv", "--output", "no/where.csv"], 4, &["cannot write no/where.csv"]);
    place.fails(&["predict", model], 2, &["--data"]);

    place.fails(&["evaluate", "table.csv", "--data", "table.csv"], 3, &["table.csv is not a model"]);
    place.fails(&["summary", "table.csv"], 3, &["table.csv is not a model"]);
    if cfg!(unix) {
        place.fails(&["summary", "/dev/zero"], 3, &["/dev/zero is not a model: it is no regular file"]);
    }
    let path = place.path("runs/table/model.safetensors");
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    place.write("damaged.safetensors", &bytes);
    place.fails(
        &["predict", "damaged.safetensors", "--data", "table.csv"],
        3,
        &["damaged.safetensors is damaged: its checksum does not fit"],
    );
    place.write("short.safetensors", &bytes[..last / 2]);
    place.fails(&["summary", "short.safetensors"], 3, &["short.safetensors"]);
    place.fails(&["train", "short.safetensors"], 2, &["it looks like a model"]);
}

#[test]
fn compressed_tables() {
    let place = Trainer::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(TABLE.as_bytes()).unwrap();
    let bytes = gzip.finish().unwrap();
    place.write("t.csv.gz", &bytes);
    place.succeeds(&["train", "--data", "t.csv.gz", "--target", "colour", "--epochs", "1", "-q"]);
    let predicted = place.succeeds(&["predict", "runs/t", "--data", "t.csv.gz"]).stdout;
    assert!(predicted.starts_with("size,colour,price,prediction,probability_blue,probability_red\n1,red,10,"), "{predicted}");
    place.write("half.csv.gz", &bytes[..bytes.len() / 2]);
    place.fails(&["predict", "runs/t", "--data", "half.csv.gz"], 3, &["half.csv.gz: the gzip data is damaged"]);
}
