//! What is not above a threshold is replaced.

use std::ops::RangeInclusive;

use backprop_registry::{Call, Interval, OptionSpec, Options};
use backprop_tensor::Scalar;

use crate::registry::call;
use crate::{Elementwise, Family};

/// What is not above a threshold is replaced by a value.
///
/// ```text
/// y  = x       if x > threshold
///      value   otherwise
/// y′ = 1       if x > threshold
///      0       otherwise, also at the kink
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `threshold` | 0 | (−∞, ∞) | what a number must be above to stay |
/// | `value` | 0 | (−∞, ∞) | what other numbers become |
///
/// At its defaults it is [`Relu`](crate::Relu).
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Threshold};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-3.0_f32, 1.0, 2.0], 3, 1);
/// let f = Threshold { threshold: 1.0, value: -7.0 };
/// let mut y = [9.0; 3];
/// f.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y, [-7.0, -7.0, 2.0]);
///
/// let mut dx = [9.0; 3];
/// f.input_gradient(x, View::new(&y, 3, 1), View::new(&[5.0, 5.0, 5.0], 3, 1), ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [0.0, 0.0, 5.0]);
/// ```
///
/// # References
/// K. Konda, R. Memisevic and D. Krueger, *Zero-Bias Autoencoders and the Benefits of Co-Adapting Features*, 2014.
/// <https://arxiv.org/abs/1402.3337>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// What a number must be above to stay.
    pub threshold: f64,
    /// What other numbers become.
    pub value: f64,
}

impl Threshold {
    const THRESHOLD: f64 = 0.0;
    const VALUE: f64 = 0.0;

    /// What the registry can set.
    pub(crate) const OPTIONS: &[OptionSpec] = &[
        OptionSpec::number("threshold", Self::THRESHOLD, Interval::FINITE, "what a number must be above to stay"),
        OptionSpec::number("value", Self::VALUE, Interval::FINITE, "what other numbers become"),
    ];

    /// With the options that were set.
    pub(crate) fn from_options(options: &Options) -> Self {
        Self { threshold: options.number("threshold"), value: options.number("value") }
    }
}

impl Default for Threshold {
    fn default() -> Self {
        Self { threshold: Self::THRESHOLD, value: Self::VALUE }
    }
}

impl Elementwise for Threshold {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        if x <= T::from_f64(self.threshold) { T::from_f64(self.value) } else { x } // this way round, NaN stays
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, x: T, _y: T) -> T {
        if x > T::from_f64(self.threshold) { T::ONE } else { T::ZERO }
    }

    fn call(&self) -> Call {
        call("threshold", Self::OPTIONS, &[self.threshold, self.value])
    }

    fn family(&self) -> Family {
        Family::Rectifier
    }

    fn range(&self) -> RangeInclusive<f64> {
        self.threshold.min(self.value)..=f64::INFINITY
    }

    fn kinks(&self) -> Vec<f64> {
        vec![self.threshold]
    }
}
