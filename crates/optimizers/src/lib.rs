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
pub use schedule::{
    Anneal, Constant, ConstantWarmup, CosineAnnealing, CosineWarmRestarts, CycleMode, Cyclic, Exponential, InverseSqrt,
    InverseTime, Linear, MultiStep, Noam, OneCycle, Pace, Plateau, PlateauMode, PlateauState, Polynomial, ReduceOnPlateau,
    Schedule, ScheduleRecipe, Sequence, StepDecay, ThresholdMode, Warmup, WarmupStableDecay, schedules,
};
pub use stepper::Stepper;
