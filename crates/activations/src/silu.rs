//! The sigmoid-weighted linear unit.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family};

/// The sigmoid-weighted linear unit, also called swish: x, weighted by its own sigmoid.
///
/// ```text
/// y  = x σ(x)
/// y′ = σ(x) + x σ(x) (1 − σ(x))
///    = s − |x| s (1 − s)         if x < 0, with s = σ(−|x|), which keeps its digits on both sides
///      1 − (s − |x| s (1 − s))   otherwise
/// ```
///
/// It falls from 0 to −0.28 at x = −1.28 and rises from there.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Silu};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[0.0_f64, -1000.0, 1000.0], 3, 1);
/// let f = Silu;
/// let mut y = [9.0; 3];
/// f.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y, [0.0, 0.0, 1000.0]);
///
/// let mut dx = [9.0; 3];
/// f.input_gradient(x, View::new(&y, 3, 1), View::new(&[6.0, 6.0, 6.0], 3, 1), ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [3.0, 0.0, 6.0]);
/// ```
///
/// # References
/// S. Elfwing, E. Uchibe and K. Doya, *Sigmoid-Weighted Linear Units for Neural Network Function Approximation in Reinforcement
/// Learning*, 2017. <https://arxiv.org/abs/1702.03118>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Silu;

impl Silu {
    /// From here on σ(−x) is 0 in any number type.
    const BOUND: f64 = 800.0;
}

impl Elementwise for Silu {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        let x = x.at_least(T::from_f64(-Self::BOUND)); // −∞ · 0 is no number
        x * x.sigmoid()
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, x: T, _y: T) -> T {
        let a = x.abs().at_most(T::from_f64(Self::BOUND));
        let s = (-a).sigmoid();
        let left = s - a * s * (T::ONE - s);
        if x < T::ZERO { left } else { T::ONE - left }
    }

    fn call(&self) -> Call {
        Call::new("silu")
    }

    fn family(&self) -> Family {
        Family::Rectifier
    }

    fn range(&self) -> RangeInclusive<f64> {
        -0.278_464_542_761_073_8..=f64::INFINITY // the lowest at −1.2785
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tails_keep_their_digits() {
        for (x, y) in [(-20.0, -4.122_307_236_380_407e-8), (-10.0, -4.539_786_870_243_44e-4), (-1.0, -0.268_941_421_369_995_1)]
        {
            // y′ = y (1/x + 1 − σ(x))
            let slope = y * (1.0 / x + 1.0 - y / x);
            for (got, exact, tolerance) in [
                (Silu.value(x), y, 1e-14),
                (Silu.derivative(x, y), slope, 1e-14),
                (1.0 - Silu.derivative(-x, 0.0), slope, 1e-8),
                (f64::from(Silu.value(x as f32)), y, 5e-7),
                (f64::from(Silu.derivative(x as f32, 0.0)), slope, 1e-6),
            ] {
                assert!((got / exact - 1.0).abs() <= tolerance, "{x}: {got:e} is not {exact:e}");
            }
        }
    }

    #[test]
    fn the_ends() {
        for x in [200.0_f32, 1e20, f32::MAX, f32::INFINITY] {
            assert_eq!([Silu.value(x), Silu.value(-x)], [x, 0.0]);
            assert_eq!([Silu.derivative(x, x), Silu.derivative(-x, 0.0)], [1.0, 0.0]);
        }
    }
}
