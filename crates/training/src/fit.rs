//! The training loop.

use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use backprop_data::{Dataset, epoch_order};
use backprop_layers::{Network, Workspace};
use backprop_losses::{Loss, Target, check_weights};
use backprop_optimizers::{Clip, Optimizer, Pace, PlateauMode, Schedule, Tick};
use backprop_tensor::{Key, Purpose, Scalar, View, ViewMut};

use crate::batch::{Batch, labels, target};
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
/// | `batch_size` | 32 | from 1, or full | samples in a step; the last step of an epoch takes what is left |
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

impl Settings {
    /// Whether every setting is in its range.
    pub(crate) fn check(&self) -> Result<(), TrainingError> {
        let wrong = |message: &str| Err(TrainingError::Setting(message.to_owned()));
        if self.batch_size == BatchSize::Samples(0) {
            return wrong("a batch of 0 samples is not possible; give 1 or more, or full");
        }
        if self.patience == Some(0) {
            return wrong("a patience of 0 epochs is not possible; give 1 or more, or none to do all epochs");
        }
        Ok(())
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

/// Where training left the finite numbers. The outcome has the parameters of the best epoch before, or those it began with.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// The step within the run, counted from 1: the one that could not be done, or the last of the epoch if it came out there.
    pub step: u64,
    /// What was not finite: in a step `the loss` or `the gradient`; after an epoch `a parameter`, `the optimizer's memory` or
    /// `the validation loss`.
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
    /// The parameters as they were after [`best_epoch`](Self::best_epoch). If no epoch was done: those it began with, or, if the
    /// observer ended the run within the first epoch, those after the last step. Finite, if they were at the beginning.
    pub params: Vec<T>,
    /// The state that belongs to them.
    pub state: Vec<T>,
    /// The epoch with the lowest validation loss, the first of equals; without a validation set the last that was done. Counted
    /// from 1; 0 if none was done.
    pub best_epoch: usize,
    /// One report for each epoch that was done.
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
/// epoch) alone. After each epoch the validation set is measured; the best parameters are kept and given back. The validation set
/// decides which epoch that is and when to stop, and nothing else.
///
/// The loss of an epoch is that of its steps, each counting as much as its samples do:
///
/// ```text
/// L = Σₛ dₛ Lₛ / Σₛ dₛ        Lₛ the loss of step s, dₛ = Σᵢ wᵢ over its samples
/// ```
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
///
/// A folder of images, without [`Recipe`](crate::Recipe): load, split, standardise, train, test.
///
/// ```
/// # let folder = std::env::temp_dir().join(format!("backprop-fit-images-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # for part in ["train", "t10k"] {
/// #     let pixels = (0..60_u8).flat_map(|i| if i % 2 == 0 { [200, i] } else { [i, 200] });
/// #     let images = [0, 0, 8, 3, 0, 0, 0, 60, 0, 0, 0, 1, 0, 0, 0, 2].into_iter().chain(pixels);
/// #     std::fs::write(folder.join(format!("{part}-images-idx3-ubyte")), images.collect::<Vec<u8>>())?;
/// #     let labels = [0, 0, 8, 1, 0, 0, 0, 60].into_iter().chain((0..60).map(|i| i % 2));
/// #     std::fs::write(folder.join(format!("{part}-labels-idx1-ubyte")), labels.collect::<Vec<u8>>())?;
/// # }
/// use backprop_activations::Relu;
/// use backprop_data::{Fractions, ImageFolder, Preprocessing, Split};
/// use backprop_layers::{Dense, Network, Sequential};
/// use backprop_losses::SoftmaxCrossEntropy;
/// use backprop_training::{BatchSize, Evaluator, Fit, Head, Settings, Silent};
///
/// let files = ImageFolder::new(&folder);                                  // train-images-idx3-ubyte and so on
/// let mut train = files.train()?;
/// let split = Split::stratified(&train.labels, Fractions { validation: 0.1, test: 0.0 }, 0);
/// let fitted = Preprocessing::fit_images(&train, &split.train, None)?;    // mean and deviation of all pixels
/// let validation = fitted.image_dataset(train.split_off(&split.validation))?;
/// let train = fitted.image_dataset(train)?;                               // standardised where they are
/// let test = fitted.image_dataset(files.test()?)?;
///
/// let layers = Sequential::new().then(Dense::new(fitted.inputs(), 16).activation(Relu)).then(Dense::new(16, fitted.outputs()));
/// let network = Network::new(fitted.inputs(), layers)?;
/// let (loss, head) = (SoftmaxCrossEntropy::default(), Head::Softmax);
/// let settings = Settings { epochs: 20, batch_size: BatchSize::Samples(16), ..Settings::default() };
/// let schedule = backprop_optimizers::Constant { base_rate: 0.01 };
/// let mut adam = backprop_optimizers::registry().parse("adam")?.build(network.spans(), false);
/// let fit = Fit { network: &network, loss: &loss, head, schedule: &schedule, settings: &settings };
/// let (params, state) = (network.init(0), network.initial_state());
/// let outcome = fit.run(params, state, adam.as_mut(), &train, Some(&validation), &mut Silent)?;
/// let scores = Evaluator::new(&network, &loss, head, &test).scores(&outcome.params, &outcome.state);
/// assert_eq!(scores.metric("accuracy"), Some(1.0));
/// # std::fs::remove_dir_all(&folder)?;
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
    /// The learning rate of each step. One that goes by reports is told the validation loss after each epoch, or the training loss
    /// if there is no validation set.
    pub schedule: &'a dyn Schedule,
    /// Everything else.
    pub settings: &'a Settings,
}

impl<T: Scalar> Fit<'_, T> {
    /// Trains from these parameters on.
    ///
    /// # Errors
    /// If a setting is out of range, the schedule waits for the loss to rise, a set is empty, no sample of it counts, an input is not finite, or shapes, labels or weights
    /// do not fit the network and the loss.
    ///
    /// # Panics
    /// If `params` or `state` has another length than the network needs, or a set has not one target for each sample.
    pub fn run(
        &self,
        params: Vec<T>,
        state: Vec<T>,
        optimizer: &mut dyn Optimizer<T>,
        train: &Dataset<T>,
        validation: Option<&Dataset<T>>,
        observer: &mut dyn Observer,
    ) -> Result<Outcome<T>, TrainingError> {
        self.settings.check()?;
        check_schedule(self.schedule)?;
        self.check("training", train)?;
        if let Some(validation) = validation {
            self.check("validation", validation)?;
        }
        let start = Instant::now();
        let mut stepper = Stepper::new(self, train, params, state);
        let mut evaluator = validation.map(|data| Evaluator::new(self.network, self.loss, self.head, data));
        let mut best = Best { epoch: 0, loss: f64::INFINITY, params: stepper.params.clone(), state: stepper.state.clone() };
        let mut history = Vec::new();
        let mut stop = Stop::Epochs;
        for epoch in 1..=self.settings.epochs {
            let done = stepper.epoch(epoch, optimizer, observer).and_then(|(train, verdict)| {
                let validation = stepper.validate(epoch, optimizer, evaluator.as_mut())?;
                Ok((train, validation, verdict))
            });
            let (scores, validated, verdict) = match done {
                Ok(done) => done,
                Err(early) => {
                    stop = early;
                    break;
                }
            };
            stepper.pace.report(stepper.step, validated.as_ref().unwrap_or(&scores).loss);
            let improved = validated.as_ref().is_none_or(|scores| scores.loss < best.loss);
            if improved {
                best.epoch = epoch;
                best.loss = validated.as_ref().map_or(f64::INFINITY, |scores| scores.loss);
                best.params.copy_from_slice(&stepper.params);
                best.state.copy_from_slice(&stepper.state);
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
            let ended = observer.epoch(&report).is_break() || verdict.is_break();
            history.push(report);
            if ended {
                stop = Stop::Observer;
                break;
            }
            if self.settings.patience.is_some_and(|patience| epoch - best.epoch >= patience) {
                stop = Stop::Patience;
                break;
            }
        }
        if best.epoch == 0 && stop == Stop::Observer {
            // Ended before there was anything to compare: what was learned so far is better than nothing, if it is any good.
            if let Some(what) = stepper.not_finite(optimizer) {
                stop = stepper.diverged(1, stepper.step, what);
            } else {
                best.params.copy_from_slice(&stepper.params);
                best.state.copy_from_slice(&stepper.state);
            }
        }
        Ok(Outcome {
            params: best.params,
            state: best.state,
            best_epoch: best.epoch,
            history,
            steps: stepper.step,
            seconds: start.elapsed().as_secs_f64(),
            stop,
        })
    }

    /// What must hold before the first step.
    pub(crate) fn check(&self, which: &'static str, data: &Dataset<T>) -> Result<(), TrainingError> {
        if data.is_empty() {
            return Err(TrainingError::NoSamples { which });
        }
        if data.x.nrows() != self.network.inputs() {
            return Err(TrainingError::Inputs { which, expected: self.network.inputs(), got: data.x.nrows() });
        }
        if let Some(k) = data.x.iter().position(|x| !x.is_finite()) {
            let (sample, row) = (k / data.x.nrows(), k % data.x.nrows());
            return Err(TrainingError::InputValue { which, sample, row, value: data.x[(row, sample)].to_f64() });
        }
        let target = target(&data.targets);
        let weights = data.weights.as_deref();
        backprop_losses::check_target(self.network.outputs(), self.loss, target)
            .and_then(|()| weights.map_or(Ok(()), |weights| check_weights(weights, data.len())))
            .map_err(|reason| TrainingError::Targets { which, reason })?;
        if self.loss.divisor(target, weights) == 0.0 {
            return Err(TrainingError::NothingCounts { which });
        }
        Ok(())
    }
}

/// A schedule that waits for a loss to rise would lower the rate while all is well.
pub(crate) fn check_schedule(schedule: &dyn Schedule) -> Result<(), TrainingError> {
    match schedule.plateau() {
        Some(plateau) if plateau.settings().mode == PlateauMode::Max => Err(TrainingError::Setting(
            "the schedule reduce_on_plateau is told the loss, which should fall, but mode=max waits for it to rise; \
             write mode=min, or leave it away"
                .to_owned(),
        )),
        _ => Ok(()),
    }
}

/// The parameters of the best epoch so far; of none, those it began with.
struct Best<T> {
    epoch: usize,
    loss: f64,
    params: Vec<T>,
    state: Vec<T>,
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
    pace: Pace<'b>,
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
            pace: Pace::new(fit.schedule),
            step: 0,
            rate: 0.0,
            last_loss: None,
        }
    }

    /// One pass over the training set. The scores are those of the steps, with their dropout and while the parameters moved. To
    /// break in the last step is no reason to lose the epoch: that verdict comes back beside the scores.
    fn epoch(
        &mut self,
        epoch: usize,
        optimizer: &mut dyn Optimizer<T>,
        observer: &mut dyn Observer,
    ) -> Result<(Scores, ControlFlow<()>), Stop> {
        epoch_order(&mut self.order, self.fit.settings.seed, epoch as u64);
        let steps = self.train.len().div_ceil(self.batch_size);
        let mut tally = Tally::default();
        let mut verdict = ControlFlow::Continue(());
        for index in 0..steps {
            let start = index * self.batch_size;
            let end = (start + self.batch_size).min(self.train.len());
            tally.add(&self.take_step(start..end, epoch, index, optimizer)?);
            verdict = observer.step(&Progress {
                epoch,
                epochs: self.fit.settings.epochs,
                step: index + 1,
                steps,
                loss: tally.loss(),
                accuracy: tally.accuracy(self.fit.head),
            });
            if verdict.is_break() && index + 1 < steps {
                return Err(Stop::Observer);
            }
        }
        let accuracy = tally.accuracy(self.fit.head).map(|accuracy| ("accuracy".to_owned(), accuracy));
        Ok((Scores { loss: tally.loss(), metrics: accuracy.into_iter().collect() }, verdict))
    }

    /// The scores of the validation set, if all numbers are finite.
    fn validate(
        &self,
        epoch: usize,
        optimizer: &dyn Optimizer<T>,
        evaluator: Option<&mut Evaluator<'_, T>>,
    ) -> Result<Option<Scores>, Stop> {
        if let Some(what) = self.not_finite(optimizer) {
            return Err(self.diverged(epoch, self.step, what));
        }
        let scores = evaluator.map(|evaluator| evaluator.scores(&self.params, &self.state));
        if scores.as_ref().is_some_and(|scores| !scores.loss.is_finite()) {
            return Err(self.diverged(epoch, self.step, "the validation loss"));
        }
        Ok(scores)
    }

    /// One step: gather, forward and back, clip, update.
    fn take_step(
        &mut self,
        samples: Range<usize>,
        epoch: usize,
        index: usize,
        optimizer: &mut dyn Optimizer<T>,
    ) -> Result<Tally, Stop> {
        let Fit { network, loss, head, settings, .. } = *self.fit;
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
        let tick: Tick = self.pace.at(self.step);
        self.rate = tick.rate;
        if !value.is_finite() {
            return Err(self.diverged(epoch, self.step + 1, "the loss"));
        }
        if let Some(clip) = &settings.clip
            && clip.apply(&mut self.gradients).is_some_and(|norm| !norm.is_finite())
        {
            return Err(self.diverged(epoch, self.step + 1, "the gradient"));
        }
        optimizer.step(tick, &mut self.params, &self.gradients);
        self.step += 1;
        self.last_loss = Some(value);
        Ok(Tally { sum: value * divisor, divisor, correct: correct.into_inner(), labels: labels(target) })
    }

    /// What is not finite between two steps. An infinite second moment freezes its parameter for good without a NaN ever showing.
    fn not_finite(&self, optimizer: &dyn Optimizer<T>) -> Option<&'static str> {
        let finite = |values: &[T]| values.iter().all(|value| value.is_finite());
        if !finite(&self.params) {
            return Some("a parameter");
        }
        (!optimizer.state().iter().all(|(_, values)| finite(values))).then_some("the optimizer's memory")
    }

    fn diverged(&self, epoch: usize, step: u64, what: &'static str) -> Stop {
        Stop::Diverged(Divergence { epoch, step, what, rate: self.rate, last_loss: self.last_loss })
    }
}

/// What some steps add up to.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    /// Σ wᵢ lᵢ.
    sum: f64,
    /// Σ wᵢ.
    divisor: f64,
    /// Samples that were classified right.
    correct: usize,
    /// Samples with a label that counts.
    labels: usize,
}

impl Tally {
    fn add(&mut self, step: &Self) {
        self.sum += step.sum;
        self.divisor += step.divisor;
        self.correct += step.correct;
        self.labels += step.labels;
    }

    /// 0 if no sample counts.
    fn loss(&self) -> f64 {
        if self.divisor == 0.0 { 0.0 } else { self.sum / self.divisor }
    }

    fn accuracy(&self, head: Head) -> Option<f64> {
        (head.is_classification() && self.labels > 0).then(|| self.correct as f64 / self.labels as f64)
    }
}
