//! A rate that falls along half a cosine.

use std::f64::consts::PI;

use backprop_registry::{Call, Interval, OptionSpec, Options};

use super::between;
use super::named::{COUNT, Named, count, length, optional_steps};
use crate::written::written;
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
/// # Panics
/// `at` panics if `t_max` is 0.
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
    /// Steps from top to bottom.
    pub t_max: u64,
    /// The rate at the bottom.
    pub eta_min: f64,
}

pub(super) const OPTIONS: [OptionSpec; 2] =
    [optional_steps("t_max", COUNT, "steps from top to bottom; left out: to the last step"), ETA_MIN];

pub(super) const ETA_MIN: OptionSpec = OptionSpec::number("eta_min", 0.0, Interval::NON_NEGATIVE, "the rate at the bottom");

/// `top` at 0, `bottom` after `length` steps, half a wave of cosine between them.
pub(super) fn cosine(top: f64, bottom: f64, step: u64, length: u64) -> f64 {
    let height = f64::midpoint(1.0, (PI * step as f64 / length as f64).cos()); //  (1 + cos(π t/t_max))/2
    between(bottom, top, height)
}

impl Schedule for CosineAnnealing {
    fn at(&self, step: u64) -> Tick {
        let in_wave = step % self.t_max.saturating_mul(2); // a whole wave changes nothing, and small angles are exact ones
        Tick::rate(cosine(self.base_rate, self.eta_min, in_wave, self.t_max))
    }

    fn call(&self) -> Call {
        written(Self::NAME, &OPTIONS, [count(self.t_max), self.eta_min.into()])
    }
}

impl Named for CosineAnnealing {
    const NAME: &'static str = "cosine_annealing";
    const SUMMARY: &'static str = "half a cosine wave down to eta_min";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn build(options: &Options, base_rate: f64, total_steps: u64) -> Box<dyn Schedule> {
        let t_max = length(options, "t_max").unwrap_or(total_steps);
        Box::new(Self { base_rate, t_max, eta_min: options.number("eta_min") })
    }
}
