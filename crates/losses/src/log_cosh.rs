//! Logarithm of the hyperbolic cosine of the error.

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::bounded::finite;
use crate::logarithm::ln_1p;
use crate::{Elementwise, Input};

/// The log-cosh loss.
///
/// ```text
/// l(y, t) = ln cosh e = |e| + ln(1 − n/2)                e = y − t,  n = 1 − e^(−2|e|)
///                     = −½ ln(1 − tanh² e)               for |e| < 1, where the first form loses digits
/// ∂l/∂y   = tanh e    = sign(e) n/(2 − n)
/// ```
///
/// About e²/2 near the target and |e| − ln 2 far away, as [`Huber`](crate::Huber), but with all derivatives. No power of e is taken
/// that could overflow: ln cosh 10⁴ is 9999.3.
///
/// # Shapes
/// `y`, target values, `dy`: `(features, batch)`. Labels too: see [`Elementwise`].
///
/// # Panics
/// If the shapes do not fit.
///
/// # Examples
/// ```
/// use backprop_losses::{LogCosh, Loss, Target};
/// use backprop_tensor::{View, ViewMut};
/// let (y, t) = (View::new(&[3.0_f64, 1e4], 2, 1), View::new(&[3.0, 0.0], 2, 1));
/// let mut dy = [0.0; 2];
/// let value = LogCosh.value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, 2, 1));
/// assert_eq!(value, (0.0 + 1e4 - 2.0_f64.ln()) / 2.0);
/// assert_eq!(dy, [0.0, 0.5]);
/// ```
///
/// # References
/// Keras, `LogCosh`. <https://keras.io/api/losses/regression_losses/>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogCosh;

impl Elementwise for LogCosh {
    // |e| + ln(1 − n/2) or −½ ln(1 − tanh² e): one logarithm, what stands in it and around it is chosen.
    #[inline(always)]
    fn term<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let half = T::from_f64(0.5);
        let (a, n, tanh) = parts(y, t);
        let near = a < T::ONE;
        let inside = if near { tanh * tanh } else { half * n };
        let logarithm = ln_1p(-inside);
        if near { -half * logarithm } else { a + logarithm }
    }

    // sign(e) n/(2 − n)
    #[inline(always)]
    fn derivative<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let (_, _, tanh) = parts(y, t);
        if y < t { -tanh } else { tanh }
    }

    fn call(&self) -> Call {
        Call::new("log_cosh")
    }

    fn input(&self) -> Input {
        Input::Values
    }
}

/// |e|, n = 1 − e^(−2|e|) and tanh |e|: what value and derivative share, so that a loop over both computes it once.
#[inline(always)]
fn parts<T: Scalar>(y: T, t: T) -> (T, T, T) {
    let a = finite(y - t).abs();
    let n = -(-(a + a)).exp_m1();
    (a, n, n / (T::ONE + (T::ONE - n)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_known() {
        // ln cosh by series and to 50 digits elsewhere; the naive forms give 0 for the first two and infinity for the last.
        for (e, exact) in [
            (1e-10, 5e-21),
            (1e-5, 4.999_999_999_916_667e-11),
            (0.5, 0.120_114_506_958_277_52),
            (0.999, 0.433_019_446_420_884_8),
            (1.0, 0.433_780_830_483_027_2),
            (20.0, 19.306_852_819_440_055),
            (1e4, 9_999.306_852_819_44),
        ] {
            let (double, single) = (LogCosh.term(e, 0.0, 1.0), f64::from(LogCosh.term(e as f32, 0.0, 1.0)));
            assert!((double - exact).abs() <= 1e-15 * exact, "{e}: {double:e}");
            assert!((single - exact).abs() <= 1e-6 * exact, "{e} in f32: {single:e}");
        }
    }
}
