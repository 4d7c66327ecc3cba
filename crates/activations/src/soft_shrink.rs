//! All numbers are drawn towards 0.

use backprop_registry::{Call, Interval, OptionSpec, Options};
use backprop_tensor::Scalar;

use crate::registry::call;
use crate::{Elementwise, Family};

/// Soft thresholding: every number is drawn towards 0 by the same amount, and does not pass it.
///
/// ```text
/// y  = sign(x) max(0, |x| − lambd)
/// y′ = 1   if |x| > lambd, else 0, also at the kinks
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `lambd` | 0.5 | [0, ∞) | how far numbers are drawn |
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, SoftShrink};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-3.0_f32, 0.5, 1.0, 2.0], 4, 1);
/// let f = SoftShrink { lambd: 1.0 };
/// let mut y = [9.0; 4];
/// f.forward(x, ViewMut::new(&mut y, 4, 1));
/// assert_eq!(y, [-2.0, 0.0, 0.0, 1.0]);
///
/// let mut dx = [9.0; 4];
/// f.input_gradient(x, View::new(&y, 4, 1), View::new(&[5.0, 5.0, 5.0, 5.0], 4, 1), ViewMut::new(&mut dx, 4, 1));
/// assert_eq!(dx, [5.0, 0.0, 0.0, 5.0]);
/// ```
///
/// # References
/// D. L. Donoho, *De-noising by Soft-Thresholding*, 1995. <https://doi.org/10.1109/18.382009>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoftShrink {
    /// How far numbers are drawn.
    pub lambd: f64,
}

impl SoftShrink {
    const LAMBD: f64 = 0.5;

    /// What the registry can set.
    pub(crate) const OPTIONS: &[OptionSpec] =
        &[OptionSpec::number("lambd", Self::LAMBD, Interval::NON_NEGATIVE, "how far numbers are drawn towards 0")];

    /// With the options that were set.
    pub(crate) fn from_options(options: &Options) -> Self {
        Self { lambd: options.number("lambd") }
    }
}

impl Default for SoftShrink {
    fn default() -> Self {
        Self { lambd: Self::LAMBD }
    }
}

impl Elementwise for SoftShrink {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        let lambd = T::from_f64(self.lambd);
        x - x.at_least(-lambd).at_most(lambd)
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        if y == T::ZERO { T::ZERO } else { T::ONE }
    }

    fn call(&self) -> Call {
        call("soft_shrink", Self::OPTIONS, &[self.lambd])
    }

    fn family(&self) -> Family {
        Family::Linear
    }

    fn kinks(&self) -> Vec<f64> {
        vec![-self.lambd, self.lambd]
    }

    fn needs_input(&self) -> bool {
        false
    }
}
