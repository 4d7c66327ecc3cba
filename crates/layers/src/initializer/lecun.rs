//! LeCun's rule.

use backprop_registry::Call;
use backprop_tensor::Stream;

use super::{Distribution, Fan, Fans, Initializer};
use crate::Nonlinearity;

/// Weighted sums of variance 1 for inputs of variance 1; what SELU's fixed point needs.
///
/// ```text
/// Var w = 1 / fan_in        uniform: w ~ U(−b, b), b = √(3 Var w)
/// ```
///
/// | field | range | meaning |
/// | :--- | :--- | :--- |
/// | `distribution` | uniform, normal, truncated normal | the shape; in the registry the end of the name |
///
/// `lecun_normal` is not cut off; Keras' `LecunNormal` is [`TruncatedNormal`](Distribution::TruncatedNormal).
///
/// # Examples
/// ```
/// use backprop_layers::{Distribution, Fans, Initializer, LeCun, Nonlinearity};
/// use backprop_tensor::{Key, Purpose};
///
/// let mut w = [0.0; 24];
/// let rule = LeCun { distribution: Distribution::Uniform };
/// rule.fill(&mut w, Fans::of(&[2, 12]), &Nonlinearity::none(), &mut Key::new(0, Purpose::Init).stream(0));
/// assert!(w.iter().all(|w| w.abs() <= 0.5));                    // √(3 / 12)
/// ```
///
/// # References
/// Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, *Efficient BackProp*, 1998. <https://doi.org/10.1007/3-540-49430-8_2>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeCun {
    /// How the weights are spread.
    pub distribution: Distribution,
}

impl Initializer for LeCun {
    fn fill(&self, weights: &mut [f64], fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        self.distribution.fill(weights, 1.0 / Fan::In.of(fans), stream);
    }

    fn call(&self) -> Call {
        Call::new(format!("lecun_{}", self.distribution.name()))
    }
}
