//! Mish: x, weighted by tanh of its softplus.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family};

/// Mish: x, weighted by the hyperbolic tangent of its [`Softplus`](crate::Softplus).
///
/// ```text
/// y  = x tanh(ln(1 + e)) = x n/(n + 2)          e = eˣ, n = e (e + 2) = (1 + e)² − 1
/// y′ = n/d + 4 x e (1 + e)/d² = (n d + 4 x e (1 + e))/d²      d = n + 2
/// ```
///
/// The second form of y needs one exponential and no logarithm, and keeps its digits on the left, where n is small. From x = 22
/// on the weight is 1, and e need not be taken; e⁴ is far from overflow. It falls from 0 to −0.31 at x = −1.19 and rises from
/// there.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Mish};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[0.0_f64, -1000.0, 1000.0], 3, 1);
/// let f = Mish;
/// let mut y = [9.0; 3];
/// f.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y, [0.0, 0.0, 1000.0]);
///
/// let mut dx = [9.0; 3];
/// f.input_gradient(x, View::new(&y, 3, 1), View::new(&[5.0, 5.0, 5.0], 3, 1), ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [3.0, 0.0, 5.0]);
/// ```
///
/// # References
/// D. Misra, *Mish: A Self Regularized Non-Monotonic Activation Function*, 2019. <https://arxiv.org/abs/1908.08681>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mish;

impl Mish {
    /// From here on the weight is 1 in any number type.
    const ONE_FROM: f64 = 22.0;
    /// e^−x is 0 from here on in any number type.
    const ZERO_FROM: f64 = 800.0;
}

impl Elementwise for Mish {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        let x = x.at_least(T::from_f64(-Self::ZERO_FROM)); // −∞ · 0 is no number
        let e = x.at_most(T::from_f64(Self::ONE_FROM)).exp();
        let n = e * (e + T::from_f64(2.0));
        x * (n / (n + T::from_f64(2.0)))
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, x: T, _y: T) -> T {
        let (two, four) = (T::from_f64(2.0), T::from_f64(4.0));
        let x = x.at_least(T::from_f64(-Self::ZERO_FROM)).at_most(T::from_f64(Self::ONE_FROM));
        let e = x.exp();
        let n = e * (e + two);
        let d = n + two;
        (n * d + four * x * (e * (T::ONE + e))) / (d * d)
    }

    fn call(&self) -> Call {
        Call::new("mish")
    }

    fn family(&self) -> Family {
        Family::Rectifier
    }

    fn range(&self) -> RangeInclusive<f64> {
        -0.308_843_413_017_250_4..=f64::INFINITY // the lowest at −1.1924
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_left_tail_keeps_its_digits() {
        // Computed with 50 digits.
        for (x, y) in [
            (-20.0, -4.122_307_240_628_762_8e-8),
            (-10.0, -4.539_889_918_567_469_4e-4),
            (-1.0, -0.303_401_461_374_108_9),
            (1.0, 0.865_098_388_267_310_4),
        ] {
            assert!((Mish.value(x) / y - 1.0).abs() < 1e-14, "f64 at {x}: {:e}", Mish.value(x));
            let got = f64::from(Mish.value(x as f32));
            assert!((got / y - 1.0).abs() < 1e-6, "f32 at {x}: {got:e}");
        }
    }

    #[test]
    fn the_derivative_is_finite_everywhere() {
        for x in [22.0_f32, 1e4, 1e20, f32::MAX, f32::INFINITY] {
            assert_eq!([Mish.value(x), Mish.derivative(x, x)], [x, 1.0]);
        }
        for x in [-800.0_f32, -1e20, f32::MIN, f32::NEG_INFINITY] {
            assert_eq!([Mish.value(x), Mish.derivative(x, 0.0)], [0.0, 0.0]);
        }
    }
}
