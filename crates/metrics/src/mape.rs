//! The mean error relative to the target.

use backprop_registry::Call;

use crate::ValueMetric;
use crate::mean::{mean, pairs};

/// The mean absolute error as a fraction of the target, not as a percentage; NaN without samples.
///
/// ```text
/// MAPE = 1/n Σ |pᵢ − tᵢ|/max(|tᵢ|, ε)        ε = 2⁻⁵²
/// ```
///
/// A target of 0 makes it huge.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// assert_eq!(backprop_metrics::mape(&[3.0, 5.0], &[4.0, 4.0]), 0.25);
/// ```
pub fn mape(prediction: &[f64], target: &[f64]) -> f64 {
    mean(pairs(prediction, target).map(|(p, t)| (p - t).abs() / t.abs().max(f64::EPSILON)))
}

/// [`mape()`] as a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mape;

impl ValueMetric for Mape {
    fn call(&self) -> Call {
        Call::new("mape")
    }

    fn output(&self, prediction: &[f64], target: &[f64]) -> f64 {
        mape(prediction, target)
    }

    fn higher_is_better(&self) -> bool {
        false
    }
}
