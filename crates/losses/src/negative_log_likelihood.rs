//! Negative log-likelihood of log-probabilities.

use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut};

use crate::labels::Labels;
use crate::{Input, Loss, Target, TargetError};

/// The negative log-likelihood: multi-class cross-entropy of log-probabilities.
///
/// ```text
/// l(y, label) = −w y_label        ∂l/∂y_c = −w if c = label, else 0        w the class weight of the label
/// L           = Σᵢ sᵢ lᵢ / Σᵢ sᵢ wᵢ                                        s the sample weights
/// ```
///
/// For a network that ends in a log-softmax. **[`SoftmaxCrossEntropy`](crate::SoftmaxCrossEntropy)** on the numbers before it is
/// the same in one step, and as stable. PyTorch's `NLLLoss`.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `class_weights` (option `weight`) | empty | \[0, ∞\) each | w, one for each class; empty: 1 for each |
/// | `ignore_index` | none (option: −100) | a class | a label that does not count, beside [`IGNORED`](crate::IGNORED) |
///
/// # Shapes
/// `y` (log-probabilities), `dy`: `(classes, batch)`; target labels: `batch`.
///
/// # Panics
/// If the shapes do not fit, the target is values, or a label is out of range.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, NegativeLogLikelihood, Target};
/// use backprop_tensor::{View, ViewMut};
/// let y = View::new(&[-1.0_f32, -0.5, -0.25, -1.5], 2, 2);
/// let mut dy = [0.0; 4];
/// let loss = NegativeLogLikelihood::default();
/// let value = loss.value_and_gradient(y, Target::Classes(&[0, 1]), None, ViewMut::new(&mut dy, 2, 2));
/// assert_eq!(value, 1.25);                                                                  // (1 + 1.5)/2
/// assert_eq!(dy, [-0.5, 0.0, 0.0, -0.5]);
/// ```
///
/// # References
/// PyTorch, `NLLLoss`. <https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html>
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NegativeLogLikelihood {
    /// w: one for each class; empty: 1 for each.
    pub class_weights: Vec<f64>,
    /// A label that does not count, beside [`IGNORED`](crate::IGNORED).
    pub ignore_index: Option<u32>,
}

impl NegativeLogLikelihood {
    fn labels(&self) -> Labels<'_> {
        Labels { class_weights: &self.class_weights, ignore_index: self.ignore_index }
    }
}

impl<T: Scalar> Loss<T> for NegativeLogLikelihood {
    fn call(&self) -> Call {
        self.labels().call("nll")
    }

    fn input(&self) -> Input {
        Input::LogProbabilities
    }

    fn divisor(&self, target: Target<'_, T>, weights: Option<&[T]>) -> f64 {
        self.labels().divisor(target, weights)
    }

    fn sum_and_gradient(
        &self,
        y: View<'_, T>,
        target: Target<'_, T>,
        weights: Option<&[T]>,
        divisor: f64,
        dy: ViewMut<'_, T>,
    ) -> f64 {
        // −y, −1
        self.labels().sum_and_gradient(y, target, weights, divisor, dy, |y| (-y, -T::ONE))
    }

    fn check(&self, rows: usize, target: Target<'_, T>) -> Result<(), TargetError> {
        self.labels().check_labels("nll", rows, target)
    }
}
