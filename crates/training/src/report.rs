//! What a training run says about itself, and who listens.

use std::ops::ControlFlow;

/// A loss and metrics of one set.
///
/// ```
/// use backprop_training::Scores;
/// let scores = Scores { loss: 0.25, metrics: vec![("accuracy".into(), 0.9)] };
/// assert_eq!(scores.metric("accuracy"), Some(0.9));
/// assert_eq!(scores.metric("r2"), None);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// The loss that is trained.
    pub loss: f64,
    /// Metrics by their registry names.
    pub metrics: Vec<(String, f64)>,
}

impl Scores {
    /// The metric of this name, if it was measured.
    pub fn metric(&self, name: &str) -> Option<f64> {
        self.metrics.iter().find(|(metric, _)| metric == name).map(|&(_, value)| value)
    }
}

/// What is known after an epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochReport {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// Epochs at most.
    pub epochs: usize,
    /// Steps done in the run.
    pub step: u64,
    /// The learning rate of the last step.
    pub rate: f64,
    /// Over the steps of the epoch: with dropout and weights, and while the parameters moved. Of metrics `accuracy` alone.
    pub train: Scores,
    /// Of the validation set, after the epoch.
    pub validation: Option<Scores>,
    /// Whether these are the parameters to keep: the validation loss is lower than ever before, or there is no validation set.
    pub improved: bool,
    /// Wall time since the start of the loop.
    pub seconds: f64,
}

/// What is known after a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// Epochs at most.
    pub epochs: usize,
    /// The step within the epoch, counted from 1.
    pub step: usize,
    /// Steps in an epoch.
    pub steps: usize,
    /// Mean loss over the steps of the epoch so far.
    pub loss: f64,
    /// Share of the samples of the epoch so far that were classified right; `None` for numbers, or if no label counts.
    pub accuracy: Option<f64>,
}

/// Listens to a training run, and may end it.
///
/// ```
/// use std::ops::ControlFlow;
/// use backprop_training::{EpochReport, Observer};
///
/// /// Ends a run that is good enough.
/// struct Until { accuracy: f64 }
///
/// impl Observer for Until {
///     fn epoch(&mut self, report: &EpochReport) -> ControlFlow<()> {
///         let reached = report.validation.as_ref().and_then(|scores| scores.metric("accuracy"));
///         if reached >= Some(self.accuracy) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
///     }
/// }
/// ```
pub trait Observer: Send {
    /// After each epoch. To break ends the run after this epoch.
    fn epoch(&mut self, report: &EpochReport) -> ControlFlow<()>;

    /// After each step. To break ends the run at once; an epoch that is not finished leaves no trace then, except that the very
    /// first one gives its last parameters. After the last step of an epoch, the epoch is measured and reported as any other.
    fn step(&mut self, progress: &Progress) -> ControlFlow<()> {
        let _ = progress;
        ControlFlow::Continue(())
    }
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn epoch(&mut self, _report: &EpochReport) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
