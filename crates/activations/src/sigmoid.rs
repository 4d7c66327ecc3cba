//! The logistic function, known as sigmoid.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family};

/// The logistic function: any number becomes a probability.
///
/// ```text
/// y  = σ(x) = 1/(1 + e⁻ˣ)
/// y′ = y (1 − y)
/// ```
///
/// The derivative is at most ¼, at 0, and vanishes on both sides: in the middle of a deep network [`Relu`](crate::Relu) or
/// [`Tanh`](crate::Tanh) passes more of the gradient on. Neither side overflows: σ(−88.8) is 2.7e-39 in `f32`, not 0.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Sigmoid};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[0.0_f32, 1000.0], 2, 1);
/// let mut y = [0.0; 2];
/// Sigmoid.forward(x, ViewMut::new(&mut y, 2, 1));
/// assert_eq!(y, [0.5, 1.0]);
///
/// let mut dx = [0.0; 2];
/// Sigmoid.input_gradient(x, View::new(&y, 2, 1), View::new(&[1.0, 1.0], 2, 1), ViewMut::new(&mut dx, 2, 1));
/// assert_eq!(dx, [0.25, 0.0]);
/// ```
///
/// # References
/// D. E. Rumelhart, G. E. Hinton and R. J. Williams, *Learning representations by back-propagating errors*, 1986.
/// <https://doi.org/10.1038/323533a0>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sigmoid;

impl Elementwise for Sigmoid {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        x.sigmoid()
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        y * (T::ONE - y)
    }

    fn call(&self) -> Call {
        Call::new("sigmoid")
    }

    fn family(&self) -> Family {
        Family::Saturating
    }

    fn range(&self) -> RangeInclusive<f64> {
        0.0..=1.0
    }

    fn needs_input(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_left_tail_keeps_its_digits() {
        // Exact values; 1/(1 + e⁻ˣ) as it stands gives 0 for the last in f32.
        for (x, exact) in [(-20.0, 2.061_153_6e-9), (-87.4, 1.103_22e-38), (-88.8, 2.720_5e-39)] {
            let y = f64::from(Sigmoid.value(x as f32));
            assert!((y - exact).abs() <= 1e-5 * exact, "σ({x}) = {y:e}");
        }
    }
}
