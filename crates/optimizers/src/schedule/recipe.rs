//! The schedules that configs and the command line can name.

use backprop_registry::{Call, Domain, Entry, Interval, OptionSpec, Options, Preset, Registry, Value};

use crate::written::written;
use crate::{Constant, CosineAnnealing, Exponential, Linear, Schedule, StepDecay, Warmup};

/// A schedule that has its settings but not yet its base rate and the length of the run.
///
/// ```
/// use backprop_optimizers::schedules;
/// let cosine = schedules().parse("cosine_annealing:eta_min=0.1")?;
/// assert_eq!(cosine.build(0.5, 100).call().to_string(), "cosine_annealing:t_max=100,eta_min=0.1");
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduleRecipe(Kind);

/// Lengths that are `None` go to the end of the run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Constant,
    Step { step_size: u64, gamma: f64 },
    Exponential { gamma: f64 },
    CosineAnnealing { t_max: Option<u64>, eta_min: f64 },
    Linear { start_factor: f64, end_factor: f64, total_iters: Option<u64> },
    Warmup { steps: Option<u64>, start_factor: f64, then: Box<Kind> },
}

impl ScheduleRecipe {
    /// The schedule of a run of `total_steps` steps (updates of the parameters, not epochs) with this base rate. A length that was
    /// left out reaches to the end of the run.
    pub fn build(&self, base_rate: f64, total_steps: u64) -> Box<dyn Schedule> {
        self.0.build(base_rate, total_steps)
    }

    /// Its name and the options that differ from their defaults, as [`schedules`] reads them back.
    pub fn call(&self) -> Call {
        self.0.call()
    }
}

impl Kind {
    fn build(&self, base_rate: f64, total_steps: u64) -> Box<dyn Schedule> {
        let to_the_end = total_steps.max(1);
        match *self {
            Self::Constant => Box::new(Constant { base_rate }),
            Self::Step { step_size, gamma } => Box::new(StepDecay { base_rate, step_size, gamma }),
            Self::Exponential { gamma } => Box::new(Exponential { base_rate, gamma }),
            Self::CosineAnnealing { t_max, eta_min } => {
                Box::new(CosineAnnealing { base_rate, t_max: t_max.unwrap_or(to_the_end), eta_min })
            }
            Self::Linear { start_factor, end_factor, total_iters } => {
                Box::new(Linear { base_rate, start_factor, end_factor, total_iters: total_iters.unwrap_or(to_the_end) })
            }
            Self::Warmup { steps, start_factor, ref then } => {
                let steps = steps.unwrap_or(total_steps / 20);
                Box::new(Warmup { steps, start_factor, then: then.build(base_rate, total_steps.saturating_sub(steps)) })
            }
        }
    }

    pub(crate) fn call(&self) -> Call {
        match *self {
            Self::Constant => Call::new("constant"),
            Self::Step { step_size, gamma } => written("step", &STEP, [number(step_size), gamma.into()]),
            Self::Exponential { gamma } => written("exponential", &EXPONENTIAL, [gamma.into()]),
            Self::CosineAnnealing { t_max, eta_min } => {
                written("cosine_annealing", &COSINE_ANNEALING, [t_max.map(number).into(), eta_min.into()])
            }
            Self::Linear { start_factor, end_factor, total_iters } => {
                let values = [start_factor.into(), end_factor.into(), total_iters.map(number).into()];
                written("linear", &LINEAR, values)
            }
            Self::Warmup { steps, start_factor, ref then } => warmup_call(steps, start_factor, then.call()),
        }
    }

    fn cosine_annealing(options: &Options) -> Self {
        Self::CosineAnnealing { t_max: length(options, "t_max"), eta_min: options.number("eta_min") }
    }

    fn warmup(options: &Options, then: Self) -> Self {
        let (steps, start_factor) = (length(options, "warmup"), options.number("start_factor"));
        Self::Warmup { steps, start_factor, then: Box::new(then) }
    }
}

/// Before cosine annealing it is `warmup_cosine`, with the options of both; before anything else `warmup`.
pub(crate) fn warmup_call(steps: Option<u64>, start_factor: f64, then: Call) -> Call {
    let steps: Value = steps.map(number).into();
    if then.name == "cosine_annealing" {
        let ramp = written("warmup_cosine", &RAMP, [steps, start_factor.into()]);
        return then.options.into_iter().fold(ramp, |call, (option, value)| call.with(option, value));
    }
    // Brackets keep the commas of the inner call together.
    let then = if then.options.is_empty() { then.to_string() } else { format!("[{then}]") };
    written("warmup", &WARMUP, [steps, start_factor.into(), then.into()])
}

fn number(count: u64) -> Value {
    Value::Number(count as f64)
}

fn length(options: &Options, name: &str) -> Option<u64> {
    options.optional_number(name).map(|steps| steps as u64) // the table admits whole numbers only
}

const COUNT: Interval = Interval::half_open(1.0, f64::INFINITY);

/// A whole number of steps that may be left out.
const fn optional_steps(name: &'static str, interval: Interval, meaning: &'static str) -> OptionSpec {
    OptionSpec { name, domain: Domain::Integer(interval), default: Preset::None, meaning }
}

const STEP: [OptionSpec; 2] = [
    OptionSpec::integer("step_size", 1.0, COUNT, "steps on one stair").required(),
    OptionSpec::number("gamma", 0.1, Interval::POSITIVE, "factor from stair to stair"),
];
const EXPONENTIAL: [OptionSpec; 1] =
    [OptionSpec::number("gamma", 1.0, Interval::POSITIVE, "factor from step to step").required()];
const COSINE_ANNEALING: [OptionSpec; 2] = [
    optional_steps("t_max", COUNT, "steps from top to bottom; left out: to the last step"),
    OptionSpec::number("eta_min", 0.0, Interval::NON_NEGATIVE, "the rate at the bottom"),
];
const LINEAR: [OptionSpec; 3] = [
    OptionSpec::number("start_factor", 1.0 / 3.0, Interval::closed(0.0, 1.0), "factor of the base rate at step 0"),
    OptionSpec::number("end_factor", 1.0, Interval::closed(0.0, 1.0), "factor of the base rate at the end of the line"),
    optional_steps("total_iters", COUNT, "steps on the line; left out: to the last step"),
];
const RAMP: [OptionSpec; 2] = [
    optional_steps("warmup", Interval::NON_NEGATIVE, "steps of the ramp; left out: a twentieth of all steps"),
    OptionSpec::number("start_factor", 1.0 / 3.0, Interval::closed(0.0, 1.0), "factor of the base rate at step 0"),
];
const WARMUP: [OptionSpec; 3] = {
    let [warmup, start_factor] = RAMP;
    let then = "what follows, such as linear, or [step:step_size=100,gamma=0.5]";
    [warmup, start_factor, OptionSpec::text("then", "constant", then)]
};
const WARMUP_COSINE: [OptionSpec; 4] = {
    let ([warmup, start_factor], [t_max, eta_min]) = (RAMP, COSINE_ANNEALING);
    [warmup, start_factor, t_max, eta_min]
};

static ENTRIES: [Entry<ScheduleRecipe>; 7] = [
    Entry {
        name: "constant",
        summary: "the base rate, all the time",
        options: &[],
        build: |_| Ok(ScheduleRecipe(Kind::Constant)),
        waives: &[],
    },
    Entry {
        name: "step",
        summary: "stairs: times gamma every step_size steps",
        options: &STEP,
        build: |options| {
            let (step_size, gamma) = (options.integer("step_size"), options.number("gamma"));
            Ok(ScheduleRecipe(Kind::Step { step_size, gamma }))
        },
        waives: &[],
    },
    Entry {
        name: "exponential",
        summary: "times gamma at every step",
        options: &EXPONENTIAL,
        build: |options| Ok(ScheduleRecipe(Kind::Exponential { gamma: options.number("gamma") })),
        waives: &[],
    },
    Entry {
        name: "cosine_annealing",
        summary: "half a cosine wave down to eta_min",
        options: &COSINE_ANNEALING,
        build: |options| Ok(ScheduleRecipe(Kind::cosine_annealing(options))),
        waives: &[],
    },
    Entry {
        name: "linear",
        summary: "a straight line from one factor to another, then level",
        options: &LINEAR,
        build: |options| {
            let [start_factor, end_factor] = ["start_factor", "end_factor"].map(|name| options.number(name));
            Ok(ScheduleRecipe(Kind::Linear { start_factor, end_factor, total_iters: length(options, "total_iters") }))
        },
        waives: &[],
    },
    Entry {
        name: "warmup",
        summary: "a ramp up to the first rate of any other schedule",
        options: &WARMUP,
        build: |options| {
            let text = options.text("then");
            let then = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
            Ok(ScheduleRecipe(Kind::warmup(options, schedules().parse(then)?.0)))
        },
        waives: &[],
    },
    Entry {
        name: "warmup_cosine",
        summary: "a ramp up, then half a cosine wave down",
        options: &WARMUP_COSINE,
        build: |options| Ok(ScheduleRecipe(Kind::warmup(options, Kind::cosine_annealing(options)))),
        waives: &[],
    },
];

/// All schedules by name. All lengths are counted in optimizer steps, not in epochs.
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
