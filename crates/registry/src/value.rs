//! What an option can be set to.

use std::fmt;

/// The value of an option.
///
/// ```
/// use backprop_registry::Value;
/// assert_eq!(Value::parse("0.5"), Value::Number(0.5));
/// assert_eq!(Value::parse("[0.9, 0.999]"), Value::Numbers(vec![0.9, 0.999]));
/// assert_eq!(Value::parse("true"), Value::Flag(true));
/// assert_eq!(Value::parse("fan_in"), Value::Text("fan_in".into()));
/// assert_eq!(Value::parse("none"), Value::None);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Not set.
    None,
    /// A number, whole or not.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A word.
    Text(String),
    /// A list of numbers.
    Numbers(Vec<f64>),
}

impl Value {
    /// Reads a value as a person writes it: a number, `true` or `false`, `[a, b, …]`, `none`, or a word.
    ///
    /// Never fails: whatever is nothing else is a word. So is a list with a hole, or of anything but numbers; brackets then keep
    /// the commas of another item's options together, as in `then=[step:size=10,gamma=0.5]`.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if let Ok(number) = text.parse() {
            return Value::Number(number);
        }
        match text {
            "true" => return Value::Flag(true),
            "false" => return Value::Flag(false),
            "none" => return Value::None,
            _ => {}
        }
        if let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            if inner.trim().is_empty() {
                return Value::Numbers(Vec::new());
            }
            if let Ok(numbers) = inner.split(',').map(|number| number.trim().parse()).collect() {
                return Value::Numbers(numbers);
            }
        }
        Value::Text(text.to_owned())
    }

    /// What kind of value it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::None => "nothing",
            Value::Number(_) => "a number",
            Value::Flag(_) => "true or false",
            Value::Text(_) => "a word",
            Value::Numbers(_) => "a list of numbers",
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::None => f.write_str("none"),
            Value::Number(number) => write!(f, "{number}"),
            Value::Flag(flag) => write!(f, "{flag}"),
            Value::Text(text) => f.write_str(text),
            Value::Numbers(numbers) => {
                f.write_str("[")?;
                for (i, number) in numbers.iter().enumerate() {
                    write!(f, "{}{number}", if i == 0 { "" } else { "," })?;
                }
                f.write_str("]")
            }
        }
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Value::Number(number as f64)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Flag(flag)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<Vec<f64>> for Value {
    fn from(numbers: Vec<f64>) -> Self {
        Value::Numbers(numbers)
    }
}

impl<V: Into<Value>> From<Option<V>> for Value {
    fn from(value: Option<V>) -> Self {
        value.map_or(Value::None, Into::into)
    }
}
