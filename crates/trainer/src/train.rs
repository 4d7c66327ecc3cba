//! `trainer train`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use backprop_data::{DataError, Dataset, Task};
use backprop_tensor::Pool;
use backprop_training::{Model, Outcome, Prepared, Recipe, Stop, TrainingError};

use crate::config::Config;
use crate::console::Console;
use crate::failure::Failure;
use crate::figures::{count, duration, figure};
use crate::history::History;
use crate::json_lines::JsonLines;
use crate::measures::Measures;
use crate::parts::Part;
use crate::progress::Progress;
use crate::results::Shown;
use crate::run_folder::RunFolder;
use crate::run_record::{Beginning, DataRecord, Ending, Event, RunRecord};
use crate::source::{self, Data, Loaded, Source};
use crate::{config_file, interrupt, invocation, model_path, overview, results, utc};

/// A network that needs more numbers than this (16 GiB) is a typing error.
const MAX_NUMBERS: u128 = 1 << 32;

/// The target of a folder of images, as a config that was written for one has it.
const IMAGE_TARGET: &str = "label";

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) config: Config,
    pub(crate) config_file: Option<PathBuf>,
    /// The command line, for the record.
    pub(crate) arguments: Vec<String>,
    pub(crate) json: bool,
    pub(crate) quiet: bool,
    pub(crate) exist_ok: bool,
}

impl Request {
    /// To train with these settings, and nothing special.
    pub(crate) fn of(config: Config, arguments: Vec<String>) -> Self {
        Self { config, config_file: None, arguments, json: false, quiet: false, exist_ok: false }
    }

    /// The run is called after the data, or after a config that has a name of its own.
    fn stem(&self, source: &Source) -> String {
        let of_config = self.config_file.as_deref().map(source::stem).filter(|stem| stem != "config");
        of_config.unwrap_or_else(|| source.stem())
    }
}

/// Reads the data of a config and builds everything but the training.
pub(crate) fn prepare(config: &Config, pool: &Pool) -> Result<(Source, Loaded<usize>, Prepared), Failure> {
    let source = Source::find(&config.source, config.noise, config.samples)?;
    check_source(config, &source)?;
    let Loaded { data, sha256 } = source.load_to_train(config.recipe.settings.seed)?;
    let mut recipe = config.recipe.clone();
    if recipe.target.is_empty() {
        recipe.target.extend(source.target().map(str::to_owned));
    }
    let (data, prepared) = match data {
        Data::Table(table) => {
            let prepared = pool.run(|| recipe.prepare(&table));
            (Data::Table(table), prepared)
        }
        Data::Images([train, test]) => {
            let count = train.len() + test.len();
            (Data::Images(count), pool.run(|| recipe.prepare_images(train, test, config.classes.as_deref())))
        }
    };
    let prepared = prepared.map_err(|error| match error {
        // A setting is missing; the file is all right.
        TrainingError::Data(error @ DataError::NoTarget { .. }) => Failure::Settings(vec![
            error.to_string().replace("name the column to predict,", "write --target and the column to predict,"),
        ]),
        TrainingError::Data(error @ DataError::RepeatedClass { .. }) => Failure::Settings(vec![format!("--classes: {error}")]),
        error => error.into(),
    })?;
    check_memory(&prepared)?;
    Ok((source, Loaded { data, sha256 }, prepared))
}

/// Refuses settings that are for another kind of data.
fn check_source(config: &Config, source: &Source) -> Result<(), Failure> {
    let label = source.label();
    let (target, is_folder) = (&config.recipe.target, matches!(source, Source::Folder(_)));
    let mut mistakes = Vec::new();
    if !is_folder && config.classes.is_some() {
        mistakes.push(format!("--classes is for a folder of images, but {label} is a table, which has its own; leave it away"));
    }
    if is_folder && !target.is_empty() && target.iter().ne([IMAGE_TARGET]) {
        let target = target.join(",");
        mistakes
            .push(format!("--target {target} is for a table, but {label} is a folder of images with labels; leave it away"));
    }
    if is_folder && config.recipe.task == Some(Task::Regression) {
        mistakes
            .push(format!("--task regression is for a table, but {label} is a folder of images with classes; leave it away"));
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Failure::Settings(mistakes)) }
}

/// Trains, and writes and tells what came of it.
pub(crate) fn run(request: &Request) -> Result<(), Failure> {
    interrupt::listen()?;
    let console = Console { quiet: request.quiet || request.json };
    let pool = Pool::new(request.config.threads)?;
    let (source, loaded, prepared) = prepare(&request.config, &pool)?;
    let measures = Measures::new(&request.config.metrics)?;
    measures.check(prepared.preprocessing.task() == Task::Classification)?;
    announce(console, &source, &loaded, &prepared, pool.threads());

    let folder =
        RunFolder::create(&request.config.out, request.config.name.as_deref(), &request.stem(&source), request.exist_ok)?;
    let run = folder.path().to_owned();
    folder.write("config.toml", &config_file::write(&resolved(&request.config, &source, &prepared)))?;
    let written = |reason| Failure::Io { verb: "write", path: run.join("metrics.csv").display().to_string(), reason };
    let history = History::create(&run).map_err(written)?;
    let beginning = beginning(request, &source, &loaded, &prepared, &run, pool.threads());
    let mut json = JsonLines::new(request.json);
    json.object(&Event { event: "start", body: &beginning });
    let mut progress = Progress::new(console, history, json);
    let outcome = pool.run(|| prepared.fit(&mut progress));
    progress.finish();
    let mut outcome = outcome?;
    if let Some(error) = progress.failed {
        return Err(written(error));
    }
    if let (0, Stop::Diverged(at)) = (outcome.best_epoch, &outcome.stop) {
        return Err(Failure::Diverged { at: at.clone(), kept: "no epoch was done, so nothing is kept".to_owned() });
    }
    tell_the_end(console, &outcome, prepared.recipe());

    let datasets = [prepared.train, prepared.validation, prepared.test];
    let (params, state) = (std::mem::take(&mut outcome.params), std::mem::take(&mut outcome.state));
    let model = Model::new(prepared.network, params, state, prepared.preprocessing, prepared.pairing.head, prepared.loss);
    let split = prepared.split;
    let rows = [("train", split.train), ("validation", split.validation), ("test", split.test)];
    let parts: [Part; 3] = pool.run(|| {
        let mut datasets = datasets.iter();
        rows.map(|(name, rows)| Part::measure(name, rows, datasets.next().expect("three parts, three sets"), &model, &measures))
    });

    model.save(run.join(model_path::FILE_NAME))?;
    let ending = || Ending::new(run.display().to_string(), &outcome, &parts, model.params());
    let record = RunRecord { beginning, result: ending() };
    let record = serde_json::to_string_pretty(&record).expect("keys are strings");
    folder.write("run.json", &(record + "\n"))?;
    if let Err(failure) = folder.keep() {
        console.say("note", &failure);
    }

    progress.json.object(&Event { event: "result", body: ending() });
    let printed =
        if request.json { progress.json.finish() } else { print(&parts, &datasets, &loaded.data, &model, &source, &run) };
    tell_what_next(console, &run, &source);
    printed?;
    let kept = match outcome.best_epoch {
        0 => format!("the model as it was in the first epoch is in {}", run.display()),
        epoch => format!("the model of epoch {epoch} is in {}", run.display()),
    };
    failure(&outcome, kept).map_or(Ok(()), Err)
}

/// Scores of all parts, and a closer look at the last one.
fn print(
    parts: &[Part],
    datasets: &[Dataset<f32>],
    data: &Data<usize>,
    model: &Model,
    source: &Source,
    run: &Path,
) -> Result<(), Failure> {
    let look = parts.iter().zip(datasets).rev().find(|(part, _)| part.evaluation.is_some());
    let look = look.map(|(part, dataset)| {
        let shown = match data {
            Data::Table(table) => Shown::Rows { table, noun: source.row_noun() },
            Data::Images(_) => Shown::Images(dataset),
        };
        results::closer_look(part, shown, model)
    });
    let look = look.unwrap_or_default();
    let mut stdout = anstream::stdout().lock();
    writeln!(stdout, "{}{look}\nrun folder {}", results::scores(parts), run.display())?;
    Ok(stdout.flush()?)
}

/// The failure that a run ended with, if it did.
fn failure(outcome: &Outcome<f32>, kept: String) -> Option<Failure> {
    match &outcome.stop {
        Stop::Epochs | Stop::Patience => None,
        Stop::Diverged(at) => Some(Failure::Diverged { at: at.clone(), kept }),
        _ => Some(Failure::Interrupted(kept)),
    }
}

/// Refuses what no memory holds, before the system ends the program for it.
fn check_memory(prepared: &Prepared) -> Result<(), Failure> {
    let recipe: &Recipe = prepared.recipe();
    let batch = recipe.settings.batch_size.of(prepared.train.len()) as u128;
    let widths = [prepared.network.inputs(), prepared.network.outputs()];
    let values: u128 = widths.iter().chain(&recipe.hidden).map(|&width| width as u128).sum();
    // Parameters, gradients, two moments, the best parameters; outputs, derivatives and caches.
    let numbers = 5 * prepared.network.param_count() as u128 + 3 * batch * values;
    if numbers <= MAX_NUMBERS {
        return Ok(());
    }
    let gibibytes = numbers >> 28;
    Err(Failure::Settings(vec![format!(
        "training this network would take about {gibibytes} GiB of memory; give it fewer --hidden units or a smaller --batch-size"
    )]))
}

fn announce(console: Console, source: &Source, loaded: &Loaded<usize>, prepared: &Prepared, threads: usize) {
    for (heading, text) in overview::of_data(&source.label(), &loaded.data, &prepared.preprocessing, &prepared.split) {
        console.say(heading, text);
    }
    for note in &prepared.notes {
        console.say("note", note);
    }
    console.print(format_args!("\n{}\n", prepared.network.summary()));
    for (heading, text) in overview::of_training(prepared) {
        console.say(heading, text);
    }
    console.say("seed", format_args!("{}, {}", prepared.recipe().settings.seed, count(threads, "thread")));
    console.print("");
}

/// The settings with everything decided, so that they give the same run again, from any folder.
fn resolved(config: &Config, source: &Source, prepared: &Prepared) -> Config {
    let mut resolved = Config { source: source.absolute(), noise: None, samples: None, name: None, ..config.clone() };
    let recipe = &mut resolved.recipe;
    recipe.target = prepared.preprocessing.outcome.columns().to_vec();
    recipe.task = Some(prepared.preprocessing.task());
    recipe.rate = Some(prepared.rate);
    recipe.dropout = Some(prepared.dropout());
    recipe.loss = Some(prepared.pairing.loss.clone());
    recipe.output.clone_from(&prepared.pairing.output);
    resolved
}

fn beginning(
    request: &Request,
    source: &Source,
    loaded: &Loaded<usize>,
    prepared: &Prepared,
    run: &Path,
    threads: usize,
) -> Beginning {
    let data = DataRecord {
        source: source.label(),
        sha256: loaded.sha256.clone(),
        rows: loaded.data.count(),
        train_rows: prepared.split.train.len(),
        validation_rows: prepared.split.validation.len(),
        test_rows: prepared.split.test.len(),
    };
    Beginning {
        version: env!("CARGO_PKG_VERSION"),
        command: request.arguments.clone(),
        started: utc::format(SystemTime::now()),
        run: run.display().to_string(),
        data,
        target: prepared.preprocessing.outcome.columns().to_vec(),
        task: prepared.preprocessing.task().to_string(),
        inputs: prepared.network.inputs(),
        outputs: prepared.network.outputs(),
        parameters: prepared.network.param_count(),
        seed: prepared.recipe().settings.seed,
        threads,
    }
}

fn tell_the_end(console: Console, outcome: &Outcome<f32>, recipe: &Recipe) {
    let why = match (&outcome.stop, recipe.settings.patience) {
        (Stop::Epochs, _) => "all are done".to_owned(),
        (Stop::Patience, Some(patience)) => format!("no better validation loss for {}", count(patience, "epoch")),
        (Stop::Diverged(_), _) => "the numbers are not finite any more".to_owned(),
        _ => "interrupted".to_owned(),
    };
    let epochs = count(outcome.history.len(), "epoch");
    console.say("stopped", format_args!("after {epochs} in {}: {why}", duration(outcome.seconds)));
    let best = outcome.history.iter().rev().find(|report| report.epoch == outcome.best_epoch);
    let best = best.and_then(|report| Some((report.epoch, report.validation.as_ref()?.loss)));
    match best {
        Some((epoch, loss)) => console.say("kept", format_args!("epoch {epoch}, validation loss {}", figure(loss))),
        None if outcome.best_epoch == 0 => console.say("kept", format_args!("what the first epoch had learned")),
        None => console.say("kept", format_args!("epoch {}, the last one", outcome.best_epoch)),
    }
    console.print("");
}

fn tell_what_next(console: Console, run: &Path, source: &Source) {
    let program = invocation::program();
    let model = invocation::quoted(&run.display().to_string());
    let data = invocation::quoted(&source.label());
    let commands =
        [format!("evaluate {model} --data {data}"), format!("predict {model} --data {data}"), format!("summary {model}")];
    let commands: Vec<String> = commands.iter().map(|command| format!("{program} {command}")).collect();
    console.print("");
    console.say("next", commands.join("\n"));
}
