//! A rate that falls in stairs.

use backprop_registry::Call;

use super::recipe::Kind;
use crate::{Schedule, Tick};

/// Stairs: the rate is multiplied with `gamma` every `step_size` steps.
///
/// ```text
/// rate(t) = B·gamma^⌊t/step_size⌋
/// ```
///
/// | field | default as `step` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `step_size` | must be given | 1, 2, … | steps on one stair |
/// | `gamma` | 0.1 | (0, ∞) | factor from stair to stair |
///
/// # Panics
/// `at` panics if `step_size` is 0.
///
/// # Examples
/// ```
/// use backprop_optimizers::{Schedule, StepDecay};
/// let stairs = StepDecay { base_rate: 0.8, step_size: 10, gamma: 0.5 };
/// assert_eq!([0, 9, 10, 20].map(|t| stairs.at(t).rate), [0.8, 0.8, 0.4, 0.2]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepDecay {
    /// B.
    pub base_rate: f64,
    /// Steps on one stair.
    pub step_size: u64,
    /// Factor from stair to stair.
    pub gamma: f64,
}

impl Schedule for StepDecay {
    fn at(&self, step: u64) -> Tick {
        Tick::rate(self.base_rate * self.gamma.powf((step / self.step_size) as f64)) // B·gamma^⌊t/step_size⌋
    }

    fn call(&self) -> Call {
        Kind::Step { step_size: self.step_size, gamma: self.gamma }.call()
    }
}
