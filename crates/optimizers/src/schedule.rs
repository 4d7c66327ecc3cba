//! What a schedule is.

use std::fmt::Debug;

use backprop_registry::Call;

use crate::Tick;

#[macro_use]
mod words;

mod anneal;
mod constant;
mod constant_warmup;
mod cosine_annealing;
mod cosine_warm_restarts;
mod cyclic;
mod exponential;
mod inverse_sqrt;
mod inverse_time;
mod linear;
mod multi_step;
mod named;
mod nested;
mod noam;
mod one_cycle;
mod pace;
mod plateau;
mod polynomial;
mod recipe;
mod reduce_on_plateau;
mod sequence;
mod step_decay;
mod warmup;
mod warmup_stable_decay;

pub use anneal::Anneal;
pub use constant::Constant;
pub use constant_warmup::ConstantWarmup;
pub use cosine_annealing::CosineAnnealing;
pub use cosine_warm_restarts::CosineWarmRestarts;
pub use cyclic::{CycleMode, Cyclic};
pub use exponential::Exponential;
pub use inverse_sqrt::InverseSqrt;
pub use inverse_time::InverseTime;
pub use linear::Linear;
pub use multi_step::MultiStep;
pub use noam::Noam;
pub use one_cycle::OneCycle;
pub use pace::Pace;
pub use plateau::{Plateau, PlateauState};
pub use polynomial::Polynomial;
pub use recipe::{ScheduleRecipe, schedules};
pub use reduce_on_plateau::{PlateauMode, ReduceOnPlateau, ThresholdMode};
pub use sequence::Sequence;
pub use step_decay::StepDecay;
pub use warmup::Warmup;
pub use warmup_stable_decay::WarmupStableDecay;

/// The learning rate as a function of the step.
///
/// A step is one update of the parameters, counted from 0; it is not an epoch. `at` is pure and a closed form: a run that resumes
/// asks again, and there is no state to save or to drift. The one schedule that goes by what it is told,
/// [`ReduceOnPlateau`], is a description too; its state is a [`Plateau`] that the run keeps in a [`Pace`].
///
/// ```
/// use backprop_optimizers::{Schedule, Tick};
/// use backprop_registry::Call;
///
/// /// B/√(t + 1).
/// #[derive(Debug)]
/// struct InverseRoot(f64);
///
/// impl Schedule for InverseRoot {
///     fn at(&self, step: u64) -> Tick { Tick::rate(self.0 / ((step + 1) as f64).sqrt()) }
///     fn call(&self) -> Call { Call::new("inverse_root") }
/// }
/// assert_eq!(InverseRoot(0.1).at(3).rate, 0.05);
/// ```
pub trait Schedule: Debug + Send + Sync {
    /// What holds during step `step`: 0, 1, … Of a schedule with a [`plateau`](Self::plateau): as long as nothing is reported.
    fn at(&self, step: u64) -> Tick;

    /// Its name and the options that differ from their defaults, as [`schedules`] reads them back. The base rate is not an option:
    /// it is the `lr` of the optimizer.
    fn call(&self) -> Call;

    /// The part that goes by reports rather than by steps, as it is at the beginning of a run; most schedules have none.
    fn plateau(&self) -> Option<Plateau> {
        None
    }
}

/// How much of a stretch of `length` steps lies behind at `step`: min(t, T)/T.
fn share(step: u64, length: u64) -> f64 {
    if step >= length { 1.0 } else { step as f64 / length as f64 }
}

/// The value after `share` of the way, exact at both ends; neither negative nor infinite if the ends are not.
fn between(from: f64, to: f64, share: f64) -> f64 {
    if share < 0.5 { from + (to - from) * share } else { to - (to - from) * (1.0 - share) }
}

/// rate·gammaⁿ; the largest number where a gamma above 1 would leave the finite ones.
fn decayed(rate: f64, gamma: f64, n: u64) -> f64 {
    (rate * gamma.powf(n as f64).min(f64::MAX)).min(f64::MAX)
}
