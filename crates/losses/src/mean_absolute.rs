//! Mean absolute error.

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Input};

/// The mean absolute error.
///
/// ```text
/// l(y, t) = |y − t|        ∂l/∂y = sign(y − t), 0 where y = t
/// ```
///
/// Its best constant prediction is the median, so outliers do little harm. The gradient does not shrink near the target: let the
/// learning rate fall, or use [`Huber`](crate::Huber).
///
/// # Shapes
/// `y`, target values, `dy`: `(features, batch)`.
///
/// # Panics
/// If the shapes do not fit.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, MeanAbsolute, Target};
/// use backprop_tensor::{View, ViewMut};
/// let (y, t) = (View::new(&[1.0_f32, 2.0], 2, 1), View::new(&[1.0, 5.0], 2, 1));
/// let mut dy = [0.0; 2];
/// assert_eq!(MeanAbsolute.value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, 2, 1)), 1.5);   // (0 + 3)/2
/// assert_eq!(dy, [0.0, -0.5]);
/// ```
///
/// # References
/// R. J. Boscovich, *De litteraria expeditione per pontificiam ditionem*, 1757.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeanAbsolute;

impl Elementwise for MeanAbsolute {
    // |y − t|
    #[inline(always)]
    fn term<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        (y - t).abs()
    }

    // sign(y − t)
    #[inline(always)]
    fn derivative<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        sign(y - t)
    }

    fn call(&self) -> Call {
        Call::new("mae")
    }

    fn input(&self) -> Input {
        Input::Values
    }
}

/// −1 or 1; what is neither negative nor positive, 0 or NaN, is handed on.
#[inline(always)]
pub(crate) fn sign<T: Scalar>(e: T) -> T {
    let not_below = if e > T::ZERO { T::ONE } else { e };
    if e < T::ZERO { -T::ONE } else { not_below }
}
