//! Measuring a network on a set, without noise.

use backprop_data::{Dataset, Targets};
use backprop_layers::{Network, Workspace};
use backprop_losses::Loss;
use backprop_metrics::{Estimated, mae, r2, rmse};
use backprop_tensor::{Matrix, Scalar, View, ViewMut};

use crate::batch::target;
use crate::{Head, Scores};

/// How many samples go through the network at a time.
const BATCH: usize = 1024;

/// Measures the loss and the metrics of a network on one set, again and again, in buffers of its own.
///
/// Classes give `accuracy`; numbers give `r2`, `mae` and `rmse` in the units of the targets, the mean over the outputs.
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
    pub fn new(network: &'a Network<T>, loss: &'a dyn Loss<T>, head: Head, data: &'a Dataset<T>) -> Self {
        let matrix = |columns| Matrix::from_element(network.outputs(), columns, T::ZERO);
        let batch = data.len().min(BATCH);
        let workspace = network.inference_workspace(batch);
        Self { network, loss, head, data, workspace, outputs: matrix(data.len()), dy: matrix(batch) }
    }

    /// Loss and metrics with these parameters.
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

    /// The outputs of the last measurement, one column for each sample.
    pub fn outputs(&self) -> View<'_, T> {
        View::from(&self.outputs)
    }

    fn metrics(&self) -> Vec<(String, f64)> {
        let outputs = self.outputs();
        match &self.data.targets {
            Targets::Classes(classes) => {
                let correct = self.head.count_correct(outputs, classes);
                vec![("accuracy".to_owned(), correct as f64 / classes.len() as f64)]
            }
            Targets::Values(values) => value_metrics(&in_double(outputs), &in_double(View::from(values))),
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
