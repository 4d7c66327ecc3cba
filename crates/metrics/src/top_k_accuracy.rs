//! Right within a few guesses.

use backprop_registry::Call;

use crate::{ClassMetric, Classified};

/// The share of the samples whose class is among the `k` most probable; NaN without samples.
///
/// ```text
/// top-k accuracy = #{classes before yᵢ by probability < k}/n
/// ```
///
/// Of equally probable classes the first is taken first, so that `k = 1` is [`accuracy()`](crate::accuracy()). A class whose
/// probability is NaN is among none.
///
/// ```
/// use backprop_metrics::{Classified, top_k_accuracy};
/// use backprop_tensor::View;
/// let probabilities = [0.5, 0.3, 0.2,  0.5, 0.3, 0.2];
/// let classified = Classified::new(View::new(&probabilities, 3, 2), &[1, 2]);
/// assert_eq!([1, 2, 3].map(|k| top_k_accuracy(&classified, k)), [0.0, 0.5, 1.0]);
/// ```
pub fn top_k_accuracy(classified: &Classified<'_>, k: usize) -> f64 {
    let among = |&(sample, &class): &(usize, &u32)| {
        let class = class as usize;
        let own = classified.probability(class, sample);
        let before = |&other: &usize| {
            let probability = classified.probability(other, sample);
            probability > own || (probability == own && other < class)
        };
        !own.is_nan() && (0..classified.classes()).filter(before).count() < k
    };
    classified.target().iter().enumerate().filter(among).count() as f64 / classified.samples() as f64
}

/// [`top_k_accuracy()`] as a metric.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `k` | 2 | [1, ∞) | how many classes may be named |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TopKAccuracy {
    /// How many classes may be named.
    pub k: usize,
}

impl Default for TopKAccuracy {
    fn default() -> Self {
        Self { k: 2 }
    }
}

impl ClassMetric for TopKAccuracy {
    fn call(&self) -> Call {
        let call = Call::new("top_k_accuracy");
        if self.k == Self::default().k { call } else { call.with("k", self.k) }
    }

    fn value(&self, classified: &Classified<'_>) -> f64 {
        top_k_accuracy(classified, self.k)
    }

    fn higher_is_better(&self) -> bool {
        true
    }
}
