//! Binary cross-entropy on probabilities.

use backprop_registry::{Call, Interval};
use backprop_tensor::Scalar;

use crate::{Elementwise, Input};

/// The binary cross-entropy of probabilities.
///
/// ```text
/// l(p, t) = −t max(ln p, −100) − (1 − t) max(ln(1 − p), −100)
/// ∂l/∂p   = (p − t) / max(p (1 − p), 10⁻¹²)
/// ```
///
/// Clamped as in PyTorch, so that a wrong certainty costs 100 instead of ∞. **Prefer
/// [`SigmoidCrossEntropy`](crate::SigmoidCrossEntropy)** on the numbers before the sigmoid: where the sigmoid is rounded to 0 or
/// 1, this loss has lost both its value and its gradient, and that one has not.
///
/// # Shapes
/// `y` (probabilities), target values (from \[0, 1\]), `dy`: `(features, batch)`. Labels too: see [`Elementwise`].
///
/// # Panics
/// If the shapes do not fit. A prediction outside \[0, 1\] gives NaN.
///
/// # Examples
/// ```
/// use backprop_losses::{BinaryCrossEntropy, Loss, Target};
/// use backprop_tensor::{View, ViewMut};
/// let mut dp = [0.0_f64; 2];
/// let (p, dy) = (View::new(&[0.5, 0.25], 1, 2), ViewMut::new(&mut dp, 1, 2));
/// let value = BinaryCrossEntropy.value_and_gradient(p, Target::Classes(&[1, 0]), None, dy);
/// assert!((value - (2.0_f64.ln() - 0.75_f64.ln()) / 2.0).abs() < 1e-15);
/// assert_eq!(dp, [-1.0, 2.0 / 3.0]);                                                        // −(1/0.5)/2, (1/0.75)/2
/// ```
///
/// # References
/// PyTorch, `BCELoss`. <https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BinaryCrossEntropy;

impl Elementwise for BinaryCrossEntropy {
    #[inline(always)]
    fn term<T: Scalar>(&self, p: T, t: T, _setting: T) -> T {
        let least = T::from_f64(-100.0);
        (t - T::ONE) * (-p).ln_1p().at_least(least) - t * p.ln().at_least(least)
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, p: T, t: T, _setting: T) -> T {
        (p - t) / (p * (T::ONE - p)).at_least(T::from_f64(1e-12))
    }

    fn call(&self) -> Call {
        Call::new("bce")
    }

    fn input(&self) -> Input {
        Input::Probabilities
    }

    fn targets(&self) -> Interval {
        Interval::closed(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certainty_is_free_if_right_and_costs_100_if_wrong() {
        let at = |p: f64, t: f64| (BinaryCrossEntropy.term(p, t, 1.0), BinaryCrossEntropy.derivative(p, t, 1.0));
        assert_eq!([at(0.0, 0.0), at(1.0, 1.0)], [(0.0, 0.0), (0.0, 0.0)]);
        assert_eq!([at(0.0, 1.0), at(1.0, 0.0)], [(100.0, -1e12), (100.0, 1e12)]);
    }

    #[test]
    fn no_probability_is_not_a_number() {
        for p in [-0.1_f32, 1.1, f32::NAN] {
            assert!([0.0, 0.5, 1.0].iter().all(|&t| BinaryCrossEntropy.term(p, t, 1.0).is_nan()), "{p}");
        }
    }
}
