//! What tanh takes away.

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family};

/// What [`Tanh`](crate::Tanh) takes away: next to nothing of small numbers, 1 of large ones.
///
/// ```text
/// y  = x − tanh x
///    = x z (3465 + 189 z + z²)/(10395 + 4725 z + 210 z² + z³)   if |x| < ½, with z = x²
/// y′ = tanh² x
/// ```
///
/// Near 0, where the difference cancels, it is x³/3 + …: the second form, from Lambert's continued fraction of tanh, has
/// positive terms alone and is off by at most 3e-12 of y.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, TanhShrink};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-100.0_f64, 0.0, 100.0], 3, 1);
/// let f = TanhShrink;
/// let mut y = [9.0; 3];
/// f.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y, [-99.0, 0.0, 99.0]);
///
/// let mut dx = [9.0; 3];
/// f.input_gradient(x, View::new(&y, 3, 1), View::new(&[5.0, 5.0, 5.0], 3, 1), ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [5.0, 0.0, 5.0]);
/// ```
///
/// # References
/// PyTorch, `Tanhshrink`: <https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html>. The fraction: NIST Digital
/// Library of Mathematical Functions, <https://dlmf.nist.gov/4.39.E1>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TanhShrink;

impl Elementwise for TanhShrink {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        let c = T::from_f64;
        let z = x * x;
        let above = (z + c(189.0)) * z + c(3465.0);
        let below = ((z + c(210.0)) * z + c(4725.0)) * z + c(10_395.0);
        if x.abs() < c(0.5) { x * z * (above / below) } else { x - x.tanh() }
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, x: T, _y: T) -> T {
        let t = x.tanh();
        t * t
    }

    fn call(&self) -> Call {
        Call::new("tanh_shrink")
    }

    fn family(&self) -> Family {
        Family::Linear
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_keep_their_digits() {
        // x³/3 − 2x⁵/15 + 17x⁷/315 − 62x⁹/2835, whose next term is 2e-15 of the first at x = 0.02.
        for x in [1e-30_f64, 1e-9, 1e-3, 0.02] {
            let z = x * x;
            let exact = x * z * (1.0 / 3.0 - z * (2.0 / 15.0 - z * (17.0 / 315.0 - z * (62.0 / 2835.0))));
            assert!((TanhShrink.value(x) - exact).abs() <= 1e-14 * exact, "{x}: {:e}", TanhShrink.value(x));
        }
        for x in [0.4_f64, 0.499_999, 0.5, 0.6, 1.1] {
            assert!((TanhShrink.value(x) / (x - x.tanh()) - 1.0).abs() < 4e-12, "{x}");
            let single = f64::from(TanhShrink.value(x as f32)) / (f64::from(x as f32) - f64::from(x as f32).tanh());
            assert!((single - 1.0).abs() < 4e-6, "{x}: {single}");
        }
    }
}
