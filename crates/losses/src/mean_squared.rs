//! Mean squared error.

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Input};

/// The mean squared error.
///
/// ```text
/// l(y, t) = (y − t)²        ∂l/∂y = 2 (y − t)
/// ```
///
/// The loss of regression, and maximum likelihood under normal noise. One outlier can outweigh everything else: then
/// [`Huber`](crate::Huber).
///
/// # Shapes
/// `y`, target values, `dy`: `(features, batch)`.
///
/// # Panics
/// If the shapes do not fit.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, MeanSquared, Target};
/// use backprop_tensor::{View, ViewMut};
/// let (y, t) = (View::new(&[1.0_f32, 2.0], 2, 1), View::new(&[0.0, 5.0], 2, 1));
/// let mut dy = [0.0; 2];
/// assert_eq!(MeanSquared.value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, 2, 1)), 5.0);   // (1² + 3²)/2
/// assert_eq!(dy, [1.0, -3.0]);
/// ```
///
/// # References
/// C. F. Gauß, *Theoria combinationis observationum erroribus minimis obnoxiae*, 1823.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanSquared;

impl Elementwise for MeanSquared {
    // (y − t)²
    #[inline(always)]
    fn term<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        (y - t) * (y - t)
    }

    // 2 (y − t)
    #[inline(always)]
    fn derivative<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        (y - t) + (y - t)
    }

    fn call(&self) -> Call {
        Call::new("mse")
    }

    fn input(&self) -> Input {
        Input::Values
    }
}
