//! Precision and recall in one number, one of them more important.

use backprop_registry::Call;

use crate::{Average, ClassMetric, Classified, ConfusionMatrix};

/// The weighted harmonic mean of precision and recall, recall `beta` times as important; NaN without samples.
///
/// ```text
/// F_β = (1 + β²) hits/((1 + β²) hits + β² misses + false alarms)        of each class, 0/0 = 0; then averaged
/// ```
///
/// The values of the classes are `ConfusionMatrix::from_labels(prediction, target).per_class(|tally| tally.f_beta(beta))`.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// use backprop_metrics::{Average, f_beta};
/// // Of class 1: two hits, one false alarm, two misses; β = 2.
/// assert_eq!(f_beta(&[1, 1, 1, 0, 0, 0], &[1, 1, 0, 0, 1, 1], 2.0, Average::Binary), 10.0 / 19.0);
/// ```
///
/// # References
/// C. J. van Rijsbergen, *Information Retrieval*, 2nd edition, 1979, chapter 7.
pub fn f_beta(prediction: &[u32], target: &[u32], beta: f64, average: Average) -> f64 {
    ConfusionMatrix::from_labels(prediction, target).average(average, |tally| tally.f_beta(beta))
}

/// [`f_beta()`] as a metric.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `beta` | 1.0 | (0, 1000) | how many times as important recall is as precision |
/// | `average` | `Auto` | | how the values of the classes become one |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FBeta {
    /// How many times as important recall is as precision.
    pub beta: f64,
    /// How the values of the classes become one.
    pub average: Average,
}

impl Default for FBeta {
    fn default() -> Self {
        Self { beta: 1.0, average: Average::default() }
    }
}

impl ClassMetric for FBeta {
    fn call(&self) -> Call {
        let mut call = Call { name: "f_beta".into(), options: self.average.to_option().into_iter().collect() };
        if self.beta != Self::default().beta {
            call = call.with("beta", self.beta);
        }
        call
    }

    fn value(&self, classified: &Classified<'_>) -> f64 {
        classified.confusion_matrix().average(self.average, |tally| tally.f_beta(self.beta))
    }

    fn higher_is_better(&self) -> bool {
        true
    }
}
