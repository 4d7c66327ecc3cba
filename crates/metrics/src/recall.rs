//! How much is found.

use backprop_registry::Call;

use crate::{Average, ClassMetric, Classified, ConfusionMatrix, Tally};

/// The share of the samples of a class that are found; NaN without samples.
///
/// ```text
/// recall = hits/(hits + misses)        of each class, 0/0 = 0; then averaged
/// ```
///
/// The values of the classes are `ConfusionMatrix::from_labels(prediction, target).per_class(Tally::recall)`.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// use backprop_metrics::{Average, recall};
/// // Class 1 is there four times and found twice.
/// assert_eq!(recall(&[1, 1, 1, 0, 0, 0], &[1, 1, 0, 0, 1, 1], Average::Binary), 0.5);
/// ```
pub fn recall(prediction: &[u32], target: &[u32], average: Average) -> f64 {
    ConfusionMatrix::from_labels(prediction, target).average(average, Tally::recall)
}

/// [`recall()`] as a metric.
///
/// | field | default | meaning |
/// | :--- | :--- | :--- |
/// | `average` | `Auto` | how the values of the classes become one |
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Recall {
    /// How the values of the classes become one.
    pub average: Average,
}

impl ClassMetric for Recall {
    fn call(&self) -> Call {
        Call { name: "recall".into(), options: self.average.to_option().into_iter().collect() }
    }

    fn value(&self, classified: &Classified<'_>) -> f64 {
        classified.confusion_matrix().average(self.average, Tally::recall)
    }

    fn higher_is_better(&self) -> bool {
        true
    }
}
