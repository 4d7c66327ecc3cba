//! Mean absolute percentage error.

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::bounded::finite;
use crate::mean_absolute::sign;
use crate::{Elementwise, Input};

/// The mean absolute percentage error, as a fraction.
///
/// ```text
/// l(y, t) = |y − t|/max(|t|, ε)        ∂l/∂y = sign(y − t)/max(|t|, ε), 0 where y = t
/// ```
///
/// For targets far from 0 whose errors count in proportion. A target of 0 costs 1/ε times its error: give ε the size from which on
/// proportions mean something, or use [`MeanSquaredLogarithmic`](crate::MeanSquaredLogarithmic). 0.1 is 10 %, as scikit-learn counts.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `epsilon` | 10⁻⁸ | (0, ∞) | ε, what an error is divided by at least |
///
/// # Shapes
/// `y`, target values, `dy`: `(features, batch)`. Labels too: see [`Elementwise`].
///
/// # Panics
/// If the shapes do not fit.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, MeanAbsolutePercentage, Target};
/// use backprop_tensor::{View, ViewMut};
/// let (y, t) = (View::new(&[9.0_f32, 6.0], 2, 1), View::new(&[8.0, 8.0], 2, 1));
/// let mut dy = [0.0; 2];
/// let value = MeanAbsolutePercentage::default().value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, 2, 1));
/// assert_eq!(value, (0.125 + 0.25) / 2.0);
/// assert_eq!(dy, [0.0625, -0.0625]);                                                        // ±(1/8)/2
/// ```
///
/// # References
/// A. de Myttenaere et al., *Mean Absolute Percentage Error for regression models*, 2016. <https://arxiv.org/abs/1605.02541>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanAbsolutePercentage {
    /// ε: what an error is divided by at least.
    pub epsilon: f64,
}

impl Default for MeanAbsolutePercentage {
    fn default() -> Self {
        Self { epsilon: 1e-8 }
    }
}

impl MeanAbsolutePercentage {
    /// max(|t|, ε)
    #[inline(always)]
    fn size<T: Scalar>(self, t: T) -> T {
        // An ε too small for the type would divide by 0.
        t.abs().at_least(T::from_f64(self.epsilon).at_least(T::MIN_POSITIVE))
    }
}

impl Elementwise for MeanAbsolutePercentage {
    // |y − t|/max(|t|, ε)
    #[inline(always)]
    fn term<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        finite((y - t).abs() / self.size(t))
    }

    // sign(y − t)/max(|t|, ε)
    #[inline(always)]
    fn derivative<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        sign(y - t) / self.size(t)
    }

    fn call(&self) -> Call {
        let call = Call::new("mape");
        if *self == Self::default() { call } else { call.with("epsilon", self.epsilon) }
    }

    fn input(&self) -> Input {
        Input::Values
    }
}
