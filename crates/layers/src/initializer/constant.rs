//! All weights alike.

use backprop_registry::Call;
use backprop_tensor::Stream;

use super::{Fans, Initializer};
use crate::Nonlinearity;

/// Every weight has the same value; 0 is the registry's `zeros`.
///
/// ```text
/// w = value
/// ```
///
/// Units that start alike stay alike: their gradients are equal. For biases and comparisons, not for hidden layers.
///
/// | field | range | meaning |
/// | :--- | :--- | :--- |
/// | `value` | (−∞, ∞) | the value |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    /// The value.
    pub value: f64,
}

impl Initializer for Constant {
    fn fill(&self, weights: &mut [f64], _fans: Fans, _next: &Nonlinearity, _stream: &mut Stream) {
        weights.fill(self.value);
    }

    fn call(&self) -> Call {
        if self.value == 0.0 { Call::new("zeros") } else { Call::new("constant").with("value", self.value) }
    }
}
