//! What can be wrong with a name or an option.

/// Why an item could not be made from a name and options.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionError {
    /// The text is not `name` or `name:option=value,option=value`.
    #[error("cannot read `{text}`; write a name, or name:option=value,option=value")]
    Malformed {
        /// What was given.
        text: String,
    },
    /// No item has this name.
    #[error("unknown {kind} `{name}`{} there are {}", hint(.suggestion.as_ref()), listing(.known))]
    UnknownItem {
        /// What was looked for.
        kind: &'static str,
        /// The name given.
        name: String,
        /// The nearest name, if one is near.
        suggestion: Option<String>,
        /// All names.
        known: Vec<String>,
    },
    /// The item has no such option.
    #[error("`{item}` has no option `{option}`{} it has {}", hint(.suggestion.as_ref()), listing(.known))]
    UnknownOption {
        /// The item.
        item: String,
        /// The option given.
        option: String,
        /// The nearest option, if one is near.
        suggestion: Option<String>,
        /// All options of the item.
        known: Vec<String>,
    },
    /// The value is of the wrong kind or out of range.
    #[error("`{item}`: {option} = {value} is not possible; it must be {expected}")]
    Unacceptable {
        /// The item.
        item: String,
        /// The option.
        option: &'static str,
        /// The value given.
        value: String,
        /// What is accepted.
        expected: String,
    },
    /// The option stands there twice.
    #[error("`{item}`: option {option} is given twice")]
    GivenTwice {
        /// The item.
        item: String,
        /// The option.
        option: &'static str,
    },
    /// An option without default is missing.
    #[error("`{item}` needs the option {option}: {expected}")]
    Missing {
        /// The item.
        item: String,
        /// The option.
        option: &'static str,
        /// What is accepted.
        expected: String,
    },
    /// The options are each acceptable, but not together.
    #[error("`{item}`: {reason}")]
    Conflict {
        /// The item.
        item: &'static str,
        /// What does not go together, and what to write instead.
        reason: String,
    },
}

/// What stands between the mistake and the list of what there is.
fn hint(suggestion: Option<&String>) -> String {
    suggestion.map_or_else(|| ";".to_owned(), |name| format!(", did you mean `{name}`?"))
}

fn listing(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
