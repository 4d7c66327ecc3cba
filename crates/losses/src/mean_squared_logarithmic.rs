//! Mean squared logarithmic error.

use backprop_registry::{Call, Interval};
use backprop_tensor::Scalar;

use crate::bounded::finite;
use crate::logarithm::ln_1p;
use crate::{Elementwise, Input};

/// The mean squared logarithmic error.
///
/// ```text
/// l(y, t) = g²                 g = ln(1 + y) − ln(1 + t)
/// ∂l/∂y   = 2 g/(1 + y)
/// ```
///
/// For numbers from 0 on that span orders of magnitude, such as prices: a prediction of twice the target costs the same at any size.
///
/// # Shapes
/// `y` (above −1: end the network in an activation such as ReLU), target values (above −1), `dy`: `(features, batch)`. Labels too:
/// see [`Elementwise`].
///
/// # Panics
/// If the shapes do not fit. A prediction of −1 or below has no logarithm and gives NaN.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, MeanSquaredLogarithmic, Target};
/// use backprop_tensor::{View, ViewMut};
/// let (y, t) = (View::new(&[1.0_f64, 0.0], 1, 2), View::new(&[0.0, 1.0], 1, 2));
/// let mut dy = [0.0; 2];
/// let value = MeanSquaredLogarithmic.value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, 1, 2));
/// let ln_2 = 2.0_f64.ln();
/// assert!((value - ln_2 * ln_2).abs() < 1e-15);
/// assert!((dy[0] - ln_2 / 2.0).abs() < 1e-15 && (dy[1] + ln_2).abs() < 1e-15);              // (±2 ln 2/(1 + y))/2
/// ```
///
/// # References
/// scikit-learn, *Mean squared logarithmic error*.
/// <https://scikit-learn.org/stable/modules/model_evaluation.html#mean-squared-log-error>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanSquaredLogarithmic;

impl Elementwise for MeanSquaredLogarithmic {
    // g²
    #[inline(always)]
    fn term<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let g = ln_1p(y) - ln_1p(t);
        g * g
    }

    // 2 g/(1 + y)
    #[inline(always)]
    fn derivative<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let g = ln_1p(y) - ln_1p(t);
        finite((g + g) / (T::ONE + y))
    }

    fn call(&self) -> Call {
        Call::new("msle")
    }

    fn input(&self) -> Input {
        Input::Values
    }

    fn targets(&self) -> Interval {
        Interval::open(-1.0, f64::INFINITY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_logarithm_is_not_a_number() {
        for y in [-1.0_f32, -1.5, -1e30, f32::NAN] {
            let at = (MeanSquaredLogarithmic.term(y, 0.0, 1.0), MeanSquaredLogarithmic.derivative(y, 0.0, 1.0));
            assert!(at.0.is_nan() && at.1.is_nan(), "{y}: {at:?}");
        }
        assert!(MeanSquaredLogarithmic.derivative(-1.0 + f32::EPSILON, 0.0, 1.0).is_finite());
    }
}
