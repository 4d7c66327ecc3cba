//! LeCun's rule.

use backprop_registry::Call;
use backprop_tensor::Stream;

use super::{Distribution, Fans, Initializer};
use crate::Nonlinearity;

/// Weighted sums of variance 1 for inputs of variance 1.
///
/// ```text
/// Var w = 1 / fan_in        uniform: w ~ U(−b, b), b = √(3 Var w)
/// ```
///
/// | field | range | meaning |
/// | :--- | :--- | :--- |
/// | `distribution` | uniform, normal | the shape; the normal one is not truncated |
///
/// Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, *Efficient BackProp*, 1998, <https://doi.org/10.1007/3-540-49430-8_2>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeCun {
    /// Uniform or normal.
    pub distribution: Distribution,
}

impl Initializer for LeCun {
    fn fill(&self, weights: &mut [f64], fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        self.distribution.fill(weights, 1.0 / fans.fan_in as f64, stream);
    }

    fn call(&self) -> Call {
        Call::new(format!("lecun_{}", self.distribution.name()))
    }
}
