//! The value of a setting as it was given: text from the command line, or a value of a config file.

use std::ops::RangeInclusive;

use backprop_registry::{Call, OptionError, Value};
use toml::de::DeValue;

/// What was given.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Given<'a> {
    /// On the command line.
    Text(&'a str),
    /// In a config file, where the kind of a value counts: `"3"` is no number.
    Toml(&'a DeValue<'a>),
}

/// Why a value was not taken.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// What it must be instead.
    Expected(String),
    /// The whole story.
    Because(String),
}

impl From<OptionError> for Refusal {
    fn from(error: OptionError) -> Self {
        Refusal::Because(error.to_string())
    }
}

/// A refusal that says what was expected.
pub(crate) fn expected(what: impl Into<String>) -> Refusal {
    Refusal::Expected(what.into())
}

impl Refusal {
    /// The message for a value that stands in the words `assignment`, such as `--epochs ten`.
    pub(crate) fn message(&self, assignment: &str) -> String {
        match self {
            Refusal::Expected(what) => format!("{assignment} is not possible; it must be {what}"),
            Refusal::Because(message) => message.clone(),
        }
    }
}

impl<'a> Given<'a> {
    /// Whether it is the word `word`.
    pub(crate) fn is(self, word: &str) -> bool {
        self.word().is_some_and(|text| text == word)
    }

    fn word(self) -> Option<&'a str> {
        match self {
            Given::Text(text) => Some(text.trim()),
            Given::Toml(DeValue::String(text)) => Some(text),
            Given::Toml(_) => None,
        }
    }

    /// Text that is not empty.
    pub(crate) fn text(self) -> Result<String, Refusal> {
        self.word().filter(|text| !text.is_empty()).map(str::to_owned).ok_or_else(|| expected("text"))
    }

    /// A number that `fits`; `what` says which do.
    pub(crate) fn number(self, what: &str, fits: impl Fn(f64) -> bool) -> Result<f64, Refusal> {
        let number = match self {
            Given::Text(text) => text.trim().parse().ok(),
            Given::Toml(DeValue::Float(float)) => float.as_str().parse().ok(),
            Given::Toml(_) => self.integer().map(|integer| integer as f64),
        };
        number.filter(|&x| fits(x)).ok_or_else(|| expected(what))
    }

    /// A whole number in a range.
    pub(crate) fn whole(self, range: RangeInclusive<u64>) -> Result<u64, Refusal> {
        let number = match self {
            Given::Text(text) => text.trim().parse().ok(),
            Given::Toml(_) => self.integer(),
        };
        let number = number.and_then(|number| u64::try_from(number).ok()).filter(|number| range.contains(number));
        number.ok_or_else(|| expected(format!("a whole number from {} to {}", range.start(), range.end())))
    }

    fn integer(self) -> Option<i128> {
        match self {
            Given::Toml(DeValue::Integer(integer)) => i128::from_str_radix(integer.as_str(), integer.radix()).ok(),
            _ => None,
        }
    }

    /// Yes or no.
    pub(crate) fn flag(self) -> Result<bool, Refusal> {
        match self {
            Given::Text("true") | Given::Toml(DeValue::Boolean(true)) => Ok(true),
            Given::Text("false") | Given::Toml(DeValue::Boolean(false)) => Ok(false),
            _ => Err(expected("true or false")),
        }
    }

    /// One or several values: `a,b` or `[a,b]` on the command line, a value or an array in a file.
    pub(crate) fn list(self) -> Vec<Given<'a>> {
        match self {
            Given::Text(text) => {
                let text = text.trim();
                let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
                if inner.trim().is_empty() {
                    Vec::new()
                } else {
                    inner.split(',').map(|part| Given::Text(part.trim())).collect()
                }
            }
            Given::Toml(DeValue::Array(array)) => array.iter().map(|value| Given::Toml(value.get_ref())).collect(),
            Given::Toml(_) => vec![self],
        }
    }

    /// A name with options, `leaky_relu:slope=0.001` or `{ name = "leaky_relu", slope = 0.001 }`, that `check` accepts.
    pub(crate) fn call<I>(self, check: impl FnOnce(&Call) -> Result<I, OptionError>) -> Result<Call, Refusal> {
        let call = match (self, self.word()) {
            (_, Some(text)) => text.parse()?,
            (Given::Toml(DeValue::Table(table)), _) => {
                let mut name = None;
                let mut options = Vec::new();
                for (key, value) in table {
                    match (key.get_ref().as_ref(), Given::Toml(value.get_ref())) {
                        ("name", value) => name = Some(value.text()?),
                        (option, value) => options.push((option.to_owned(), value.option()?)),
                    }
                }
                Call { name: name.ok_or_else(|| expected("a table with a name, such as { name = \"…\" }"))?, options }
            }
            _ => return Err(expected("a name, such as \"relu\" or \"leaky_relu:slope=0.1\"")),
        };
        check(&call)?;
        Ok(call)
    }

    /// Several names with options; on the command line with commas between them: what has a `=` but no `:` before it goes on with the
    /// options of the name before.
    pub(crate) fn calls<I>(self, check: impl Fn(&Call) -> Result<I, OptionError>) -> Result<Vec<Call>, Refusal> {
        let Given::Text(_) = self else { return self.list().into_iter().map(|given| given.call(&check)).collect() };
        let mut texts: Vec<String> = Vec::new();
        for part in self.list().into_iter().filter_map(Given::word) {
            let is_option = part.find('=').is_some_and(|equals| part.find(':').is_none_or(|colon| equals < colon));
            match texts.last_mut().filter(|_| is_option) {
                Some(text) => text.extend([",", part]),
                None => texts.push(part.to_owned()),
            }
        }
        texts.iter().map(|text| Given::Text(text).call(&check)).collect()
    }

    /// The value of an option in a table.
    fn option(self) -> Result<Value, Refusal> {
        Ok(match self {
            Given::Toml(DeValue::Boolean(flag)) => Value::Flag(*flag),
            Given::Toml(DeValue::String(text)) if text == "none" => Value::None,
            Given::Toml(DeValue::String(text)) => Value::Text(text.to_string()),
            Given::Toml(DeValue::Array(_)) => {
                Value::Numbers(self.list().into_iter().map(|item| item.number("numbers", |_| true)).collect::<Result<_, _>>()?)
            }
            _ => Value::Number(self.number("a number, text, true, false or a list of numbers", |_| true)?),
        })
    }
}
