//! From the outputs of a network to predictions.

use backprop_data::Outcome;
use backprop_tensor::{Matrix, Scalar, View, ViewMut};
use serde::{Deserialize, Serialize};

/// What the outputs of a network mean.
///
/// ```text
/// softmax         pᵢ = e^{yᵢ} / Σⱼ e^{yⱼ}; an infinite yᵢ takes all, several share alike
/// sigmoid         pᵢ = σ(yᵢ), one output for two classes: (1 − p, p); several are brought to sum 1
/// probabilities   pᵢ = yᵢ, one output for two classes: (1 − p, p)
/// scores          pᵢ = max(0, yᵢ), brought to sum 1; one output for two classes: (1 − p, p) with p within [0, 1]
/// values          numbers as they are
/// logarithms      numbers e^{yᵢ}
/// ```
///
/// ```
/// use backprop_tensor::View;
/// use backprop_training::Head;
/// let y = View::new(&[0.0_f32, 0.0, 1.0, 3.0], 2, 2);
/// assert_eq!(Head::Softmax.count_correct(y, &[0, 1]), 2);             // ties go to the first
/// assert_eq!(Head::Softmax.probabilities(y).column(0).as_slice(), &[0.5, 0.5]);
/// assert_eq!(Head::Scores.probabilities(y).column(1).as_slice(), &[0.25, 0.75]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Head {
    /// Logits of all classes.
    Softmax,
    /// A logit for each class, or one for two.
    Sigmoid,
    /// Probabilities, from an activation at the end of the network.
    Probabilities,
    /// Numbers that were trained towards 1 for the class and 0 for the others.
    Scores,
    /// Numbers.
    Values,
    /// Logarithms of positive numbers.
    Logarithms,
}

impl Head {
    /// Whether the outputs tell classes apart.
    pub fn is_classification(self) -> bool {
        !matches!(self, Head::Values | Head::Logarithms)
    }

    /// Whether so many outputs with this meaning tell this outcome.
    pub(crate) fn fits(self, outcome: &Outcome, outputs: usize) -> bool {
        match outcome {
            Outcome::Classes { classes, .. } if self.is_classification() => {
                let one_for_two = self != Head::Softmax && outputs == 1 && classes.len() == 2;
                one_for_two || outputs == classes.len()
            }
            Outcome::Classes { .. } => false,
            Outcome::Numbers { columns, .. } => !self.is_classification() && outputs == columns.len(),
        }
    }

    /// The class that a column of outputs speaks for: that of the largest output, also where probabilities can no longer be told
    /// apart; of one output, class 1 if it is above the middle. Ties go to the first class; NaN is never the largest.
    pub fn class<T: Scalar>(self, y: &[T]) -> u32 {
        if let [one] = y {
            let middle = if self == Head::Sigmoid { 0.0 } else { 0.5 };
            return u32::from(one.to_f64() > middle);
        }
        largest(y.iter().map(|y| y.to_f64())) as u32
    }

    /// How many columns speak for their class; ignored labels are none.
    ///
    /// # Panics
    /// If there are fewer columns than classes.
    pub fn count_correct<T: Scalar>(self, y: View<'_, T>, classes: &[u32]) -> usize {
        classes.iter().enumerate().filter(|&(j, &class)| self.class(y.column(j)) == class).count()
    }

    /// Probabilities of the classes, or the numbers, one column for each sample.
    pub fn probabilities<T: Scalar>(self, y: View<'_, T>) -> Matrix<f64> {
        let rows = if self.is_classification() { y.rows().max(2) } else { y.rows() };
        let mut out = Matrix::zeros(rows, y.cols());
        let mut p = ViewMut::from(&mut out);
        for j in 0..y.cols() {
            self.column(y.column(j), p.column_mut(j));
        }
        out
    }

    fn column<T: Scalar>(self, y: &[T], p: &mut [f64]) {
        let squash = |y: f64| match self {
            Head::Sigmoid => Scalar::sigmoid(y),
            Head::Scores => y.at_least(0.0),
            Head::Logarithms => y.exp(),
            _ => y,
        };
        if let ([one], true) = (y, self.is_classification()) {
            let second = squash(one.to_f64()).at_most(1.0);
            p.copy_from_slice(&[1.0 - second, second]);
            return;
        }
        p.iter_mut().zip(y).for_each(|(p, y)| *p = squash(y.to_f64()));
        match self {
            Head::Softmax => {
                let highest = p.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                p.iter_mut().for_each(|p| *p = if *p == highest { 1.0 } else { (*p - highest).exp() });
                normalize(p);
            }
            Head::Sigmoid | Head::Scores => normalize(p),
            Head::Probabilities | Head::Values | Head::Logarithms => {}
        }
    }
}

/// The place of the largest number, the first of equals; NaN is never the largest, unless there is nothing else.
pub(crate) fn largest(numbers: impl Iterator<Item = f64>) -> usize {
    let (mut best, mut place) = (f64::NEG_INFINITY, None);
    for (i, number) in numbers.enumerate() {
        if number > best || (place.is_none() && number == best) {
            (best, place) = (number, Some(i));
        }
    }
    place.unwrap_or(0)
}

/// Brings numbers from 0 on to sum 1; all alike if all are 0.
fn normalize(p: &mut [f64]) {
    let sum: f64 = p.iter().sum();
    let count = p.len() as f64;
    p.iter_mut().for_each(|p| *p = if sum == 0.0 { 1.0 / count } else { *p / sum });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_head_by_hand() {
        let column = |head: Head, y: &[f64]| head.probabilities(View::new(y, y.len(), 1)).as_slice().to_vec();
        assert_eq!(column(Head::Sigmoid, &[0.0]), [0.5, 0.5]);
        assert_eq!(column(Head::Sigmoid, &[0.0, 0.0, 0.0, 0.0]), [0.25; 4]);
        assert_eq!(column(Head::Probabilities, &[0.25]), [0.75, 0.25]);
        assert_eq!(column(Head::Scores, &[1.5]), [0.0, 1.0]);
        assert_eq!(column(Head::Scores, &[-1.0, -2.0]), [0.5, 0.5]);
        assert_eq!(column(Head::Values, &[7.0]), [7.0]);
        assert_eq!(column(Head::Softmax, &[1000.0, 1000.0]), [0.5, 0.5]);
        assert_eq!(column(Head::Softmax, &[f64::INFINITY, 1.0, f64::INFINITY]), [0.5, 0.0, 0.5]);
        assert_eq!(column(Head::Softmax, &[f64::NEG_INFINITY; 2]), [0.5, 0.5]);
        assert_eq!([Head::Sigmoid.class(&[0.1]), Head::Scores.class(&[0.4]), Head::Softmax.class(&[1.0, 3.0, 3.0])], [1, 0, 1]);
    }
    #[test]
    fn what_is_not_a_number_is_never_chosen() {
        let nan = f64::NAN;
        assert_eq!(largest([nan, 0.1, 0.3, nan].into_iter()), 2);
        assert_eq!(largest([nan, f64::NEG_INFINITY].into_iter()), 1);
        assert_eq!(largest([nan, nan].into_iter()), 0);
        assert_eq!([Head::Softmax.class(&[nan, 1.0]), Head::Sigmoid.class(&[nan])], [1, 0]);
        assert!(Head::Softmax.probabilities(View::new(&[nan, 1.0], 2, 1)).iter().all(|p| p.is_nan()), "and nothing is made up");
    }

    #[test]
    fn ignored_labels_are_never_right() {
        let y = View::new(&[1.0, 0.0, 0.0, 1.0], 2, 2);
        assert_eq!(Head::Softmax.count_correct(y, &[0, backprop_losses::IGNORED]), 1);
    }
}
