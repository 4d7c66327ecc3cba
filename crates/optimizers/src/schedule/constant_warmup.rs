//! A smaller rate at first.

use backprop_registry::{Call, OptionSpec, Options};

use super::named::{COUNT, Named, SHARE, count};
use crate::written::written;
use crate::{Schedule, Tick};

/// A part of the base rate for the first steps, then all of it, at once.
///
/// ```text
/// rate(t) = B·factor      if t < total_iters
///         = B             otherwise
/// ```
///
/// `ConstantLR` of PyTorch. A [`Warmup`](crate::Warmup) gets there without the jump.
///
/// | field | default as `constant_warmup` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `factor` | 1/3 | [0, 1] | factor at first |
/// | `total_iters` | 5 | 1, 2, … | steps with the smaller rate |
///
/// # Examples
/// ```
/// use backprop_optimizers::{ConstantWarmup, Schedule};
/// let schedule = ConstantWarmup { base_rate: 0.8, factor: 0.25, total_iters: 3 };
/// assert_eq!([0, 2, 3, 9].map(|t| schedule.at(t).rate), [0.2, 0.2, 0.8, 0.8]);
/// ```
///
/// # References
/// P. Goyal et al., *Accurate, Large Minibatch SGD*, 2017, section 2.2: constant warm-up. <https://arxiv.org/abs/1706.02677>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConstantWarmup {
    /// B.
    pub base_rate: f64,
    /// Factor at first.
    pub factor: f64,
    /// Steps with the smaller rate.
    pub total_iters: u64,
}

const OPTIONS: [OptionSpec; 2] = [
    OptionSpec::number("factor", 1.0 / 3.0, SHARE, "factor of the base rate at first"),
    OptionSpec::integer("total_iters", 5.0, COUNT, "steps with the smaller rate"),
];

impl Schedule for ConstantWarmup {
    fn at(&self, step: u64) -> Tick {
        Tick::rate(if step < self.total_iters { self.base_rate * self.factor } else { self.base_rate })
    }

    fn call(&self) -> Call {
        written(Self::NAME, &OPTIONS, [self.factor.into(), count(self.total_iters)])
    }
}

impl Named for ConstantWarmup {
    const NAME: &'static str = "constant_warmup";
    const SUMMARY: &'static str = "a part of the base rate for the first steps, then all of it";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn build(options: &Options, base_rate: f64, _total_steps: u64) -> Box<dyn Schedule> {
        Box::new(Self { base_rate, factor: options.number("factor"), total_iters: options.integer("total_iters") })
    }
}
