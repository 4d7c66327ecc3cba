//! What can be wrong with a saved state.

/// Why a saved vector does not fit an optimizer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// The optimizer keeps no vector of this name.
    #[error("the optimizer keeps no vector `{name}`; it keeps {}; was the state saved by another optimizer?", listing(.known))]
    Unknown {
        /// The name given.
        name: String,
        /// The names of the vectors it keeps.
        known: Vec<&'static str>,
    },
    /// The vector is of the wrong length.
    #[error("`{name}` has {got} values, but the optimizer keeps {expected}; was the state saved for another network?")]
    Length {
        /// The vector.
        name: &'static str,
        /// One value for each parameter.
        expected: usize,
        /// How many were given.
        got: usize,
    },
}

fn listing(known: &[&str]) -> String {
    if known.is_empty() { "none".to_owned() } else { known.join(", ") }
}
