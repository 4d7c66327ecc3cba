//! The mean squared error.

use backprop_registry::Call;

use crate::ValueMetric;
use crate::mean::{errors, mean};

/// The mean squared error; NaN without samples.
///
/// ```text
/// MSE = 1/n Σ (pᵢ − tᵢ)²
/// ```
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// assert_eq!(backprop_metrics::mse(&[1.0, 2.0], &[2.0, -1.0]), 5.0); // (1 + 9)/2
/// ```
pub fn mse(prediction: &[f64], target: &[f64]) -> f64 {
    mean(errors(prediction, target).map(|error| error * error))
}

/// [`mse()`] as a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mse;

impl ValueMetric for Mse {
    fn call(&self) -> Call {
        Call::new("mse")
    }

    fn output(&self, prediction: &[f64], target: &[f64]) -> f64 {
        mse(prediction, target)
    }

    fn higher_is_better(&self) -> bool {
        false
    }
}
