//! What a model answers.

use backprop_tensor::Matrix;

use crate::head::largest;

/// Classes with their probabilities, or numbers, for one or many rows.
///
/// ```
/// use backprop_tensor::Matrix;
/// use backprop_training::Predictions;
/// let answer = Predictions::classes(vec!["no".into(), "yes".into()], Matrix::from_column_slice(2, 1, &[0.25, 0.75]));
/// assert_eq!(answer.class(0), Some("yes"));
/// assert_eq!(answer.probability(0, "no"), Some(0.25));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    names: Vec<String>,
    values: Matrix<f64>,
    /// The class of each answer; `None` if the answers are numbers.
    chosen: Option<Vec<usize>>,
}

impl Predictions {
    /// Probabilities of the named classes: one row for each class, one column for each answer. The class of an answer is the most
    /// probable, the first of equals; NaN is never the most probable.
    ///
    /// # Panics
    /// If there is not one row for each name.
    pub fn classes(names: Vec<String>, probabilities: Matrix<f64>) -> Self {
        let chosen = probabilities.column_iter().map(|column| largest(column.iter().copied())).collect();
        Self::chosen(names, probabilities, chosen)
    }

    /// The same where the classes are known from more than probabilities, which may no longer be told apart near 0 and 1.
    pub(crate) fn chosen(names: Vec<String>, probabilities: Matrix<f64>, chosen: Vec<usize>) -> Self {
        assert_eq!(names.len(), probabilities.nrows(), "one row for each class");
        Self { names, values: probabilities, chosen: Some(chosen) }
    }

    /// Numbers for the named targets: one row for each target, one column for each answer.
    ///
    /// # Panics
    /// If there is not one row for each name.
    pub fn numbers(names: Vec<String>, values: Matrix<f64>) -> Self {
        assert_eq!(names.len(), values.nrows(), "one row for each target");
        Self { names, values, chosen: None }
    }

    /// The number of answers.
    pub fn len(&self) -> usize {
        self.values.ncols()
    }

    /// Whether there is no answer.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the answers are classes.
    pub fn is_classification(&self) -> bool {
        self.chosen.is_some()
    }

    /// The names of the classes, or of the targets.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The class of answer `i` by its place among the [`names`](Self::names): the one its model speaks for; `None` for numbers.
    ///
    /// # Panics
    /// If there is no such answer.
    pub fn class_index(&self, i: usize) -> Option<usize> {
        self.chosen.as_ref().map(|chosen| chosen[i])
    }

    /// The class of answer `i`; `None` for numbers.
    ///
    /// # Panics
    /// If there is no such answer.
    pub fn class(&self, i: usize) -> Option<&str> {
        self.class_index(i).map(|class| self.names[class].as_str())
    }

    /// The probability of the class called `name` in answer `i`; `None` for numbers or another name.
    ///
    /// # Panics
    /// If there is no such answer.
    pub fn probability(&self, i: usize, name: &str) -> Option<f64> {
        let class = self.names.iter().position(|class| class == name).filter(|_| self.is_classification())?;
        Some(self.values[(class, i)])
    }

    /// Answer `i` with names: the probability of each class, or the number for each target.
    ///
    /// # Panics
    /// If there is no such answer.
    pub fn values(&self, i: usize) -> impl Iterator<Item = (&str, f64)> {
        self.names
            .iter()
            .zip(self.values.column(i).iter().copied().collect::<Vec<_>>())
            .map(|(name, value)| (name.as_str(), value))
    }

    /// The number of answer `i`, if numbers were asked for and there is one target.
    ///
    /// # Panics
    /// If there is no such answer.
    pub fn number(&self, i: usize) -> Option<f64> {
        (!self.is_classification() && self.names.len() == 1).then(|| self.values[(0, i)])
    }

    /// All answers: probabilities of the classes or numbers, one column for each.
    pub fn matrix(&self) -> &Matrix<f64> {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_that_is_no_number_is_never_the_largest() {
        let names = || vec!["a".to_owned(), "b".to_owned()];
        let answer = Predictions::classes(names(), Matrix::from_column_slice(2, 3, &[f64::NAN, 0.2, 0.5, 0.5, 0.1, f64::NAN]));
        assert_eq!([0, 1, 2].map(|i| answer.class(i)), [Some("b"), Some("a"), Some("a")]);
        let numbers = Predictions::numbers(names(), Matrix::from_column_slice(2, 1, &[1.0, 2.0]));
        assert_eq!((numbers.class(0), numbers.number(0), numbers.probability(0, "a")), (None, None, None));
    }
}
