//! Small numbers become 0.

use backprop_registry::{Call, Interval, OptionSpec, Options};
use backprop_tensor::Scalar;

use crate::registry::call;
use crate::{Elementwise, Family};

/// Hard thresholding: what is small becomes 0, what is not stays as it is.
///
/// ```text
/// y  = x   if |x| > lambd, else 0
/// y′ = 1   if |x| > lambd, else 0, also at the kinks
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `lambd` | 0.5 | [0, ∞) | up to which magnitude a number becomes 0 |
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, HardShrink};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-3.0_f32, 0.5, 1.0, 2.0], 4, 1);
/// let f = HardShrink { lambd: 1.0 };
/// let mut y = [9.0; 4];
/// f.forward(x, ViewMut::new(&mut y, 4, 1));
/// assert_eq!(y, [-3.0, 0.0, 0.0, 2.0]);
///
/// let mut dx = [9.0; 4];
/// f.input_gradient(x, View::new(&y, 4, 1), View::new(&[5.0, 5.0, 5.0, 5.0], 4, 1), ViewMut::new(&mut dx, 4, 1));
/// assert_eq!(dx, [5.0, 0.0, 0.0, 5.0]);
/// ```
///
/// # References
/// D. L. Donoho and I. M. Johnstone, *Ideal Spatial Adaptation by Wavelet Shrinkage*, 1994.
/// <https://doi.org/10.1093/biomet/81.3.425>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HardShrink {
    /// Up to which magnitude a number becomes 0.
    pub lambd: f64,
}

impl HardShrink {
    const LAMBD: f64 = 0.5;

    /// What the registry can set.
    pub(crate) const OPTIONS: &[OptionSpec] =
        &[OptionSpec::number("lambd", Self::LAMBD, Interval::NON_NEGATIVE, "up to which magnitude a number becomes 0")];

    /// With the options that were set.
    pub(crate) fn from_options(options: &Options) -> Self {
        Self { lambd: options.number("lambd") }
    }
}

impl Default for HardShrink {
    fn default() -> Self {
        Self { lambd: Self::LAMBD }
    }
}

impl Elementwise for HardShrink {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        if x.abs() <= T::from_f64(self.lambd) { T::ZERO } else { x } // this way round, NaN stays
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        if y == T::ZERO { T::ZERO } else { T::ONE }
    }

    fn call(&self) -> Call {
        call("hard_shrink", Self::OPTIONS, &[self.lambd])
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
