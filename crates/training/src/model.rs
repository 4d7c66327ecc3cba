//! A trained network with everything that a prediction needs.

use backprop_data::{DataError, Dataset, Outcome, Preprocessing, Table, Targets};
use backprop_layers::Network;
use backprop_losses::Loss;
use backprop_metrics::{Classified, Estimated, Metric};
use backprop_registry::Call;
use backprop_tensor::{Matrix, View};

use crate::evaluator::value_metrics;
use crate::{Evaluator, Head, Predictions, Rows, Scores};

/// A trained network with its preprocessing, column names and class names: one value, one file, enough to predict.
///
/// It answers by `&self` and may be shared between threads.
///
/// ```no_run
/// use backprop_training::Model;
///
/// let model = Model::load("runs/penguins/model.safetensors")?;
/// let answer = model.predict([("bill_length_mm", 39.1.into()), ("island", "Torgersen".into())])?;
/// println!("{} ({:.0} %)", answer.class(0).unwrap(), 100.0 * answer.probability(0, "Adelie").unwrap());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Model {
    pub(crate) network: Network<f32>,
    pub(crate) params: Vec<f32>,
    pub(crate) state: Vec<f32>,
    pub(crate) preprocessing: Preprocessing,
    pub(crate) head: Head,
    pub(crate) loss: Box<dyn Loss<f32>>,
}

impl Model {
    /// A model of these parts.
    ///
    /// # Panics
    /// If the vectors or the preprocessing do not have the sizes of the network, or outputs mean classes where numbers are predicted.
    pub fn new(
        network: Network<f32>,
        params: Vec<f32>,
        state: Vec<f32>,
        preprocessing: Preprocessing,
        head: Head,
        loss: Box<dyn Loss<f32>>,
    ) -> Self {
        assert_eq!(params.len(), network.param_count(), "one number for each parameter");
        assert_eq!(state.len(), network.state_count(), "one number for each state");
        assert_eq!(preprocessing.inputs(), network.inputs(), "the preprocessing gives what the network takes");
        let fits = head.fits(&preprocessing.outcome, network.outputs());
        assert!(fits, "{} outputs that are {head:?} do not tell {:?}", network.outputs(), preprocessing.outcome);
        Self { network, params, state, preprocessing, head, loss }
    }

    /// The network.
    pub fn network(&self) -> &Network<f32> {
        &self.network
    }

    /// The parameters.
    pub fn params(&self) -> &[f32] {
        &self.params
    }

    /// How rows become inputs, and outputs become answers.
    pub fn preprocessing(&self) -> &Preprocessing {
        &self.preprocessing
    }

    /// What the outputs mean.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The loss it was trained with.
    pub fn loss(&self) -> Call {
        self.loss.call()
    }

    /// Classes with probabilities, or numbers, for a table or for one row.
    ///
    /// Columns are found by name: their order does not matter, and others may be there. A missing value is treated as in training.
    ///
    /// # Errors
    /// If a column is missing, or holds text where numbers are needed; the message names it.
    pub fn predict<'a>(&self, rows: impl Rows<'a>) -> Result<Predictions, DataError> {
        let table = rows.table()?;
        let all: Vec<usize> = (0..table.rows()).collect();
        let x: Matrix<f32> = self.preprocessing.transform(&table, &all)?;
        Ok(self.predict_inputs(View::from(&x)))
    }

    /// Answers for inputs that are already preprocessed, one column for each.
    ///
    /// # Panics
    /// If `x` has not one row for each input of the network.
    pub fn predict_inputs(&self, x: View<'_, f32>) -> Predictions {
        let y = self.network.predict(&self.params, &self.state, x);
        self.answer(View::from(&y))
    }

    /// Loss, metrics and answers for rows of a table that hold the target too.
    ///
    /// Classes give `accuracy`; numbers give `r2`, `mae` and `rmse` in the units of the target, the mean over several targets.
    ///
    /// # Errors
    /// If a column or a target value is missing or wrong; the message names it.
    ///
    /// # Panics
    /// If there are no rows, or the table has no such row.
    pub fn evaluate(&self, table: &Table, rows: &[usize]) -> Result<Evaluation, DataError> {
        Ok(self.evaluate_dataset(&self.preprocessing.dataset(table, rows)?))
    }

    /// Loss, metrics and answers for preprocessed data.
    ///
    /// # Panics
    /// If the data do not fit the model, or are empty.
    pub fn evaluate_dataset(&self, data: &Dataset<f32>) -> Evaluation {
        let mut evaluator = Evaluator::new(&self.network, self.loss.as_ref(), self.head, data);
        let mut scores = evaluator.scores(&self.params, &self.state);
        let predictions = self.answer(evaluator.outputs());
        let target = match &data.targets {
            Targets::Classes(classes) => EvaluationTarget::Classes(classes.clone()),
            Targets::Values(values) => {
                let values = self.preprocessing.restore(View::from(values));
                scores.metrics = value_metrics(predictions.matrix(), &values);
                EvaluationTarget::Numbers(values)
            }
        };
        Evaluation { scores, predictions, target }
    }

    fn answer(&self, y: View<'_, f32>) -> Predictions {
        match &self.preprocessing.outcome {
            Outcome::Classes { classes, .. } => {
                // By the outputs, as accuracy counts.
                let chosen = (0..y.cols()).map(|j| self.head.class(y.column(j)) as usize).collect();
                Predictions::chosen(classes.clone(), self.head.probabilities(y), chosen)
            }
            Outcome::Numbers { columns, .. } => {
                let numbers = self.head.probabilities(y);
                Predictions::numbers(columns.clone(), self.preprocessing.restore(View::from(&numbers)))
            }
        }
    }
}

/// What a model makes of a set whose truth is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Loss and metrics.
    pub scores: Scores,
    /// The answers.
    pub predictions: Predictions,
    /// The truth.
    pub target: EvaluationTarget,
}

impl Evaluation {
    /// A metric of the answers; `None` if it is one of classes and the answers are numbers, or the other way round.
    pub fn measure(&self, metric: &Metric) -> Option<f64> {
        let answers = View::from(self.predictions.matrix());
        match (metric, &self.target) {
            (Metric::Class(metric), EvaluationTarget::Classes(classes)) => {
                Some(metric.value(&Classified::new(answers, classes)))
            }
            (Metric::Value(metric), EvaluationTarget::Numbers(values)) => {
                Some(metric.value(&Estimated::new(answers, View::from(values))))
            }
            _ => None,
        }
    }
}

/// The truth of a set.
#[derive(Clone, Debug, PartialEq)]
pub enum EvaluationTarget {
    /// The class of each sample.
    Classes(Vec<u32>),
    /// Numbers in their own units: one row for each target, one column for each sample.
    Numbers(Matrix<f64>),
}
