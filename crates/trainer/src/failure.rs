//! Everything that can end the program early, and the exit code of each.

use std::io;

use backprop_data::DataError;
use backprop_registry::OptionError;
use backprop_tensor::PoolError;
use backprop_training::{Divergence, ModelError, TrainingError};

/// Why the program did not do what was asked.
///
/// | code | meaning |
/// | :--- | :--- |
/// | 1 | failure at run time |
/// | 2 | usage or configuration |
/// | 3 | data, or a file that is no model |
/// | 4 | something cannot be opened, read or written |
/// | 5 | training diverged |
/// | 6 | a threshold was missed |
/// | 130 | interrupted |
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Help, a version or a wrong flag: clap says it in its own way.
    #[error(transparent)]
    CommandLine(#[from] clap::Error),
    /// Settings that are wrong, all of them at once.
    #[error("{}", .0.join("\n"))]
    Settings(Vec<String>),
    /// A name or an option of a name.
    #[error(transparent)]
    Option(#[from] OptionError),
    /// A run that cannot start.
    #[error(transparent)]
    Training(#[from] TrainingError),
    /// Data that cannot be read or understood.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A table that already has a column of predictions.
    #[error("{file}: there is a column `{column}` already; rename it, so that the prediction can be called that")]
    ColumnTaken {
        /// The table.
        file: String,
        /// The column.
        column: String,
    },
    /// A model that cannot be read or written.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A file or folder that cannot be read or written.
    #[error("cannot {verb} {path}: {reason}")]
    Io {
        /// `read`, `write` or `create`.
        verb: &'static str,
        /// Where.
        path: String,
        /// What the operating system says.
        reason: io::Error,
    },
    /// The results cannot be printed.
    #[error("cannot write to the standard output: {0}")]
    Output(#[from] io::Error),
    /// No threads.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// Training left the finite numbers.
    #[error(
        "training diverged in epoch {}, step {}, at a learning rate of {:?}: {} is no finite number{}; {kept}",
        .at.epoch, .at.step, .at.rate, .at.what, last_loss(.at)
    )]
    Diverged {
        /// Where.
        at: Divergence,
        /// What is left of the run.
        kept: String,
    },
    /// A score is not as good as was asked.
    #[error("{}", .0.join("\n"))]
    Missed(Vec<String>),
    /// The user stopped the run.
    #[error("interrupted; {0}")]
    Interrupted(String),
}

impl Failure {
    /// What the program exits with. A reader that closes the pipe has seen enough: that is no failure.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::CommandLine(error) => u8::try_from(error.exit_code()).unwrap_or(2),
            Failure::Output(_) if self.is_closed_pipe() => 0,
            Failure::Training(TrainingError::Data(error)) | Failure::Data(error) => 3 + u8::from(error.is_io()),
            Failure::Model(error) if !matches!(error, ModelError::Unwritable { .. }) => 3 + u8::from(error.is_io()),
            Failure::Training(
                TrainingError::NoSamples { .. }
                | TrainingError::Inputs { .. }
                | TrainingError::InputValue { .. }
                | TrainingError::NothingCounts { .. },
            )
            | Failure::ColumnTaken { .. } => 3,
            Failure::Settings(_) | Failure::Option(_) | Failure::Training(_) => 2,
            Failure::Io { .. } | Failure::Output(_) => 4,
            Failure::Pool(_) | Failure::Model(_) => 1,
            Failure::Diverged { .. } => 5,
            Failure::Missed(_) => 6,
            Failure::Interrupted(_) => 130,
        }
    }

    /// Whether the reader of the standard output went away.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// What to try, where the message does not say it already.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Failure::Data(DataError::NoTarget { .. }) | Failure::Training(TrainingError::Data(DataError::NoTarget { .. })) => {
                Some("write --target COLUMN, or --target A,B for several numbers".to_owned())
            }
            Failure::Data(DataError::OneClass { .. }) | Failure::Training(TrainingError::Data(DataError::OneClass { .. })) => {
                Some("if it is a number, write --task regression; if it is the wrong column, write --target COLUMN".to_owned())
            }
            Failure::Data(DataError::NoImageFile { .. }) => {
                Some("a table is a file: name the CSV file, not the folder where it is".to_owned())
            }
            Failure::Model(ModelError::Io { reason, .. }) if reason.kind() == io::ErrorKind::NotFound => {
                Some("a model is a run folder, such as runs/latest, or the model.safetensors in it".to_owned())
            }
            Failure::Diverged { .. } => Some("a smaller --lr helps most often, or --clip-norm 1".to_owned()),
            _ => None,
        }
    }
}

fn last_loss(at: &Divergence) -> String {
    at.last_loss.map(|loss| format!(" (the loss before was {})", crate::figures::figure(loss))).unwrap_or_default()
}
