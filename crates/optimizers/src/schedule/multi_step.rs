//! A rate that falls at given steps.

use backprop_registry::{Call, Domain, Interval, OptionError, OptionSpec, Options, Preset, Value};

use super::decayed;
use super::named::{Named, conflict};
use crate::written::written;
use crate::{Schedule, Tick};

/// Stairs of any length: the rate is multiplied with `gamma` at each milestone.
///
/// ```text
/// rate(t) = B·gamma^(number of milestones ≤ t)
/// ```
///
/// | field | default as `multi_step` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `milestones` | must be given | 0, 1, … ascending | steps at which the rate changes |
/// | `gamma` | 0.1 | (0, ∞) | factor from stair to stair |
///
/// # Examples
/// ```
/// use backprop_optimizers::{MultiStep, Schedule};
/// let stairs = MultiStep { base_rate: 0.8, milestones: vec![30, 80], gamma: 0.5 };
/// assert_eq!([0, 29, 30, 79, 80].map(|t| stairs.at(t).rate), [0.8, 0.8, 0.4, 0.4, 0.2]);
/// ```
///
/// # References
/// S. Zagoruyko, N. Komodakis, *Wide Residual Networks*, 2016: times 0.2 at epochs 60, 120 and 160.
/// <https://arxiv.org/abs/1605.07146>
#[derive(Clone, Debug, PartialEq)]
pub struct MultiStep {
    /// B.
    pub base_rate: f64,
    /// Steps at which the rate changes, in ascending order.
    pub milestones: Vec<u64>,
    /// Factor from stair to stair.
    pub gamma: f64,
}

const OPTIONS: [OptionSpec; 2] =
    [MILESTONES, OptionSpec::number("gamma", 0.1, Interval::POSITIVE, "factor from stair to stair")];

/// Steps at which something new begins.
pub(super) const MILESTONES: OptionSpec = OptionSpec {
    name: "milestones",
    domain: Domain::Numbers(Interval::NON_NEGATIVE, None),
    default: Preset::Required,
    meaning: "steps at which it changes, ascending, such as [30,80]",
};

/// The milestones, if they are steps and each comes after the one before.
pub(super) fn milestones(item: &'static str, options: &Options) -> Result<Vec<u64>, OptionError> {
    let given = options.numbers(MILESTONES.name);
    if given.is_empty() {
        return Err(conflict(item, "milestones is empty; give at least one step, such as [30]"));
    }
    if let Some(part) = given.iter().find(|step| step.fract() != 0.0) {
        return Err(conflict(item, format!("the milestone {part} is not a whole number of steps")));
    }
    if let Some((before, after)) = given.iter().zip(&given[1..]).find(|(before, after)| before >= after) {
        let reason = format!("the milestone {after} must come after {before}; write them in ascending order");
        return Err(conflict(item, reason));
    }
    Ok(given.iter().map(|&step| step as u64).collect())
}

/// Milestones as a value.
pub(super) fn written_milestones(milestones: impl Iterator<Item = u64>) -> Value {
    Value::Numbers(milestones.map(|step| step as f64).collect())
}

impl Schedule for MultiStep {
    fn at(&self, step: u64) -> Tick {
        let passed = self.milestones.partition_point(|&milestone| milestone <= step); // number of milestones ≤ t
        Tick::rate(decayed(self.base_rate, self.gamma, passed as u64))
    }

    fn call(&self) -> Call {
        written(Self::NAME, &OPTIONS, [written_milestones(self.milestones.iter().copied()), self.gamma.into()])
    }
}

impl Named for MultiStep {
    const NAME: &'static str = "multi_step";
    const SUMMARY: &'static str = "times gamma at each milestone";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn check(options: &Options) -> Result<(), OptionError> {
        milestones(Self::NAME, options).map(drop)
    }

    fn build(options: &Options, base_rate: f64, _total_steps: u64) -> Box<dyn Schedule> {
        let milestones = milestones(Self::NAME, options).expect("`check` has read them");
        Box::new(Self { base_rate, milestones, gamma: options.number("gamma") })
    }
}
