//! The command line: flags walk the table of settings, help walks the registries.

use std::ffi::OsString;
use std::fmt::Write;
use std::path::PathBuf;

use backprop_registry::{OptionSpec, Preset, Registry};
use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::config::Config;
use crate::evaluate::{self, Threshold};
use crate::failure::Failure;
use crate::settings::{SETTINGS, Setting, find};
use crate::{list, predict, summary, train};

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Command {
    /// Train, with settings that may be many.
    Train(Box<train::Request>),
    /// Measure a model.
    Evaluate(evaluate::Request),
    /// Use a model.
    Predict(predict::Request),
    /// Describe a model or a config.
    Summary(summary::Request),
    /// Tell what settings can name.
    List(list::Request),
}

/// Reads the command line, and the config file that it names.
pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, Failure> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let written = arguments.iter().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let matches = program().try_get_matches_from(arguments)?;
    match matches.subcommand() {
        None => Ok(Command::Train(Box::new(train::Request::of(Config::default(), written)))),
        Some(("train", matches)) => train_request(matches, written).map(|request| Command::Train(Box::new(request))),
        Some(("evaluate", matches)) => evaluate_request(matches).map(Command::Evaluate),
        Some(("predict", matches)) => Ok(Command::Predict(predict::Request {
            model: path(matches, "model"),
            data: text(matches, "data"),
            output: matches.get_one("output").cloned(),
            json: matches.get_flag("json"),
            threads: threads(matches)?,
        })),
        Some(("summary", matches)) => Ok(Command::Summary(summary::Request { subject: path(matches, "model") })),
        Some(("list", matches)) => {
            Ok(Command::List(list::Request { kind: matches.get_one("kind").cloned(), json: matches.get_flag("json") }))
        }
        Some((other, _)) => unreachable!("{other} is not among the commands below"),
    }
}

fn train_request(matches: &ArgMatches, arguments: Vec<String>) -> Result<train::Request, Failure> {
    let file: Option<&PathBuf> = matches.get_one("config");
    let flags: Vec<(&Setting, String)> = SETTINGS
        .iter()
        .filter_map(|setting| matches.get_one::<String>(setting.flag).map(|value| (setting, value.clone())))
        .collect();
    let assignments: Vec<String> = matches.get_many("set").into_iter().flatten().cloned().collect();
    let config = Config::read(file.map(PathBuf::as_path), &flags, &assignments)?;
    Ok(train::Request {
        config_file: file.cloned(),
        json: matches.get_flag("json"),
        quiet: matches.get_flag("quiet"),
        exist_ok: matches.get_flag("exist-ok"),
        ..train::Request::of(config, arguments)
    })
}

fn evaluate_request(matches: &ArgMatches) -> Result<evaluate::Request, Failure> {
    let (mut thresholds, mut mistakes) = (Vec::new(), Vec::new());
    for given in matches.get_many::<String>("fail-under").into_iter().flatten() {
        match given.parse::<Threshold>() {
            Ok(threshold) => thresholds.push(threshold),
            Err(message) => mistakes.push(message),
        }
    }
    if !mistakes.is_empty() {
        return Err(Failure::Settings(mistakes));
    }
    let config = settings_of(matches)?;
    Ok(evaluate::Request {
        metrics: config.metrics,
        model: path(matches, "model"),
        data: text(matches, "data"),
        thresholds,
        json: matches.get_flag("json"),
        quiet: matches.get_flag("quiet"),
        seed: config.recipe.settings.seed,
        threads: config.threads,
    })
}

/// The settings that a command other than `train` takes too.
fn settings_of(matches: &ArgMatches) -> Result<Config, Failure> {
    let given = |key| {
        let setting = find(key).expect("the table has it");
        let value = matches.try_get_one::<String>(setting.flag).ok().flatten();
        value.map(|value| (setting, value.clone()))
    };
    Config::read(None, &["train.metrics", "run.seed", "run.threads"].into_iter().filter_map(given).collect::<Vec<_>>(), &[])
}

fn threads(matches: &ArgMatches) -> Result<usize, Failure> {
    settings_of(matches).map(|config| config.threads)
}

fn path(matches: &ArgMatches, name: &str) -> PathBuf {
    matches.get_one::<PathBuf>(name).cloned().expect("clap asks for it")
}

fn text(matches: &ArgMatches, name: &str) -> String {
    matches.get_one::<String>(name).cloned().expect("clap asks for it")
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done                              4  cannot be opened, read or written
  1  failure at run time               5  training diverged
  2  usage or configuration            6  a threshold was missed
  3  data, or a file that is no model  130  interrupted";

/// The whole command line.
pub(crate) fn program() -> clap::Command {
    let examples = format!(
        "\
Examples:
  trainer                                              the built-in digits, all defaults
  trainer train --data table.csv --target price        a table of your own
  trainer train --data fashion-mnist                   a folder of images in IDX files
  trainer train experiment.toml --lr 0.01              a config file, one setting changed
  trainer evaluate runs/latest --data new.csv --fail-under accuracy=0.95
  trainer predict runs/latest --data new.csv > answers.csv
  trainer summary runs/latest
  trainer list losses                                  what --loss can name, and the options

{EXIT_CODES}"
    );
    clap::Command::new("trainer")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Trains neural networks, and uses them. Without a command it trains on built-in digits.")
        .after_help(examples)
        .max_term_width(100)
        .subcommands([train_command(), evaluate_command(), predict_command(), summary_command(), list_command()])
}

fn train_command() -> clap::Command {
    let examples = "\
Examples:
  trainer train                                        the built-in digits
  trainer train --data penguins --hidden 32,32 --dropout 0.2
  trainer train --data moons:noise=0.3 --activation tanh --optimizer sgd:momentum=0.9 --lr 0.1
  trainer train --data table.csv --target price --schedule cosine_annealing --epochs 200
  trainer train --data fashion-mnist --hidden 256,128 --batch-size 128
  trainer train experiment.toml --set train.epochs=20 --json > log.jsonl

Settings: defaults, then the config file, then flags, then --set; later ones win.";
    let settings = SETTINGS.iter().map(|setting| argument(setting).help_heading(heading(setting)));
    clap::Command::new("train")
        .about("Trains a network and writes a run folder")
        .arg(Arg::new("config").value_name("CONFIG.toml").help("Settings in a file").value_parser(value_parser!(PathBuf)))
        .args(settings)
        .arg(
            Arg::new("set")
                .long("set")
                .value_name("KEY=VALUE")
                .help("Any setting by its key, such as train.epochs=20; may be repeated")
                .action(ArgAction::Append),
        )
        .arg(switch("exist-ok", "Lets --name replace a run of that name"))
        .arg(switch("json", "Prints one JSON object per line on standard output, nothing else there"))
        .arg(switch("quiet", "Prints no progress and no notes").short('q'))
        .after_help(examples)
        .after_long_help(format!("{examples}\n\n{}{EXIT_CODES}", names()))
}

fn evaluate_command() -> clap::Command {
    clap::Command::new("evaluate")
        .about("Measures a model on rows whose answers are known")
        .arg(model())
        .arg(data("FILE|FOLDER|SET", "The rows: a CSV file, a folder of images (its test set), or a built-in set"))
        .arg(
            Arg::new("fail-under")
                .long("fail-under")
                .value_name("METRIC=X")
                .help("Exits with 6 if a metric is below X, such as accuracy=0.95; may be repeated")
                .action(ArgAction::Append),
        )
        .arg(argument(find("train.metrics").expect("the table has it")))
        .arg(argument(find("run.seed").expect("the table has it")).help("Where random numbers of a generated set start"))
        .arg(argument(find("run.threads").expect("the table has it")))
        .arg(switch("json", "Prints one JSON object on the standard output"))
        .arg(switch("quiet", "Prints no notes").short('q'))
        .after_help(
            "\
Examples:
  trainer evaluate runs/latest --data new.csv
  trainer evaluate runs/moons --data moons --seed 1                  other moons
  trainer evaluate model.safetensors --data new.csv --fail-under accuracy=0.95 --json",
        )
}

fn predict_command() -> clap::Command {
    clap::Command::new("predict")
        .about("Adds columns with predictions to a table, or numbers images from 0 and predicts each")
        .arg(model())
        .arg(data(
            "FILE|FOLDER|-",
            "The rows: a CSV file, a folder of images (its test set), - for the standard input, or a built-in set",
        ))
        .arg(
            Arg::new("output")
                .long("output")
                .short('o')
                .value_name("FILE")
                .help("Writes to a file instead of the standard output, whole or not at all")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(argument(find("run.threads").expect("the table has it")))
        .arg(switch("json", "One JSON object per row instead of CSV"))
        .after_help(
            "\
Examples:
  trainer predict runs/latest --data new.csv > answers.csv
  trainer predict runs/latest --data new.csv --output answers.csv
  cat new.csv | trainer predict runs/latest --data - --json",
        )
}

fn summary_command() -> clap::Command {
    clap::Command::new("summary")
        .about("Describes a model, or what a config would train")
        .arg(model().value_name("MODEL|CONFIG.toml").help("A run folder, a model.safetensors, or a config file"))
        .after_help("Examples:\n  trainer summary runs/latest\n  trainer summary experiment.toml")
}

fn list_command() -> clap::Command {
    let kinds = list::kinds().map(|kind| kind.name);
    clap::Command::new("list")
        .about("Tells what settings can name: activations, losses, optimizers and so on, with their options")
        .arg(Arg::new("kind").value_name("KIND").help("One kind, with defaults and ranges of all options").value_parser(kinds))
        .arg(switch("json", "One JSON object for each item, a line each"))
        .after_help("Examples:\n  trainer list\n  trainer list activations\n  trainer list --json > everything.jsonl")
}

fn model() -> Arg {
    Arg::new("model")
        .value_name("MODEL")
        .help("A run folder, such as runs/latest, or the model.safetensors in it")
        .required(true)
        .value_parser(value_parser!(PathBuf))
}

fn data(value: &'static str, help: &'static str) -> Arg {
    Arg::new("data").long("data").value_name(value).help(help).required(true).allow_hyphen_values(true)
}

fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).action(ArgAction::SetTrue)
}

fn argument(setting: &Setting) -> Arg {
    let default = setting.default();
    let argument = Arg::new(setting.flag)
        .long(setting.flag)
        .value_name(setting.value)
        .help(format!("{} [default: {default}]", setting.help))
        .allow_negative_numbers(true);
    if setting.is_switch() { argument.num_args(0..=1).require_equals(true).default_missing_value("true") } else { argument }
}

fn heading(setting: &Setting) -> &'static str {
    match setting.place().0 {
        "data" => "Data",
        "model" => "Network",
        "train" => "Training",
        _ => "Run",
    }
}

/// Everything a setting can name, with options and their defaults.
fn names() -> String {
    let mut text = String::new();
    section(&mut text, "Data sets", backprop_data::SETS);
    section(&mut text, "Activations", backprop_activations::registry::<f32>());
    section(&mut text, "Initializers", backprop_layers::initializers());
    section(&mut text, "Metrics", backprop_metrics::registry());
    section(&mut text, "Losses", backprop_losses::registry::<f32>());
    section(&mut text, "Optimizers", backprop_optimizers::registry::<f32>());
    section(&mut text, "Schedules", backprop_optimizers::schedules());
    text
}

fn section<I>(text: &mut String, heading: &str, registry: Registry<I>) {
    let _ = writeln!(text, "{heading} (options and their defaults after the colon):");
    for entry in registry.entries {
        let options: Vec<String> = entry.options.iter().map(option).collect();
        let colon = if options.is_empty() { "" } else { ":" };
        let _ = writeln!(text, "  {}{colon}{}\n      {}", entry.name, options.join(","), entry.summary);
    }
    text.push('\n');
}

fn option(spec: &OptionSpec) -> String {
    match (spec.default, spec.default.value()) {
        (Preset::Required, _) | (_, None) => format!("{}=…", spec.name),
        (_, Some(value)) => format!("{}={value}", spec.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        program().debug_assert();
        let help = program().find_subcommand_mut("train").unwrap().render_long_help().to_string();
        for setting in SETTINGS {
            assert!(help.contains(&format!("--{}", setting.flag)), "{setting:?}");
        }
        for name in ["leaky_relu:slope=0.01", "adam", "cosine_annealing", "moons:samples=1000,noise=0.1"] {
            assert!(help.contains(name), "{name}");
        }
    }
}
