//! A gentle start for any schedule.

use backprop_registry::Call;

use super::recipe::warmup_call;
use crate::{Schedule, Tick};

/// A straight line up to the first rate of another schedule, which then takes over.
///
/// ```text
/// rate(t) = then(0)·(s + (1 − s)·t/steps)     if t < steps            s = start_factor
///         = then(t − steps)                   otherwise
/// ```
///
/// The first steps of adaptive rules go by running means of very few gradients; short steps keep them from doing harm.
///
/// | field | default as `warmup`, `warmup_cosine` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `steps` | a twentieth of all steps | 0, 1, … | length of the ramp; option `warmup` |
/// | `start_factor` | 1/3 | [0, 1] | factor at step 0 |
/// | `then` | `constant`; cosine annealing | | what follows, its steps counted from the end of the ramp |
///
/// # Examples
/// ```
/// use backprop_optimizers::{Constant, Schedule, Warmup};
/// let warmup = Warmup { steps: 4, start_factor: 0.5, then: Box::new(Constant { base_rate: 0.8 }) };
/// assert_eq!([0, 1, 2, 4, 9].map(|t| warmup.at(t).rate), [0.4, 0.5, 0.6000000000000001, 0.8, 0.8]);
/// ```
///
/// # References
/// P. Goyal et al., *Accurate, Large Minibatch SGD*, 2017. <https://arxiv.org/abs/1706.02677>
#[derive(Debug)]
pub struct Warmup {
    /// Length of the ramp.
    pub steps: u64,
    /// Factor at step 0.
    pub start_factor: f64,
    /// What follows.
    pub then: Box<dyn Schedule>,
}

impl Schedule for Warmup {
    fn at(&self, step: u64) -> Tick {
        if step >= self.steps {
            return self.then.at(step - self.steps);
        }
        let top = self.then.at(0);
        let factor = self.start_factor + (1.0 - self.start_factor) * step as f64 / self.steps as f64; // s + (1 − s)·t/steps
        Tick { rate: top.rate * factor, ..top }
    }

    fn call(&self) -> Call {
        warmup_call(Some(self.steps), self.start_factor, self.then.call())
    }
}
