//! A rate that falls like one over the time.

use backprop_registry::{Call, Interval, OptionSpec, Options};

use super::named::Named;
use crate::written::written;
use crate::{Schedule, Tick};

/// The base rate divided by a number that grows evenly.
///
/// ```text
/// rate(t) = B/(1 + decay·t)
/// ```
///
/// It falls below any bound, yet the sum of all rates has none: the two conditions under which stochastic approximation is proven
/// to arrive.
///
/// | field | default as `inverse_time` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `decay` | must be given | [0, ∞) | the rate is halved after 1/`decay` steps |
///
/// # Examples
/// ```
/// use backprop_optimizers::{InverseTime, Schedule};
/// let schedule = InverseTime { base_rate: 0.5, decay: 0.25 };
/// assert_eq!([0, 4, 12].map(|t| schedule.at(t).rate), [0.5, 0.25, 0.125]);
/// ```
///
/// # References
/// H. Robbins, S. Monro, *A Stochastic Approximation Method*, 1951. <https://doi.org/10.1214/aoms/1177729586>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InverseTime {
    /// B.
    pub base_rate: f64,
    /// What the divisor grows by at every step.
    pub decay: f64,
}

const OPTIONS: [OptionSpec; 1] =
    [OptionSpec::number("decay", 0.0, Interval::NON_NEGATIVE, "the rate is halved after 1/decay steps").required()];

impl Schedule for InverseTime {
    fn at(&self, step: u64) -> Tick {
        Tick::rate(self.base_rate / (1.0 + self.decay * step as f64)) //           B/(1 + decay·t)
    }

    fn call(&self) -> Call {
        written(Self::NAME, &OPTIONS, [self.decay.into()])
    }
}

impl Named for InverseTime {
    const NAME: &'static str = "inverse_time";
    const SUMMARY: &'static str = "the base rate divided by 1 + decay·t";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn build(options: &Options, base_rate: f64, _total_steps: u64) -> Box<dyn Schedule> {
        Box::new(Self { base_rate, decay: options.number("decay") })
    }
}
