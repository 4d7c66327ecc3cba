//! The rectified linear unit that lets a little through.

use std::ops::RangeInclusive;

use backprop_registry::{Call, Interval, OptionSpec, Options};
use backprop_tensor::Scalar;

use crate::registry::call;
use crate::{Elementwise, Family};

/// The leaky rectified linear unit: negative numbers are scaled down instead of cut off, so that no unit is ever without gradient.
///
/// ```text
/// y  = x         if x > 0
///      slope·x   otherwise
/// y′ = 1         if x > 0
///      slope     otherwise, also at the kink x = 0
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `slope` | 0.01 | (−∞, ∞) | the slope on the left side, rounded to the type of the numbers: beyond 3.4e38 it is ∞ in `f32` |
///
/// With a slope of at least 0 the sign of y tells the side, and the gradient does not need x. With a negative one it does: a slope
/// of −1 is the absolute value.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, LeakyRelu};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-2.0_f32, 0.0, 3.0], 3, 1);
/// let leaky = LeakyRelu { slope: 0.25 };
/// let mut y = [9.0; 3];
/// leaky.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y, [-0.5, 0.0, 3.0]);
///
/// let mut dx = [9.0; 3];
/// leaky.input_gradient(x, View::new(&y, 3, 1), View::new(&[4.0; 3], 3, 1), ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [1.0, 1.0, 4.0]);
/// ```
///
/// # References
/// A. L. Maas, A. Y. Hannun and A. Y. Ng, *Rectifier Nonlinearities Improve Neural Network Acoustic Models*, 2013.
/// <https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeakyRelu {
    /// The slope on the left side.
    pub slope: f64,
}

impl LeakyRelu {
    const SLOPE: f64 = 0.01;

    /// What the registry can set.
    pub(crate) const OPTIONS: &[OptionSpec] =
        &[OptionSpec::number("slope", Self::SLOPE, Interval::FINITE, "the slope for x ≤ 0")];

    /// With the slope that was set.
    pub(crate) fn from_options(options: &Options) -> Self {
        Self { slope: options.number("slope") }
    }
}

impl Default for LeakyRelu {
    fn default() -> Self {
        Self { slope: Self::SLOPE }
    }
}

impl Elementwise for LeakyRelu {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        if x > T::ZERO { x } else { T::from_f64(self.slope) * x }
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, x: T, y: T) -> T {
        // y has the sign of x, unless the slope is negative.
        let side = if Elementwise::needs_input(self) { x } else { y };
        if side > T::ZERO { T::ONE } else { T::from_f64(self.slope) }
    }

    fn call(&self) -> Call {
        call("leaky_relu", Self::OPTIONS, &[self.slope])
    }

    fn family(&self) -> Family {
        Family::Rectifier
    }

    /// √(2/(1 + slope²)), which keeps the mean square of a signal: K. He, X. Zhang, S. Ren and J. Sun, *Delving Deep into
    /// Rectifiers*, 2015, <https://doi.org/10.1109/ICCV.2015.123>.
    fn gain(&self) -> f64 {
        (2.0 / (1.0 + self.slope * self.slope)).sqrt()
    }

    fn range(&self) -> RangeInclusive<f64> {
        (if self.slope > 0.0 { f64::NEG_INFINITY } else { 0.0 })..=f64::INFINITY
    }

    fn kinks(&self) -> Vec<f64> {
        if self.slope == 1.0 { Vec::new() } else { vec![0.0] }
    }

    #[inline(always)] // asked for every element
    fn needs_input(&self) -> bool {
        self.slope < 0.0
    }
}
