//! A rate that falls in stairs.

use backprop_registry::{Call, Interval, OptionSpec, Options};

use super::decayed;
use super::named::{COUNT, Named, count};
use crate::written::written;
use crate::{Schedule, Tick};

/// Stairs: the rate is multiplied with `gamma` every `step_size` steps.
///
/// ```text
/// rate(t) = B·gamma^⌊t/step_size⌋
/// ```
///
/// | field | default as `step` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `step_size` | must be given | 1, 2, … | steps on one stair |
/// | `gamma` | 0.1 | (0, ∞) | factor from stair to stair |
///
/// # Panics
/// `at` panics if `step_size` is 0.
///
/// # Examples
/// ```
/// use backprop_optimizers::{Schedule, StepDecay};
/// let stairs = StepDecay { base_rate: 0.8, step_size: 10, gamma: 0.5 };
/// assert_eq!([0, 9, 10, 20].map(|t| stairs.at(t).rate), [0.8, 0.8, 0.4, 0.2]);
/// ```
///
/// # References
/// K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, 2016: divided by 10 whenever the error levels
/// off. <https://arxiv.org/abs/1512.03385>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepDecay {
    /// B.
    pub base_rate: f64,
    /// Steps on one stair.
    pub step_size: u64,
    /// Factor from stair to stair.
    pub gamma: f64,
}

const OPTIONS: [OptionSpec; 2] = [
    OptionSpec::integer("step_size", 1.0, COUNT, "steps on one stair").required(),
    OptionSpec::number("gamma", 0.1, Interval::POSITIVE, "factor from stair to stair"),
];

impl Schedule for StepDecay {
    fn at(&self, step: u64) -> Tick {
        Tick::rate(decayed(self.base_rate, self.gamma, step / self.step_size)) //   B·gamma^⌊t/step_size⌋
    }

    fn call(&self) -> Call {
        written(Self::NAME, &OPTIONS, [count(self.step_size), self.gamma.into()])
    }
}

impl Named for StepDecay {
    const NAME: &'static str = "step";
    const SUMMARY: &'static str = "stairs: times gamma every step_size steps";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn build(options: &Options, base_rate: f64, _total_steps: u64) -> Box<dyn Schedule> {
        Box::new(Self { base_rate, step_size: options.integer("step_size"), gamma: options.number("gamma") })
    }
}
