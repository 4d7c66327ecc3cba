//! The schedules that configs and the command line can name.

use std::fmt;

use backprop_registry::{Call, Entry, OptionError, OptionSpec, Options, Registry};

use super::named::Named;
use super::warmup::WarmupCosine;
use crate::{
    Constant, ConstantWarmup, CosineAnnealing, CosineWarmRestarts, Cyclic, Exponential, InverseSqrt, InverseTime, Linear,
    MultiStep, Noam, OneCycle, Polynomial, ReduceOnPlateau, Schedule, Sequence, StepDecay, Warmup, WarmupStableDecay,
};

/// A schedule that has its settings but not yet its base rate and the length of the run.
///
/// ```
/// use backprop_optimizers::schedules;
/// let cosine = schedules().parse("cosine_annealing:eta_min=0.1")?;
/// assert_eq!(cosine.build(0.5, 100).call().to_string(), "cosine_annealing:t_max=100,eta_min=0.1");
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
#[derive(Clone)]
pub struct ScheduleRecipe {
    name: &'static str,
    specs: &'static [OptionSpec],
    options: Options,
    build: fn(&Options, f64, u64) -> Box<dyn Schedule>,
}

impl ScheduleRecipe {
    fn read<N: Named>(options: &Options) -> Result<Self, OptionError> {
        N::check(options)?;
        Ok(Self { name: N::NAME, specs: N::OPTIONS, options: options.clone(), build: N::build })
    }

    /// The schedule of a run of `total_steps` steps (updates of the parameters, not epochs) with this base rate. A length that was
    /// left out reaches to the end of the run.
    pub fn build(&self, base_rate: f64, total_steps: u64) -> Box<dyn Schedule> {
        (self.build)(&self.options, base_rate, total_steps.max(1))
    }

    /// Its name and the options that differ from their defaults, as [`schedules`] reads them back.
    pub fn call(&self) -> Call {
        let values = self.specs.iter().map(|spec| (spec, self.options.value(spec.name)));
        let changed = values.filter(|(spec, value)| spec.default.value().as_ref() != Some(*value));
        changed.fold(Call::new(self.name), |call, (spec, value)| call.with(spec.name, value.clone()))
    }
}

impl PartialEq for ScheduleRecipe {
    fn eq(&self, other: &Self) -> bool {
        (self.name, &self.options) == (other.name, &other.options)
    }
}

impl fmt::Debug for ScheduleRecipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ScheduleRecipe").field(&self.call().to_string()).finish()
    }
}

const fn entry<N: Named>() -> Entry<ScheduleRecipe> {
    Entry { name: N::NAME, summary: N::SUMMARY, options: N::OPTIONS, build: ScheduleRecipe::read::<N>, waives: N::WAIVES }
}

static ENTRIES: [Entry<ScheduleRecipe>; 19] = [
    entry::<Constant>(),
    entry::<ConstantWarmup>(),
    entry::<StepDecay>(),
    entry::<MultiStep>(),
    entry::<Exponential>(),
    entry::<InverseTime>(),
    entry::<Polynomial>(),
    entry::<Linear>(),
    entry::<CosineAnnealing>(),
    entry::<CosineWarmRestarts>(),
    entry::<Cyclic>(),
    entry::<OneCycle>(),
    entry::<Warmup>(),
    entry::<WarmupCosine>(),
    entry::<WarmupStableDecay>(),
    entry::<Noam>(),
    entry::<InverseSqrt>(),
    entry::<Sequence>(),
    entry::<ReduceOnPlateau>(),
];

/// All schedules by name. All lengths are counted in optimizer steps, not in epochs; the patience of `reduce_on_plateau` alone is
/// counted in reports, and a training run reports once an epoch.
///
/// ```
/// use backprop_optimizers::schedules;
/// let recipe = schedules().parse("warmup:warmup=10,start_factor=0.5,then=[step:step_size=100,gamma=0.5]")?;
/// let schedule = recipe.build(0.8, 1000);
/// assert_eq!([0, 10, 110].map(|t| schedule.at(t).rate), [0.4, 0.8, 0.4]);
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
pub fn schedules() -> Registry<ScheduleRecipe> {
    Registry { kind: "schedule", entries: &ENTRIES }
}
