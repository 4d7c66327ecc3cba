//! The worst error.

use backprop_registry::Call;

use crate::mean::errors;
use crate::{Estimated, ValueMetric};

/// The largest absolute error; NaN without samples.
///
/// ```text
/// max error = max |pᵢ − tᵢ|
/// ```
///
/// NaN if an error is NaN.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// assert_eq!(backprop_metrics::max_error(&[1.0, 2.0], &[2.0, -1.0]), 3.0);
/// ```
pub fn max_error(prediction: &[f64], target: &[f64]) -> f64 {
    largest(errors(prediction, target).map(f64::abs))
}

/// The largest number; NaN if one is NaN or there is none. (`f64::max` passes over NaN.)
fn largest(numbers: impl IntoIterator<Item = f64>) -> f64 {
    numbers.into_iter().reduce(|a, b| if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }).unwrap_or(f64::NAN)
}

/// [`max_error()`] as a metric; several outputs: the largest error of all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MaxError;

impl ValueMetric for MaxError {
    fn call(&self) -> Call {
        Call::new("max_error")
    }

    fn output(&self, prediction: &[f64], target: &[f64]) -> f64 {
        max_error(prediction, target)
    }

    fn value(&self, estimated: &Estimated<'_>) -> f64 {
        largest(self.per_output(estimated))
    }

    fn higher_is_better(&self) -> bool {
        false
    }
}
