//! Which class is taken for which.

use crate::{Average, Tally};

/// How often samples of each class are predicted as each class: a row for each true class, a column for each predicted one.
///
/// `Display` prints it as an aligned table with the number of samples and the recall of each class at the right, the precision
/// of each class below, and the accuracy in the corner. Zeros are dots, and a share of nothing is a dash. The table is fitted
/// into 80 columns, or into the width of the format (`{matrix:120}`), by dropping decimals and shortening class names, which are
/// numbered where the short forms would look the same; a table of more classes than fit becomes wider.
///
/// ```
/// use backprop_metrics::{ConfusionMatrix, Tally};
/// let matrix = ConfusionMatrix::new(3, &[0, 0, 1, 1, 1, 0], &[0, 0, 0, 1, 1, 2]).with_names(["cat", "dog", "owl"]);
/// assert_eq!(matrix.count(0, 1), 1); // a cat taken for a dog
/// assert_eq!((matrix.correct(), matrix.total()), (4, 6));
/// assert_eq!(matrix.per_class(Tally::recall), [2.0 / 3.0, 1.0, 0.0]);
/// assert_eq!(
///     matrix.to_string(),
///     "           predicted →
/// target ↓     cat    dog    owl │    total  recall
/// cat            2      1      · │        3   66.7%
/// dog            ·      2      · │        2  100.0%
/// owl            1      ·      · │        1    0.0%
/// ───────────────────────────────┼─────────────────
/// total          3      3      · │        6
/// precision  66.7%  66.7%      – │ accuracy   66.7%"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    /// Row after row: row = target, column = prediction.
    counts: Vec<u64>,
    names: Vec<String>,
}

/// More classes are a mistake, such as the label of samples to be ignored, and their square would not fit into memory.
const MOST_CLASSES: usize = 1 << 15;

impl ConfusionMatrix {
    /// Counts the predictions of `classes` classes, named by their numbers.
    ///
    /// # Panics
    /// If the lengths differ, a class is not one of `classes`, or these are more than 32,768.
    pub fn new(classes: usize, prediction: &[u32], target: &[u32]) -> Self {
        assert_eq!(prediction.len(), target.len(), "one prediction for each target");
        assert!(
            classes <= MOST_CLASSES,
            "{classes} classes are more than {MOST_CLASSES}; number them from 0 on, and leave out samples without a class"
        );
        let mut counts = vec![0; classes * classes];
        for (&prediction, &target) in prediction.iter().zip(target) {
            let (row, column) = (target as usize, prediction as usize);
            assert!(row.max(column) < classes, "class {} is not one of {classes} classes", row.max(column));
            counts[row * classes + column] += 1;
        }
        Self { counts, names: (0..classes).map(|class| class.to_string()).collect() }
    }

    /// Counts the predictions of as many classes as the labels speak of: the largest and all below.
    ///
    /// # Panics
    /// If the lengths differ, or a label is not below 32,768.
    pub fn from_labels(prediction: &[u32], target: &[u32]) -> Self {
        let largest = prediction.iter().chain(target).max();
        Self::new(largest.map_or(0, |&class| class as usize + 1), prediction, target)
    }

    /// The same matrix with names for the classes.
    ///
    /// # Panics
    /// If there is not one name for each class.
    #[must_use]
    pub fn with_names(self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        assert_eq!(names.len(), self.classes(), "one name for each class");
        Self { names, ..self }
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.names.len()
    }

    /// The names of the classes; their numbers unless [set](Self::with_names).
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many samples of class `target` are predicted as class `prediction`.
    ///
    /// # Panics
    /// If there is no such class.
    pub fn count(&self, target: usize, prediction: usize) -> u64 {
        assert!(target.max(prediction) < self.classes(), "there are {} classes", self.classes());
        self.counts[target * self.classes() + prediction]
    }

    /// The number of samples.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The number of samples predicted rightly.
    pub fn correct(&self) -> u64 {
        self.counts.iter().step_by(self.classes() + 1).sum()
    }

    /// The share of the samples predicted rightly; NaN without samples.
    pub fn accuracy(&self) -> f64 {
        self.correct() as f64 / self.total() as f64
    }

    /// How each class fared.
    pub fn tallies(&self) -> Vec<Tally> {
        (0..self.classes()).map(|class| self.tally(class)).collect()
    }

    /// How one class fared against the rest.
    ///
    /// # Panics
    /// If there is no such class.
    pub fn tally(&self, class: usize) -> Tally {
        let (mut support, mut predicted) = (0, 0);
        for other in 0..self.classes() {
            support += self.count(class, other);
            predicted += self.count(other, class);
        }
        let hits = self.count(class, class);
        Tally { hits, false_alarms: predicted - hits, misses: support - hits }
    }

    /// A score of each class: `per_class(Tally::precision)`, `per_class(|tally| tally.f_beta(2.0))`.
    pub fn per_class(&self, score: impl Fn(Tally) -> f64) -> Vec<f64> {
        self.tallies().into_iter().map(score).collect()
    }

    /// A score of all classes: `average(Average::Macro, Tally::recall)`.
    pub fn average(&self, average: Average, score: impl Fn(Tally) -> f64) -> f64 {
        average.of(&self.tallies(), score)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_targets() {
        let matrix = ConfusionMatrix::new(3, &[1, 2, 2], &[0, 2, 1]);
        assert_eq!(matrix.counts, [0, 1, 0, 0, 0, 1, 0, 0, 1]);
        assert_eq!(matrix.tally(2), Tally { hits: 1, false_alarms: 1, misses: 0 });
        assert_eq!(matrix.correct(), 1);
    }

    #[test]
    fn of_nothing() {
        let matrix = ConfusionMatrix::from_labels(&[], &[]);
        assert_eq!((matrix.classes(), matrix.total(), matrix.correct()), (0, 0, 0));
        assert!(matrix.accuracy().is_nan() && matrix.average(Average::Macro, Tally::recall).is_nan());
    }

    #[test]
    #[should_panic(expected = "class 3 is not one of 3 classes")]
    fn an_unknown_class() {
        let _ = ConfusionMatrix::new(3, &[3], &[0]);
    }
}
