//! A rate that falls along half a cosine.

use std::f64::consts::PI;

use backprop_registry::Call;

use super::recipe::Kind;
use crate::{Schedule, Tick};

/// Half a cosine wave from the base rate down to `eta_min`.
///
/// ```text
/// rate(t) = eta_min + (B − eta_min)·(1 + cos(π t/t_max))/2
/// ```
///
/// Past `t_max` it rises again, as in PyTorch: let it end with the run.
///
/// | field | default as `cosine_annealing` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `t_max` | to the last step | 1, 2, … | steps from top to bottom |
/// | `eta_min` | 0 | [0, ∞) | the rate at the bottom |
///
/// # Examples
/// ```
/// use backprop_optimizers::{CosineAnnealing, Schedule};
/// let cosine = CosineAnnealing { base_rate: 0.5, t_max: 100, eta_min: 0.1 };
/// let rates = [0, 50, 100].map(|t| cosine.at(t).rate);
/// assert!(rates.iter().zip([0.5, 0.3, 0.1]).all(|(rate, expected)| (rate - expected).abs() < 1e-12));
/// ```
///
/// # References
/// I. Loshchilov, F. Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*, 2017. <https://arxiv.org/abs/1608.03983>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CosineAnnealing {
    /// B.
    pub base_rate: f64,
    /// Steps from top to bottom; at least 1.
    pub t_max: u64,
    /// The rate at the bottom.
    pub eta_min: f64,
}

impl Schedule for CosineAnnealing {
    fn at(&self, step: u64) -> Tick {
        let height = f64::midpoint(1.0, (PI * step as f64 / self.t_max as f64).cos()); // (1 + cos(π t/t_max))/2
        Tick::rate(self.eta_min + (self.base_rate - self.eta_min) * height)
    }

    fn call(&self) -> Call {
        Kind::CosineAnnealing { t_max: Some(self.t_max), eta_min: self.eta_min }.call()
    }
}
