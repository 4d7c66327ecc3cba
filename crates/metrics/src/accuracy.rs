//! The share of right predictions.

use backprop_registry::Call;

use crate::{ClassMetric, Classified};

/// The share of the samples whose predicted class is the true one; NaN without samples.
///
/// ```text
/// accuracy = #{ŷᵢ = yᵢ}/n
/// ```
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// assert_eq!(backprop_metrics::accuracy(&[0, 1, 2, 2], &[0, 1, 1, 2]), 0.75);
/// ```
pub fn accuracy(prediction: &[u32], target: &[u32]) -> f64 {
    assert_eq!(prediction.len(), target.len(), "one prediction for each target");
    prediction.iter().zip(target).filter(|(p, t)| p == t).count() as f64 / target.len() as f64
}

/// [`accuracy()`] as a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Accuracy;

impl ClassMetric for Accuracy {
    fn call(&self) -> Call {
        Call::new("accuracy")
    }

    fn value(&self, classified: &Classified<'_>) -> f64 {
        accuracy(classified.predicted(), classified.target())
    }

    fn higher_is_better(&self) -> bool {
        true
    }
}
