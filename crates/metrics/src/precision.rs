//! How far a prediction can be believed.

use backprop_registry::Call;

use crate::{Average, ClassMetric, Classified, ConfusionMatrix, Tally};

/// The share of the predictions of a class that are right; NaN without samples.
///
/// ```text
/// precision = hits/(hits + false alarms)        of each class, 0/0 = 0; then averaged
/// ```
///
/// The values of the classes are `ConfusionMatrix::from_labels(prediction, target).per_class(Tally::precision)`.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// use backprop_metrics::{Average, precision};
/// // Class 1 is predicted three times, twice rightly.
/// assert_eq!(precision(&[1, 1, 1, 0, 0, 0], &[1, 1, 0, 0, 1, 1], Average::Binary), 2.0 / 3.0);
/// ```
pub fn precision(prediction: &[u32], target: &[u32], average: Average) -> f64 {
    ConfusionMatrix::from_labels(prediction, target).average(average, Tally::precision)
}

/// [`precision()`] as a metric.
///
/// | field | default | meaning |
/// | :--- | :--- | :--- |
/// | `average` | `Auto` | how the values of the classes become one |
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Precision {
    /// How the values of the classes become one.
    pub average: Average,
}

impl ClassMetric for Precision {
    fn call(&self) -> Call {
        Call { name: "precision".into(), options: self.average.to_option().into_iter().collect() }
    }

    fn value(&self, classified: &Classified<'_>) -> f64 {
        classified.confusion_matrix().average(self.average, Tally::precision)
    }

    fn higher_is_better(&self) -> bool {
        true
    }
}
