//! The mean error.

use backprop_registry::Call;

use crate::ValueMetric;
use crate::mean::{errors, mean};

/// The mean absolute error, in the unit of the target; NaN without samples.
///
/// ```text
/// MAE = 1/n Σ |pᵢ − tᵢ|
/// ```
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// assert_eq!(backprop_metrics::mae(&[1.0, 2.0], &[2.0, -1.0]), 2.0); // (1 + 3)/2
/// ```
pub fn mae(prediction: &[f64], target: &[f64]) -> f64 {
    mean(errors(prediction, target).map(f64::abs))
}

/// [`mae()`] as a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mae;

impl ValueMetric for Mae {
    fn call(&self) -> Call {
        Call::new("mae")
    }

    fn output(&self, prediction: &[f64], target: &[f64]) -> f64 {
        mae(prediction, target)
    }

    fn higher_is_better(&self) -> bool {
        false
    }
}
