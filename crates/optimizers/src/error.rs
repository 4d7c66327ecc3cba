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
    /// A rate that the plateau of a schedule does not lead to.
    #[error("the rate {rate} is not between 0 and {base_rate}, where the schedule begins; was the state saved in another run?")]
    Rate {
        /// The rate given.
        rate: String,
        /// Where the schedule begins.
        base_rate: String,
    },
    /// A best metric that is none.
    #[error("a best metric of {best} is not possible; give a finite number, or none")]
    Best {
        /// The metric given.
        best: String,
    },
    /// A state for a schedule that has none, or none for one that has.
    #[error("the schedule `{schedule}` {keeps} was saved; was it saved with another schedule?")]
    Schedule {
        /// The schedule.
        schedule: String,
        /// What it keeps, and what was given.
        keeps: &'static str,
    },
}

fn listing(known: &[&str]) -> String {
    if known.is_empty() { "none".to_owned() } else { known.join(", ") }
}
