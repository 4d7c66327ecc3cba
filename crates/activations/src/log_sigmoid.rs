//! The logarithm of the sigmoid.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family};

/// The logarithm of [`Sigmoid`](crate::Sigmoid), exact where the probability itself would be rounded to 0 or 1.
///
/// ```text
/// y  = ln σ(x) = min(0, x) − ln(1 + e^(−|x|))
/// y′ = σ(−x) = 1 − eʸ
/// ```
///
/// 1 − eʸ is taken as one function, so that y alone is enough and both tails of y′ keep their digits.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, LogSigmoid};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-10000.0_f64, 0.0, 10000.0], 3, 1);
/// let f = LogSigmoid;
/// let mut y = [9.0; 3];
/// f.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y, [-10000.0, -std::f64::consts::LN_2, 0.0]);
///
/// let mut dx = [9.0; 3];
/// f.input_gradient(x, View::new(&y, 3, 1), View::new(&[4.0, 4.0, 4.0], 3, 1), ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [4.0, 2.0, 0.0]);
/// ```
///
/// # References
/// P. Blanchard, D. J. Higham and N. J. Higham, *Accurately computing the log-sum-exp and softmax functions*, 2021.
/// <https://doi.org/10.1093/imanum/draa038>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogSigmoid;

impl Elementwise for LogSigmoid {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        x.at_most(T::ZERO) - (-x.abs()).ln_1p_exp_negative()
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        -y.exp_m1()
    }

    fn call(&self) -> Call {
        Call::new("log_sigmoid")
    }

    /// A straight line on the left, 0 on the right: a rectifier in a mirror.
    fn family(&self) -> Family {
        Family::Rectifier
    }

    fn range(&self) -> RangeInclusive<f64> {
        f64::NEG_INFINITY..=0.0
    }

    fn needs_input(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tails_keep_their_digits() {
        // Computed with 50 digits.
        for (x, y) in [
            (-1e4, -1e4),
            (-20.0, -20.000_000_002_061_154),
            (-1.0, -1.313_261_687_518_222_8),
            (1.0, -0.313_261_687_518_222_8),
            (20.0, -2.061_153_620_314_381e-9),
            (100.0, -3.720_075_976_020_836e-44),
        ] {
            let unit = f64::from(f32::from_bits(1));
            let (value, single) = (LogSigmoid.value(x), LogSigmoid.value(x as f32));
            assert!((value - y).abs() <= -1e-14 * y, "f64 at {x}: {value:e}");
            assert!((f64::from(single) - y).abs() <= -4e-7 * y + unit, "f32 at {x}: {single:e}");
            // y′ = σ(−x), from y alone
            let (slope, exact) = (LogSigmoid.derivative(x, value), Scalar::sigmoid(-x));
            assert!((slope - exact).abs() <= 1e-14 * exact, "f64 at {x}: {slope:e}");
            let slope = f64::from(LogSigmoid.derivative(x as f32, single));
            assert!((slope - exact).abs() <= 6e-7 * exact + 2.0 * unit, "f32 at {x}: {slope:e}");
        }
    }
}
