//! The rate of the first transformers.

use backprop_registry::{Call, Interval, OptionSpec, Options, Waiver};

use super::named::{COUNT, Named, count, length, optional_steps, twentieth};
use crate::written::written;
use crate::{Schedule, Tick};

/// Up in a straight line, then down like one over the root of the time; the height goes by the width of the model.
///
/// ```text
/// rate(t) = factor·model_size^−½·min((t + 1)^−½, (t + 1)·warmup^−3/2)
/// ```
///
/// The base rate plays no part: `lr` does not count. The rate is highest at step `warmup` − 1:
/// `factor·(model_size·warmup)^−½`. [`InverseSqrt`](crate::InverseSqrt) has the same shape and goes by the base rate.
///
/// | field | default as `noam` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `model_size` | must be given | 1, 2, … | width of the model |
/// | `warmup` | a twentieth of all steps | 1, 2, … | steps on the way up (the paper: 4000) |
/// | `factor` | 1 | [0, ∞) | factor of everything |
///
/// # Examples
/// ```
/// use backprop_optimizers::{Noam, Schedule};
/// let noam = Noam { model_size: 64, warmup: 4, factor: 1.0 };
/// // 1/8·min(1/√(t + 1), (t + 1)/8)
/// assert_eq!([0, 1, 3, 15].map(|t| noam.at(t).rate), [0.015625, 0.03125, 0.0625, 0.03125]);
/// ```
///
/// # References
/// A. Vaswani et al., *Attention Is All You Need*, 2017, equation 3; named after N. Shazeer. <https://arxiv.org/abs/1706.03762>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noam {
    /// Width of the model.
    pub model_size: u64,
    /// Steps on the way up.
    pub warmup: u64,
    /// Factor of everything.
    pub factor: f64,
}

const OPTIONS: [OptionSpec; 3] = [
    OptionSpec::integer("model_size", 1.0, COUNT, "width of the model").required(),
    optional_steps("warmup", COUNT, "steps on the way up; left out: a twentieth of all steps"),
    OptionSpec::number("factor", 1.0, Interval::NON_NEGATIVE, "factor of everything; the base rate plays no part"),
];

impl Schedule for Noam {
    fn at(&self, step: u64) -> Tick {
        let (t, warmup) = (step as f64 + 1.0, self.warmup as f64);
        let height = t.sqrt().recip().min(t * warmup.powf(-1.5)); //               min((t + 1)^−½, (t + 1)·warmup^−3/2)
        Tick::rate(self.factor / (self.model_size as f64).sqrt() * height)
    }

    fn call(&self) -> Call {
        written(Self::NAME, &OPTIONS, [count(self.model_size), count(self.warmup), self.factor.into()])
    }
}

impl Named for Noam {
    const NAME: &'static str = "noam";
    const SUMMARY: &'static str =
        "up, then like one over the root of the time; its height goes by model_size, not by the base rate";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;
    const WAIVES: &'static [Waiver] =
        &[Waiver { law: "scales with the base rate", reason: "the rate goes by model_size and factor alone" }];

    fn build(options: &Options, _base_rate: f64, total_steps: u64) -> Box<dyn Schedule> {
        let warmup = length(options, "warmup").unwrap_or(twentieth(total_steps).max(1));
        Box::new(Self { model_size: options.integer("model_size"), warmup, factor: options.number("factor") })
    }
}
