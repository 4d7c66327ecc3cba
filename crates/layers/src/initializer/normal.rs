//! Weights around a mean.

use backprop_registry::Call;
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub std: f64,
}

impl Initializer for Normal {
    fn fill(&self, weights: &mut [f64], _fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        weights.iter_mut().for_each(|w| *w = self.mean + self.std * stream.normal());
    }

    fn call(&self) -> Call {
        Call::new("normal").with("mean", self.mean).with("std", self.std)
    }
}
