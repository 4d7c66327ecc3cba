//! The rule that fits the activation.

use backprop_activations::Family;
use backprop_registry::{Call, Value};
use backprop_tensor::Stream;

use super::{Distribution, Fan, Fans, Initializer, Kaiming, Xavier};
use crate::Nonlinearity;

/// He's rule before a rectifier, Glorot's before anything else, with the gain of the function.
///
/// ```text
/// rectifier (ReLU, leaky ReLU …)          N(0, gain² / fan_in)
/// saturating, linear (tanh, sigmoid …)    U(−b, b), b = gain √(6 / (fan_in + fan_out))
/// ```
///
/// The function is the one that the layer's output goes through before the next weights; the summary of a network says which it was
/// and what was chosen. Its gain is that of PyTorch's `calculate_gain`:
///
/// | function | gain |
/// | :--- | :--- |
/// | none, sigmoid | 1 |
/// | tanh | 5/3 |
/// | ReLU | √2 |
/// | leaky ReLU | √(2/(1 + slope²)) |
/// | SELU | 3/4 |
///
/// # Examples
/// ```
/// use backprop_activations::{Relu, Tanh};
/// use backprop_layers::{Auto, Dense, Initializer, Layer};
///
/// let relu = Layer::<f32>::nonlinearity(&Dense::<f32>::new(2, 2).activation(Relu)).expect("it ends in one");
/// assert_eq!(Auto::choose(&relu).call().to_string(), "kaiming_normal");
/// let tanh = Layer::<f32>::nonlinearity(&Dense::<f32>::new(2, 2).activation(Tanh)).expect("it ends in one");
/// assert_eq!(Auto::choose(&tanh).call().to_string(), "xavier_uniform:gain=1.6666666666666667");
/// ```
///
/// # References
/// That of [`Kaiming`] and that of [`Xavier`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Auto;

impl Auto {
    /// The rule for the function that follows.
    pub fn choose(next: &Nonlinearity) -> Box<dyn Initializer> {
        match next.family {
            Family::Rectifier => Box::new(Kaiming { distribution: Distribution::Normal, gain: next.gain, mode: Fan::In }),
            _ => Box::new(Xavier { distribution: Distribution::Uniform, gain: next.gain }),
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
        let call = Self::choose(next).call();
        // Where it is not the rule's own.
        let gain = call.options.iter().find_map(|(option, value)| match value {
            Value::Number(gain) if option == "gain" => Some(format!(" with gain {gain:.3}")),
            _ => None,
        });
        format!("{}{}: {} follows", call.name, gain.unwrap_or_default(), next.name)
    }
}
