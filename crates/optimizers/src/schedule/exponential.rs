//! A rate that falls by the same share at every step.

use backprop_registry::Call;

use super::recipe::Kind;
use crate::{Schedule, Tick};

/// The rate is multiplied with `gamma` at every step.
///
/// ```text
/// rate(t) = B·gammaᵗ
/// ```
///
/// | field | default as `exponential` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `gamma` | must be given | (0, ∞) | factor from step to step: 0.999 halves the rate in 693 steps |
///
/// # Examples
/// ```
/// use backprop_optimizers::{Exponential, Schedule};
/// let schedule = Exponential { base_rate: 0.8, gamma: 0.5 };
/// assert_eq!([0, 1, 3].map(|t| schedule.at(t).rate), [0.8, 0.4, 0.1]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    /// B.
    pub base_rate: f64,
    /// Factor from step to step.
    pub gamma: f64,
}

impl Schedule for Exponential {
    fn at(&self, step: u64) -> Tick {
        Tick::rate(self.base_rate * self.gamma.powf(step as f64)) //               B·gammaᵗ
    }

    fn call(&self) -> Call {
        Kind::Exponential { gamma: self.gamma }.call()
    }
}
