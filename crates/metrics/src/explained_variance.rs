//! The share of the variance that a prediction explains, a constant offset forgiven.

use backprop_registry::Call;

use crate::multi_output::Parts;
use crate::square::Square;
use crate::{Estimated, MultiOutput, ValueMetric};

/// The explained variance: as [`r2()`](crate::r2()), but a constant offset of the predictions does not count; NaN without
/// samples.
///
/// ```text
/// EV = 1 − Var(p − t)/Var(t)        of a constant target 1 if the numerator is 0, else 0
/// ```
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// // Off by 4, 4 and 5: the variance of that is 2/9, of the target 2/3.
/// let value = backprop_metrics::explained_variance(&[5.0, 6.0, 8.0], &[1.0, 2.0, 3.0]);
/// assert!((value - 2.0 / 3.0).abs() < 1e-15);
/// ```
pub fn explained_variance(prediction: &[f64], target: &[f64]) -> f64 {
    parts(prediction, target).share()
}

fn parts(prediction: &[f64], target: &[f64]) -> Parts {
    Parts { unexplained: Square::of_error_spread(prediction, target), variance: Square::of_spread(target) }
}

/// [`explained_variance()`] as a metric.
///
/// | field | default | meaning |
/// | :--- | :--- | :--- |
/// | `multioutput` | `UniformAverage` | how the values of several outputs become one |
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ExplainedVariance {
    /// How the values of several outputs become one.
    pub multioutput: MultiOutput,
}

impl ValueMetric for ExplainedVariance {
    fn call(&self) -> Call {
        self.multioutput.call("explained_variance")
    }

    fn output(&self, prediction: &[f64], target: &[f64]) -> f64 {
        explained_variance(prediction, target)
    }

    fn value(&self, estimated: &Estimated<'_>) -> f64 {
        self.multioutput.of(&estimated.map_outputs(parts))
    }

    fn higher_is_better(&self) -> bool {
        true
    }
}
