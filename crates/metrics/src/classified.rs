//! What a classifier says, beside the truth.

use backprop_tensor::View;

use crate::ConfusionMatrix;

/// Probabilities of classes and the true classes.
///
/// The predicted class is the most probable one, the first of several; NaN is never the most probable.
///
/// # Shapes
/// `probabilities`: `(classes, samples)`, one sample per column. One row is the probability of class 1 of two, as a sigmoid
/// gives it.
///
/// ```
/// use backprop_metrics::Classified;
/// use backprop_tensor::View;
/// let probabilities = [0.2, 0.7, 0.1,  0.4, 0.4, 0.2];
/// let classified = Classified::new(View::new(&probabilities, 3, 2), &[1, 2]);
/// assert_eq!(classified.predicted(), [1, 0]);
///
/// // The same two samples of a network with one sigmoid output.
/// let classified = Classified::new(View::new(&[0.8, 0.5], 1, 2), &[1, 1]);
/// assert_eq!((classified.classes(), classified.predicted()), (2, &[1, 0][..]));
/// assert_eq!(classified.probability(0, 1), 0.5);
/// ```
#[derive(Clone, Debug)]
pub struct Classified<'a> {
    probabilities: View<'a, f64>,
    target: &'a [u32],
    predicted: Vec<u32>,
}

impl<'a> Classified<'a> {
    /// These probabilities and these true classes.
    ///
    /// # Panics
    /// If there is not one class for each column, or a class that has no row.
    pub fn new(probabilities: View<'a, f64>, target: &'a [u32]) -> Self {
        assert_eq!(probabilities.cols(), target.len(), "one class for each column of probabilities");
        let predicted = (0..target.len()).map(|sample| most_probable(probabilities.column(sample))).collect();
        let classified = Self { probabilities, target, predicted };
        let classes = classified.classes();
        for (sample, &class) in target.iter().enumerate() {
            assert!((class as usize) < classes, "sample {sample} is of class {class}, but there are {classes} classes");
        }
        classified
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        if self.probabilities.rows() == 1 { 2 } else { self.probabilities.rows() }
    }

    /// The number of samples.
    pub fn samples(&self) -> usize {
        self.target.len()
    }

    /// The probabilities as they were given: `(classes, samples)`, or one row of those of class 1.
    pub fn probabilities(&self) -> View<'a, f64> {
        self.probabilities
    }

    /// The true class of each sample.
    pub fn target(&self) -> &'a [u32] {
        self.target
    }

    /// The most probable class of each sample.
    pub fn predicted(&self) -> &[u32] {
        &self.predicted
    }

    /// How probable `class` is for `sample`.
    ///
    /// # Panics
    /// If there is no such class or sample.
    pub fn probability(&self, class: usize, sample: usize) -> f64 {
        match (self.probabilities.rows(), class) {
            (1, 0) => 1.0 - self.probabilities.at(0, sample),
            (1, 1) => self.probabilities.at(0, sample),
            _ => self.probabilities.at(class, sample),
        }
    }

    /// Refuses scores that are no probabilities, for the metrics to which their size matters. NaN passes; so does what rounding
    /// in `f32` adds to 1.
    pub(crate) fn assert_probabilities(&self, metric: &str) {
        for (i, &p) in self.probabilities.as_slice().iter().enumerate() {
            let (sample, row) = (i / self.probabilities.rows(), i % self.probabilities.rows());
            assert!(
                p.is_nan() || (-1e-6..=1.0 + 1e-6).contains(&p),
                "row {row} of sample {sample} is {p}, not in [0, 1]; {metric} takes probabilities: put softmax or sigmoid behind scores",
            );
        }
    }

    /// Which class was taken for which how often.
    pub fn confusion_matrix(&self) -> ConfusionMatrix {
        ConfusionMatrix::new(self.classes(), &self.predicted, self.target)
    }
}

/// The most probable class of a column, the first of several; one number is the probability of class 1.
fn most_probable(column: &[f64]) -> u32 {
    if let [one] = column {
        return u32::from(*one > 0.5);
    }
    let (mut best, mut highest) = (0, f64::NEG_INFINITY);
    for (class, &probability) in (0..).zip(column) {
        if probability > highest {
            (best, highest) = (class, probability);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_first_and_nan_to_none() {
        let nan = f64::NAN;
        assert_eq!(most_probable(&[0.3, 0.4, 0.4]), 1);
        assert_eq!(most_probable(&[nan, 0.1, 0.2]), 2);
        assert_eq!(most_probable(&[0.3, nan, 0.2]), 0);
        assert_eq!(most_probable(&[nan, nan]), 0);
        assert_eq!([most_probable(&[0.5]), most_probable(&[0.51]), most_probable(&[nan])], [0, 1, 0]);
    }

    #[test]
    #[should_panic(expected = "sample 1 is of class 2, but there are 2 classes")]
    fn a_class_without_a_row() {
        let _ = Classified::new(View::new(&[0.5; 4], 2, 2), &[1, 2]);
    }

    #[test]
    #[should_panic(expected = "one class for each column")]
    fn a_sample_without_a_class() {
        let _ = Classified::new(View::new(&[0.5; 4], 2, 2), &[1]);
    }
}
