//! Precision and recall in one number.

use backprop_registry::Call;

use crate::{Average, ClassMetric, Classified, FBeta, f_beta};

/// The harmonic mean of precision and recall: [`f_beta()`] with β = 1; NaN without samples.
///
/// ```text
/// F₁ = 2 hits/(2 hits + misses + false alarms)        of each class, 0/0 = 0; then averaged
/// ```
///
/// The values of the classes are `ConfusionMatrix::from_labels(prediction, target).per_class(|tally| tally.f_beta(1.0))`.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// use backprop_metrics::{Average, f1};
/// // Of class 1: two hits, one false alarm, two misses.
/// assert_eq!(f1(&[1, 1, 1, 0, 0, 0], &[1, 1, 0, 0, 1, 1], Average::Binary), 4.0 / 7.0);
/// ```
pub fn f1(prediction: &[u32], target: &[u32], average: Average) -> f64 {
    f_beta(prediction, target, 1.0, average)
}

/// [`f1()`] as a metric.
///
/// | field | default | meaning |
/// | :--- | :--- | :--- |
/// | `average` | `Auto` | how the values of the classes become one |
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct F1 {
    /// How the values of the classes become one.
    pub average: Average,
}

impl ClassMetric for F1 {
    fn call(&self) -> Call {
        Call { name: "f1".into(), options: self.average.to_option().into_iter().collect() }
    }

    fn value(&self, classified: &Classified<'_>) -> f64 {
        FBeta { beta: 1.0, average: self.average }.value(classified)
    }

    fn higher_is_better(&self) -> bool {
        true
    }
}
