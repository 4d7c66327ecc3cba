//! Smooth L1 loss: the absolute error with its corner rounded off.

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::bounded::finite;
use crate::mean_absolute::sign;
use crate::{Elementwise, Input};

/// The smooth L1 loss.
///
/// ```text
/// l(y, t) = (y − t)²/(2β)       if |y − t| < β
///         = |y − t| − β/2       otherwise
/// ∂l/∂y   = (y − t)/β           if |y − t| < β
///         = sign(y − t)         otherwise
/// ```
///
/// The [`Huber`](crate::Huber) loss with δ = β, divided by β: the slope far away is 1 whatever β is, and β = 0 is
/// [`MeanAbsolute`](crate::MeanAbsolute). PyTorch's `SmoothL1Loss`.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `beta` | 1 | \[0, ∞) | where the loss turns linear |
///
/// # Shapes
/// `y`, target values, `dy`: `(features, batch)`. Labels too: see [`Elementwise`].
///
/// # Panics
/// If the shapes do not fit.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, SmoothL1, Target};
/// use backprop_tensor::{View, ViewMut};
/// let (y, t) = (View::new(&[1.0_f32, 9.0], 2, 1), View::new(&[0.0, 5.0], 2, 1));
/// let mut dy = [0.0; 2];
/// let value = SmoothL1 { beta: 2.0 }.value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, 2, 1));
/// assert_eq!(value, (0.25 + 3.0) / 2.0);                                                    // 1²/4, 4 − 1
/// assert_eq!(dy, [0.25, 0.5]);                                                              // (1/2)/2, 1/2
/// ```
///
/// # References
/// R. Girshick, *Fast R-CNN*, 2015. <https://arxiv.org/abs/1504.08083>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SmoothL1 {
    /// β: where the loss turns linear.
    pub beta: f64,
}

impl Default for SmoothL1 {
    fn default() -> Self {
        Self { beta: 1.0 }
    }
}

impl Elementwise for SmoothL1 {
    #[inline(always)]
    fn term<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let (r, beta, half) = (finite(y - t).abs(), T::from_f64(self.beta), T::from_f64(0.5));
        // r²/(2β) without the square, which may be beyond the numbers where the loss is not.
        if r < beta { half * r * (r / beta) } else { r - half * beta }
    }

    // (y − t)/β, sign(y − t)
    #[inline(always)]
    fn derivative<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let (e, beta) = (finite(y - t), T::from_f64(self.beta));
        if e.abs() < beta { e / beta } else { sign(e) }
    }

    fn call(&self) -> Call {
        let call = Call::new("smooth_l1");
        if *self == Self::default() { call } else { call.with("beta", self.beta) }
    }

    fn input(&self) -> Input {
        Input::Values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_huber_divided_by_where_it_turns() {
        let (smooth, huber) = (SmoothL1 { beta: 0.5 }, crate::Huber { delta: 0.5 });
        for y in [-3.0, -0.5, -0.25, 0.0, 0.125, 0.5, 0.75] {
            assert_eq!(smooth.term(y, 0.0, 1.0), 2.0 * huber.term(y, 0.0, 1.0));
            assert_eq!(smooth.derivative(y, 0.0, 1.0), 2.0 * huber.derivative(y, 0.0, 1.0));
        }
    }

    #[test]
    fn without_a_curve_it_is_the_absolute_error() {
        let at = |y: f32| (SmoothL1 { beta: 0.0 }.term(y, 1.0, 1.0), SmoothL1 { beta: 0.0 }.derivative(y, 1.0, 1.0));
        assert_eq!([at(1.0), at(3.0), at(-1.0)], [(0.0, 0.0), (2.0, 1.0), (2.0, -1.0)]);
    }
}
