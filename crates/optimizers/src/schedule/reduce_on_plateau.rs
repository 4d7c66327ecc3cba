//! A rate that falls when nothing gets better.

use backprop_registry::{Call, Interval, OptionSpec, Options};

use super::named::{Named, count};
use crate::written::written;
use crate::{Plateau, Schedule, Tick};

words! {
    /// Which way is better.
    PlateauMode {
        /// A metric that should fall, such as a loss.
        Min = "min",
        /// A metric that should rise, such as an accuracy.
        Max = "max",
    }
}

words! {
    /// How much better is better.
    ThresholdMode {
        /// By a share of the best so far.
        Rel = "rel",
        /// By an amount.
        Abs = "abs",
    }
}

/// The rate is multiplied with `factor` when a metric has not become better for more than `patience` reports.
///
/// ```text
/// better:  m < best·(1 − threshold)   min, rel        m < best − threshold   min, abs
///          m > best·(1 + threshold)   max, rel        m > best + threshold   max, abs
///
/// better:        best ← m,  bad ← 0
/// not better:    bad ← bad + 1
/// in a cooldown: cooldown left ← cooldown left − 1,  bad ← 0
/// bad > patience:  r ← max(rate·factor, min_lr);  rate ← r if rate − r > eps;  cooldown left ← cooldown,  bad ← 0
/// ```
///
/// This is the description; [`Plateau`] is its state, which a run keeps in a [`Pace`](crate::Pace). A training run reports the
/// validation loss after each epoch, or the training loss if there is no validation set. Behind a ramp or in a sequence it begins
/// with its first step: what is reported before does not count.
///
/// The first finite metric is better than none, and one that is not finite is never better. A relative threshold is meant for
/// metrics above 0: below, it lets a little worse pass for better, as in PyTorch.
///
/// | field | default as `reduce_on_plateau` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `mode` | `min` | `min`, `max` | which way is better |
/// | `factor` | 0.1 | [0, 1) | factor of the rate |
/// | `patience` | 10 | 0, 1, … | bad reports in a row that are put up with |
/// | `threshold` | 0.0001 | [0, ∞) | how much better is better |
/// | `threshold_mode` | `rel` | `rel`, `abs` | by a share of the best, or by an amount |
/// | `cooldown` | 0 | 0, 1, … | reports after a change that are not counted as bad |
/// | `min_lr` | 0 | [0, ∞) | the least rate |
/// | `eps` | 1e-8 | [0, ∞) | smaller changes are not made |
///
/// # Examples
/// ```
/// use backprop_optimizers::{Pace, ReduceOnPlateau};
/// let schedule = ReduceOnPlateau { factor: 0.5, patience: 1, ..ReduceOnPlateau::new(0.8) };
/// let mut pace = Pace::new(&schedule);
/// let losses = [3.0, 2.0, 2.0, 2.0, 1.0];                                // better, better, bad, bad: too many, better
/// let rates = [0, 1, 2, 3, 4].map(|t| {
///     let rate = pace.at(t).rate;
///     pace.report(t + 1, losses[t as usize]);
///     rate
/// });
/// assert_eq!(rates, [0.8, 0.8, 0.8, 0.8, 0.4]);
/// ```
///
/// # References
/// `ReduceLROnPlateau` of PyTorch. <https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReduceOnPlateau {
    /// The rate at first.
    pub base_rate: f64,
    /// Which way is better.
    pub mode: PlateauMode,
    /// Factor of the rate.
    pub factor: f64,
    /// Bad reports in a row that are put up with.
    pub patience: u64,
    /// How much better is better.
    pub threshold: f64,
    /// By a share of the best, or by an amount.
    pub threshold_mode: ThresholdMode,
    /// Reports after a change that are not counted as bad.
    pub cooldown: u64,
    /// The least rate.
    pub min_lr: f64,
    /// Smaller changes are not made.
    pub eps: f64,
}

const OPTIONS: [OptionSpec; 8] = [
    OptionSpec::one_of("mode", "min", PlateauMode::WORDS, "which way is better"),
    OptionSpec::number("factor", 0.1, Interval::FRACTION, "factor of the rate"),
    OptionSpec::integer("patience", 10.0, Interval::NON_NEGATIVE, "bad reports in a row that are put up with"),
    OptionSpec::number("threshold", 1e-4, Interval::NON_NEGATIVE, "how much better is better"),
    OptionSpec::one_of("threshold_mode", "rel", ThresholdMode::WORDS, "by a share of the best, or by an amount"),
    OptionSpec::integer("cooldown", 0.0, Interval::NON_NEGATIVE, "reports after a change that are not counted as bad"),
    OptionSpec::number("min_lr", 0.0, Interval::NON_NEGATIVE, "the least rate"),
    OptionSpec::number("eps", 1e-8, Interval::NON_NEGATIVE, "smaller changes are not made"),
];

impl ReduceOnPlateau {
    /// From this rate on, everything else as the registry has it.
    pub fn new(base_rate: f64) -> Self {
        Self {
            base_rate,
            mode: PlateauMode::Min,
            factor: 0.1,
            patience: 10,
            threshold: 1e-4,
            threshold_mode: ThresholdMode::Rel,
            cooldown: 0,
            min_lr: 0.0,
            eps: 1e-8,
        }
    }
}

impl Schedule for ReduceOnPlateau {
    /// The rate as long as nothing is reported.
    fn at(&self, _step: u64) -> Tick {
        Tick::rate(self.base_rate)
    }

    fn call(&self) -> Call {
        let values = [
            self.mode.word().into(),
            self.factor.into(),
            count(self.patience),
            self.threshold.into(),
            self.threshold_mode.word().into(),
            count(self.cooldown),
            self.min_lr.into(),
            self.eps.into(),
        ];
        written(Self::NAME, &OPTIONS, values)
    }

    fn plateau(&self) -> Option<Plateau> {
        Some(Plateau::new(*self))
    }
}

impl Named for ReduceOnPlateau {
    const NAME: &'static str = "reduce_on_plateau";
    const SUMMARY: &'static str = "times factor when the loss has not become better for more than patience epochs";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn build(options: &Options, base_rate: f64, _total_steps: u64) -> Box<dyn Schedule> {
        Box::new(Self {
            base_rate,
            mode: PlateauMode::read(options.text("mode")),
            factor: options.number("factor"),
            patience: options.integer("patience"),
            threshold: options.number("threshold"),
            threshold_mode: ThresholdMode::read(options.text("threshold_mode")),
            cooldown: options.integer("cooldown"),
            min_lr: options.number("min_lr"),
            eps: options.number("eps"),
        })
    }
}
