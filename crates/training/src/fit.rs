//! The training loop.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use backprop_data::{Dataset, epoch_order};
use backprop_layers::{Network, Workspace};
use backprop_losses::{Loss, Target};
use backprop_optimizers::{Clip, Optimizer, Schedule, Tick};
use backprop_tensor::{Key, Purpose, Scalar, View, ViewMut};

use crate::batch::{Batch, target};
use crate::{EpochReport, Evaluator, Head, Observer, Progress, Scores, TrainingError};

/// How many samples go into one step.
///
/// ```
/// use backprop_training::BatchSize;
/// assert_eq!(BatchSize::Full.of(1000), 1000);
/// assert_eq!("32".parse(), Ok(BatchSize::Samples(32)));
/// assert_eq!("full".parse(), Ok(BatchSize::Full));
/// assert!("0".parse::<BatchSize>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchSize {
    /// All of them: gradient descent.
    Full,
    /// So many: 1 is stochastic gradient descent, more is mini-batch gradient descent.
    Samples(usize),
}

impl BatchSize {
    /// The number of samples in a step over a set of `len`.
    pub fn of(self, len: usize) -> usize {
        match self {
            BatchSize::Full => len,
            BatchSize::Samples(samples) => samples.min(len),
        }
    }
}

impl std::str::FromStr for BatchSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(samples @ 1..) => Ok(BatchSize::Samples(samples)),
            _ if text == "full" => Ok(BatchSize::Full),
            _ => Err(format!("a batch size is a number from 1 or `full`, not `{text}`")),
        }
    }
}

impl std::fmt::Display for BatchSize {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            BatchSize::Full => f.write_str("full"),
            BatchSize::Samples(samples) => write!(f, "{samples}"),
        }
    }
}

/// What a training run does, apart from the network, the loss and the optimizer.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `epochs` | 100 | from 0 | passes over the training set at most |
/// | `batch_size` | 32 | from 1, or full | samples in a step |
/// | `patience` | 20 | from 1, or none | epochs without a better validation loss before it stops |
/// | `clip` | none | | how gradients are kept small |
/// | `seed` | 0 | | where random numbers start: the order of samples, and dropout |
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Passes over the training set at most.
    pub epochs: usize,
    /// Samples in a step.
    pub batch_size: BatchSize,
    /// Epochs without a better validation loss before training stops; `None` never stops.
    pub patience: Option<usize>,
    /// How gradients are kept small.
    pub clip: Option<Clip>,
    /// Where random numbers start.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { epochs: 100, batch_size: BatchSize::Samples(32), patience: Some(20), clip: None, seed: 0 }
    }
}

/// Why training ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Stop {
    /// All epochs are done.
    Epochs,
    /// The validation loss had not improved for so many epochs.
    Patience,
    /// The observer asked for it.
    Observer,
    /// The loss or a parameter was no longer a finite number.
    Diverged(Divergence),
}

/// Where training left the finite numbers. The parameters are those before the step.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// The step within the run, counted from 1.
    pub step: u64,
    /// What was not finite: `the loss`, `the gradient`, `a parameter` or `the optimizer's memory`.
    pub what: &'static str,
    /// The learning rate of that step.
    pub rate: f64,
    /// The last loss that was finite.
    pub last_loss: Option<f64>,
}

impl std::fmt::Display for Divergence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { epoch, step, what, rate, last_loss } = self;
        write!(f, "{what} is not a finite number any more in step {step} (epoch {epoch}), at a learning rate of {rate}")?;
        if let Some(loss) = last_loss {
            write!(f, "; the loss before it was {loss:.4e}")?;
        }
        write!(f, ". A smaller --lr or --clip-norm 1 helps most often")
    }
}

/// What a training run gives.
#[derive(Clone, Debug)]
pub struct Outcome<T> {
    /// The parameters of the best epoch by validation loss; the last ones without a validation set, or if the observer ended the run
    /// within the first epoch.
    pub params: Vec<T>,
    /// The state that belongs to them.
    pub state: Vec<T>,
    /// The best epoch, counted from 1; 0 if none was done.
    pub best_epoch: usize,
    /// One report for each epoch.
    pub history: Vec<EpochReport>,
    /// Steps done.
    pub steps: u64,
    /// Wall time of the loop alone.
    pub seconds: f64,
    /// Why it ended.
    pub stop: Stop,
}

/// A training run: the network with its loss, and how it is trained.
///
/// Each step: gather a mini-batch, go forward and back, clip, update. Each epoch: a new order of the samples, drawn from (seed,
/// epoch) alone. After each epoch the validation set is measured; the best parameters are kept and given back.
///
/// ```
/// use backprop_activations::Tanh;
/// use backprop_data::{Dataset, Targets};
/// use backprop_layers::{Dense, Network, Sequential};
/// use backprop_losses::SoftmaxCrossEntropy;
/// use backprop_tensor::Matrix;
/// use backprop_training::{Fit, Head, Settings, Silent};
///
/// // The exclusive or of two bits.
/// let x = Matrix::from_column_slice(2, 4, &[0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
/// let data = Dataset::<f32> { x, targets: Targets::Classes(vec![0, 1, 1, 0]), weights: None };
/// let network = Network::new(2, Sequential::new().then(Dense::new(2, 8).activation(Tanh)).then(Dense::new(8, 2)))?;
/// let mut optimizer = backprop_optimizers::registry().parse("adam")?.build(network.spans(), false);
/// let fit = Fit {
///     network: &network,
///     loss: &SoftmaxCrossEntropy::default(),
///     head: Head::Softmax,
///     schedule: &backprop_optimizers::Constant { base_rate: 0.05 },
///     settings: &Settings { epochs: 200, ..Settings::default() },
/// };
/// let outcome = fit.run(network.init(0), network.initial_state(), optimizer.as_mut(), &data, None, &mut Silent)?;
/// assert_eq!(outcome.history.last().unwrap().train.metric("accuracy"), Some(1.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Fit<'a, T: Scalar = f32> {
    /// The network.
    pub network: &'a Network<T>,
    /// What is made small.
    pub loss: &'a dyn Loss<T>,
    /// How outputs become predictions, for the metrics.
    pub head: Head,
    /// The learning rate of each step.
    pub schedule: &'a dyn Schedule,
    /// Everything else.
    pub settings: &'a Settings,
}

impl<T: Scalar> Fit<'_, T> {
    /// Trains from these parameters on.
    ///
    /// # Errors
    /// If a set is empty, or its shapes or labels do not fit the network and the loss.
    pub fn run(
        &self,
        params: Vec<T>,
        state: Vec<T>,
        optimizer: &mut dyn Optimizer<T>,
        train: &Dataset<T>,
        validation: Option<&Dataset<T>>,
        observer: &mut dyn Observer,
    ) -> Result<Outcome<T>, TrainingError> {
        self.check("training", train)?;
        if let Some(validation) = validation {
            self.check("validation", validation)?;
        }
        let start = Instant::now();
        let mut stepper = Stepper::new(self, train, params, state);
        let mut evaluator = validation.map(|data| Evaluator::new(self.network, self.loss, self.head, data));
        let mut best = Best { epoch: 0, loss: f64::INFINITY, params: stepper.params.clone() };
        let mut history = Vec::new();
        let mut stop = Stop::Epochs;
        for epoch in 1..=self.settings.epochs {
            let scores = match stepper.epoch(epoch, optimizer, observer) {
                Ok(scores) => scores,
                Err(early) => {
                    stop = early;
                    break;
                }
            };
            // An infinite second moment freezes its parameter for good without a NaN ever showing.
            let finite = |values: &[T]| values.iter().all(|value| value.is_finite());
            let remembered = optimizer.state().iter().all(|(_, values)| finite(values));
            if !(finite(&stepper.params) && remembered) {
                let what = if remembered { "a parameter" } else { "the optimizer's memory" };
                stop = Stop::Diverged(stepper.divergence(epoch, what));
                break;
            }
            let validated = evaluator.as_mut().map(|evaluator| evaluator.scores(&stepper.params, &stepper.state));
            // Written so that NaN is never an improvement.
            let judged = validated.as_ref().map_or(f64::NEG_INFINITY, |scores| scores.loss);
            let improved = judged < best.loss || validated.is_none();
            if improved {
                best = Best { epoch, loss: judged, params: stepper.params.clone() };
            }
            let report = EpochReport {
                epoch,
                epochs: self.settings.epochs,
                step: stepper.step,
                rate: stepper.rate,
                train: scores,
                validation: validated,
                improved,
                seconds: start.elapsed().as_secs_f64(),
            };
            let verdict = observer.epoch(&report);
            history.push(report);
            if verdict.is_break() {
                stop = Stop::Observer;
                break;
            }
            let out_of_patience = self.settings.patience.is_some_and(|patience| epoch - best.epoch >= patience);
            if validation.is_some() && out_of_patience {
                stop = Stop::Patience;
                break;
            }
        }
        if best.epoch == 0 && stop == Stop::Observer {
            // Ended before there was anything to compare: what was learned so far is better than nothing.
            best.params = stepper.params;
        }
        Ok(Outcome {
            params: best.params,
            state: stepper.state,
            best_epoch: best.epoch,
            history,
            steps: stepper.step,
            seconds: start.elapsed().as_secs_f64(),
            stop,
        })
    }

    /// What must hold before the first step.
    fn check(&self, which: &'static str, data: &Dataset<T>) -> Result<(), TrainingError> {
        if data.is_empty() {
            return Err(TrainingError::NoSamples { which });
        }
        if data.x.nrows() != self.network.inputs() {
            return Err(TrainingError::Inputs { which, expected: self.network.inputs(), got: data.x.nrows() });
        }
        backprop_losses::check_target(self.network.outputs(), self.loss, target(&data.targets))
            .map_err(|reason| TrainingError::Targets { which, reason })
    }
}

/// The parameters of the best epoch so far.
struct Best<T> {
    epoch: usize,
    loss: f64,
    params: Vec<T>,
}

/// Everything that changes from step to step; made once, so that a step takes no memory.
struct Stepper<'a, 'b, T: Scalar> {
    fit: &'b Fit<'a, T>,
    train: &'b Dataset<T>,
    params: Vec<T>,
    state: Vec<T>,
    gradients: Vec<T>,
    workspace: Workspace<T>,
    batch: Batch<T>,
    order: Vec<usize>,
    batch_size: usize,
    step: u64,
    rate: f64,
    last_loss: Option<f64>,
}

impl<'a, 'b, T: Scalar> Stepper<'a, 'b, T> {
    fn new(fit: &'b Fit<'a, T>, train: &'b Dataset<T>, params: Vec<T>, state: Vec<T>) -> Self {
        let batch_size = fit.settings.batch_size.of(train.len());
        Self {
            fit,
            train,
            gradients: vec![T::ZERO; params.len()],
            params,
            state,
            workspace: fit.network.workspace(batch_size),
            batch: Batch::new(train, batch_size),
            order: (0..train.len()).collect(),
            batch_size,
            step: 0,
            rate: 0.0,
            last_loss: None,
        }
    }

    /// One pass over the training set. The scores are those of the steps, with their dropout and while the parameters moved.
    fn epoch(&mut self, epoch: usize, optimizer: &mut dyn Optimizer<T>, observer: &mut dyn Observer) -> Result<Scores, Stop> {
        epoch_order(&mut self.order, self.fit.settings.seed, epoch as u64);
        let steps = self.train.len().div_ceil(self.batch_size);
        let mut total = 0.0;
        let mut weight = 0.0;
        let mut correct = 0;
        for index in 0..steps {
            let start = index * self.batch_size;
            let end = (start + self.batch_size).min(self.train.len());
            let (loss, divisor, hits) = self.take_step(start..end, epoch, index, optimizer)?;
            total += loss * divisor;
            weight += divisor;
            correct += hits;
            let progress = Progress {
                epoch,
                epochs: self.fit.settings.epochs,
                step: index + 1,
                steps,
                loss: total / weight.max(f64::MIN_POSITIVE),
                accuracy: self.fit.head.is_classification().then(|| correct as f64 / end as f64),
            };
            if observer.step(&progress).is_break() {
                return Err(Stop::Observer);
            }
        }
        let loss = total / weight.max(f64::MIN_POSITIVE);
        let accuracy =
            self.fit.head.is_classification().then(|| ("accuracy".to_owned(), correct as f64 / self.train.len() as f64));
        Ok(Scores { loss, metrics: accuracy.into_iter().collect() })
    }

    /// One step: gather, forward and back, clip, update. Gives the loss, its divisor and how many samples were classified right.
    fn take_step(
        &mut self,
        samples: Range<usize>,
        epoch: usize,
        index: usize,
        optimizer: &mut dyn Optimizer<T>,
    ) -> Result<(f64, f64, usize), Stop> {
        let Fit { network, loss, head, schedule, settings } = *self.fit;
        self.batch.gather(self.train, &self.order[samples]);
        let (x, target, weights) = (self.batch.x(), self.batch.target(), self.batch.weights());
        let divisor = loss.divisor(target, weights);
        let correct = AtomicUsize::new(0);
        let of_slice = |columns: Range<usize>, y: View<'_, T>, dy: ViewMut<'_, T>| {
            let target = target.columns(columns.clone());
            if let Target::Classes(classes) = target {
                correct.fetch_add(head.count_correct(y, classes), Ordering::Relaxed);
            }
            loss.sum_and_gradient(y, target, weights.map(|weights| &weights[columns]), divisor, dy)
        };
        let noise = Key::new(settings.seed, Purpose::Noise).at(epoch as u64, index as u64);
        let value = network.gradients(&self.params, &self.state, x, noise, &of_slice, &mut self.workspace, &mut self.gradients);
        let tick: Tick = schedule.at(self.step);
        self.rate = tick.rate;
        if !value.is_finite() {
            return Err(Stop::Diverged(self.divergence(epoch, "the loss")));
        }
        if let Some(clip) = &settings.clip
            && clip.apply(&mut self.gradients).is_some_and(|norm| !norm.is_finite())
        {
            return Err(Stop::Diverged(self.divergence(epoch, "the gradient")));
        }
        optimizer.step(tick, &mut self.params, &self.gradients);
        self.step += 1;
        self.last_loss = Some(value);
        Ok((value, divisor, correct.into_inner()))
    }

    fn divergence(&self, epoch: usize, what: &'static str) -> Divergence {
        Divergence { epoch, step: self.step + 1, what, rate: self.rate, last_loss: self.last_loss }
    }
}
