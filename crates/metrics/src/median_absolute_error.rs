//! The median error.

use backprop_registry::Call;

use crate::ValueMetric;
use crate::mean::{errors, mean};

/// The median of the absolute errors, which a few outliers do not move; the mean of the middle two of an even number; NaN without samples.
///
/// ```text
/// MedAE = median |pᵢ − tᵢ|
/// ```
///
/// NaN if an error is NaN.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// use backprop_metrics::median_absolute_error;
/// assert_eq!(median_absolute_error(&[1.0, 2.0, 1e9], &[2.0, 4.0, 0.0]), 2.0);
/// assert_eq!(median_absolute_error(&[1.0, 2.0], &[2.0, 4.0]), 1.5);
/// ```
pub fn median_absolute_error(prediction: &[f64], target: &[f64]) -> f64 {
    let mut errors: Vec<f64> = errors(prediction, target).map(f64::abs).collect();
    if errors.is_empty() || errors.iter().any(|error| error.is_nan()) {
        return f64::NAN;
    }
    let half = errors.len() / 2;
    let even = errors.len().is_multiple_of(2);
    let (below, &mut middle, _) = errors.select_nth_unstable_by(half, f64::total_cmp);
    if even { mean([below.iter().copied().fold(0.0, f64::max), middle]) } else { middle }
}

/// [`median_absolute_error()`] as a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MedianAbsoluteError;

impl ValueMetric for MedianAbsoluteError {
    fn call(&self) -> Call {
        Call::new("median_absolute_error")
    }

    fn output(&self, prediction: &[f64], target: &[f64]) -> f64 {
        median_absolute_error(prediction, target)
    }

    fn higher_is_better(&self) -> bool {
        false
    }
}
