//! The rectified linear unit.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family};

/// The rectified linear unit: what is negative becomes 0.
///
/// ```text
/// y  = max(0, x)
/// y′ = 1   if x > 0
///      0   otherwise, also at the kink x = 0
/// ```
///
/// NaN stays NaN, where `f32::max` would make it 0 and hide it. A unit whose x is negative for every sample gets no gradient
/// and stays as it is; [`LeakyRelu`](crate::LeakyRelu) does not have that problem.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Relu};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-2.0_f32, 0.0, 3.0], 3, 1);
/// let mut y = [9.0; 3];
/// Relu.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y, [0.0, 0.0, 3.0]);
///
/// let mut dx = [9.0; 3];
/// Relu.input_gradient(x, View::new(&y, 3, 1), View::new(&[5.0; 3], 3, 1), ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [0.0, 0.0, 5.0]);
/// ```
///
/// # References
/// V. Nair and G. E. Hinton, *Rectified Linear Units Improve Restricted Boltzmann Machines*, 2010.
/// <https://icml.cc/Conferences/2010/papers/432.pdf>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relu;

impl Elementwise for Relu {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        if x <= T::ZERO { T::ZERO } else { x } // this way round, NaN stays
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        if y > T::ZERO { T::ONE } else { T::ZERO }
    }

    fn call(&self) -> Call {
        Call::new("relu")
    }

    fn family(&self) -> Family {
        Family::Rectifier
    }

    fn gain(&self) -> f64 {
        std::f64::consts::SQRT_2
    }

    fn range(&self) -> RangeInclusive<f64> {
        0.0..=f64::INFINITY
    }

    fn kinks(&self) -> Vec<f64> {
        vec![0.0]
    }

    fn needs_input(&self) -> bool {
        false
    }
}
