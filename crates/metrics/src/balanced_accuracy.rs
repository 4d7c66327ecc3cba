//! Accuracy that common classes do not dominate.

use backprop_registry::Call;

use crate::mean::mean;
use crate::{ClassMetric, Classified, ConfusionMatrix, Tally};

/// The mean recall of the classes that occur in the target; NaN without samples.
///
/// ```text
/// balanced accuracy = mean over classes k of #{ŷᵢ = k, yᵢ = k}/#{yᵢ = k}
/// ```
///
/// Always saying the most common of K classes gives 1/K, however common it is.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// // All of class 0 and none of class 1.
/// assert_eq!(backprop_metrics::balanced_accuracy(&[0, 0, 0, 0], &[0, 0, 0, 1]), 0.5);
/// ```
pub fn balanced_accuracy(prediction: &[u32], target: &[u32]) -> f64 {
    of(&ConfusionMatrix::from_labels(prediction, target))
}

fn of(matrix: &ConfusionMatrix) -> f64 {
    mean(matrix.tallies().into_iter().filter(|tally| tally.support() > 0).map(Tally::recall))
}

/// [`balanced_accuracy()`] as a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BalancedAccuracy;

impl ClassMetric for BalancedAccuracy {
    fn call(&self) -> Call {
        Call::new("balanced_accuracy")
    }

    fn value(&self, classified: &Classified<'_>) -> f64 {
        of(&classified.confusion_matrix())
    }

    fn higher_is_better(&self) -> bool {
        true
    }
}
