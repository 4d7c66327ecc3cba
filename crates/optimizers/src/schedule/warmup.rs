//! A gentle start for any schedule.

use backprop_registry::{Call, OptionError, OptionSpec, Options, Value};

use super::named::{Named, RAMP, count, length, twentieth};
use super::{between, cosine_annealing, nested, share};
use crate::written::written;
use crate::{CosineAnnealing, Plateau, Schedule, Tick};

/// A straight line up to the first rate of another schedule, which then takes over.
///
/// ```text
/// rate(t) = then(0)·(s + (1 − s)·t/steps)     if t < steps            s = start_factor
///         = then(t − steps)                   otherwise
/// ```
///
/// The first steps of adaptive rules go by running means of very few gradients; short steps keep them from doing harm.
///
/// | field | default as `warmup`, `warmup_cosine` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `steps` | a twentieth of all steps | 0, 1, … | length of the ramp; option `warmup` |
/// | `start_factor` | 1/3 | [0, 1] | factor at step 0 |
/// | `then` | `constant`; cosine annealing | | what follows, its steps counted from the end of the ramp |
///
/// # Examples
/// ```
/// use backprop_optimizers::{Constant, Schedule, Warmup};
/// let warmup = Warmup { steps: 4, start_factor: 0.5, then: Box::new(Constant { base_rate: 0.8 }) };
/// assert_eq!([0, 1, 2, 4, 9].map(|t| warmup.at(t).rate), [0.4, 0.5, 0.6000000000000001, 0.8, 0.8]);
/// ```
///
/// # References
/// P. Goyal et al., *Accurate, Large Minibatch SGD*, 2017. <https://arxiv.org/abs/1706.02677>
#[derive(Debug)]
pub struct Warmup {
    /// Length of the ramp.
    pub steps: u64,
    /// Factor at step 0.
    pub start_factor: f64,
    /// What follows.
    pub then: Box<dyn Schedule>,
}

const OPTIONS: [OptionSpec; 3] = {
    let [warmup, start_factor] = RAMP;
    let then = "what follows, such as linear, or [step:step_size=100,gamma=0.5]";
    [warmup, start_factor, OptionSpec::text("then", "constant", then)]
};

impl Schedule for Warmup {
    fn at(&self, step: u64) -> Tick {
        if step >= self.steps {
            return self.then.at(step - self.steps);
        }
        let top = self.then.at(0);
        let factor = between(self.start_factor, 1.0, share(step, self.steps)); //  s + (1 − s)·t/steps
        Tick { rate: top.rate * factor, ..top }
    }

    /// Before cosine annealing it is `warmup_cosine`, with the options of both; before anything else `warmup`.
    fn call(&self) -> Call {
        let then = self.then.call();
        let ramp: [Value; 2] = [count(self.steps), self.start_factor.into()];
        if then.name == CosineAnnealing::NAME {
            let ramp = written(WarmupCosine::NAME, &RAMP, ramp);
            return then.options.into_iter().fold(ramp, |call, (option, value)| call.with(option, value));
        }
        let [steps, start_factor] = ramp;
        written(Self::NAME, &OPTIONS, [steps, start_factor, nested::written_inside(&then).into()])
    }

    fn plateau(&self) -> Option<Plateau> {
        self.then.plateau().map(|plateau| plateau.after(self.steps))
    }
}

impl Named for Warmup {
    const NAME: &'static str = "warmup";
    const SUMMARY: &'static str = "a ramp up to the first rate of any other schedule";
    const OPTIONS: &'static [OptionSpec] = &OPTIONS;

    fn check(options: &Options) -> Result<(), OptionError> {
        nested::one(Self::NAME, options, "then").map(drop)
    }

    fn build(options: &Options, base_rate: f64, total_steps: u64) -> Box<dyn Schedule> {
        let then = nested::one(Self::NAME, options, "then").expect("`check` has read it");
        before(options, total_steps, |steps| then.build(base_rate, steps))
    }
}

/// [`Warmup`] before [`CosineAnnealing`].
#[derive(Debug)]
pub(super) enum WarmupCosine {}

const COSINE_OPTIONS: [OptionSpec; 4] = {
    let ([warmup, start_factor], [t_max, eta_min]) = (RAMP, cosine_annealing::OPTIONS);
    [warmup, start_factor, t_max, eta_min]
};

impl Named for WarmupCosine {
    const NAME: &'static str = "warmup_cosine";
    const SUMMARY: &'static str = "a ramp up, then half a cosine wave down";
    const OPTIONS: &'static [OptionSpec] = &COSINE_OPTIONS;

    fn build(options: &Options, base_rate: f64, total_steps: u64) -> Box<dyn Schedule> {
        before(options, total_steps, |steps| CosineAnnealing::build(options, base_rate, steps))
    }
}

/// The ramp of `options`, before what is built for the steps that are left.
fn before(options: &Options, total_steps: u64, then: impl Fn(u64) -> Box<dyn Schedule>) -> Box<dyn Schedule> {
    let steps = length(options, "warmup").unwrap_or(twentieth(total_steps));
    let left = total_steps.saturating_sub(steps).max(1);
    Box::new(Warmup { steps, start_factor: options.number("start_factor"), then: then(left) })
}
