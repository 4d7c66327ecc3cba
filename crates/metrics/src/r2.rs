//! The share of the variance that a prediction explains.

use backprop_registry::Call;

use crate::multi_output::Parts;
use crate::square::Square;
use crate::{Estimated, MultiOutput, ValueMetric};

/// The coefficient of determination: 1 for perfect predictions, 0 for the mean of the target, below 0 for worse; NaN without
/// samples.
///
/// ```text
/// R² = 1 − Σ (pᵢ − tᵢ)²/Σ (tᵢ − t̄)²        of a constant target 1 if the numerator is 0, else 0
/// ```
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// assert_eq!(backprop_metrics::r2(&[1.0, 2.0, 4.0], &[1.0, 2.0, 3.0]), 0.5); // 1 − 1/2
/// ```
pub fn r2(prediction: &[f64], target: &[f64]) -> f64 {
    parts(prediction, target).share()
}

fn parts(prediction: &[f64], target: &[f64]) -> Parts {
    Parts { unexplained: Square::of_errors(prediction, target), variance: Square::of_spread(target) }
}

/// [`r2()`] as a metric.
///
/// | field | default | meaning |
/// | :--- | :--- | :--- |
/// | `multioutput` | `UniformAverage` | how the values of several outputs become one |
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct R2 {
    /// How the values of several outputs become one.
    pub multioutput: MultiOutput,
}

impl ValueMetric for R2 {
    fn call(&self) -> Call {
        self.multioutput.call("r2")
    }

    fn output(&self, prediction: &[f64], target: &[f64]) -> f64 {
        r2(prediction, target)
    }

    fn value(&self, estimated: &Estimated<'_>) -> f64 {
        self.multioutput.of(&estimated.map_outputs(parts))
    }

    fn higher_is_better(&self) -> bool {
        true
    }
}
