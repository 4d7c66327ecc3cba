//! A name with options, as it stands on a command line or in a file.

use std::fmt;
use std::str::FromStr;

use crate::{OptionError, Value};

/// A name and the options that are not left at their defaults: `leaky_relu:slope=0.001`.
///
/// ```
/// use backprop_registry::{Call, Value};
/// let call: Call = "adam:betas=[0.9,0.99],eps=1e-6".parse()?;
/// assert_eq!(call.name, "adam");
/// assert_eq!(call.options[0], ("betas".into(), Value::Numbers(vec![0.9, 0.99])));
/// assert_eq!(call.to_string(), "adam:betas=[0.9,0.99],eps=0.000001");
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The name of the item in its registry.
    pub name: String,
    /// Option names and values, in the order given.
    pub options: Vec<(String, Value)>,
}

impl Call {
    /// The item of this name with all options at their defaults.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), options: Vec::new() }
    }

    /// The same call with one more option.
    #[must_use]
    pub fn with(mut self, option: impl Into<String>, value: impl Into<Value>) -> Self {
        self.options.push((option.into(), value.into()));
        self
    }

    /// The value given for `option`, if any.
    pub fn get(&self, option: &str) -> Option<&Value> {
        self.options.iter().find(|(name, _)| name == option).map(|(_, value)| value)
    }
}

impl FromStr for Call {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, OptionError> {
        let malformed = || OptionError::Malformed { text: text.to_owned() };
        let (name, rest) = text.split_once(':').map_or((text, None), |(name, rest)| (name, Some(rest)));
        if name.trim().is_empty() {
            return Err(malformed());
        }
        let mut call = Call::new(name.trim());
        for part in rest.map(split_outside_brackets).unwrap_or_default() {
            let (option, value) = part.split_once('=').ok_or_else(malformed)?;
            if option.trim().is_empty() || value.trim().is_empty() {
                return Err(malformed());
            }
            call.options.push((option.trim().to_owned(), Value::parse(value)));
        }
        Ok(call)
    }
}

/// Cuts at the commas that stand outside square brackets.
fn split_outside_brackets(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    text.split(|c| {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
    .collect()
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (i, (option, value)) in self.options.iter().enumerate() {
            write!(f, "{}{option}={value}", if i == 0 { ':' } else { ',' })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            name in "[a-z_]{1,12}",
            numbers in prop::collection::vec(("[a-z_]{1,8}", -1e9..1e9_f64), 0..4),
            list in prop::collection::vec(-10.0..10.0_f64, 0..4),
            flag: bool,
        ) {
            let mut call = Call::new(name).with("list", list).with("flag", flag);
            for (option, number) in numbers {
                call = call.with(option, number);
            }
            prop_assert_eq!(call.to_string().parse::<Call>(), Ok(call));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Call>();
        }
    }

    #[test]
    fn malformed_calls_are_refused() {
        for text in ["", ":", ":slope=1", "relu:", "relu:slope", "relu:slope=", "relu:=1", "relu:slope=1,", "relu:,slope=1"] {
            assert_eq!(text.parse::<Call>(), Err(OptionError::Malformed { text: text.to_owned() }));
        }
    }
}
