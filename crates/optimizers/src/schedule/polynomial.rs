//! A rate that falls to 0 along a power.

use backprop_registry::{Call, Interval, OptionSpec, Options};

use super::named::{COUNT, Named, count, length, optional_steps};
use super::share;
use crate::written::written;
use crate::{Schedule, Tick};

/// A power of what is left of the way, down to 0.
///
/// ```text
/// rate(t) = B·(1 − min(t, T)/T)^power         T = total_iters
/// ```
///
/// A straight line for `power` 1; steep at first for more, at the end for less.
///
/// | field | default as `polynomial` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `total_iters` | to the last step | 1, 2, … | steps on the way (PyTorch: 5 by default) |
/// | `power` | 1 | [0, ∞) | exponent |
///
/// # Examples
/// ```
/// use backprop_optimizers::{Polynomial, Schedule};
/// let schedule = Polynomial { base_rate: 0.8, total_iters: 4, power: 2.0 };
/// assert_eq!([0, 1, 2, 4, 9].map(|t| schedule.at(t).rate), [0.8, 0.45, 0.2, 0.0, 0.0]);
/// ```
///
/// # References
/// L.-C. Chen, G. Papandreou, F. Schroff, H. Adam, *Rethinking Atrous Convolution for Semantic Image Segmentation*, 2017: with
/// power 0.9. <https://arxiv.org/abs/1706.05587>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Polynomial {
    /// B.
    pub base_rate: f64,
    /// Steps on the way.
    pub total_iters: u64,
    /// Exponent.
    pub power: f64,
}

const OPTIONS: [OptionSpec; 2] = [
    optional_steps("total_iters", COUNT, "steps on the way; left out: to the last step"),
    OptionSpec::number("power", 1.0, Interval::NON_NEGATIVE, "exponent: 1 is a straight line"),
];

impl Schedule for Polynomial {
    fn at(&self, step: u64) -> Tick {
        Tick::rate(self.base_rate * (1.0 - share(step, self.total_iters)).powf(self.power)) // B·(1 − min(t, T)/T)^power
    }

    fn call(&self) -> Call {
        written(Self::NAME, &OPTIONS, [count(self.total_iters), self.power.into()])
    }
}

impl Named for Polynomial {
    const NAME: &'static str = "polynomial";
    const SUMMARY: &'static str = "a power of what is left of the way, down to 0";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn build(options: &Options, base_rate: f64, total_steps: u64) -> Box<dyn Schedule> {
        let total_iters = length(options, "total_iters").unwrap_or(total_steps);
        Box::new(Self { base_rate, total_iters, power: options.number("power") })
    }
}
