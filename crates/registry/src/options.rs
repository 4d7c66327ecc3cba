//! The options of an item: what there is to set, and what was set.

use std::collections::BTreeMap;

use crate::{Call, Domain, Interval, OptionError, Value, nearest};

/// One option of an item: name, default, range, meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionSpec {
    /// As written in configs.
    pub name: &'static str,
    /// What it accepts.
    pub domain: Domain,
    /// What it is when nothing is said. `Value::None` is allowed only for an option that may be left out or be none.
    pub default: Preset,
    /// One line of documentation.
    pub meaning: &'static str,
}

/// The default of an option, in a form that can stand in a constant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Preset {
    /// It must be given.
    Required,
    /// It may be left out.
    None,
    /// A number.
    Number(f64),
    /// A flag.
    Flag(bool),
    /// A word.
    Text(&'static str),
    /// A list of numbers.
    Numbers(&'static [f64]),
}

impl Preset {
    /// The default as a value; `None` if the option must be given.
    pub fn value(&self) -> Option<Value> {
        match *self {
            Preset::Required => None,
            Preset::None => Some(Value::None),
            Preset::Number(number) => Some(Value::Number(number)),
            Preset::Flag(flag) => Some(Value::Flag(flag)),
            Preset::Text(text) => Some(Value::Text(text.to_owned())),
            Preset::Numbers(numbers) => Some(Value::Numbers(numbers.to_vec())),
        }
    }
}

impl OptionSpec {
    /// A number in `interval`.
    pub const fn number(name: &'static str, default: f64, interval: Interval, meaning: &'static str) -> Self {
        Self { name, domain: Domain::Number(interval), default: Preset::Number(default), meaning }
    }

    /// A number in `interval` that may be left out.
    pub const fn optional_number(name: &'static str, interval: Interval, meaning: &'static str) -> Self {
        Self { name, domain: Domain::Number(interval), default: Preset::None, meaning }
    }

    /// Numbers in `interval`, however many, that may be left out.
    pub const fn optional_numbers(name: &'static str, interval: Interval, meaning: &'static str) -> Self {
        Self { name, domain: Domain::Numbers(interval, None), default: Preset::None, meaning }
    }

    /// A number in `interval`, or `none`, which is not the default.
    pub const fn number_or_none(name: &'static str, default: f64, interval: Interval, meaning: &'static str) -> Self {
        Self { name, domain: Domain::NumberOrNone(interval), default: Preset::Number(default), meaning }
    }

    /// A whole number in `interval`.
    pub const fn integer(name: &'static str, default: f64, interval: Interval, meaning: &'static str) -> Self {
        Self { name, domain: Domain::Integer(interval), default: Preset::Number(default), meaning }
    }

    /// A flag.
    pub const fn flag(name: &'static str, default: bool, meaning: &'static str) -> Self {
        Self { name, domain: Domain::Flag, default: Preset::Flag(default), meaning }
    }

    /// One of some words.
    pub const fn one_of(
        name: &'static str,
        default: &'static str,
        words: &'static [&'static str],
        meaning: &'static str,
    ) -> Self {
        Self { name, domain: Domain::OneOf(words), default: Preset::Text(default), meaning }
    }

    /// One of some words that may be left out: `none`.
    ///
    /// ```
    /// use backprop_registry::{Call, OptionSpec, Options};
    /// let specs = [OptionSpec::optional_one_of("weights", &["linear", "quadratic"], "what a mistake costs")];
    /// let weights = |text: &str| Ok(Options::resolve(&text.parse::<Call>()?, &specs)?.optional_text("weights").map(str::to_owned));
    /// assert_eq!(weights("kappa:weights=linear")?, Some("linear".to_owned()));
    /// assert_eq!((weights("kappa")?, weights("kappa:weights=none")?), (None, None));
    /// assert!(weights("kappa:weights=cubic").is_err());
    /// # Ok::<(), backprop_registry::OptionError>(())
    /// ```
    pub const fn optional_one_of(name: &'static str, words: &'static [&'static str], meaning: &'static str) -> Self {
        Self { name, domain: Domain::OneOf(words), default: Preset::None, meaning }
    }

    /// Any text.
    pub const fn text(name: &'static str, default: &'static str, meaning: &'static str) -> Self {
        Self { name, domain: Domain::Text, default: Preset::Text(default), meaning }
    }

    /// Numbers in `interval`; exactly `default.len()` of them unless the default is empty, which means none are set.
    pub const fn numbers(name: &'static str, default: &'static [f64], interval: Interval, meaning: &'static str) -> Self {
        let length = if default.is_empty() { None } else { Some(default.len()) };
        Self { name, domain: Domain::Numbers(interval, length), default: Preset::Numbers(default), meaning }
    }

    /// The same option without a default: it must be given.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { default: Preset::Required, ..self }
    }
}

/// The values of all options of an item, checked against their specifications, defaults filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Options(BTreeMap<&'static str, Value>);

impl Options {
    /// Checks the options of `call` against `specs` and fills in the defaults.
    ///
    /// # Errors
    /// If an option is unknown, given twice, of the wrong kind, out of range, or required and missing.
    pub fn resolve(call: &Call, specs: &[OptionSpec]) -> Result<Self, OptionError> {
        let mut values = BTreeMap::new();
        for (name, value) in &call.options {
            let Some(spec) = specs.iter().find(|spec| spec.name == name) else {
                return Err(OptionError::UnknownOption {
                    item: call.name.clone(),
                    option: name.clone(),
                    suggestion: nearest(name, specs.iter().map(|spec| spec.name)).map(str::to_owned),
                    known: specs.iter().map(|spec| spec.name.to_owned()).collect(),
                });
            };
            let left_out = *value == Value::None && spec.default == Preset::None;
            if !left_out && !spec.domain.accepts(value) {
                return Err(OptionError::Unacceptable {
                    item: call.name.clone(),
                    option: spec.name,
                    value: value.to_string(),
                    expected: spec.domain.to_string(),
                });
            }
            if values.insert(spec.name, value.clone()).is_some() {
                return Err(OptionError::GivenTwice { item: call.name.clone(), option: spec.name });
            }
        }
        for spec in specs {
            if !values.contains_key(spec.name) {
                let Some(default) = spec.default.value() else {
                    return Err(OptionError::Missing {
                        item: call.name.clone(),
                        option: spec.name,
                        expected: spec.domain.to_string(),
                    });
                };
                values.insert(spec.name, default);
            }
        }
        Ok(Self(values))
    }

    /// What was set for `name`, whatever its kind.
    ///
    /// # Panics
    /// If the item has no option of that name: a mistake in its registry entry.
    pub fn value(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or_else(|| panic!("option `{name}` is not in the table of this item"))
    }

    /// The number set for `name`.
    ///
    /// # Panics
    /// If the item has no option of that name and kind: a mistake in its registry entry.
    pub fn number(&self, name: &str) -> f64 {
        self.optional_number(name).unwrap_or_else(|| panic!("option `{name}` is not a number"))
    }

    /// The number set for `name`, or `None` if it was left out.
    ///
    /// # Panics
    /// If the item has no option of that name and kind: a mistake in its registry entry.
    pub fn optional_number(&self, name: &str) -> Option<f64> {
        match self.value(name) {
            Value::Number(number) => Some(*number),
            Value::None => None,
            other => panic!("option `{name}` is {}, not a number", other.kind()),
        }
    }

    /// The whole number set for `name`; one beyond the range of `u64` becomes the largest.
    ///
    /// # Panics
    /// If the item has no option of that name and kind, or one that lets in negative numbers: a mistake in its registry entry.
    pub fn integer(&self, name: &str) -> u64 {
        let number = self.number(name);
        assert!(number >= 0.0 && number.fract() == 0.0, "option `{name}` is {number}, not a whole number from 0 on");
        number as u64
    }

    /// The flag set for `name`.
    ///
    /// # Panics
    /// If the item has no option of that name and kind: a mistake in its registry entry.
    pub fn flag(&self, name: &str) -> bool {
        match self.value(name) {
            Value::Flag(flag) => *flag,
            other => panic!("option `{name}` is {}, not a flag", other.kind()),
        }
    }

    /// The word set for `name`.
    ///
    /// # Panics
    /// If the item has no option of that name and kind: a mistake in its registry entry.
    pub fn text(&self, name: &str) -> &str {
        self.optional_text(name).unwrap_or_else(|| panic!("option `{name}` is not a word"))
    }

    /// The word set for `name`, or `None` if it was left out.
    ///
    /// # Panics
    /// If the item has no option of that name and kind: a mistake in its registry entry.
    pub fn optional_text(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Value::Text(text) => Some(text),
            Value::None => None,
            other => panic!("option `{name}` is {}, not a word", other.kind()),
        }
    }

    /// The numbers set for `name`.
    ///
    /// # Panics
    /// If the item has no option of that name and kind: a mistake in its registry entry.
    pub fn numbers(&self, name: &str) -> &[f64] {
        self.optional_numbers(name).unwrap_or_else(|| panic!("option `{name}` is nothing, not a list of numbers"))
    }

    /// The numbers set for `name`, or `None` if they were left out.
    ///
    /// # Panics
    /// If the item has no option of that name and kind: a mistake in its registry entry.
    pub fn optional_numbers(&self, name: &str) -> Option<&[f64]> {
        match self.value(name) {
            Value::Numbers(numbers) => Some(numbers),
            Value::None => None,
            other => panic!("option `{name}` is {}, not a list of numbers", other.kind()),
        }
    }
}
