//! How well the probabilities rank the samples.

use backprop_registry::{Call, OptionSpec, Options};

use crate::ranking::{Ranked, groups, of_class_one, ranked};
use crate::{ClassMetric, Classified};

/// The area under the ROC curve of two classes: the probability that a sample of class 1 has a higher score than a sample of
/// another class, ties ½. Any scores will do; only their order matters.
///
/// ```text
/// AUC = 1/(P N) Σ over positive i, negative j of (1 if sᵢ > sⱼ, ½ if sᵢ = sⱼ, else 0)
/// ```
///
/// NaN if there are no positives, no negatives, or a score is NaN.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// // Of the four pairs, two are in order, one is tied, one is reversed.
/// assert_eq!(backprop_metrics::roc_auc(&[3.0, 1.0, 1.0, 2.0], &[1, 1, 0, 0]), 0.625);
/// ```
///
/// # References
/// J. A. Hanley et al., *The Meaning and Use of the Area under a Receiver Operating Characteristic (ROC) Curve*, 1982.
/// <https://doi.org/10.1148/radiology.143.1.7063747>
pub fn roc_auc(score: &[f64], target: &[u32]) -> f64 {
    area(of_class_one(score, target))
}

/// The area: for each group of equal scores, the negatives below it and half of those in it, by the positives in it.
fn area(samples: Vec<Ranked>) -> f64 {
    let Some(groups) = groups(samples) else { return f64::NAN };
    let (mut positives, mut negatives, mut in_order) = (0.0, 0.0, 0.0);
    for (here, others) in groups {
        in_order += here * (negatives + 0.5 * others);
        positives += here;
        negatives += others;
    }
    // Without positives or negatives this is 0/0: NaN.
    in_order / (positives * negatives)
}

/// What is ranked against what when there are more than two classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MultiClass {
    /// Each class against all others together.
    #[default]
    OneVsRest,
    /// Each class against each other class, in both directions.
    OneVsOne,
}

/// The area under the ROC curve as a metric: [`roc_auc()`] of class 1 for two classes, the mean of several areas for more.
///
/// | field | default | meaning |
/// | :--- | :--- | :--- |
/// | `multi_class` | `OneVsRest` | what is ranked against what, by the probability of the first |
/// | `weighted` | `false` | whether an area counts by how many samples are of its class, or of both of its classes, rather than all the same |
///
/// Classes without samples do not count; NaN if fewer than two have some.
///
/// ```
/// use backprop_metrics::{ClassMetric, Classified, MultiClass, RocAuc};
/// use backprop_tensor::View;
/// let probabilities = [0.7, 0.2, 0.1,  0.3, 0.4, 0.3,  0.1, 0.6, 0.3];
/// let classified = Classified::new(View::new(&probabilities, 3, 3), &[0, 1, 2]);
/// // Class 0 against the rest: 1; class 1: one pair of two; class 2: one pair in order, one tied.
/// assert_eq!(RocAuc::default().value(&classified), (1.0 + 0.5 + 0.75) / 3.0);
/// // Of the six ordered pairs (1, 2) is reversed and (2, 1) tied.
/// let pairs = RocAuc { multi_class: MultiClass::OneVsOne, weighted: false };
/// assert_eq!(pairs.value(&classified), 4.5 / 6.0);
/// ```
///
/// # References
/// D. J. Hand, R. J. Till, *A Simple Generalisation of the Area Under the ROC Curve for Multiple Class Classification Problems*,
/// 2001. <https://doi.org/10.1023/A:1010920819831>
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RocAuc {
    /// What is ranked against what when there are more than two classes.
    pub multi_class: MultiClass,
    /// Whether areas are weighted by the number of samples.
    pub weighted: bool,
}

impl RocAuc {
    /// Its options in the registry.
    pub(crate) const OPTIONS: [OptionSpec; 2] = [
        OptionSpec::one_of(
            "multi_class",
            "ovr",
            &["ovr", "ovo"],
            "more than two classes: each against the rest, or each against each",
        ),
        OptionSpec::one_of(
            "average",
            "macro",
            &["macro", "weighted"],
            "more than two classes: each counts the same, or by its number of samples",
        ),
    ];

    /// As set in `options`.
    pub(crate) fn from_options(options: &Options) -> Self {
        let multi_class = if options.text("multi_class") == "ovo" { MultiClass::OneVsOne } else { MultiClass::OneVsRest };
        Self { multi_class, weighted: options.text("average") == "weighted" }
    }
}

impl ClassMetric for RocAuc {
    fn call(&self) -> Call {
        let mut call = Call::new("roc_auc");
        if self.multi_class == MultiClass::OneVsOne {
            call = call.with("multi_class", "ovo");
        }
        if self.weighted { call.with("average", "weighted") } else { call }
    }

    fn value(&self, classified: &Classified<'_>) -> f64 {
        if classified.classes() == 2 {
            return area(ranked(classified, 1, |_| true));
        }
        let support: Vec<u64> = classified.confusion_matrix().tallies().iter().map(|tally| tally.support()).collect();
        let occurring = (0..support.len()).filter(|&class| support[class] > 0);
        let (mut sum, mut weights) = (0.0, 0.0);
        let mut count = |samples: u64, area: f64| {
            let weight = if self.weighted { samples as f64 } else { 1.0 };
            sum += weight * area;
            weights += weight;
        };
        for class in occurring.clone() {
            match self.multi_class {
                MultiClass::OneVsRest => count(support[class], area(ranked(classified, class, |_| true))),
                MultiClass::OneVsOne => {
                    for other in occurring.clone().filter(|&other| other != class) {
                        count(support[class] + support[other], area(ranked(classified, class, |target| target == other)));
                    }
                }
            }
        }
        sum / weights
    }

    fn higher_is_better(&self) -> bool {
        true
    }
}
