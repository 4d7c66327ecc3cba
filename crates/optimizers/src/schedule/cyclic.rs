//! A rate that goes up and down.

use backprop_registry::{Call, Interval, OptionSpec, Options, Waiver};

use super::named::{COUNT, Named, SHARE, count, length, optional_steps};
use super::{between, share};
use crate::written::written;
use crate::{Schedule, Tick};

words! {
    /// What becomes of the height of the cycles of [`Cyclic`].
    CycleMode {
        /// All are as high.
        Triangular = "triangular",
        /// Each is half as high as the one before.
        Triangular2 = "triangular2",
        /// It shrinks by `gamma` at every step.
        ExpRange = "exp_range",
    }
}

/// Up from the base rate to `max_lr` and down again, in straight lines, again and again; the momentum goes the other way.
///
/// ```text
/// rate(t)     = B + (max_lr − B)·x·f
/// momentum(t) = max_momentum − (max_momentum − base_momentum)·x·f
/// x rises from 0 to 1 in step_size_up steps and falls back in step_size_down
/// f = 1, 2^−(cycle), gammaᵗ           triangular, triangular2, exp_range; cycles counted from 0
/// ```
///
/// The momentum is that of SGD and RMSprop and the β₁ of Adam, in place of their own; a rule that was made without momentum is
/// driven by the rate alone.
///
/// | field | default as `cyclic` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `max_lr` | must be given | [0, ∞) | the rate at the top |
/// | `step_size_up` | 2000 | 1, 2, … | steps on the way up |
/// | `step_size_down` | as up | 1, 2, … | steps on the way down |
/// | `mode` | `triangular` | `triangular`, `triangular2`, `exp_range` | what becomes of the height |
/// | `gamma` | 1 | [0, 1] | factor of the height from step to step, for `exp_range` |
/// | `cycle_momentum` | true | | whether the momentum is driven |
/// | `base_momentum` | 0.8 | [0, 1) | the momentum where the rate is highest |
/// | `max_momentum` | 0.9 | [0, 1) | the momentum where the rate is lowest |
///
/// # Panics
/// `at` panics if both lengths are 0.
///
/// # Examples
/// ```
/// use backprop_optimizers::{Cyclic, Schedule};
/// let cyclic = Cyclic { step_size_up: 4, step_size_down: 2, ..Cyclic::new(0.25, 1.25) };
/// assert_eq!([0, 2, 4, 5, 6, 10].map(|t| cyclic.at(t).rate), [0.25, 0.75, 1.25, 0.75, 0.25, 1.25]);
/// assert_eq!(cyclic.at(0).momentum, Some(0.9));
/// assert_eq!(cyclic.at(4).momentum, Some(0.8));
/// ```
///
/// # References
/// L. N. Smith, *Cyclical Learning Rates for Training Neural Networks*, 2017. <https://arxiv.org/abs/1506.01186>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cyclic {
    /// B, the rate at the bottom.
    pub base_rate: f64,
    /// The rate at the top.
    pub max_lr: f64,
    /// Steps on the way up.
    pub step_size_up: u64,
    /// Steps on the way down.
    pub step_size_down: u64,
    /// What becomes of the height.
    pub mode: CycleMode,
    /// Factor of the height from step to step, for [`CycleMode::ExpRange`].
    pub gamma: f64,
    /// Whether the momentum is driven.
    pub cycle_momentum: bool,
    /// The momentum where the rate is highest.
    pub base_momentum: f64,
    /// The momentum where the rate is lowest.
    pub max_momentum: f64,
}

const OPTIONS: [OptionSpec; 8] = [
    OptionSpec::number("max_lr", 1.0, Interval::NON_NEGATIVE, "the rate at the top").required(),
    OptionSpec::integer("step_size_up", 2000.0, COUNT, "steps on the way up"),
    optional_steps("step_size_down", COUNT, "steps on the way down; left out: as many as up"),
    OptionSpec::one_of("mode", "triangular", CycleMode::WORDS, "what becomes of the height from cycle to cycle"),
    OptionSpec::number("gamma", 1.0, SHARE, "factor of the height from step to step, for exp_range"),
    OptionSpec::flag("cycle_momentum", true, "drive the momentum too"),
    OptionSpec::number("base_momentum", 0.8, Interval::FRACTION, "the momentum where the rate is highest"),
    OptionSpec::number("max_momentum", 0.9, Interval::FRACTION, "the momentum where the rate is lowest"),
];

impl Cyclic {
    /// Between these two rates, everything else as the registry has it.
    pub fn new(base_rate: f64, max_lr: f64) -> Self {
        Self {
            base_rate,
            max_lr,
            step_size_up: 2000,
            step_size_down: 2000,
            mode: CycleMode::Triangular,
            gamma: 1.0,
            cycle_momentum: true,
            base_momentum: 0.8,
            max_momentum: 0.9,
        }
    }
}

impl Schedule for Cyclic {
    fn at(&self, step: u64) -> Tick {
        let length = self.step_size_up.saturating_add(self.step_size_down);
        let (cycle, place) = (step / length, step % length);
        let x = if place <= self.step_size_up {
            share(place, self.step_size_up)
        } else {
            share(length - place, self.step_size_down)
        };
        let f = match self.mode {
            CycleMode::Triangular => 1.0,
            CycleMode::Triangular2 => 0.5_f64.powf(cycle as f64), //                2^−cycle
            CycleMode::ExpRange => self.gamma.powf(step as f64),  //                 gammaᵗ
        };
        Tick {
            rate: between(self.base_rate, self.max_lr, x * f),
            momentum: self.cycle_momentum.then(|| between(self.max_momentum, self.base_momentum, x * f)),
        }
    }

    fn call(&self) -> Call {
        let values = [
            self.max_lr.into(),
            count(self.step_size_up),
            (self.step_size_down != self.step_size_up).then(|| count(self.step_size_down)).into(),
            self.mode.word().into(),
            self.gamma.into(),
            self.cycle_momentum.into(),
            self.base_momentum.into(),
            self.max_momentum.into(),
        ];
        written(Self::NAME, &OPTIONS, values)
    }
}

impl Named for Cyclic {
    const NAME: &'static str = "cyclic";
    const SUMMARY: &'static str = "up to max_lr and down again, in straight lines; drives the momentum the other way";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;
    const WAIVES: &'static [Waiver] =
        &[Waiver { law: "scales with the base rate", reason: "max_lr is a rate of its own, and must be given" }];

    fn build(options: &Options, base_rate: f64, _total_steps: u64) -> Box<dyn Schedule> {
        let step_size_up = options.integer("step_size_up");
        Box::new(Self {
            base_rate,
            max_lr: options.number("max_lr"),
            step_size_up,
            step_size_down: length(options, "step_size_down").unwrap_or(step_size_up),
            mode: CycleMode::read(options.text("mode")),
            gamma: options.number("gamma"),
            cycle_momentum: options.flag("cycle_momentum"),
            base_momentum: options.number("base_momentum"),
            max_momentum: options.number("max_momentum"),
        })
    }
}
