//! What can be wrong with a network: only its shapes and settings, and only when it is built.

/// Why a layer cannot take the input it would get.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayerError {
    /// The input has another size.
    #[error("expects {expected} input rows, but gets {got}")]
    Rows {
        /// Rows that the layer was made for.
        expected: usize,
        /// Rows that it would get.
        got: usize,
    },
    /// A setting is impossible.
    #[error("{0}")]
    Setting(String),
}

/// Why a list of layers is not a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// A layer cannot take what the one before it gives.
    #[error("layer {index} ({layer}) {reason}")]
    Layer {
        /// Its place, counted from 0.
        index: usize,
        /// How it was made, such as `Dense(784 → 128)`.
        layer: String,
        /// What is wrong.
        reason: LayerError,
    },
    /// What a residual block computes has another size than what is added to it.
    #[error(
        "the residual block that starts at layer {index} gives {got} rows for {expected}; end it with Dense({got} → {expected})"
    )]
    Residual {
        /// Its first layer, counted from 0.
        index: usize,
        /// Rows that go in.
        expected: usize,
        /// Rows that come out.
        got: usize,
    },
    /// There is no layer.
    #[error("a network needs at least one layer")]
    Empty,
    /// The input has no features.
    #[error("a network needs at least one input")]
    NoInput,
}

/// Why a network cannot be written down by name: a layer, its activation or its initializer is the user's own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("layer {index} ({layer}) has no name in the registry, so it cannot be saved; save its parameters alone")]
pub struct Unnamed {
    /// Its place, counted from 0.
    pub index: usize,
    /// How it was made.
    pub layer: String,
}
