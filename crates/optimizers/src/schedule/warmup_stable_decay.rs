//! A rate that rises, stays, and falls.

use backprop_registry::{Call, Interval, OptionSpec, Options};

use super::named::{Named, RAMP, SHARE, count, length, optional_steps, twentieth};
use super::{between, share};
use crate::written::written;
use crate::{Anneal, Schedule, Tick};

/// A ramp up, the base rate for most of the run, and a short way down.
///
/// ```text
/// rate(t) = B·(s + (1 − s)·t/warmup)      if t < warmup                              s = start_factor
///         = B                             for the next `stable` steps
///         = B·(1 + (e − 1)·c(u/decay))    u steps after that, until u = decay        e = end_factor, c as in Anneal
///         = B·e                           from there on
/// ```
///
/// Until the way down begins nothing depends on the length of the run: a run can be made longer from any point before it.
///
/// | field | default as `wsd` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `warmup` | a twentieth of all steps | 0, 1, … | steps of the ramp |
/// | `start_factor` | 1/3 | [0, 1] | factor at step 0 |
/// | `stable` | what is left of the run | 0, 1, … | steps with the base rate |
/// | `decay` | a tenth of all steps | 0, 1, … | steps on the way down |
/// | `end_factor` | 0 | [0, 1] | factor in the end |
/// | `anneal` | `linear` | `cos`, `linear`, `sqrt` | the curve down |
///
/// # Examples
/// ```
/// use backprop_optimizers::{Anneal, Schedule, WarmupStableDecay};
/// let wsd = WarmupStableDecay {
///     base_rate: 0.8, warmup: 2, start_factor: 0.5, stable: 10, decay: 4, end_factor: 0.0, anneal: Anneal::Linear,
/// };
/// assert_eq!([0, 2, 11, 12, 14, 16, 99].map(|t| wsd.at(t).rate), [0.4, 0.8, 0.8, 0.8, 0.4, 0.0, 0.0]);
/// ```
///
/// # References
/// S. Hu et al., *`MiniCPM`: Unveiling the Potential of Small Language Models with Scalable Training Strategies*, 2024.
/// <https://arxiv.org/abs/2404.06395>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WarmupStableDecay {
    /// B.
    pub base_rate: f64,
    /// Steps of the ramp.
    pub warmup: u64,
    /// Factor at step 0.
    pub start_factor: f64,
    /// Steps with the base rate.
    pub stable: u64,
    /// Steps on the way down.
    pub decay: u64,
    /// Factor in the end.
    pub end_factor: f64,
    /// The curve down.
    pub anneal: Anneal,
}

const OPTIONS: [OptionSpec; 6] = {
    let [warmup, start_factor] = RAMP;
    let steps = Interval::NON_NEGATIVE;
    [
        warmup,
        start_factor,
        optional_steps("stable", steps, "steps with the base rate; left out: what is left of the run"),
        optional_steps("decay", steps, "steps on the way down; left out: a tenth of all steps"),
        OptionSpec::number("end_factor", 0.0, SHARE, "factor of the base rate in the end"),
        OptionSpec::one_of("anneal", "linear", Anneal::WORDS, "the curve down"),
    ]
};

impl Schedule for WarmupStableDecay {
    fn at(&self, step: u64) -> Tick {
        let down = self.warmup.saturating_add(self.stable);
        Tick::rate(if step < self.warmup {
            self.base_rate * between(self.start_factor, 1.0, share(step, self.warmup)) // B·(s + (1 − s)·t/warmup)
        } else if step < down {
            self.base_rate
        } else {
            self.base_rate * self.anneal.between(1.0, self.end_factor, share(step - down, self.decay))
        })
    }

    fn call(&self) -> Call {
        let values = [
            count(self.warmup),
            self.start_factor.into(),
            count(self.stable),
            count(self.decay),
            self.end_factor.into(),
            self.anneal.word().into(),
        ];
        written(Self::NAME, &OPTIONS, values)
    }
}

impl Named for WarmupStableDecay {
    const NAME: &'static str = "wsd";
    const SUMMARY: &'static str = "a ramp up, the base rate for most of the run, a short way down";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn build(options: &Options, base_rate: f64, total_steps: u64) -> Box<dyn Schedule> {
        let warmup = length(options, "warmup").unwrap_or(twentieth(total_steps));
        let decay = length(options, "decay").unwrap_or(total_steps / 10);
        let left = total_steps.saturating_sub(warmup).saturating_sub(decay);
        Box::new(Self {
            base_rate,
            warmup,
            start_factor: options.number("start_factor"),
            stable: length(options, "stable").unwrap_or(left),
            decay,
            end_factor: options.number("end_factor"),
            anneal: Anneal::read(options.text("anneal")),
        })
    }
}
