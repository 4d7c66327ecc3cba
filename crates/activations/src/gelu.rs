//! The Gaussian error linear unit.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family};

/// The Gaussian error linear unit: x, weighted by how likely a standard normal number is below it.
///
/// ```text
/// y  = x Φ(x) = max(0, x) − |x| Φ(−|x|)      Φ(x) = ½ (1 + erf(x/√2)), the normal distribution
/// y′ = Φ(x) + x φ(x)                         φ(x) = e^(−x²/2)/√2π, its density
/// ```
///
/// A [`Relu`](crate::Relu) without the kink. It falls from 0 to −0.17 at x = −0.75 and rises from there. The second form of y keeps
/// its digits on the left, where 1 + erf(x/√2) cancels: in `f32` that form is off by 4 % at −5 and 0 from −6 on, and this one is at
/// most 4 units in the last place from the exact value for every x. y′ is off by at most 8 ε max(|y′|, |x φ(x)|). The form with
/// tanh, which differs by up to 4.7e-4, is [`GeluTanh`](crate::GeluTanh).
///
/// Its gain is 1: PyTorch knows no other for it.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Gelu};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[0.0_f64, 1.0, -1.0], 3, 1); // Φ(1) = 0.841 344 746 …
/// let mut y = [9.0; 3];
/// Gelu.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y[0], 0.0);
/// assert!((y[1] - 0.841_344_746_068_543).abs() < 1e-14 && (y[1] + y[2] - (2.0 * y[1] - 1.0)).abs() < 1e-14);
///
/// let mut dx = [9.0; 3];
/// Gelu.input_gradient(x, View::new(&y, 3, 1), View::new(&[2.0, 0.0, 0.0], 3, 1), ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [1.0, 0.0, 0.0]); // Φ(0) = ½
/// ```
///
/// # References
/// D. Hendrycks and K. Gimpel, *Gaussian Error Linear Units (GELUs)*, 2016. <https://arxiv.org/abs/1606.08415>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gelu;

impl Elementwise for Gelu {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        let [_, below, _, _] = x.normal();
        x.at_least(T::ZERO) - below
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, x: T, _y: T) -> T {
        let [a, _, tail, density] = x.normal();
        // Φ(x) + x φ(x) on the left; what is missing to 1 on the right.
        let left = tail - a * density;
        if x < T::ZERO { left } else { T::ONE - left }
    }

    fn call(&self) -> Call {
        Call::new("gelu")
    }

    fn family(&self) -> Family {
        Family::Rectifier
    }

    fn range(&self) -> RangeInclusive<f64> {
        -0.169_971_207_479_903_66..=f64::INFINITY // the lowest at −0.7518
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x, y and y′, computed with 30 digits.
    const EXACT: [(f64, f64, f64); 6] = [
        (-10.0, -7.619_853_024_160_526e-23, -7.618_400_096_464_814e-22),
        (-5.0, -1.433_257_859_395_969_6e-6, -7.146_946_001_792_295e-6),
        (-1.0, -0.158_655_253_931_457_05, -0.083_315_470_587_686_3),
        (0.0, 0.0, 0.5),
        (1.0, 0.841_344_746_068_542_9, 1.083_315_470_587_686_3),
        (3.0, 2.995_950_305_905_11, 1.011_945_647_204_184),
    ];

    #[test]
    fn the_left_tail_keeps_its_digits() {
        for (x, y, slope) in EXACT {
            let close = |got: f64, exact: f64, tolerance: f64| (got - exact).abs() <= tolerance * exact.abs();
            assert!(close(Gelu.value(x), y, 1e-13) && close(Gelu.derivative(x, y), slope, 1e-13), "f64 at {x}");
            let (got, got_slope) = (Gelu.value(x as f32), Gelu.derivative(x as f32, y as f32));
            let tolerance = 4.0 * f64::from(f32::EPSILON);
            assert!(close(f64::from(got), y, tolerance), "f32 at {x}: {got:e} is not {y:e}");
            assert!(close(f64::from(got_slope), slope, tolerance), "f32 at {x}: {got_slope:e} is not {slope:e}");
        }
    }

    #[test]
    fn a_few_units_in_the_last_place_for_every_argument() {
        // Every 1009th number of both signs up to where the left is 0: two million.
        for bits in (0..15.0_f32.to_bits()).step_by(1009) {
            for x in [f32::from_bits(bits), -f32::from_bits(bits)] {
                let exact = f64::from(x);
                let [_, _, tail, density] = exact.normal();
                let (y, phi) = (exact * 0.5 * (1.0 + exact.signum() * (1.0 - 2.0 * tail)), density);
                let y = if x < 0.0 { exact * tail } else { y };
                let slope = if x < 0.0 { tail } else { 1.0 - tail } + exact * phi;
                let unit = f64::from((y as f32).abs().next_up()) - f64::from((y as f32).abs());
                let (got, got_slope) = (Gelu.value(x), Gelu.derivative(x, 0.0));
                assert!((f64::from(got) - y).abs() <= 4.0 * unit, "{x:e}: {got:e} is not {y:e}");
                let bound =
                    8.0 * f64::from(f32::EPSILON) * slope.abs().max(exact.abs() * phi) + 16.0 * f64::from(f32::from_bits(1));
                assert!((f64::from(got_slope) - slope).abs() <= bound, "{x:e}: {got_slope:e} is not {slope:e}");
            }
        }
    }

    #[test]
    fn the_ends() {
        for x in [20.0_f32, 1e20, f32::INFINITY] {
            assert_eq!([Gelu.value(x), Gelu.value(-x)], [x, 0.0]);
            assert_eq!([Gelu.derivative(x, x), Gelu.derivative(-x, 0.0)], [1.0, 0.0]);
        }
    }
}
