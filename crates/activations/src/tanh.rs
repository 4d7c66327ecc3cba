//! The hyperbolic tangent.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family};

/// The hyperbolic tangent: a sigmoid around 0, from −1 to 1.
///
/// ```text
/// y  = tanh x = (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ)
/// y′ = 1 − y²
/// ```
///
/// Its gain, 5/3, is the one PyTorch recommends; near 0 the derivative is 1.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Tanh};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[0.0_f32, -1000.0], 2, 1);
/// let mut y = [9.0; 2];
/// Tanh.forward(x, ViewMut::new(&mut y, 2, 1));
/// assert_eq!(y, [0.0, -1.0]);
///
/// let mut dx = [9.0; 2];
/// Tanh.input_gradient(x, View::new(&y, 2, 1), View::new(&[3.0, 3.0], 2, 1), ViewMut::new(&mut dx, 2, 1));
/// assert_eq!(dx, [3.0, 0.0]);
/// ```
///
/// # References
/// Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, *Efficient Backprop*, 1998. <https://doi.org/10.1007/3-540-49430-8_2>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tanh;

impl Elementwise for Tanh {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        x.tanh()
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        T::ONE - y * y
    }

    fn call(&self) -> Call {
        Call::new("tanh")
    }

    fn family(&self) -> Family {
        Family::Saturating
    }

    fn gain(&self) -> f64 {
        5.0 / 3.0
    }

    fn range(&self) -> RangeInclusive<f64> {
        -1.0..=1.0
    }

    fn needs_input(&self) -> bool {
        false
    }
}
