#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod clip;
mod decay;
mod error;
mod optimizer;
mod recipe;
mod rule;
mod schedule;
mod stepper;
mod written;

pub use clip::{Clip, clip_by_norm, clip_by_value, clips};
pub use decay::Decay;
pub use error::RestoreError;
pub use optimizer::{Optimizer, Tick};
pub use recipe::{Recipe, registry};
pub use rule::{Adagrad, Adam, Clock, Rmsprop, Rule, Sgd, Slots};
pub use schedule::{Constant, CosineAnnealing, Exponential, Linear, Schedule, ScheduleRecipe, StepDecay, Warmup, schedules};
pub use stepper::Stepper;
