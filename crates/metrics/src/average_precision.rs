//! How pure the top of a ranking is.

use backprop_registry::{Call, OptionSpec, Options};

use crate::ranking::{Ranked, groups, of_class_one, ranked};
use crate::{ClassMetric, Classified};

/// The average precision of two classes, a step-wise area under the curve of precision over recall. Any scores will do; only
/// their order matters.
///
/// ```text
/// AP = Σ (Rₙ − Rₙ₋₁) Pₙ        over the distinct scores sₙ in descending order, R₀ = 0
///      Pₙ, Rₙ precision and recall of class 1 if every score ≥ sₙ is taken for class 1
/// ```
///
/// A ranking by chance gives the share of class 1. Where that is small, it tells more than [`roc_auc()`](crate::roc_auc()). NaN
/// if there are no samples of class 1, or a score is NaN.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// // From the top: a hit (precision 1), a false alarm, a hit (precision 2/3).
/// assert_eq!(backprop_metrics::average_precision(&[0.9, 0.5, 0.7, 0.1], &[1, 1, 0, 0]), (1.0 + 2.0 / 3.0) / 2.0);
/// ```
///
/// # References
/// M. Zhu, *Recall, Precision and Average Precision*, University of Waterloo, working paper 2004-09, 2004.
pub fn average_precision(score: &[f64], target: &[u32]) -> f64 {
    of(of_class_one(score, target))
}

fn of(samples: Vec<Ranked>) -> f64 {
    let Some(groups) = groups(samples) else { return f64::NAN };
    let (mut hits, mut taken, mut sum) = (0.0, 0.0, 0.0);
    for (here, others) in groups.into_iter().rev() {
        hits += here;
        taken += here + others;
        // (Rₙ − Rₙ₋₁) Pₙ, times all positives.
        sum += here * (hits / taken);
    }
    // Without positives this is 0/0: NaN.
    sum / hits
}

/// The average precision as a metric: [`average_precision()`] of class 1 for two classes, the mean over the classes, each against
/// the rest, for more.
///
/// | field | default | meaning |
/// | :--- | :--- | :--- |
/// | `weighted` | `false` | whether a class counts by how many samples it has, rather than all the same |
///
/// Classes without samples do not count.
///
/// ```
/// use backprop_metrics::{AveragePrecision, ClassMetric, Classified};
/// use backprop_tensor::View;
/// let probabilities = [0.7, 0.2, 0.1,  0.3, 0.4, 0.3,  0.1, 0.6, 0.3,  0.2, 0.1, 0.7];
/// let classified = Classified::new(View::new(&probabilities, 3, 4), &[0, 1, 2, 2]);
/// // Class 0: 1; class 1: its only sample comes second, ½; class 2: the first, then one of a tie, ½ · 1 + ½ · 2/3.
/// assert!((AveragePrecision::default().value(&classified) - (1.0 + 0.5 + 5.0 / 6.0) / 3.0).abs() < 1e-15);
/// assert!((AveragePrecision { weighted: true }.value(&classified) - (1.0 + 0.5 + 10.0 / 6.0) / 4.0).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AveragePrecision {
    /// Whether classes are weighted by the number of their samples.
    pub weighted: bool,
}

impl AveragePrecision {
    /// Its options in the registry.
    pub(crate) const OPTIONS: [OptionSpec; 1] = [OptionSpec::one_of(
        "average",
        "macro",
        &["macro", "weighted"],
        "more than two classes: each counts the same, or by its number of samples",
    )];

    /// As set in `options`.
    pub(crate) fn from_options(options: &Options) -> Self {
        Self { weighted: options.text("average") == "weighted" }
    }
}

impl ClassMetric for AveragePrecision {
    fn call(&self) -> Call {
        let call = Call::new("average_precision");
        if self.weighted { call.with("average", "weighted") } else { call }
    }

    fn value(&self, classified: &Classified<'_>) -> f64 {
        if classified.classes() == 2 {
            return of(ranked(classified, 1, |_| true));
        }
        let (mut sum, mut weights) = (0.0, 0.0);
        for (class, tally) in classified.confusion_matrix().tallies().into_iter().enumerate() {
            if tally.support() > 0 {
                let weight = if self.weighted { tally.support() as f64 } else { 1.0 };
                sum += weight * of(ranked(classified, class, |_| true));
                weights += weight;
            }
        }
        sum / weights
    }

    fn higher_is_better(&self) -> bool {
        true
    }
}
