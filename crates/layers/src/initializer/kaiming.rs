//! He's rule.

use backprop_registry::{Call, Options};
use backprop_tensor::Stream;

use super::{Distribution, Fans, Initializer};
use crate::Nonlinearity;

/// Which way the variance is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fan {
    /// Of the signal, going forward.
    In,
    /// Of the gradient, going back.
    Out,
}

/// Keeps the variance through a rectifier, which lets half of it pass.
///
/// ```text
/// Var w = gain² / fan        uniform: w ~ U(−b, b), b = √(3 Var w)
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `distribution` | – | uniform, normal | the shape |
/// | `gain` | √2 | (0, ∞) | factor on the standard deviation; √2 for ReLU, √(2/(1 + slope²)) for leaky ReLU |
/// | `mode` | in | in, out | which fan |
///
/// K. He, X. Zhang, S. Ren and J. Sun, *Delving Deep into Rectifiers*, 2015, <https://arxiv.org/abs/1502.01852>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kaiming {
    /// Uniform or normal.
    pub distribution: Distribution,
    /// Factor on the standard deviation.
    pub gain: f64,
    /// Which fan.
    pub mode: Fan,
}

impl Kaiming {
    pub(super) fn from_options(distribution: Distribution, options: &Options) -> Self {
        let mode = if options.text("mode") == "fan_out" { Fan::Out } else { Fan::In };
        Self { distribution, gain: options.number("gain"), mode }
    }
}

impl Initializer for Kaiming {
    fn fill(&self, weights: &mut [f64], fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        let fan = match self.mode {
            Fan::In => fans.fan_in,
            Fan::Out => fans.fan_out,
        };
        self.distribution.fill(weights, self.gain.powi(2) / fan as f64, stream);
    }

    fn call(&self) -> Call {
        let mut call = Call::new(format!("kaiming_{}", self.distribution.name()));
        if self.gain != std::f64::consts::SQRT_2 {
            call = call.with("gain", self.gain);
        }
        if self.mode == Fan::Out { call.with("mode", "fan_out") } else { call }
    }
}
