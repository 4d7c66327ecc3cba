//! The rule that fits the activation.

use backprop_activations::Family;
use backprop_registry::Call;
use backprop_tensor::Stream;

use super::{Distribution, Fan, Fans, Initializer, Kaiming, Xavier};
use crate::Nonlinearity;

/// He's rule before a rectifier, Glorot's before anything else.
///
/// ```text
/// rectifier (ReLU, leaky ReLU …)          N(0, gain² / fan_in), gain = √2 for ReLU
/// saturating, linear (tanh, sigmoid …)    U(−b, b), b = √(6 / (fan_in + fan_out))
/// ```
///
/// The function is the one that the layer's output goes through before the next weights; the summary of a network says which it was
/// and what was chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Auto;

impl Auto {
    /// The rule for the function that follows.
    pub fn choose(next: &Nonlinearity) -> Box<dyn Initializer> {
        match next.family {
            Family::Rectifier => Box::new(Kaiming { distribution: Distribution::Normal, gain: next.gain, mode: Fan::In }),
            _ => Box::new(Xavier { distribution: Distribution::Uniform, gain: 1.0 }),
        }
    }
}

impl Initializer for Auto {
    fn fill(&self, weights: &mut [f64], fans: Fans, next: &Nonlinearity, stream: &mut Stream) {
        Self::choose(next).fill(weights, fans, next, stream);
    }

    fn call(&self) -> Call {
        Call::new("auto")
    }

    fn explain(&self, next: &Nonlinearity) -> String {
        format!("{}: {} follows", Self::choose(next).call().name, next.name)
    }
}
