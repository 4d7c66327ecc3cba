//! What a network estimates, beside the truth.

use backprop_tensor::View;

/// Estimated values and the true ones.
///
/// # Shapes
/// `prediction`, `target`: `(outputs, samples)`, one sample per column.
///
/// ```
/// use backprop_metrics::Estimated;
/// use backprop_tensor::View;
/// let (prediction, target) = ([1.0, 10.0, 2.0, 20.0], [1.0, 11.0, 2.0, 22.0]);
/// let estimated = Estimated::new(View::new(&prediction, 2, 2), View::new(&target, 2, 2));
/// // Each output by itself: the second is 10, 20 and should be 11, 22.
/// let last = estimated.map_outputs(|prediction, target| (prediction[1], target[1]));
/// assert_eq!(last, [(2.0, 2.0), (20.0, 22.0)]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Estimated<'a> {
    prediction: View<'a, f64>,
    target: View<'a, f64>,
}

impl<'a> Estimated<'a> {
    /// These estimates and these true values.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn new(prediction: View<'a, f64>, target: View<'a, f64>) -> Self {
        let shape = |view: View<'_, f64>| (view.rows(), view.cols());
        assert_eq!(shape(prediction), shape(target), "predictions and targets have the same (outputs, samples)");
        Self { prediction, target }
    }

    /// The estimates.
    pub fn prediction(&self) -> View<'a, f64> {
        self.prediction
    }

    /// The true values.
    pub fn target(&self) -> View<'a, f64> {
        self.target
    }

    /// `f(prediction, target)` of each output, over all samples.
    pub fn map_outputs<R>(&self, mut f: impl FnMut(&[f64], &[f64]) -> R) -> Vec<R> {
        if self.target.rows() == 1 {
            return vec![f(self.prediction.as_slice(), self.target.as_slice())];
        }
        let row = |view: View<'_, f64>, i| (0..view.cols()).map(|j| view.at(i, j)).collect::<Vec<_>>();
        (0..self.target.rows()).map(|i| f(&row(self.prediction, i), &row(self.target, i))).collect()
    }
}
