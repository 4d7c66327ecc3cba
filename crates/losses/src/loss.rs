//! What a loss function is.

use std::fmt::Debug;

use backprop_registry::Call;
use backprop_tensor::{Matrix, Scalar, View, ViewMut};

use crate::labels::Labels;
use crate::{Target, TargetError};

/// What a loss takes the prediction for. A network must end accordingly: see each variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// Any numbers: the last layer has no activation, or one whose range is that of the target.
    Values,
    /// Scores from (−∞, ∞): the last layer has no activation; the loss holds the sigmoid or the softmax, or has no need of one.
    Logits,
    /// Logarithms of positive numbers, from (−∞, ∞): the last layer has no activation; the loss holds the exponential.
    Logarithms,
    /// Numbers from \[0, 1\]: the last layer ends in a sigmoid or softmax.
    Probabilities,
    /// Numbers from (−∞, 0]: the last layer ends in a log-softmax.
    LogProbabilities,
}

/// A loss: one number for a batch, and its gradient.
///
/// ```text
/// L = Σᵢ wᵢ lᵢ / Σᵢ wᵢ        over the samples (columns) i;  wᵢ = sample weight × class weight
/// ∂L/∂yᵢ = wᵢ ∂lᵢ/∂yᵢ / Σᵢ wᵢ
/// ```
///
/// For an elementwise loss lᵢ is the mean over the rows of the column. Without weights this is PyTorch's `reduction="mean"`.
/// If no sample counts (Σ wᵢ = 0), the loss is 0 and so is the gradient.
///
/// L is computed as a sum over *any* columns and one [`divisor`](Self::divisor) of the whole batch, so that the sums of slices
/// add up, whichever way a batch is cut.
///
/// Laws, held by tests over the registry: `value` returns what `value_and_gradient` returns; slices add up, and their gradients
/// have the same bits; `dy` is overwritten, never read; a weight of 2 is the sample twice; a sample of weight 0 or with the label
/// [`IGNORED`](crate::IGNORED) changes nothing, even if its prediction is NaN.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, MeanSquared, Target};
/// use backprop_tensor::{View, ViewMut};
///
/// let y = View::new(&[1.0_f32, 3.0], 1, 2);
/// let target = Target::Values(View::new(&[0.0, 1.0], 1, 2));
/// let mut dy = [0.0; 2];
/// // (1² + 2²)/2 and (2·1, 2·2)/2
/// assert_eq!(MeanSquared.value_and_gradient(y, target, None, ViewMut::new(&mut dy, 1, 2)), 2.5);
/// assert_eq!(dy, [1.0, 2.0]);
/// // (3·1² + 1·2²)/(3 + 1)
/// assert_eq!(MeanSquared.value(y, target, Some(&[3.0, 1.0])), 1.75);
/// assert_eq!(MeanSquared.per_sample(y, target), [1.0, 4.0]);
///
/// // The same in two slices.
/// let divisor = MeanSquared.divisor(target, None);
/// let mut sum = 0.0;
/// for j in 0..2 {
///     let mut dy = [0.0];
///     let (y, target) = (y.columns(j..j + 1), target.columns(j..j + 1));
///     sum += MeanSquared.sum_and_gradient(y, target, None, divisor, ViewMut::new(&mut dy, 1, 1));
/// }
/// assert_eq!(sum, 2.5);
/// ```
pub trait Loss<T: Scalar>: Debug + Send + Sync {
    /// Its name and the options that differ from their defaults, as its registry reads them back.
    fn call(&self) -> Call;

    /// What it takes the prediction for.
    fn input(&self) -> Input;

    /// How many rows of the prediction there are for each row of target values. Provided: 1. A loss of several, such as
    /// [`Quantile`](crate::Quantile) and [`GaussianNll`](crate::GaussianNll), takes them in blocks, each of as many rows as the target.
    fn outputs_per_target(&self) -> usize {
        1
    }

    /// Σ wᵢ of the whole batch.
    ///
    /// # Panics
    /// If there is not one weight for each sample, or a class weight is missing.
    fn divisor(&self, target: Target<'_, T>, weights: Option<&[T]>) -> f64;

    /// Σ wᵢ lᵢ / divisor over the columns given, and dY ← its gradient; 0 and 0 if the divisor is 0. Allocates nothing.
    ///
    /// # Panics
    /// If the shapes do not fit, or the loss has no use for this kind of target; [`check_target`](crate::check_target) tells.
    fn sum_and_gradient(
        &self,
        y: View<'_, T>,
        target: Target<'_, T>,
        weights: Option<&[T]>,
        divisor: f64,
        dy: ViewMut<'_, T>,
    ) -> f64;

    /// Whether the target is one for this loss and a prediction of so many rows; the part of
    /// [`check_target`](crate::check_target) that differs from loss to loss. Provided: labels lie in 0 to rows − 1, or are 0 and
    /// 1 for one row.
    ///
    /// # Errors
    /// The first thing that is wrong.
    fn check(&self, rows: usize, target: Target<'_, T>) -> Result<(), TargetError> {
        match target {
            Target::Values(_) => Ok(()),
            Target::Classes(classes) => Labels::PLAIN.check(&Loss::call(self).name, rows.max(2), classes),
        }
    }

    /// L of a whole batch. Takes memory for one gradient; a training step uses [`value_and_gradient`](Self::value_and_gradient).
    ///
    /// # Panics
    /// As [`sum_and_gradient`](Self::sum_and_gradient).
    fn value(&self, y: View<'_, T>, target: Target<'_, T>, weights: Option<&[T]>) -> f64 {
        let mut dy = Matrix::from_element(y.rows(), y.cols(), T::ZERO);
        self.value_and_gradient(y, target, weights, ViewMut::from(&mut dy))
    }

    /// L of a whole batch, and dY ← ∂L/∂Y.
    ///
    /// # Panics
    /// As [`sum_and_gradient`](Self::sum_and_gradient).
    fn value_and_gradient(&self, y: View<'_, T>, target: Target<'_, T>, weights: Option<&[T]>, dy: ViewMut<'_, T>) -> f64 {
        self.sum_and_gradient(y, target, weights, self.divisor(target, weights), dy)
    }

    /// The loss of each sample, with the loss's own class weights and without sample weights: PyTorch's `reduction="none"`, of
    /// an elementwise loss the mean over the rows. Samples that do not count have 0.
    ///
    /// # Panics
    /// As [`sum_and_gradient`](Self::sum_and_gradient).
    fn per_sample(&self, y: View<'_, T>, target: Target<'_, T>) -> Vec<f64> {
        let mut dy = vec![T::ZERO; y.rows()];
        let mut sample = |j: usize| {
            let dy = ViewMut::new(&mut dy, y.rows(), 1);
            self.sum_and_gradient(y.columns(j..j + 1), target.columns(j..j + 1), None, 1.0, dy)
        };
        (0..y.cols()).map(&mut sample).collect()
    }
}
