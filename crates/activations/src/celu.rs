//! The exponential linear unit without a kink.

use std::ops::RangeInclusive;

use backprop_registry::{Call, Interval, OptionSpec, Options};
use backprop_tensor::Scalar;

use crate::registry::call;
use crate::{Elementwise, Family};

/// The continuously differentiable exponential linear unit: an [`Elu`](crate::Elu) without a kink for any alpha.
///
/// ```text
/// y  = max(0, x) + min(0, alpha (e^(x/alpha) − 1))
/// y′ = 1                            if x > 0
///      e^(x/alpha) = y/alpha + 1    otherwise
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `alpha` | 1 | [1e-6, 1e6] | how far it goes down, and how wide the bend is |
///
/// It is alpha times `Elu { alpha: 1.0 }` of x/alpha.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Celu};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-1000.0_f32, 0.0, 3.0], 3, 1);
/// let f = Celu { alpha: 2.0 };
/// let mut y = [9.0; 3];
/// f.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y, [-2.0, 0.0, 3.0]);
///
/// let mut dx = [9.0; 3];
/// f.input_gradient(x, View::new(&y, 3, 1), View::new(&[5.0, 5.0, 5.0], 3, 1), ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [0.0, 5.0, 5.0]);
/// ```
///
/// # References
/// J. T. Barron, *Continuously Differentiable Exponential Linear Units*, 2017. <https://arxiv.org/abs/1704.07483>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Celu {
    /// How far it goes down, and how wide the bend is.
    pub alpha: f64,
}

impl Celu {
    const ALPHA: f64 = 1.0;

    /// What the registry can set.
    pub(crate) const OPTIONS: &[OptionSpec] = &[OptionSpec::number(
        "alpha",
        Self::ALPHA,
        Interval::closed(1e-6, 1e6),
        "how far it goes down, and how wide the bend is",
    )];

    /// With the options that were set.
    pub(crate) fn from_options(options: &Options) -> Self {
        Self { alpha: options.number("alpha") }
    }
}

impl Default for Celu {
    fn default() -> Self {
        Self { alpha: Self::ALPHA }
    }
}

impl Elementwise for Celu {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        let inverse = T::from_f64(1.0 / self.alpha);
        if x > T::ZERO { x } else { T::from_f64(self.alpha) * (x * inverse).exp_m1() }
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        let inverse = T::from_f64(1.0 / self.alpha);
        if y > T::ZERO { T::ONE } else { y * inverse + T::ONE } // y has the sign of x
    }

    fn call(&self) -> Call {
        call("celu", Self::OPTIONS, &[self.alpha])
    }

    fn family(&self) -> Family {
        Family::Rectifier
    }

    fn range(&self) -> RangeInclusive<f64> {
        -self.alpha..=f64::INFINITY
    }

    fn needs_input(&self) -> bool {
        false
    }
}
