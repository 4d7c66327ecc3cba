//! Squared hinge loss: hinge without its corner.

use backprop_registry::{Call, Interval};
use backprop_tensor::Scalar;

use crate::bounded::finite;
use crate::hinge::{SIDES, shortfall, side};
use crate::{Elementwise, Input};

/// The squared hinge loss.
///
/// ```text
/// l(y, t) = m²                 m = max(0, 1 − s y),  s = 1 if t = 1, −1 if t = −1 or t = 0
/// ∂l/∂y   = −2 s m
/// ```
///
/// The loss of L2 support vector machines. Smooth where [`Hinge`](crate::Hinge) has a corner, and harder on scores that are far on the
/// wrong side.
///
/// # Shapes
/// Those of [`Hinge`](crate::Hinge); targets and labels mean the same.
///
/// # Panics
/// If the shapes do not fit.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, SquaredHinge, Target};
/// use backprop_tensor::{View, ViewMut};
/// let (y, t) = (View::new(&[0.5_f32, 0.5, 3.0, -2.0], 1, 4), View::new(&[1.0, -1.0, 1.0, -1.0], 1, 4));
/// let mut dy = [0.0; 4];
/// let value = SquaredHinge.value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, 1, 4));
/// assert_eq!(value, (0.25 + 2.25 + 0.0 + 0.0) / 4.0);
/// assert_eq!(dy, [-0.25, 0.75, 0.0, 0.0]);                                                  // −2 s m/4
/// ```
///
/// # References
/// Y. Tang, *Deep Learning using Linear Support Vector Machines*, 2013. <https://arxiv.org/abs/1306.0239>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SquaredHinge;

impl Elementwise for SquaredHinge {
    // m²
    #[inline(always)]
    fn term<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let m = shortfall(y, t).at_least(T::ZERO);
        finite(m * m)
    }

    // −2 s m
    #[inline(always)]
    fn derivative<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let m = shortfall(y, t).at_least(T::ZERO);
        finite(-side(t) * (m + m))
    }

    fn call(&self) -> Call {
        Call::new("squared_hinge")
    }

    fn input(&self) -> Input {
        Input::Values
    }

    fn targets(&self) -> Interval {
        SIDES
    }

    fn whole_targets(&self) -> bool {
        true
    }
}
