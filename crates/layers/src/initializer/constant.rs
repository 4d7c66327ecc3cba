//! All weights alike.

use backprop_registry::{Call, Interval, OptionSpec, Options};
use backprop_tensor::Stream;

use super::{Fans, Initializer};
use crate::Nonlinearity;

/// Every weight has the same value; the registry has 0 as `zeros` and 1 as `ones`, too.
///
/// ```text
/// w = value
/// ```
///
/// Units that start alike stay alike: their gradients are equal. For biases and comparisons, not for hidden layers.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `value` | 0 | (−∞, ∞) | the value |
///
/// # Examples
/// ```
/// use backprop_layers::{Constant, Fans, Initializer, Nonlinearity};
/// use backprop_tensor::{Key, Purpose};
///
/// let mut w = [0.0; 4];
/// Constant { value: 0.5 }.fill(&mut w, Fans::of(&[2, 2]), &Nonlinearity::none(), &mut Key::new(0, Purpose::Init).stream(0));
/// assert_eq!(w, [0.5; 4]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    /// The value.
    pub value: f64,
}

impl Constant {
    /// What the registry can set.
    pub(super) const OPTIONS: &[OptionSpec] = &[OptionSpec::number("value", 0.0, Interval::FINITE, "the value")];

    /// With what was set.
    pub(super) fn from_options(options: &Options) -> Self {
        Self { value: options.number("value") }
    }
}

impl Initializer for Constant {
    fn fill(&self, weights: &mut [f64], _fans: Fans, _next: &Nonlinearity, _stream: &mut Stream) {
        weights.fill(self.value);
    }

    fn call(&self) -> Call {
        if self.value == 0.0 {
            Call::new("zeros")
        } else if self.value == 1.0 {
            Call::new("ones")
        } else {
            Call::new("constant").with("value", self.value)
        }
    }
}
