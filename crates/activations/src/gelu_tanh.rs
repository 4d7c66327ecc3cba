//! The Gaussian error linear unit, by way of tanh.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family};

/// The approximation of [`Gelu`](crate::Gelu) by a hyperbolic tangent; PyTorch's `approximate="tanh"`.
///
/// ```text
/// y  = x/2 (1 + tanh u) = x σ(2u)      u  = √(2/π) (x + 0.044715 x³)
/// y′ = σ + x σ (1 − σ) 2u′             u′ = √(2/π) (1 + 3 · 0.044715 x²)
/// ```
///
/// It differs from [`Gelu`](crate::Gelu) by up to 4.7e-4, at |x| = 2.7: networks that were trained with one are to be used with it.
/// The form with σ keeps its digits on the left, where 1 + tanh u cancels.
///
/// Its gain is 1: PyTorch knows no other for it.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, GeluTanh};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[0.0_f64, 1.0], 2, 1);
/// let mut y = [9.0; 2];
/// GeluTanh.forward(x, ViewMut::new(&mut y, 2, 1));
/// assert!(y[0] == 0.0 && (y[1] - 0.841_191_990_608_276_8).abs() < 1e-15); // Φ(1) is 0.841 345
///
/// let mut dx = [9.0; 2];
/// GeluTanh.input_gradient(x, View::new(&y, 2, 1), View::new(&[2.0, 0.0], 2, 1), ViewMut::new(&mut dx, 2, 1));
/// assert_eq!(dx, [1.0, 0.0]); // σ(0) = ½
/// ```
///
/// # References
/// D. Hendrycks and K. Gimpel, *Gaussian Error Linear Units (GELUs)*, 2016. <https://arxiv.org/abs/1606.08415>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GeluTanh;

impl GeluTanh {
    const CUBIC: f64 = 0.044_715;
    /// 2 √(2/π).
    const SCALE: f64 = 2.0 * std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2;
    /// Beyond it σ(2u) is 0 or 1 in any number type, and x³ need not be taken.
    const BOUND: f64 = 30.0;
}

impl Elementwise for GeluTanh {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        let (scale, cubic, bound) =
            (T::from_f64(Self::SCALE), T::from_f64(Self::SCALE * Self::CUBIC), T::from_f64(Self::BOUND));
        let x = x.at_least(-bound); // −∞ · 0 is no number
        let c = x.at_most(bound);
        x * (c * (scale + cubic * (c * c))).sigmoid()
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, x: T, _y: T) -> T {
        let (scale, cubic, bound) =
            (T::from_f64(Self::SCALE), T::from_f64(Self::SCALE * Self::CUBIC), T::from_f64(Self::BOUND));
        let c = x.at_least(-bound).at_most(bound);
        let square = cubic * (c * c);
        let s = (c * (scale + square)).sigmoid();
        s + s * (T::ONE - s) * (c * (scale + T::from_f64(3.0) * square))
    }

    fn call(&self) -> Call {
        Call::new("gelu_tanh")
    }

    fn family(&self) -> Family {
        Family::Rectifier
    }

    fn range(&self) -> RangeInclusive<f64> {
        -0.170_040_750_571_254_05..=f64::INFINITY // the lowest at −0.7525
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_left_tail_keeps_its_digits() {
        for (x, y) in
            [(-6.0, -8.439_646_700_762_297e-11), (-5.0, -2.291_796_196_629_5e-7), (-3.0, -0.003_637_392_081_773_018_8)]
        {
            assert!((GeluTanh.value(x) - y).abs() <= -1e-12 * y, "f64 at {x}: {:e}", GeluTanh.value(x));
            let got = f64::from(GeluTanh.value(x as f32));
            assert!((got - y).abs() <= -5e-6 * y, "f32 at {x}: {got:e}");
        }
    }

    #[test]
    fn the_ends() {
        for x in [31.0_f32, 1e20, f32::INFINITY] {
            assert_eq!([GeluTanh.value(x), GeluTanh.value(-x)], [x, 0.0]);
            assert_eq!([GeluTanh.derivative(x, x), GeluTanh.derivative(-x, 0.0)], [1.0, 0.0]);
        }
    }
}
