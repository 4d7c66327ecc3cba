//! Softsign: a sigmoid that approaches its ends slowly.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family};

/// Softsign: from −1 to 1 like [`Tanh`](crate::Tanh), but approached as 1/|x|, so that large inputs still pass some gradient
/// on.
///
/// ```text
/// y  = x/(1 + |x|)
/// y′ = 1/(1 + |x|)² = (1 − |y|)²
/// ```
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Softsign};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-1.0_f32, 0.0, 3.0], 3, 1);
/// let f = Softsign;
/// let mut y = [9.0; 3];
/// f.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y, [-0.5, 0.0, 0.75]);
///
/// let mut dx = [9.0; 3];
/// f.input_gradient(x, View::new(&y, 3, 1), View::new(&[16.0, 16.0, 16.0], 3, 1), ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [4.0, 16.0, 1.0]);
/// ```
///
/// # References
/// X. Glorot and Y. Bengio, *Understanding the Difficulty of Training Deep Feedforward Neural Networks*, 2010.
/// <https://proceedings.mlr.press/v9/glorot10a.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Softsign;

impl Elementwise for Softsign {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        x / (T::ONE + x.abs())
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        let rest = T::ONE - y.abs();
        rest * rest
    }

    fn call(&self) -> Call {
        Call::new("softsign")
    }

    fn family(&self) -> Family {
        Family::Saturating
    }

    fn range(&self) -> RangeInclusive<f64> {
        -1.0..=1.0
    }

    fn needs_input(&self) -> bool {
        false
    }
}
