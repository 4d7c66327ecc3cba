//! Hinge loss: how far a score is from a margin of 1 on its side.

use backprop_registry::{Call, Interval};
use backprop_tensor::Scalar;

use crate::bounded::finite;
use crate::{Elementwise, Input};

/// The hinge loss.
///
/// ```text
/// l(y, t) = max(0, 1 − s y)                s = 1 if t = 1, −1 if t = −1 or t = 0
/// ∂l/∂y   = −s if s y < 1, else 0
/// ```
///
/// The loss of support vector machines: scores of the right sign cost nothing from 1 on. [`SquaredHinge`](crate::SquaredHinge) has no
/// corner there.
///
/// # Shapes
/// `y` (scores), target values (−1 and 1; 0 is taken for −1), `dy`: `(features, batch)`. Labels too: of a prediction with one row 0 is
/// −1 and 1 is 1; of several the row of the label is 1 and every other −1, one class against the rest.
///
/// # Panics
/// If the shapes do not fit.
///
/// # Examples
/// ```
/// use backprop_losses::{Hinge, Loss, Target};
/// use backprop_tensor::{View, ViewMut};
/// let y = View::new(&[0.5_f32, 0.5, 3.0, -2.0], 1, 4);
/// let mut dy = [0.0; 4];
/// let value = Hinge.value_and_gradient(y, Target::Classes(&[1, 0, 1, 0]), None, ViewMut::new(&mut dy, 1, 4));
/// assert_eq!(value, (0.5 + 1.5 + 0.0 + 0.0) / 4.0);
/// assert_eq!(dy, [-0.25, 0.25, 0.0, 0.0]);
/// ```
///
/// # References
/// C. Cortes, V. Vapnik, *Support-Vector Networks*, 1995. <https://doi.org/10.1007/BF00994018>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hinge;

impl Elementwise for Hinge {
    // max(0, 1 − s y)
    #[inline(always)]
    fn term<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        shortfall(y, t).at_least(T::ZERO)
    }

    // −s if s y < 1; what is neither short nor not, NaN, is handed on.
    #[inline(always)]
    fn derivative<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let m = shortfall(y, t);
        let not_short = if m <= T::ZERO { T::ZERO } else { m };
        if m > T::ZERO { -side(t) } else { not_short }
    }

    fn call(&self) -> Call {
        Call::new("hinge")
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

/// Where the targets lie: −1, 0 and 1.
pub(crate) const SIDES: Interval = Interval::closed(-1.0, 1.0);

/// s: the sign a score should have.
#[inline(always)]
pub(crate) fn side<T: Scalar>(t: T) -> T {
    if t > T::ZERO { T::ONE } else { -T::ONE }
}

/// 1 − s y: what a score lacks of the margin.
#[inline(always)]
pub(crate) fn shortfall<T: Scalar>(y: T, t: T) -> T {
    finite(T::ONE - side(t) * y)
}
