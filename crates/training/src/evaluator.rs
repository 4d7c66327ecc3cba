//! Measuring a network on a set, without noise.

use backprop_data::{Dataset, Targets};
use backprop_layers::{Network, Workspace};
use backprop_losses::{Input, Loss};
use backprop_metrics::{Estimated, mae, r2, rmse};
use backprop_tensor::{Matrix, Scalar, View, ViewMut};

use crate::batch::{labels, target};
use crate::{Head, Scores};

/// How many samples go through the network at a time.
const BATCH: usize = 1024;

/// Measures the loss and the metrics of a network on one set, again and again, in buffers of its own.
///
/// The loss is that of the whole set, with its weights: `Σ wᵢ lᵢ / Σ wᵢ`.
///
/// Metrics, without weights: if classes are told apart and the targets are labels, `accuracy`, the share of the samples classified
/// right among those whose label is not [`IGNORED`](backprop_losses::IGNORED); if numbers are predicted, `r2`, `mae` and `rmse` in
/// the units of the targets, the mean over the outputs; none of them if the loss takes several outputs for each number or its logarithm.
///
/// ```
/// use backprop_data::{Dataset, Targets};
/// use backprop_layers::{Dense, Network, Sequential};
/// use backprop_losses::MeanSquared;
/// use backprop_tensor::Matrix;
/// use backprop_training::{Evaluator, Head};
///
/// let network = Network::<f32>::new(1, Sequential::new().then(Dense::new(1, 1)))?;
/// let x = Matrix::from_column_slice(1, 2, &[1.0, 2.0]);
/// let data = Dataset::new(x, Targets::Values(Matrix::from_column_slice(1, 2, &[2.0, 2.0])));
/// let mut evaluator = Evaluator::new(&network, &MeanSquared, Head::Values, &data);
/// let scores = evaluator.scores(&[1.0, 0.0], &[]);                           // y = x: 1 and 2 for 2 and 2
/// assert_eq!((scores.loss, scores.metric("mae")), (0.5, Some(0.5)));
/// # Ok::<(), backprop_layers::ShapeError>(())
/// ```
#[derive(Debug)]
pub struct Evaluator<'a, T: Scalar = f32> {
    network: &'a Network<T>,
    loss: &'a dyn Loss<T>,
    head: Head,
    data: &'a Dataset<T>,
    workspace: Workspace<T>,
    outputs: Matrix<T>,
    /// The losses give a gradient with their value; nobody asks for it here.
    dy: Matrix<T>,
}

impl<'a, T: Scalar> Evaluator<'a, T> {
    /// Measures `network` on `data`.
    ///
    /// # Panics
    /// If there are no samples.
    pub fn new(network: &'a Network<T>, loss: &'a dyn Loss<T>, head: Head, data: &'a Dataset<T>) -> Self {
        assert!(!data.is_empty(), "there is no mean over no samples");
        let matrix = |columns| Matrix::from_element(network.outputs(), columns, T::ZERO);
        let batch = data.len().min(BATCH);
        let workspace = network.inference_workspace(batch);
        Self { network, loss, head, data, workspace, outputs: matrix(data.len()), dy: matrix(batch) }
    }

    /// Loss and metrics with these parameters.
    ///
    /// # Panics
    /// If the data do not fit the network and the loss, or a vector has the wrong length.
    pub fn scores(&mut self, params: &[T], state: &[T]) -> Scores {
        let target = target(&self.data.targets);
        let weights = self.data.weights.as_deref();
        let divisor = self.loss.divisor(target, weights);
        let mut loss = 0.0;
        for start in (0..self.data.len()).step_by(BATCH) {
            let columns = start..(start + BATCH).min(self.data.len());
            let y = self.network.infer(params, state, View::from(&self.data.x).columns(columns.clone()), &mut self.workspace);
            let dy = ViewMut::from(&mut self.dy);
            loss += self.loss.sum_and_gradient(
                y,
                target.columns(columns.clone()),
                weights.map(|weights| &weights[columns.clone()]),
                divisor,
                narrowed(dy, columns.len()),
            );
            ViewMut::from(&mut self.outputs).columns_mut(columns).copy_from(y);
        }
        Scores { loss, metrics: self.metrics() }
    }

    /// The outputs of the last measurement, one column for each sample; zeros before the first.
    pub fn outputs(&self) -> View<'_, T> {
        View::from(&self.outputs)
    }

    fn metrics(&self) -> Vec<(String, f64)> {
        let outputs = self.outputs();
        match (&self.data.targets, self.head.is_classification()) {
            (Targets::Classes(classes), true) => {
                let labels = labels(target(&self.data.targets));
                let accuracy = self.head.count_correct(outputs, classes) as f64 / labels as f64;
                if labels > 0 { vec![("accuracy".to_owned(), accuracy)] } else { Vec::new() }
            }
            // Nor are several outputs for each number, or its logarithm, the number.
            (Targets::Values(values), false)
                if self.loss.outputs_per_target() == 1
                    && self.loss.input() != Input::Logits
                    && (self.loss.input() != Input::Logarithms || self.head == Head::Logarithms) =>
            {
                value_metrics(&self.head.probabilities(outputs), &in_double(View::from(values)))
            }
            // Logits are no estimates of probabilities, and numbers are no classes.
            _ => Vec::new(),
        }
    }
}

/// `r2`, `mae` and `rmse`, the mean over the outputs.
pub(crate) fn value_metrics(prediction: &Matrix<f64>, target: &Matrix<f64>) -> Vec<(String, f64)> {
    let estimated = Estimated::new(View::from(prediction), View::from(target));
    let mean_over_outputs = |measure: fn(&[f64], &[f64]) -> f64| {
        let each = estimated.map_outputs(measure);
        each.iter().sum::<f64>() / each.len() as f64
    };
    vec![
        ("r2".to_owned(), mean_over_outputs(r2)),
        ("mae".to_owned(), mean_over_outputs(mae)),
        ("rmse".to_owned(), mean_over_outputs(rmse)),
    ]
}

/// The same numbers in double precision.
pub(crate) fn in_double<T: Scalar>(x: View<'_, T>) -> Matrix<f64> {
    Matrix::from_iterator(x.rows(), x.cols(), x.as_slice().iter().map(|x| x.to_f64()))
}

/// The first columns of a matrix.
fn narrowed<T: Scalar>(matrix: ViewMut<'_, T>, columns: usize) -> ViewMut<'_, T> {
    let rows = matrix.rows();
    ViewMut::new(&mut matrix.into_slice()[..rows * columns], rows, columns)
}
