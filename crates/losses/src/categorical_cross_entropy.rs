//! Multi-class cross-entropy on probabilities.

use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut};

use crate::labels::Labels;
use crate::{Input, Loss, Target, TargetError};

/// The multi-class cross-entropy of probabilities.
///
/// ```text
/// l(p, label) = −w max(ln p_label, −100)
/// ∂l/∂p_c     = −w / max(p_c, 10⁻¹²) if c = label, else 0        w the class weight of the label
/// L           = Σᵢ sᵢ lᵢ / Σᵢ sᵢ wᵢ                              s the sample weights
/// ```
///
/// Clamped as [`BinaryCrossEntropy`](crate::BinaryCrossEntropy). **Prefer [`SoftmaxCrossEntropy`](crate::SoftmaxCrossEntropy)** on
/// the numbers before the softmax: where the softmax is rounded to 0, this loss has lost both its value and its gradient, and
/// that one has not.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `class_weights` (option `weight`) | empty | \[0, ∞\) each | w, one for each class; empty: 1 for each |
/// | `ignore_index` | none (option: −100) | a class | a label that does not count, beside [`IGNORED`](crate::IGNORED) |
///
/// # Shapes
/// `y` (probabilities), `dy`: `(classes, batch)`; target labels: `batch`.
///
/// # Panics
/// If the shapes do not fit, the target is values, or a label is out of range. A negative prediction gives NaN.
///
/// # Examples
/// ```
/// use backprop_losses::{CategoricalCrossEntropy, Loss, Target};
/// use backprop_tensor::{View, ViewMut};
/// let p = View::new(&[0.25_f64, 0.75, 0.5, 0.5], 2, 2);
/// let mut dp = [0.0; 4];
/// let loss = CategoricalCrossEntropy::default();
/// let value = loss.value_and_gradient(p, Target::Classes(&[0, 1]), None, ViewMut::new(&mut dp, 2, 2));
/// assert!((value - 1.5 * 2.0_f64.ln()).abs() < 1e-15);                                      // (ln 4 + ln 2)/2
/// assert_eq!(dp, [-2.0, 0.0, 0.0, -1.0]);                                                   // −(1/p)/2
/// ```
///
/// # References
/// I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, 2016, 6.2.2. <https://www.deeplearningbook.org>
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CategoricalCrossEntropy {
    /// w: one for each class; empty: 1 for each.
    pub class_weights: Vec<f64>,
    /// A label that does not count, beside [`IGNORED`](crate::IGNORED).
    pub ignore_index: Option<u32>,
}

impl CategoricalCrossEntropy {
    fn labels(&self) -> Labels<'_> {
        Labels { class_weights: &self.class_weights, ignore_index: self.ignore_index }
    }
}

impl<T: Scalar> Loss<T> for CategoricalCrossEntropy {
    fn call(&self) -> Call {
        self.labels().call("categorical_cross_entropy")
    }

    fn input(&self) -> Input {
        Input::Probabilities
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
        let (least, smallest) = (T::from_f64(-100.0), T::from_f64(1e-12));
        // −max(ln p, −100), −1/max(p, 10⁻¹²)
        let f = |p: T| (-p.ln().at_least(least), -T::ONE / p.at_least(smallest));
        self.labels().sum_and_gradient(y, target, weights, divisor, dy, f)
    }

    fn check(&self, rows: usize, target: Target<'_, T>) -> Result<(), TargetError> {
        self.labels().check_labels("categorical_cross_entropy", rows, target)
    }
}
