//! Glorot's rule.

use backprop_registry::{Call, OptionSpec, Options};
use backprop_tensor::Stream;

use super::{Distribution, Fan, Fans, GAIN, Initializer};
use crate::Nonlinearity;

/// Keeps the variance of the signal going forward and of the gradient going back, through functions that are linear around 0.
///
/// ```text
/// Var w = 2 gain² / (fan_in + fan_out)        uniform: w ~ U(−b, b), b = √(3 Var w)
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `distribution` | – | uniform, normal, truncated normal | the shape; in the registry the end of the name |
/// | `gain` | 1 | (0, ∞) | factor on the standard deviation; 5/3 for tanh |
///
/// PyTorch's `xavier_normal_` is [`Normal`](Distribution::Normal), Keras' `GlorotNormal` is
/// [`TruncatedNormal`](Distribution::TruncatedNormal).
///
/// # Examples
/// ```
/// use backprop_layers::{Distribution, Fans, Initializer, Nonlinearity, Xavier};
/// use backprop_tensor::{Key, Purpose};
///
/// let mut w = [0.0; 20];
/// let rule = Xavier { distribution: Distribution::Uniform, gain: 1.0 };
/// rule.fill(&mut w, Fans::of(&[2, 10]), &Nonlinearity::none(), &mut Key::new(0, Purpose::Init).stream(0));
/// assert!(w.iter().all(|w| w.abs() <= (6.0_f64 / 12.0).sqrt()));
/// ```
///
/// # References
/// X. Glorot and Y. Bengio, *Understanding the Difficulty of Training Deep Feedforward Neural Networks*, 2010.
/// <https://proceedings.mlr.press/v9/glorot10a.html>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Xavier {
    /// How the weights are spread.
    pub distribution: Distribution,
    /// Factor on the standard deviation.
    pub gain: f64,
}

impl Xavier {
    /// What the registry can set.
    pub(super) const OPTIONS: &[OptionSpec] = &[GAIN];

    /// With what was set.
    pub(super) fn from_options(distribution: Distribution, options: &Options) -> Self {
        Self { distribution, gain: options.number("gain") }
    }
}

impl Initializer for Xavier {
    fn fill(&self, weights: &mut [f64], fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        self.distribution.fill(weights, self.gain.powi(2) / Fan::Average.of(fans), stream);
    }

    fn call(&self) -> Call {
        let call = Call::new(format!("xavier_{}", self.distribution.name()));
        if self.gain == 1.0 { call } else { call.with("gain", self.gain) }
    }
}
