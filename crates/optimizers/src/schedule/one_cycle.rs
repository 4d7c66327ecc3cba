//! A rate that goes up once and then far down.

use backprop_registry::{Call, Interval, OptionError, OptionSpec, Options};

use super::named::{COUNT, Named, SHARE, conflict, count, length, optional_steps};
use crate::written::written;
use crate::{Anneal, Schedule, Tick};

/// Up to a rate that would be too high for long, then down to almost nothing; the momentum goes the other way.
///
/// ```text
/// rate:      initial → max_lr → least             initial = max_lr/div_factor,  least = initial/final_div_factor
/// momentum:  max → base → max
/// switching at step pct_start·total_steps − 1, ending at step total_steps − 1
///
/// rate:      initial → max_lr → initial → least   three_phase
/// momentum:  max → base → max, and stays
/// switching at steps pct_start·total_steps − 1 and 2·pct_start·total_steps − 2
///
/// within a phase: a + (b − a)·c(x)                x the share of the phase that lies behind, c as in Anneal
/// ```
///
/// Past the end the rate stays where it is. The momentum is that of SGD and RMSprop and the β₁ of Adam, in place of their own; a
/// rule that was made without momentum is driven by the rate alone.
///
/// | field | default as `one_cycle` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `max_lr` | the base rate | [0, ∞) | the rate at the top; the base rate plays no other part |
/// | `total_steps` | all steps of the run | 1, 2, … | steps up and down together |
/// | `pct_start` | 0.3 | [0, 1]; at most 0.5 with `three_phase` | share of the steps on the way up |
/// | `anneal` | `cos` | `cos`, `linear`, `sqrt` | the curve; PyTorch has the first two |
/// | `cycle_momentum` | true | | whether the momentum is driven |
/// | `base_momentum` | 0.85 | [0, 1) | the momentum at the top |
/// | `max_momentum` | 0.95 | [0, 1) | the momentum at first and in the end |
/// | `div_factor` | 25 | (0, ∞) | how many times smaller the rate is at first |
/// | `final_div_factor` | 10000 | (0, ∞) | how many times smaller again in the end |
/// | `three_phase` | false | | as long down as up, and the rest far down |
///
/// # Examples
/// ```
/// use backprop_optimizers::{Anneal, OneCycle, Schedule};
/// let cycle = OneCycle { pct_start: 0.5, anneal: Anneal::Linear, div_factor: 4.0, ..OneCycle::new(1.0, 10) };
/// // Up in the 4 steps from 0 to 0.5·10 − 1, down in the 5 to 9.
/// assert_eq!([0, 2, 4].map(|t| cycle.at(t).rate), [0.25, 0.625, 1.0]);
/// assert_eq!([4, 9].map(|t| cycle.at(t).momentum), [Some(0.85), Some(0.95)]);
/// assert!((cycle.at(9).rate - 0.25 / 1e4).abs() < 1e-15);
/// assert_eq!(cycle.at(1000), cycle.at(9));
/// ```
///
/// # References
/// L. N. Smith, N. Topin, *Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates*, 2018.
/// <https://arxiv.org/abs/1708.07120>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCycle {
    /// The rate at the top.
    pub max_lr: f64,
    /// Steps up and down together.
    pub total_steps: u64,
    /// Share of the steps on the way up.
    pub pct_start: f64,
    /// The curve.
    pub anneal: Anneal,
    /// Whether the momentum is driven.
    pub cycle_momentum: bool,
    /// The momentum at the top.
    pub base_momentum: f64,
    /// The momentum at first and in the end.
    pub max_momentum: f64,
    /// How many times smaller than `max_lr` the rate is at first.
    pub div_factor: f64,
    /// How many times smaller again it is in the end.
    pub final_div_factor: f64,
    /// As long down as up, and the rest far down.
    pub three_phase: bool,
}

const OPTIONS: [OptionSpec; 10] = [
    OptionSpec::optional_number("max_lr", Interval::NON_NEGATIVE, "the rate at the top; left out: the base rate"),
    optional_steps("total_steps", COUNT, "steps up and down together; left out: all steps of the run"),
    OptionSpec::number("pct_start", 0.3, SHARE, "share of the steps on the way up"),
    OptionSpec::one_of("anneal", "cos", Anneal::WORDS, "the curve"),
    OptionSpec::flag("cycle_momentum", true, "drive the momentum too"),
    OptionSpec::number("base_momentum", 0.85, Interval::FRACTION, "the momentum at the top"),
    OptionSpec::number("max_momentum", 0.95, Interval::FRACTION, "the momentum at first and in the end"),
    OptionSpec::number("div_factor", 25.0, Interval::POSITIVE, "how many times smaller the rate is at first"),
    OptionSpec::number("final_div_factor", 1e4, Interval::POSITIVE, "how many times smaller again in the end"),
    OptionSpec::flag("three_phase", false, "as long down as up, and the rest far down"),
];

impl OneCycle {
    /// So high, over so many steps, everything else as the registry has it.
    pub fn new(max_lr: f64, total_steps: u64) -> Self {
        Self {
            max_lr,
            total_steps,
            pct_start: 0.3,
            anneal: Anneal::Cos,
            cycle_momentum: true,
            base_momentum: 0.85,
            max_momentum: 0.95,
            div_factor: 25.0,
            final_div_factor: 1e4,
            three_phase: false,
        }
    }
}

/// From one rate and momentum to another.
struct Phase {
    end: f64,
    rates: [f64; 2],
    momenta: [f64; 2],
}

impl Schedule for OneCycle {
    fn at(&self, step: u64) -> Tick {
        let (low, high) = (self.base_momentum, self.max_momentum);
        let initial = (self.max_lr / self.div_factor).min(f64::MAX);
        let least = (initial / self.final_div_factor).min(f64::MAX);
        let (steps, end) = (self.total_steps as f64, self.total_steps.saturating_sub(1));
        let rise = self.pct_start * steps; //                                       pct_start·total_steps
        let up = Phase { end: rise - 1.0, rates: [initial, self.max_lr], momenta: [high, low] };
        let down = if self.three_phase {
            Phase { end: 2.0 * rise - 2.0, rates: [self.max_lr, initial], momenta: [low, high] }
        } else {
            Phase { end: end as f64, rates: [self.max_lr, least], momenta: [low, high] }
        };
        let rest = Phase { end: end as f64, rates: [initial, least], momenta: [high, high] };

        let t = step.min(end) as f64;
        let (start, phase) = if t <= up.end {
            (0.0, up)
        } else if t <= down.end || !self.three_phase {
            (up.end, down)
        } else {
            (down.end, rest)
        };
        // A phase without length is over as soon as it begins.
        let x = if phase.end > start { ((t - start) / (phase.end - start)).clamp(0.0, 1.0) } else { 1.0 };
        Tick {
            rate: self.anneal.between(phase.rates[0], phase.rates[1], x),
            momentum: self.cycle_momentum.then(|| self.anneal.between(phase.momenta[0], phase.momenta[1], x)),
        }
    }

    fn call(&self) -> Call {
        let values = [
            self.max_lr.into(),
            count(self.total_steps),
            self.pct_start.into(),
            self.anneal.word().into(),
            self.cycle_momentum.into(),
            self.base_momentum.into(),
            self.max_momentum.into(),
            self.div_factor.into(),
            self.final_div_factor.into(),
            self.three_phase.into(),
        ];
        written(Self::NAME, &OPTIONS, values)
    }
}

impl Named for OneCycle {
    const NAME: &'static str = "one_cycle";
    const SUMMARY: &'static str = "up once and then far down; drives the momentum the other way";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn check(options: &Options) -> Result<(), OptionError> {
        let pct_start = options.number("pct_start");
        if !options.flag("three_phase") {
            return Ok(());
        }
        if pct_start > 0.5 {
            let reason =
                format!("three_phase goes up and down in 2·pct_start of all steps; pct_start = {pct_start} is above 0.5");
            return Err(conflict(Self::NAME, reason));
        }
        match length(options, "total_steps").map(|steps| pct_start * steps as f64) {
            Some(rise) if rise <= 1.0 => {
                let reason = format!("three_phase needs pct_start·total_steps above 1, to go up and down; it is {rise}");
                Err(conflict(Self::NAME, reason))
            }
            _ => Ok(()),
        }
    }

    fn build(options: &Options, base_rate: f64, total_steps: u64) -> Box<dyn Schedule> {
        Box::new(Self {
            max_lr: options.optional_number("max_lr").unwrap_or(base_rate),
            total_steps: length(options, "total_steps").unwrap_or(total_steps),
            pct_start: options.number("pct_start"),
            anneal: Anneal::read(options.text("anneal")),
            cycle_momentum: options.flag("cycle_momentum"),
            base_momentum: options.number("base_momentum"),
            max_momentum: options.number("max_momentum"),
            div_factor: options.number("div_factor"),
            final_div_factor: options.number("final_div_factor"),
            three_phase: options.flag("three_phase"),
        })
    }
}
