//! `run.json` and the last line of `--json`: what was run on what, and what came of it.

use backprop_training::{Outcome, Stop};
use serde::Serialize;

use crate::history::AllScores;
use crate::parts::Part;

/// A line of `--json`.
#[derive(Serialize)]
pub(crate) struct Event<T> {
    pub(crate) event: &'static str,
    #[serde(flatten)]
    pub(crate) body: T,
}

/// The end of a run.
#[derive(Serialize)]
pub(crate) struct Ending<'a> {
    /// The run folder.
    pub(crate) run: String,
    pub(crate) epochs: usize,
    pub(crate) best_epoch: usize,
    pub(crate) steps: u64,
    /// `epochs`, `patience`, `interrupted` or `diverged`.
    pub(crate) stop: &'static str,
    /// Wall time of the training loop alone.
    pub(crate) seconds: f64,
    pub(crate) train: Option<AllScores<'a>>,
    pub(crate) validation: Option<AllScores<'a>>,
    pub(crate) test: Option<AllScores<'a>>,
    pub(crate) parameters: usize,
    pub(crate) parameters_sha256: String,
}

impl<'a> Ending<'a> {
    /// Of a run whose parameters went into the model already.
    pub(crate) fn new(run: String, outcome: &Outcome<f32>, parts: &'a [Part; 3], params: &[f32]) -> Self {
        let [train, validation, test] = parts;
        Self {
            run,
            epochs: outcome.history.len(),
            best_epoch: outcome.best_epoch,
            steps: outcome.steps,
            stop: stop_name(&outcome.stop),
            seconds: outcome.seconds,
            train: train.scores(),
            validation: validation.scores(),
            test: test.scores(),
            parameters: params.len(),
            parameters_sha256: backprop_training::digest(params),
        }
    }
}

/// The reason to stop in one word.
fn stop_name(stop: &Stop) -> &'static str {
    match stop {
        Stop::Epochs => "epochs",
        Stop::Patience => "patience",
        Stop::Diverged(_) => "diverged",
        _ => "interrupted",
    }
}

/// Where the data came from.
#[derive(Clone, Serialize)]
pub(crate) struct DataRecord {
    pub(crate) source: String,
    pub(crate) sha256: String,
    pub(crate) rows: usize,
    pub(crate) train_rows: usize,
    pub(crate) validation_rows: usize,
    pub(crate) test_rows: usize,
}

/// The beginning of a run, the first line of `--json`.
#[derive(Clone, Serialize)]
pub(crate) struct Beginning {
    pub(crate) version: &'static str,
    pub(crate) command: Vec<String>,
    pub(crate) started: String,
    pub(crate) run: String,
    pub(crate) data: DataRecord,
    pub(crate) target: Vec<String>,
    pub(crate) task: String,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) parameters: usize,
    pub(crate) seed: u64,
    pub(crate) threads: usize,
}

/// The whole record.
#[derive(Serialize)]
pub(crate) struct RunRecord<'a> {
    #[serde(flatten)]
    pub(crate) beginning: Beginning,
    pub(crate) result: Ending<'a>,
}
