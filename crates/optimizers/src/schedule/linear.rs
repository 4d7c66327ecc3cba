//! A rate that moves along a straight line.

use backprop_registry::{Call, OptionSpec, Options};

use super::named::{COUNT, Named, SHARE, count, length, optional_steps};
use super::{between, share};
use crate::written::written;
use crate::{Schedule, Tick};

/// A straight line from one factor of the base rate to another, and level from there.
///
/// ```text
/// rate(t) = B·(s + (e − s)·min(t, T)/T)       s, e, T = start_factor, end_factor, total_iters
/// ```
///
/// | field | default as `linear` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `start_factor` | 1/3 | [0, 1] | factor at step 0 |
/// | `end_factor` | 1 | [0, 1] | factor from step `total_iters` on |
/// | `total_iters` | to the last step | 1, 2, … | steps on the line (PyTorch: 5 by default) |
///
/// # Examples
/// ```
/// use backprop_optimizers::{Linear, Schedule};
/// let line = Linear { base_rate: 0.5, start_factor: 1.0, end_factor: 0.0, total_iters: 4 };
/// assert_eq!([0, 1, 4, 9].map(|t| line.at(t).rate), [0.5, 0.375, 0.0, 0.0]);
/// ```
///
/// # References
/// `LinearLR` of PyTorch. <https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Linear {
    /// B.
    pub base_rate: f64,
    /// Factor at step 0.
    pub start_factor: f64,
    /// Factor from step `total_iters` on.
    pub end_factor: f64,
    /// Steps on the line.
    pub total_iters: u64,
}

const OPTIONS: [OptionSpec; 3] = [
    OptionSpec::number("start_factor", 1.0 / 3.0, SHARE, "factor of the base rate at step 0"),
    OptionSpec::number("end_factor", 1.0, SHARE, "factor of the base rate at the end of the line"),
    optional_steps("total_iters", COUNT, "steps on the line; left out: to the last step"),
];

impl Schedule for Linear {
    fn at(&self, step: u64) -> Tick {
        let way = share(step, self.total_iters); //                                min(t, T)/T
        Tick::rate(self.base_rate * between(self.start_factor, self.end_factor, way))
    }

    fn call(&self) -> Call {
        let Self { start_factor, end_factor, total_iters, .. } = *self;
        written(Self::NAME, &OPTIONS, [start_factor.into(), end_factor.into(), count(total_iters)])
    }
}

impl Named for Linear {
    const NAME: &'static str = "linear";
    const SUMMARY: &'static str = "a straight line from one factor to another, then level";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn build(options: &Options, base_rate: f64, total_steps: u64) -> Box<dyn Schedule> {
        let [start_factor, end_factor] = ["start_factor", "end_factor"].map(|name| options.number(name));
        Box::new(Self {
            base_rate,
            start_factor,
            end_factor,
            total_iters: length(options, "total_iters").unwrap_or(total_steps),
        })
    }
}
