//! Huber loss: quadratic near zero, linear far away.

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Input};

/// The Huber loss.
///
/// ```text
/// l(y, t) = (y − t)²/2              if |y − t| ≤ δ
///         = δ (|y − t| − δ/2)       otherwise
/// ∂l/∂y   = clamp(y − t, −δ, δ)
/// ```
///
/// Less sensitive to outliers than [`MeanSquared`](crate::MeanSquared), of which it is half for |y − t| ≤ δ.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `delta` | 1 | (0, ∞) | where the loss turns linear |
///
/// # Shapes
/// `y`, target values, `dy`: `(features, batch)`.
///
/// # Panics
/// If the shapes do not fit.
///
/// # Examples
/// ```
/// use backprop_losses::{Huber, Loss, Target};
/// use backprop_tensor::{View, ViewMut};
/// let (y, t) = (View::new(&[0.5_f32, 9.0], 2, 1), View::new(&[0.0, 5.0], 2, 1));
/// let mut dy = [0.0; 2];
/// let value = Huber::default().value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, 2, 1));
/// assert_eq!(value, (0.125 + 3.5) / 2.0);
/// assert_eq!(dy, [0.25, 0.5]);
/// ```
///
/// # References
/// P. J. Huber, *Robust Estimation of a Location Parameter*, 1964. <https://doi.org/10.1214/aoms/1177703732>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Huber {
    /// δ: where the loss turns linear.
    pub delta: f64,
}

impl Default for Huber {
    fn default() -> Self {
        Self { delta: 1.0 }
    }
}

impl Elementwise for Huber {
    #[inline(always)]
    fn term<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let (r, delta, half) = ((y - t).abs(), T::from_f64(self.delta), T::from_f64(0.5));
        // The linear branch knows no square: r² may be infinite where the loss is not.
        if r <= delta { half * r * r } else { delta * (r - half * delta) }
    }

    // clamp(y − t, −δ, δ)
    #[inline(always)]
    fn derivative<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let delta = T::from_f64(self.delta);
        (y - t).at_least(-delta).at_most(delta)
    }

    fn call(&self) -> Call {
        let call = Call::new("huber");
        if *self == Self::default() { call } else { call.with("delta", self.delta) }
    }

    fn input(&self) -> Input {
        Input::Values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_away_nothing_overflows() {
        assert_eq!(Huber::default().term(1e20_f32, -1e20, 1.0), 2e20);
        assert_eq!(Huber::default().derivative(1e20_f32, -1e20, 1.0), 1.0);
        assert_eq!(Huber::default().derivative(-1e300_f64, 1e300, 1.0), -1.0);
    }

    #[test]
    fn both_branches_meet() {
        let huber = Huber { delta: 0.5 };
        assert_eq!([huber.term(0.5, 0.0, 1.0), huber.term(-0.5, 0.0, 1.0), huber.term(0.75, 0.0, 1.0)], [0.125, 0.125, 0.25]);
        assert_eq!([huber.derivative(0.5, 0.0, 1.0), huber.derivative(-2.0, 0.0, 1.0)], [0.5, -0.5]);
    }
}
