//! A rate that falls by the same share at every step.

use backprop_registry::{Call, Interval, OptionSpec, Options};

use super::decayed;
use super::named::Named;
use crate::written::written;
use crate::{Schedule, Tick};

/// The rate is multiplied with `gamma` at every step.
///
/// ```text
/// rate(t) = B·gammaᵗ
/// ```
///
/// A `gamma` above 1 lets the rate rise: a range of rates in one short run. Where it would leave the finite numbers it stays at the
/// largest.
///
/// | field | default as `exponential` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `gamma` | must be given | (0, ∞) | factor from step to step: 0.999 halves the rate in 693 steps |
///
/// # Examples
/// ```
/// use backprop_optimizers::{Exponential, Schedule};
/// let schedule = Exponential { base_rate: 0.8, gamma: 0.5 };
/// assert_eq!([0, 1, 3].map(|t| schedule.at(t).rate), [0.8, 0.4, 0.1]);
/// ```
///
/// # References
/// `ExponentialLR` of PyTorch. <https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    /// B.
    pub base_rate: f64,
    /// Factor from step to step.
    pub gamma: f64,
}

const OPTIONS: [OptionSpec; 1] = [OptionSpec::number("gamma", 1.0, Interval::POSITIVE, "factor from step to step").required()];

impl Schedule for Exponential {
    fn at(&self, step: u64) -> Tick {
        Tick::rate(decayed(self.base_rate, self.gamma, step)) //                   B·gammaᵗ
    }

    fn call(&self) -> Call {
        written(Self::NAME, &OPTIONS, [self.gamma.into()])
    }
}

impl Named for Exponential {
    const NAME: &'static str = "exponential";
    const SUMMARY: &'static str = "times gamma at every step";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn build(options: &Options, base_rate: f64, _total_steps: u64) -> Box<dyn Schedule> {
        Box::new(Self { base_rate, gamma: options.number("gamma") })
    }
}
