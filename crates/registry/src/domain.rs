//! Which values an option accepts.

use std::fmt;

use crate::Value;

/// An interval of numbers, each end included or not.
///
/// ```
/// use backprop_registry::Interval;
/// assert!(Interval::FRACTION.contains(0.0) && !Interval::FRACTION.contains(1.0));
/// assert_eq!(Interval::FRACTION.to_string(), "[0, 1)");
/// assert_eq!(Interval::POSITIVE.to_string(), "(0, ∞)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    low: f64,
    low_included: bool,
    high: f64,
    high_included: bool,
}

impl Interval {
    /// Every finite number: (−∞, ∞).
    pub const FINITE: Self = Self::open(f64::NEG_INFINITY, f64::INFINITY);
    /// (0, ∞).
    pub const POSITIVE: Self = Self::open(0.0, f64::INFINITY);
    /// [0, ∞).
    pub const NON_NEGATIVE: Self = Self::half_open(0.0, f64::INFINITY);
    /// [0, 1): a probability of dropping, a decay factor of a running mean.
    pub const FRACTION: Self = Self::half_open(0.0, 1.0);

    /// (low, high).
    pub const fn open(low: f64, high: f64) -> Self {
        Self { low, low_included: false, high, high_included: false }
    }

    /// [low, high).
    pub const fn half_open(low: f64, high: f64) -> Self {
        Self { low, low_included: true, high, high_included: false }
    }

    /// [low, high].
    pub const fn closed(low: f64, high: f64) -> Self {
        Self { low, low_included: true, high, high_included: true }
    }

    /// Whether `x` lies in it. NaN lies in none.
    pub fn contains(&self, x: f64) -> bool {
        (x > self.low || self.low_included && x == self.low) && (x < self.high || self.high_included && x == self.high)
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |x: f64| if x.is_infinite() { (if x > 0.0 { "∞" } else { "−∞" }).to_owned() } else { x.to_string() };
        let (left, right) = (if self.low_included { '[' } else { '(' }, if self.high_included { ']' } else { ')' });
        write!(f, "{left}{}, {}{right}", end(self.low), end(self.high))
    }
}

/// The kind of value an option takes, and its range.
///
/// ```
/// use backprop_registry::{Domain, Interval, Value};
/// let depth = Domain::Integer(Interval::closed(1.0, 9.0));
/// assert!(depth.accepts(&Value::Number(3.0)) && !depth.accepts(&Value::Number(3.5)));
/// assert_eq!(depth.to_string(), "a whole number in [1, 9]");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    /// A number within the interval.
    Number(Interval),
    /// A number within the interval, or `none`.
    NumberOrNone(Interval),
    /// A whole number within the interval.
    Integer(Interval),
    /// `true` or `false`.
    Flag,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Any text, such as the name of another item with its options.
    Text,
    /// Numbers within the interval; exactly that many, if a length is given.
    Numbers(Interval, Option<usize>),
}

impl Domain {
    /// Whether `value` may be set.
    pub fn accepts(&self, value: &Value) -> bool {
        match (self, value) {
            (Domain::Number(interval) | Domain::NumberOrNone(interval), Value::Number(x)) => interval.contains(*x),
            (Domain::Integer(interval), Value::Number(x)) => interval.contains(*x) && x.fract() == 0.0,
            (Domain::OneOf(words), Value::Text(word)) => words.contains(&word.as_str()),
            (Domain::Flag, Value::Flag(_)) | (Domain::Text, Value::Text(_)) | (Domain::NumberOrNone(_), Value::None) => true,
            (Domain::Numbers(interval, length), Value::Numbers(numbers)) => {
                length.is_none_or(|length| numbers.len() == length) && numbers.iter().all(|&x| interval.contains(x))
            }
            _ => false,
        }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Domain::Number(interval) => write!(f, "a number in {interval}"),
            Domain::NumberOrNone(interval) => write!(f, "a number in {interval}, or none"),
            Domain::Integer(interval) => write!(f, "a whole number in {interval}"),
            Domain::Flag => f.write_str("true or false"),
            Domain::OneOf(words) => write!(f, "one of {}", words.join(", ")),
            Domain::Text => f.write_str("text"),
            Domain::Numbers(interval, Some(1)) => write!(f, "one number in {interval}, such as [a]"),
            Domain::Numbers(interval, Some(2)) => write!(f, "2 numbers in {interval}, such as [a,b]"),
            Domain::Numbers(interval, Some(length)) => write!(f, "{length} numbers in {interval}, such as [a,b,…]"),
            Domain::Numbers(interval, None) => write!(f, "a list of numbers in {interval}, such as [a,b,c]"),
        }
    }
}
