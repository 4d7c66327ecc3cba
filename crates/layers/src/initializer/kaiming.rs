//! He's rule.

use std::f64::consts::SQRT_2;

use backprop_registry::{Call, Interval, OptionSpec, Options};
use backprop_tensor::Stream;

use super::{Distribution, Fan, Fans, Initializer};
use crate::Nonlinearity;

/// Keeps the variance through a rectifier, which lets half of it pass.
///
/// ```text
/// Var w = gain² / fan        uniform: w ~ U(−b, b), b = √(3 Var w)
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `distribution` | – | uniform, normal, truncated normal | the shape; in the registry the end of the name |
/// | `gain` | √2 | (0, ∞) | factor on the standard deviation; √2 for ReLU, √(2/(1 + slope²)) for leaky ReLU |
/// | `mode` | in | in, out, average | which fan; in the registry `fan_in`, `fan_out`, `fan_avg` |
///
/// PyTorch's `kaiming_normal_` is [`Normal`](Distribution::Normal), Keras' `HeNormal` is
/// [`TruncatedNormal`](Distribution::TruncatedNormal).
///
/// # Examples
/// ```
/// use backprop_layers::{Distribution, Fan, Fans, Initializer, Kaiming, Nonlinearity};
/// use backprop_tensor::{Key, Purpose};
///
/// let mut w = [0.0; 24];
/// let rule = Kaiming { distribution: Distribution::Uniform, gain: 1.0, mode: Fan::In };
/// rule.fill(&mut w, Fans::of(&[2, 12]), &Nonlinearity::none(), &mut Key::new(0, Purpose::Init).stream(0));
/// assert!(w.iter().all(|w| w.abs() <= 0.5));                    // √(3 / 12)
/// ```
///
/// # References
/// K. He, X. Zhang, S. Ren and J. Sun, *Delving Deep into Rectifiers*, 2015. <https://arxiv.org/abs/1502.01852>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kaiming {
    /// How the weights are spread.
    pub distribution: Distribution,
    /// Factor on the standard deviation.
    pub gain: f64,
    /// Which fan.
    pub mode: Fan,
}

impl Kaiming {
    /// What the registry can set.
    pub(super) const OPTIONS: &[OptionSpec] = &[
        OptionSpec::number("gain", SQRT_2, Interval::POSITIVE, "factor on the standard deviation"),
        OptionSpec::one_of("mode", Fan::NAMES[0], &Fan::NAMES, "keep the variance going forward, going back, or half of each"),
    ];

    /// With what was set.
    pub(super) fn from_options(distribution: Distribution, options: &Options) -> Self {
        Self { distribution, gain: options.number("gain"), mode: Fan::named(options.text("mode")) }
    }
}

impl Initializer for Kaiming {
    fn fill(&self, weights: &mut [f64], fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        self.distribution.fill(weights, self.gain.powi(2) / self.mode.of(fans), stream);
    }

    fn call(&self) -> Call {
        let mut call = Call::new(format!("kaiming_{}", self.distribution.name()));
        if self.gain != SQRT_2 {
            call = call.with("gain", self.gain);
        }
        if self.mode == Fan::In { call } else { call.with("mode", self.mode.name()) }
    }
}
