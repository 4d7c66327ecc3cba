//! The correlation of predicted and true classes.

use backprop_registry::Call;

use crate::tally::ratio;
use crate::{ClassMetric, Classified, ConfusionMatrix};

/// Matthews' correlation coefficient, for any number of classes: 1 if all is right, 0 for chance, −1 for the opposite of two
/// classes; NaN without samples.
///
/// ```text
/// R = (c n − Σ pₖ tₖ)/√((n² − Σ pₖ²)(n² − Σ tₖ²))        0/0 = 0
///     c right predictions of n;  pₖ samples are predicted as class k, and tₖ are of it
/// ```
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// // Of class 1: 3 hits, 1 false alarm, 1 miss; class 0: 3 hits. (3·3 − 1·1)/√(4·4·4·4)
/// assert_eq!(backprop_metrics::matthews(&[1, 1, 1, 1, 0, 0, 0, 0], &[1, 1, 1, 0, 1, 0, 0, 0]), 0.5);
/// ```
///
/// # References
/// J. Gorodkin, *Comparing two K-category assignments by a K-category correlation coefficient*, 2004.
/// <https://doi.org/10.1016/j.compbiolchem.2004.09.006>
pub fn matthews(prediction: &[u32], target: &[u32]) -> f64 {
    of(&ConfusionMatrix::from_labels(prediction, target))
}

fn of(matrix: &ConfusionMatrix) -> f64 {
    let n = matrix.total() as f64;
    if n == 0.0 {
        return f64::NAN;
    }
    let (mut both, mut predicted, mut target) = (0.0, 0.0, 0.0);
    for tally in matrix.tallies() {
        let (p, t) = (tally.predicted() as f64, tally.support() as f64);
        both += p * t;
        predicted += p * p;
        target += t * t;
    }
    // R = (c n − Σ pₖ tₖ)/√((n² − Σ pₖ²)(n² − Σ tₖ²))
    ratio(matrix.correct() as f64 * n - both, ((n * n - predicted) * (n * n - target)).sqrt())
}

/// [`matthews()`] as a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Matthews;

impl ClassMetric for Matthews {
    fn call(&self) -> Call {
        Call::new("matthews")
    }

    fn value(&self, classified: &Classified<'_>) -> f64 {
        of(&classified.confusion_matrix())
    }

    fn higher_is_better(&self) -> bool {
        true
    }
}
