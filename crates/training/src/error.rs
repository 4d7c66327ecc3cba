//! What can be wrong with a training run before it starts, and with a model file.

use backprop_data::DataError;
use backprop_layers::{ShapeError, Unnamed};
use backprop_losses::TargetError;
use backprop_registry::OptionError;

/// Why a training run cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingError {
    /// A set without samples.
    #[error("the {which} set has no samples")]
    NoSamples {
        /// Which set.
        which: &'static str,
    },
    /// The data do not have the inputs of the network.
    #[error("the {which} set has {got} inputs, but the network takes {expected}")]
    Inputs {
        /// Which set.
        which: &'static str,
        /// Inputs of the network.
        expected: usize,
        /// Inputs of the data.
        got: usize,
    },
    /// An input that is NaN or infinite.
    #[error("the {which} set has the input {value} in row {row} of sample {sample}; give finite numbers only")]
    InputValue {
        /// Which set.
        which: &'static str,
        /// Which sample, counted from 0.
        sample: usize,
        /// Which row of it, counted from 0.
        row: usize,
        /// The value there.
        value: f64,
    },
    /// A set that gives neither a loss nor a gradient.
    #[error(
        "no sample of the {which} set counts: each has the weight 0 or an ignored label; correct them, or leave the set away"
    )]
    NothingCounts {
        /// Which set.
        which: &'static str,
    },
    /// The targets do not fit the network or the loss.
    #[error("the {which} set does not fit the loss: {reason}")]
    Targets {
        /// Which set.
        which: &'static str,
        /// What is wrong.
        reason: TargetError,
    },
    /// Loss and output do not go together.
    #[error("{0}")]
    Pairing(String),
    /// A setting is impossible.
    #[error("{0}")]
    Setting(String),
    /// A name or an option.
    #[error(transparent)]
    Option(#[from] OptionError),
    /// The layers.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The data.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// Why a model cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The file cannot be read or written.
    #[error("{path}: {reason}")]
    Io {
        /// The file.
        path: String,
        /// What the operating system says.
        reason: std::io::Error,
    },
    /// The file is something else.
    #[error("{path} is not a model: {what}; give a model.safetensors that `trainer train` wrote")]
    Foreign {
        /// The file.
        path: String,
        /// What it looks like.
        what: String,
    },
    /// The file was a model once.
    #[error("{path} is damaged: {what}; copy it again, or train again")]
    Damaged {
        /// The file.
        path: String,
        /// What does not hold.
        what: String,
    },
    /// The file was written by a later version.
    #[error("{path} has model format {found}, but this version reads up to {known}; use a newer version")]
    Newer {
        /// The file.
        path: String,
        /// Its format.
        found: u64,
        /// The newest that can be read.
        known: u64,
    },
    /// The file is sound, but another version wrote something into it that this one does not know.
    #[error(
        "{path} was written by version {version}, and this version cannot read it: {what}; use that version, or a newer one"
    )]
    OtherVersion {
        /// The file.
        path: String,
        /// The version that wrote it.
        version: String,
        /// What cannot be understood.
        what: String,
    },
    /// A model that could not be read again.
    #[error("the model cannot be saved: {what}")]
    Unwritable {
        /// What does not hold.
        what: String,
    },
    /// The network has a layer without a name.
    #[error(transparent)]
    Unnamed(#[from] Unnamed),
}

impl ModelError {
    /// Whether the file could not be opened, read or written, rather than being wrong.
    pub fn is_io(&self) -> bool {
        matches!(self, Self::Io { .. })
    }
}
