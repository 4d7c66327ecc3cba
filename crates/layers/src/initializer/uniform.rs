//! Weights between two bounds.

use backprop_registry::{Call, Interval, OptionError, OptionSpec, Options};
use backprop_tensor::Stream;

use super::{Fans, Initializer};
use crate::Nonlinearity;

/// Weights drawn evenly from an interval.
///
/// ```text
/// w ~ U(low, high)        E w = (low + high)/2        Var w = (high − low)²/12
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `low` | 0 | (−∞, high] | lower bound |
/// | `high` | 1 | [low, ∞) | upper bound |
///
/// # Examples
/// ```
/// use backprop_layers::{Fans, Initializer, Nonlinearity, Uniform};
/// use backprop_tensor::{Key, Purpose};
///
/// let mut w = [0.0; 100];
/// let rule = Uniform::new(-0.1, 0.3)?;
/// rule.fill(&mut w, Fans::of(&[10, 10]), &Nonlinearity::none(), &mut Key::new(0, Purpose::Init).stream(0));
/// assert!(w.iter().all(|w| (-0.1..=0.3).contains(w)));
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    low: f64,
    high: f64,
}

impl Uniform {
    /// What the registry can set.
    pub(super) const OPTIONS: &[OptionSpec] = &[
        OptionSpec::number("low", 0.0, Interval::FINITE, "lower bound"),
        OptionSpec::number("high", 1.0, Interval::FINITE, "upper bound"),
    ];

    /// Weights between `low` and `high`.
    ///
    /// # Errors
    /// If `low` is above `high`, or one of them not finite.
    pub fn new(low: f64, high: f64) -> Result<Self, OptionError> {
        let conflict = |reason: String| Err(OptionError::Conflict { item: "uniform", reason });
        if !(low.is_finite() && high.is_finite()) {
            return conflict(format!("low = {low} and high = {high} must be finite"));
        }
        if low > high {
            return conflict(format!("low = {low} must not be above high = {high}"));
        }
        Ok(Self { low, high })
    }

    /// With what was set.
    pub(super) fn from_options(options: &Options) -> Result<Self, OptionError> {
        Self::new(options.number("low"), options.number("high"))
    }
}

impl Initializer for Uniform {
    fn fill(&self, weights: &mut [f64], _fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        let Self { low, high } = *self;
        for w in weights {
            let u = stream.uniform();
            // Not low + (high − low) u: the difference of two numbers that are finite may not be.
            *w = ((1.0 - u) * low + u * high).clamp(low, high);
        }
    }

    fn call(&self) -> Call {
        Call::new("uniform").with("low", self.low).with("high", self.high)
    }
}
