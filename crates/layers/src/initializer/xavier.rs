//! Glorot's rule.

use backprop_registry::Call;
use backprop_tensor::Stream;

use super::{Distribution, Fans, Initializer};
use crate::Nonlinearity;

/// Keeps the variance of the signal going forward and of the gradient going back, through functions that are linear around 0.
///
/// ```text
/// Var w = 2 gain² / (fan_in + fan_out)        uniform: w ~ U(−b, b), b = √(3 Var w)
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `distribution` | – | uniform, normal | the shape |
/// | `gain` | 1 | (0, ∞) | factor on the standard deviation |
///
/// X. Glorot and Y. Bengio, *Understanding the Difficulty of Training Deep Feedforward Neural Networks*, 2010,
/// <https://proceedings.mlr.press/v9/glorot10a.html>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Xavier {
    /// Uniform or normal.
    pub distribution: Distribution,
    /// Factor on the standard deviation.
    pub gain: f64,
}

impl Initializer for Xavier {
    fn fill(&self, weights: &mut [f64], fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        let variance = 2.0 * self.gain.powi(2) / (fans.fan_in + fans.fan_out) as f64;
        self.distribution.fill(weights, variance, stream);
    }

    fn call(&self) -> Call {
        let call = Call::new(format!("xavier_{}", self.distribution.name()));
        if self.gain == 1.0 { call } else { call.with("gain", self.gain) }
    }
}
