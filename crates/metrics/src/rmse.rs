//! The root of the mean squared error.

use backprop_registry::Call;

use crate::ValueMetric;
use crate::square::Square;

/// The root of the mean squared error, in the unit of the target; NaN without samples.
///
/// ```text
/// RMSE = √(1/n Σ (pᵢ − tᵢ)²)
/// ```
///
/// It does not overflow where the mean square, [`mse()`](crate::mse()), does.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// assert_eq!(backprop_metrics::rmse(&[1.0, 3.0], &[2.0, -4.0]), 5.0); // √((1 + 49)/2)
/// ```
pub fn rmse(prediction: &[f64], target: &[f64]) -> f64 {
    Square::of_errors(prediction, target).root()
}

/// [`rmse()`] as a metric; several outputs: the mean of the roots.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rmse;

impl ValueMetric for Rmse {
    fn call(&self) -> Call {
        Call::new("rmse")
    }

    fn output(&self, prediction: &[f64], target: &[f64]) -> f64 {
        rmse(prediction, target)
    }

    fn higher_is_better(&self) -> bool {
        false
    }
}
