//! A rate that moves along a straight line.

use backprop_registry::Call;

use super::recipe::Kind;
use crate::{Schedule, Tick};

/// A straight line from one factor of the base rate to another, and level from there.
///
/// ```text
/// rate(t) = B·(s + (e − s)·min(t, T)/T)       s, e, T = start_factor, end_factor, total_iters
/// ```
///
/// | field | default as `linear` | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `start_factor` | 1/3 | [0, 1] | factor at step 0 |
/// | `end_factor` | 1 | [0, 1] | factor from step `total_iters` on |
/// | `total_iters` | to the last step | 1, 2, … | steps on the line (PyTorch: 5 by default) |
///
/// # Examples
/// ```
/// use backprop_optimizers::{Linear, Schedule};
/// let line = Linear { base_rate: 0.5, start_factor: 1.0, end_factor: 0.0, total_iters: 4 };
/// assert_eq!([0, 1, 4, 9].map(|t| line.at(t).rate), [0.5, 0.375, 0.0, 0.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Linear {
    /// B.
    pub base_rate: f64,
    /// Factor at step 0.
    pub start_factor: f64,
    /// Factor from step `total_iters` on.
    pub end_factor: f64,
    /// Steps on the line; at least 1.
    pub total_iters: u64,
}

impl Schedule for Linear {
    fn at(&self, step: u64) -> Tick {
        let way = step.min(self.total_iters) as f64 / self.total_iters as f64; //   min(t, T)/T
        Tick::rate(self.base_rate * (self.start_factor + (self.end_factor - self.start_factor) * way))
    }

    fn call(&self) -> Call {
        let Self { start_factor, end_factor, total_iters, .. } = *self;
        Kind::Linear { start_factor, end_factor, total_iters: Some(total_iters) }.call()
    }
}
