#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod atomic;
mod batch;
mod digest;
mod error;
mod evaluator;
mod fit;
mod head;
mod model;
mod model_file;
mod pairing;
mod predictions;
mod recipe;
mod report;
mod rows;

pub use atomic::write_atomically;
pub use digest::digest;
pub use error::{ModelError, TrainingError};
pub use evaluator::Evaluator;
pub use fit::{BatchSize, Divergence, Fit, Outcome, Settings, Stop};
pub use head::Head;
pub use model::{Evaluation, EvaluationTarget, Model};
pub use pairing::Pairing;
pub use predictions::Predictions;
pub use recipe::{ClassWeight, Prepared, Recipe};
pub use report::{EpochReport, Observer, Progress, Scores, Silent};
pub use rows::{Field, Rows};
