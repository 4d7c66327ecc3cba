//! A rate that falls along half a cosine, again and again.

use backprop_registry::{Call, OptionSpec, Options};

use super::cosine_annealing::{ETA_MIN, cosine};
use super::named::{COUNT, Named, count};
use crate::written::written;
use crate::{Schedule, Tick};

/// Half a cosine wave down to `eta_min`, then at once back to the top, in cycles that become longer.
///
/// ```text
/// rate(t) = eta_min + (B − eta_min)·(1 + cos(π u/L))/2
/// u steps after the last restart, in cycle i = 0, 1, …, which is L = t_0·t_multⁱ steps long
/// ```
///
/// | field | default as `cosine_warm_restarts` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `t_0` | must be given | 1, 2, … | steps of the first cycle |
/// | `t_mult` | 1 | 1, 2, … | how many times longer each cycle is than the one before |
/// | `eta_min` | 0 | [0, ∞) | the rate at the bottom |
///
/// # Panics
/// `at` panics if `t_0` is 0.
///
/// # Examples
/// ```
/// use backprop_optimizers::{CosineWarmRestarts, Schedule};
/// // Cycles of 4, 8, 16 … steps: restarts at 4, 12, 28 …
/// let waves = CosineWarmRestarts { base_rate: 0.5, t_0: 4, t_mult: 2, eta_min: 0.0 };
/// assert_eq!([0, 4, 12, 28].map(|t| waves.at(t).rate), [0.5; 4]);
/// assert_eq!([2, 8, 20].map(|t| (waves.at(t).rate * 1e12).round() / 1e12), [0.25; 3]);
/// ```
///
/// # References
/// I. Loshchilov, F. Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*, 2017. <https://arxiv.org/abs/1608.03983>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CosineWarmRestarts {
    /// B.
    pub base_rate: f64,
    /// Steps of the first cycle.
    pub t_0: u64,
    /// How many times longer each cycle is than the one before.
    pub t_mult: u64,
    /// The rate at the bottom.
    pub eta_min: f64,
}

const OPTIONS: [OptionSpec; 3] = [
    OptionSpec::integer("t_0", 1.0, COUNT, "steps of the first cycle").required(),
    OptionSpec::integer("t_mult", 1.0, COUNT, "how many times longer each cycle is than the one before"),
    ETA_MIN,
];

impl Schedule for CosineWarmRestarts {
    fn at(&self, step: u64) -> Tick {
        let (mut since, mut length) = (step, self.t_0);
        if self.t_mult <= 1 {
            since %= length;
        } else {
            while since >= length {
                since -= length;
                length = length.saturating_mul(self.t_mult); // at least doubled: not more than 64 times
            }
        }
        Tick::rate(cosine(self.base_rate, self.eta_min, since, length))
    }

    fn call(&self) -> Call {
        written(Self::NAME, &OPTIONS, [count(self.t_0), count(self.t_mult), self.eta_min.into()])
    }
}

impl Named for CosineWarmRestarts {
    const NAME: &'static str = "cosine_warm_restarts";
    const SUMMARY: &'static str = "half a cosine wave down, again and again";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn build(options: &Options, base_rate: f64, _total_steps: u64) -> Box<dyn Schedule> {
        let [t_0, t_mult] = ["t_0", "t_mult"].map(|name| options.integer(name));
        Box::new(Self { base_rate, t_0, t_mult, eta_min: options.number("eta_min") })
    }
}
