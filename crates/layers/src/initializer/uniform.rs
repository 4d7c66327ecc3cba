//! Weights between two bounds.

use backprop_registry::{Call, OptionError};
use backprop_tensor::Stream;

use super::{Fans, Initializer};
use crate::Nonlinearity;

/// Weights drawn evenly from an interval.
///
/// ```text
/// w ~ U(low, high)
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `low` | 0 | (−∞, high] | lower bound |
/// | `high` | 1 | [low, ∞) | upper bound |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    low: f64,
    high: f64,
}

impl Uniform {
    /// Weights between `low` and `high`.
    ///
    /// # Errors
    /// If `low` is above `high`.
    pub fn new(low: f64, high: f64) -> Result<Self, OptionError> {
        if low <= high {
            Ok(Self { low, high })
        } else {
            Err(OptionError::Conflict { item: "uniform", reason: format!("low = {low} must not be above high = {high}") })
        }
    }
}

impl Initializer for Uniform {
    fn fill(&self, weights: &mut [f64], _fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        weights.iter_mut().for_each(|w| *w = self.low + (self.high - self.low) * stream.uniform());
    }

    fn call(&self) -> Call {
        Call::new("uniform").with("low", self.low).with("high", self.high)
    }
}
