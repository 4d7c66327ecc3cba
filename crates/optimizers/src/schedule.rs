//! What a schedule is.

use std::fmt::Debug;

use backprop_registry::Call;

use crate::Tick;

mod constant;
mod cosine_annealing;
mod exponential;
mod linear;
mod recipe;
mod step_decay;
mod warmup;

pub use constant::Constant;
pub use cosine_annealing::CosineAnnealing;
pub use exponential::Exponential;
pub use linear::Linear;
pub use recipe::{ScheduleRecipe, schedules};
pub use step_decay::StepDecay;
pub use warmup::Warmup;

/// The learning rate as a function of the step.
///
/// A step is one update of the parameters, counted from 0; it is not an epoch. `at` is pure and a closed form: a run that resumes
/// asks again, and there is no state to save or to drift.
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
    /// What holds during step `step`: 0, 1, …
    fn at(&self, step: u64) -> Tick;

    /// Its name and the options that differ from their defaults, as [`schedules`] reads them back. The base rate is not an option:
    /// it is the `lr` of the optimizer.
    fn call(&self) -> Call;
}
