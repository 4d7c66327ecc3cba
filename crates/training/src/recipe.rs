//! From a table to a trained model: every choice in one place.

use std::sync::Arc;

use backprop_activations::Activation;
use backprop_data::{Dataset, Fractions, Images, Outcome, Preprocessing, Split, Table, Targets, Task, epoch_order};
use backprop_layers::{Dense, Dropout, Initializer, Network, Sequential, initializers};
use backprop_losses::{Loss, balanced_weights};
use backprop_optimizers::{Schedule, Warmup};
use backprop_registry::Call;
use backprop_tensor::View;

use crate::fit::check_schedule;
use crate::pairing::{check_numbers, of_ratios};
use crate::{Fit, Head, Model, Observer, Outcome as Trained, Pairing, Settings, TrainingError};

/// What a layer of the registry can have, so that every model can be read back.
const MAX_UNITS: usize = 1 << 24;

/// How many classes a note lists at most.
const LISTED: usize = 20;

/// Share of the values left out when nothing is said and classes are to be told apart.
const DROPOUT: f64 = 0.3;

/// Whether classes that are rare count more.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ClassWeight {
    /// Every sample counts the same.
    #[default]
    Uniform,
    /// Every class counts the same in training: n/(C nᵧ) for a sample of class y, of n samples and C classes in the training rows.
    /// Validation and test are measured without weights.
    Balanced,
}

/// Everything that is chosen before training on a table.
///
/// | field | default | meaning |
/// | :--- | :--- | :--- |
/// | `target` | – | the column or columns to predict |
/// | `task` | from the target | classes or numbers |
/// | `fractions` | 0.1, 0.2 | shares of the rows for validation and test |
/// | `hidden` | 128 | units of the hidden layers; none is a linear model |
/// | `activation` | `relu` | of the hidden layers |
/// | `dropout` | 0.3 for classes, 0 for numbers | share of the values left out behind each hidden layer |
/// | `output` | none | activation at the end of the network |
/// | `initializer` | `auto` | of all weights; `lsuv` goes by the first training samples |
/// | `residual` | no | hidden layers as wide as their input are added to it |
/// | `loss` | from the task | cross-entropy for classes, mean squared error for numbers |
/// | `optimizer` | `adam` | update rule |
/// | `rate` | that of the optimizer | learning rate |
/// | `schedule` | `constant` | how the rate changes from step to step, or from epoch to epoch on a plateau of the loss |
/// | `warmup` | 0 | steps in which the rate rises from a tenth; the schedule has the steps behind them |
/// | `decay_all` | no | whether weight decay acts on biases too |
/// | `class_weight` | uniform | whether rare classes count more |
/// | `settings` | [`Settings`] | epochs, batch size, patience, clipping, seed |
///
/// ```
/// use backprop_data::Table;
/// use backprop_training::{Recipe, Silent};
///
/// let csv = "x,y\n".to_owned() + &(0..40).map(|i| format!("{i},{}\n", 2 * i)).collect::<String>();
/// let table = Table::from_csv(csv.as_bytes(), "line.csv")?;
/// let mut recipe = Recipe::new(["y"]);
/// recipe.hidden = vec![16];
/// recipe.rate = Some(0.01);
/// let prepared = recipe.prepare(&table)?;
/// let outcome = prepared.fit(&mut Silent)?;
/// let model = prepared.into_model(outcome);
/// let y = model.predict([("x", 12.5.into())])?.number(0).unwrap();
/// assert!((y - 25.0).abs() < 3.0, "{y}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// The column or columns to predict.
    pub target: Vec<String>,
    /// Classes or numbers; decided from the target if left open.
    pub task: Option<Task>,
    /// Shares of the rows for validation and test.
    pub fractions: Fractions,
    /// Units of the hidden layers.
    pub hidden: Vec<usize>,
    /// Activation of the hidden layers.
    pub activation: Call,
    /// Share of the values left out behind each hidden layer; 0.3 for classes and 0 for numbers if left open.
    pub dropout: Option<f64>,
    /// Activation at the end of the network.
    pub output: Option<Call>,
    /// How weights start.
    pub initializer: Call,
    /// Whether hidden layers as wide as their input are added to it.
    pub residual: bool,
    /// What is made small.
    pub loss: Option<Call>,
    /// Update rule.
    pub optimizer: Call,
    /// Learning rate; that of the optimizer if left open.
    pub rate: Option<f64>,
    /// How the rate changes from step to step.
    pub schedule: Call,
    /// Steps in which the rate rises from a tenth of it.
    pub warmup: u64,
    /// Whether weight decay acts on biases too.
    pub decay_all: bool,
    /// Whether rare classes count more.
    pub class_weight: ClassWeight,
    /// Epochs, batch size, patience, clipping, seed.
    pub settings: Settings,
}

impl Recipe {
    /// The defaults for these target columns.
    pub fn new<S: Into<String>>(target: impl IntoIterator<Item = S>) -> Self {
        Self {
            target: target.into_iter().map(Into::into).collect(),
            task: None,
            fractions: Fractions::default(),
            hidden: vec![128],
            activation: Call::new("relu"),
            dropout: None,
            output: None,
            initializer: Call::new("auto"),
            residual: false,
            loss: None,
            optimizer: Call::new("adam"),
            rate: None,
            schedule: Call::new("constant"),
            warmup: 0,
            decay_all: false,
            class_weight: ClassWeight::Uniform,
            settings: Settings::default(),
        }
    }

    /// Splits the table, fits the preprocessing to its training rows, and builds the network: everything but training.
    ///
    /// # Errors
    /// If the table, a name, an option or a combination of them is wrong; the message says what to write instead.
    pub fn prepare(&self, table: &Table) -> Result<Prepared, TrainingError> {
        self.settings.check()?;
        let split = Split::of_table(table, &self.target, self.task, self.fractions, self.settings.seed)?;
        let mut preprocessing = Preprocessing::fit(table, &split.train, &self.target, self.task)?;
        let loss = self.loss.as_ref().map(|loss| backprop_losses::registry::<f32>().build(loss)).transpose()?;
        let loss = loss.filter(|loss| of_ratios(loss.as_ref()));
        if loss.is_some() {
            preprocessing.outcome = preprocessing.outcome.in_units_of_mean();
        }
        let dataset = |rows: &[usize]| preprocessing.dataset::<f32>(table, rows);
        let parts = [dataset(&split.train)?, dataset(&split.validation)?, dataset(&split.test)?];
        if let Some(loss) = loss {
            parts.iter().try_for_each(|part| check_numbers(loss.as_ref(), &preprocessing.outcome, part))?;
        }
        self.assemble(preprocessing, split, parts)
    }

    /// Takes the validation samples out of the training images, fits the preprocessing to the others, and builds the network:
    /// everything but training.
    ///
    /// The test images are all for the test, so of the [`fractions`](Self::fractions) only the one for validation counts. Each
    /// class gives its share to validation. The pixels are standardised where they are: no image is held twice. `class_names` are
    /// those of [`Preprocessing::fit_images`]. `target` and `task` do not count: images have one label each, which is a class.
    ///
    /// ```
    /// use backprop_data::{Idx, Images};
    /// use backprop_training::{Recipe, Silent};
    ///
    /// // 40 images of 1 × 2 pixels, the brighter one to the left or to the right; as two files would have them.
    /// let images: Vec<u8> = (0..40).flat_map(|i| if i % 2 == 0 { [200 + i, i] } else { [i, 200 + i] }).collect();
    /// let images = [&[0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 2], &images[..]].concat();
    /// let labels: Vec<u8> = [0, 0, 8, 1, 0, 0, 0, 40].into_iter().chain((0..40).map(|i| i % 2)).collect();
    /// let images = Images::new(Idx::from_reader(&images[..], "images")?, Idx::from_reader(&labels[..], "labels")?)?;
    ///
    /// let recipe = Recipe::new(["label"]);
    /// let prepared = recipe.prepare_images(images.clone(), images, Some(&["left".into(), "right".into()]))?;
    /// assert_eq!([prepared.train.len(), prepared.validation.len(), prepared.test.len()], [36, 4, 40]);
    /// let model = prepared.fit(&mut Silent).map(|outcome| prepared.into_model(outcome))?;
    /// let answer = model.predict([("pixel_0_0", 210.0.into()), ("pixel_0_1", 3.0.into())])?;
    /// assert_eq!(answer.class(0), Some("left"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If the images, their labels, a name, an option or a combination of them is wrong; the message says what to write instead.
    pub fn prepare_images(
        &self,
        mut train: Images,
        test: Images,
        class_names: Option<&[String]>,
    ) -> Result<Prepared, TrainingError> {
        self.settings.check()?;
        let fractions = Fractions::new(self.fractions.validation, 0.0)?;
        let split = Split::stratified(&train.labels, fractions, self.settings.seed);
        let preprocessing = Preprocessing::fit_images(&train, &split.train, class_names)?;
        let validation = train.split_off(&split.validation);
        let dataset = |images| preprocessing.image_dataset(images);
        let split = Split { test: (0..test.len()).collect(), ..split };
        let parts = [dataset(train)?, dataset(validation)?, dataset(test)?];
        self.assemble(preprocessing, split, parts)
    }

    /// Weights, network, loss and optimizer for data that are split and preprocessed: training, validation and test.
    fn assemble(
        &self,
        preprocessing: Preprocessing,
        split: Split,
        [mut train, validation, test]: [Dataset<f32>; 3],
    ) -> Result<Prepared, TrainingError> {
        let mut notes = preprocessing.notes.clone();
        if self.class_weight == ClassWeight::Balanced {
            if let Some(loss) = self.loss.as_ref().filter(|loss| loss.options.iter().any(|(option, _)| option == "weight")) {
                return Err(TrainingError::Setting(format!(
                    "the loss {loss} has class weights of its own, which balanced ones would multiply; leave one of the two away"
                )));
            }
            let Targets::Classes(classes) = &train.targets else {
                return Err(TrainingError::Setting(
                    "balanced class weights are for classes, but the target is a number; leave --class-weight away, or write \
                     --task classification"
                        .to_owned(),
                ));
            };
            let of_class = balanced_weights(classes, preprocessing.outputs());
            let weights = classes.iter().map(|&class| of_class[class as usize] as f32).collect();
            train = train.with_weights(weights);
        }
        notes.extend(unseen(&train.targets, &preprocessing.outcome));
        let pairing = Pairing::new(&preprocessing.outcome, self.loss.as_ref(), self.output.as_ref())?;
        notes.extend(pairing.note.clone());
        let network = self.network(preprocessing.inputs(), &pairing)?;
        let loss = backprop_losses::registry().build(&pairing.loss)?;
        let optimizer = backprop_optimizers::registry().build(&self.optimizer)?;
        let rate = self.rate.unwrap_or_else(|| optimizer.rate());
        if !(rate.is_finite() && rate >= 0.0) {
            return Err(TrainingError::Setting(format!("a learning rate is a finite number from 0, not {rate}")));
        }
        let steps = self.steps(train.len());
        if self.warmup > steps && steps > 0 {
            notes.push(format!("the warm-up of {} steps is longer than all {steps} steps of training", self.warmup));
        }
        let schedule = self.schedule(rate, steps)?;
        check_schedule(schedule.as_ref())?;
        notes.extend(self.of_plateau(schedule.as_ref(), !validation.is_empty()));
        let other = self.schedule(rate + 1.0, steps)?;
        if self.rate.is_some()
            && [0, steps / 2, steps.saturating_sub(1)].iter().all(|&step| schedule.at(step) == other.at(step))
        {
            notes.push(format!("the learning rate of {rate} does not count: the schedule {} has its own", self.schedule));
        }
        Ok(Prepared {
            recipe: self.clone(),
            preprocessing,
            split,
            train,
            validation,
            test,
            network,
            loss,
            pairing,
            optimizer,
            rate,
            schedule,
            notes,
        })
    }

    fn network(&self, inputs: usize, pairing: &Pairing) -> Result<Network<f32>, TrainingError> {
        let activations = backprop_activations::registry::<f32>();
        let activation: Arc<dyn Activation<f32>> = Arc::from(activations.build(&self.activation)?);
        let initializer: Arc<dyn Initializer> = Arc::from(initializers().build(&self.initializer)?);
        let dense = |from, to| Dense::new(from, to).shared_initializer(Arc::clone(&initializer));
        let dropout = self.dropout_for(pairing.head);
        let (mut layers, mut width) = (Sequential::new(), inputs);
        for &units in &self.hidden {
            if !(1..=MAX_UNITS).contains(&units) {
                let message = format!("a hidden layer has from 1 to {MAX_UNITS} units, not {units}; leave it away for none");
                return Err(TrainingError::Setting(message));
            }
            let mut block = Sequential::new().then(dense(width, units).shared_activation(Arc::clone(&activation)));
            if dropout != 0.0 {
                block = block.then(Dropout::new(dropout));
            }
            layers = if self.residual && units == width { layers.residual(block) } else { layers.append(block) };
            width = units;
        }
        let mut last = dense(width, pairing.outputs);
        if let Some(output) = &pairing.output {
            last = last.shared_activation(Arc::from(activations.build(output)?));
        }
        Ok(Network::new(inputs, layers.then(last))?)
    }

    /// The share that is left out, decided from what is predicted if left open.
    fn dropout_for(&self, head: Head) -> f64 {
        self.dropout.unwrap_or(if head.is_classification() { DROPOUT } else { 0.0 })
    }

    /// Steps of all epochs together.
    fn steps(&self, samples: usize) -> u64 {
        let of_epoch = samples.div_ceil(self.settings.batch_size.of(samples).max(1));
        of_epoch.saturating_mul(self.settings.epochs) as u64
    }

    fn schedule(&self, rate: f64, steps: u64) -> Result<Box<dyn Schedule>, TrainingError> {
        let total = steps.saturating_sub(self.warmup).max(1);
        let then = backprop_optimizers::schedules().build(&self.schedule)?.build(rate, total);
        if self.warmup == 0 {
            return Ok(then);
        }
        Ok(Box::new(Warmup { steps: self.warmup, start_factor: 0.1, then }))
    }

    /// Says where a schedule that goes by the loss will do something else than one may think.
    fn of_plateau(&self, schedule: &dyn Schedule, has_validation: bool) -> Option<String> {
        let bad = schedule.plateau()?.settings().patience;
        if !has_validation {
            return Some("there is no validation set, so that reduce_on_plateau goes by the training loss".to_owned());
        }
        let patience = self.settings.patience.filter(|&patience| patience as u64 <= bad.saturating_add(1))?;
        Some(format!(
            "training stops after {patience} epochs without a better validation loss, before reduce_on_plateau with a patience \
             of {bad} lowers the rate; give it a smaller one"
        ))
    }
}

/// Says which classes no training row has: a network cannot learn them.
fn unseen(targets: &Targets<f32>, outcome: &Outcome) -> Option<String> {
    let Targets::Classes(labels) = targets else { return None };
    let mut seen = vec![false; outcome.outputs()];
    labels.iter().for_each(|&label| seen[label as usize] = true);
    let unseen: Vec<&str> =
        outcome.classes().iter().zip(seen).filter(|(_, seen)| !seen).map(|(class, _)| class.as_str()).collect();
    let more = if unseen.len() > LISTED { format!(", … ({} in all)", unseen.len()) } else { String::new() };
    let listed = unseen[..unseen.len().min(LISTED)].join(", ");
    (!unseen.is_empty()).then(|| format!("in no training row, so that it cannot be learned: {listed}{more}"))
}

/// Everything that training needs, checked and built.
#[derive(Debug)]
pub struct Prepared {
    recipe: Recipe,
    /// How rows become inputs; its statistics are those of the training rows.
    pub preprocessing: Preprocessing,
    /// Which rows of the table went where; of images, places in the training set and in the test set.
    pub split: Split,
    /// What is trained on.
    pub train: Dataset<f32>,
    /// What decides when to stop.
    pub validation: Dataset<f32>,
    /// What is looked at once, at the end.
    pub test: Dataset<f32>,
    /// The network.
    pub network: Network<f32>,
    /// The loss.
    pub loss: Box<dyn Loss<f32>>,
    /// How loss and output fit each other.
    pub pairing: Pairing,
    /// The update rule.
    pub optimizer: backprop_optimizers::Recipe<f32>,
    /// The base learning rate.
    pub rate: f64,
    /// The rate of each step.
    pub schedule: Box<dyn Schedule>,
    /// What people should know: rows left out, constant columns, losses replaced.
    pub notes: Vec<String>,
}

impl Prepared {
    /// What it was prepared from.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The share of the values that is left out behind each hidden layer.
    pub fn dropout(&self) -> f64 {
        self.recipe.dropout_for(self.pairing.head)
    }

    /// Trains from fresh parameters. Where the initializer goes by data (`lsuv`), these are the samples that the first epoch begins
    /// with.
    ///
    /// # Errors
    /// If a set is empty, or labels do not fit the loss.
    pub fn fit(&self, observer: &mut dyn Observer) -> Result<Trained<f32>, TrainingError> {
        let settings = &self.recipe.settings;
        let fit = Fit {
            network: &self.network,
            loss: self.loss.as_ref(),
            head: self.pairing.head,
            schedule: self.schedule.as_ref(),
            settings,
        };
        let mut optimizer = self.optimizer.build(self.network.spans(), self.recipe.decay_all);
        let validation = (!self.validation.is_empty()).then_some(&self.validation);
        let (mut params, state) = (self.network.init(settings.seed), self.network.initial_state());
        if let Some(samples) = self.network.lsuv_samples() {
            fit.check("training", &self.train)?;
            let mut order = vec![0; self.train.len()];
            epoch_order(&mut order, settings.seed, 1);
            order.truncate(samples);
            self.network.lsuv(&mut params, &state, View::from(&self.train.select(&order).x));
        }
        fit.run(params, state, optimizer.as_mut(), &self.train, validation, observer)
    }

    /// The model with the parameters that training gave.
    pub fn into_model(self, outcome: Trained<f32>) -> Model {
        Model::new(self.network, outcome.params, outcome.state, self.preprocessing, self.pairing.head, self.loss)
    }
}
