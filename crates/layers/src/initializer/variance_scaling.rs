//! The general rule behind Glorot's, He's and LeCun's.

use backprop_registry::{Call, Interval, OptionSpec, Options};
use backprop_tensor::Stream;

use super::{Distribution, Fan, Fans, Initializer};
use crate::Nonlinearity;

/// A variance that goes down with the number of values that are added up.
///
/// ```text
/// Var w = scale / fan
///
/// truncated_normal    w ~ N(0, s²) given that |w| ≤ 2 s, s = √Var w / 0.8796…
/// normal              w ~ N(0, Var w)
/// uniform             w ~ U(−b, b), b = √(3 Var w)
/// ```
///
/// 0.8796… = √(1 − 4 φ(2)/(Φ(2) − Φ(−2))) is what cutting at ±2 leaves of a standard deviation of 1.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `scale` | 1 | (0, ∞) | the variance for a fan of 1 |
/// | `mode` | `fan_in` | `fan_in`, `fan_out`, `fan_avg` | which fan |
/// | `distribution` | `truncated_normal` | `truncated_normal`, `normal`, `uniform` | the shape |
///
/// Keras' `VarianceScaling`; its `untruncated_normal` is `normal` here. [`Xavier`](super::Xavier) is a scale of gain² with
/// `fan_avg`, [`Kaiming`](super::Kaiming) one of gain², [`LeCun`](super::LeCun) one of 1.
///
/// # Examples
/// ```
/// use backprop_layers::{Distribution, Fan, Fans, Initializer, Nonlinearity, VarianceScaling};
/// use backprop_tensor::{Key, Purpose};
///
/// let mut w = [0.0; 100];
/// let rule = VarianceScaling { scale: 2.0, mode: Fan::Average, distribution: Distribution::Uniform };
/// rule.fill(&mut w, Fans { fan_in: 20, fan_out: 4 }, &Nonlinearity::none(), &mut Key::new(0, Purpose::Init).stream(0));
/// assert!(w.iter().all(|w| w.abs() <= (3.0_f64 * 2.0 / 12.0).sqrt()));
/// ```
///
/// # References
/// F. Chollet et al., *Keras: Layer Weight Initializers*, 2015. <https://keras.io/api/layers/initializers/>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VarianceScaling {
    /// The variance for a fan of 1.
    pub scale: f64,
    /// Which fan.
    pub mode: Fan,
    /// How the weights are spread.
    pub distribution: Distribution,
}

impl VarianceScaling {
    /// What the registry can set.
    pub(super) const OPTIONS: &[OptionSpec] = &[
        OptionSpec::number("scale", 1.0, Interval::POSITIVE, "the variance for a fan of 1"),
        OptionSpec::one_of("mode", Fan::NAMES[0], &Fan::NAMES, "which fan divides it"),
        OptionSpec::one_of("distribution", Distribution::NAMES[0], &Distribution::NAMES, "how the weights are spread"),
    ];

    /// With what was set.
    pub(super) fn from_options(options: &Options) -> Self {
        let (mode, distribution) = (options.text("mode"), options.text("distribution"));
        Self { scale: options.number("scale"), mode: Fan::named(mode), distribution: Distribution::named(distribution) }
    }
}

impl Initializer for VarianceScaling {
    fn fill(&self, weights: &mut [f64], fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        self.distribution.fill(weights, self.scale / self.mode.of(fans), stream);
    }

    fn call(&self) -> Call {
        let call = Call::new("variance_scaling").with("scale", self.scale).with("mode", self.mode.name());
        call.with("distribution", self.distribution.name())
    }
}
