//! A rate that falls like one over the root of the time.

use backprop_registry::{Call, OptionSpec, Options};

use super::named::{COUNT, Named, count, length, optional_steps, twentieth};
use crate::written::written;
use crate::{Schedule, Tick};

/// Up to the base rate in a straight line, then down like one over the root of the time.
///
/// ```text
/// rate(t) = B·min((t + 1)/warmup, √(warmup/(t + 1)))
/// ```
///
/// It needs no length of the run: a run can go on as long as it likes.
///
/// | field | default as `inverse_sqrt` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `warmup` | a twentieth of all steps | 1, 2, … | steps on the way up |
///
/// # Examples
/// ```
/// use backprop_optimizers::{InverseSqrt, Schedule};
/// let schedule = InverseSqrt { base_rate: 0.5, warmup: 4 };
/// assert_eq!([0, 1, 3, 15, 63].map(|t| schedule.at(t).rate), [0.125, 0.25, 0.5, 0.25, 0.125]);
/// ```
///
/// # References
/// C. Raffel et al., *Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer*, 2020, section 3.1.2,
/// there without the ramp. <https://arxiv.org/abs/1910.10683>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InverseSqrt {
    /// B.
    pub base_rate: f64,
    /// Steps on the way up.
    pub warmup: u64,
}

const OPTIONS: [OptionSpec; 1] = [optional_steps("warmup", COUNT, "steps on the way up; left out: a twentieth of all steps")];

impl Schedule for InverseSqrt {
    fn at(&self, step: u64) -> Tick {
        let (t, warmup) = (step as f64 + 1.0, self.warmup as f64);
        Tick::rate(self.base_rate * (t / warmup).min((warmup / t).sqrt())) //      B·min((t + 1)/warmup, √(warmup/(t + 1)))
    }

    fn call(&self) -> Call {
        written(Self::NAME, &OPTIONS, [count(self.warmup)])
    }
}

impl Named for InverseSqrt {
    const NAME: &'static str = "inverse_sqrt";
    const SUMMARY: &'static str = "up to the base rate, then like one over the root of the time";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn build(options: &Options, base_rate: f64, total_steps: u64) -> Box<dyn Schedule> {
        Box::new(Self { base_rate, warmup: length(options, "warmup").unwrap_or(twentieth(total_steps).max(1)) })
    }
}
