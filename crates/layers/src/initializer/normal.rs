//! Weights around a mean.

use backprop_registry::{Call, Interval, OptionSpec, Options};
use backprop_tensor::Stream;

use super::{Fans, Initializer};
use crate::Nonlinearity;

/// Weights from a normal distribution.
///
/// ```text
/// w ~ N(mean, std²)
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `mean` | 0 | (−∞, ∞) | mean |
/// | `std` | 1 | (0, ∞) | standard deviation |
///
/// # Examples
/// ```
/// use backprop_layers::{Fans, Initializer, Nonlinearity, Normal};
/// use backprop_tensor::{Key, Purpose};
///
/// let fill = |rule: Normal| {
///     let mut w = [0.0; 4];
///     rule.fill(&mut w, Fans::of(&[2, 2]), &Nonlinearity::none(), &mut Key::new(0, Purpose::Init).stream(0));
///     w
/// };
/// // The same draws, shifted and stretched.
/// let standard = fill(Normal { mean: 0.0, std: 1.0 });
/// assert_eq!(fill(Normal { mean: 3.0, std: 0.5 }), standard.map(|w| 3.0 + 0.5 * w));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub std: f64,
}

impl Normal {
    /// What the registry can set.
    pub(super) const OPTIONS: &[OptionSpec] = &[
        OptionSpec::number("mean", 0.0, Interval::FINITE, "mean"),
        OptionSpec::number("std", 1.0, Interval::POSITIVE, "standard deviation"),
    ];

    /// With what was set.
    pub(super) fn from_options(options: &Options) -> Self {
        Self { mean: options.number("mean"), std: options.number("std") }
    }
}

impl Initializer for Normal {
    fn fill(&self, weights: &mut [f64], _fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        weights.iter_mut().for_each(|w| *w = self.mean + self.std * stream.normal());
    }

    fn call(&self) -> Call {
        Call::new("normal").with("mean", self.mean).with("std", self.std)
    }
}
