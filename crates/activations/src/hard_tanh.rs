//! A straight line between two bounds.

use std::ops::RangeInclusive;

use backprop_registry::{Call, Interval, OptionError, OptionSpec, Options};
use backprop_tensor::Scalar;

use crate::registry::call;
use crate::{Elementwise, Family};

/// A straight line between two bounds: [`Tanh`](crate::Tanh) in three straight pieces.
///
/// ```text
/// y  = min(max(min, x), max)
/// y′ = 1   if min < x < max
///      0   otherwise, also at the kinks
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `min` | −1 | (−∞, max) | lower bound |
/// | `max` | 1 | (min, ∞) | upper bound |
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, HardTanh};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-3.0_f32, -1.0, 0.5, 7.0], 4, 1);
/// let f = HardTanh::new(-2.0, 0.5)?;
/// let mut y = [9.0; 4];
/// f.forward(x, ViewMut::new(&mut y, 4, 1));
/// assert_eq!(y, [-2.0, -1.0, 0.5, 0.5]);
///
/// let mut dx = [9.0; 4];
/// f.input_gradient(x, View::new(&y, 4, 1), View::new(&[5.0, 5.0, 5.0, 5.0], 4, 1), ViewMut::new(&mut dx, 4, 1));
/// assert_eq!(dx, [0.0, 5.0, 0.0, 0.0]);
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
///
/// # References
/// R. Collobert, J. Weston, L. Bottou, M. Karlen, K. Kavukcuoglu and P. Kuksa, *Natural Language Processing (Almost) from
/// Scratch*, 2011. <https://www.jmlr.org/papers/v12/collobert11a.html>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HardTanh {
    min: f64,
    max: f64,
}

impl HardTanh {
    const MIN: f64 = -1.0;
    const MAX: f64 = 1.0;

    /// What the registry can set.
    pub(crate) const OPTIONS: &[OptionSpec] = &[
        OptionSpec::number("min", Self::MIN, Interval::FINITE, "lower bound"),
        OptionSpec::number("max", Self::MAX, Interval::FINITE, "upper bound"),
    ];

    /// The line between `min` and `max`.
    ///
    /// # Errors
    /// If `min` is not below `max`.
    pub fn new(min: f64, max: f64) -> Result<Self, OptionError> {
        if min < max {
            Ok(Self { min, max })
        } else {
            Err(OptionError::Conflict { item: "hard_tanh", reason: format!("min = {min} must be below max = {max}") })
        }
    }

    /// With the options that were set.
    pub(crate) fn from_options(options: &Options) -> Result<Self, OptionError> {
        Self::new(options.number("min"), options.number("max"))
    }
}

impl Default for HardTanh {
    fn default() -> Self {
        Self { min: Self::MIN, max: Self::MAX }
    }
}

impl Elementwise for HardTanh {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        x.at_least(T::from_f64(self.min)).at_most(T::from_f64(self.max))
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        let (min, max) = (T::from_f64(self.min), T::from_f64(self.max));
        let below = if y < max { T::ONE } else { T::ZERO }; // one select after the other, where && would branch
        if y > min { below } else { T::ZERO }
    }

    fn call(&self) -> Call {
        call("hard_tanh", Self::OPTIONS, &[self.min, self.max])
    }

    fn family(&self) -> Family {
        Family::Saturating
    }

    fn range(&self) -> RangeInclusive<f64> {
        self.min..=self.max
    }

    fn kinks(&self) -> Vec<f64> {
        vec![self.min, self.max]
    }

    fn needs_input(&self) -> bool {
        false
    }
}
