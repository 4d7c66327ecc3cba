//! The identity: no activation.

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family};

/// The identity: what a regression network ends in.
///
/// ```text
/// y  = x
/// y′ = 1
/// ```
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Identity};
/// use backprop_tensor::{View, ViewMut};
///
/// let mut y = [0.0_f32; 2];
/// Identity.forward(View::new(&[-1.5, 2.0], 2, 1), ViewMut::new(&mut y, 2, 1));
/// assert_eq!(y, [-1.5, 2.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity;

impl Elementwise for Identity {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        x
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, _y: T) -> T {
        T::ONE
    }

    fn call(&self) -> Call {
        Call::new("identity")
    }

    fn family(&self) -> Family {
        Family::Linear
    }

    fn needs_input(&self) -> bool {
        false
    }
}
