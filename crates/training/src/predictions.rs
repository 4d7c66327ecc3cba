//! What a model answers.

use backprop_tensor::Matrix;

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
    classified: bool,
}

impl Predictions {
    /// Probabilities of the named classes: one row for each class, one column for each answer.
    ///
    /// # Panics
    /// If there is not one row for each name.
    pub fn classes(names: Vec<String>, probabilities: Matrix<f64>) -> Self {
        assert_eq!(names.len(), probabilities.nrows(), "one row for each class");
        Self { names, values: probabilities, classified: true }
    }

    /// Numbers for the named targets: one row for each target, one column for each answer.
    ///
    /// # Panics
    /// If there is not one row for each name.
    pub fn numbers(names: Vec<String>, values: Matrix<f64>) -> Self {
        assert_eq!(names.len(), values.nrows(), "one row for each target");
        Self { names, values, classified: false }
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
        self.classified
    }

    /// The names of the classes, or of the targets.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The most probable class of answer `i` by its place among the [`names`](Self::names), the first of equals; `None` for numbers.
    ///
    /// # Panics
    /// If there is no such answer.
    pub fn class_index(&self, i: usize) -> Option<usize> {
        let column = self.values.column(i);
        self.classified
            .then(|| (1..column.len()).fold(0, |best, class| if column[class] > column[best] { class } else { best }))
    }

    /// The most probable class of answer `i`; `None` for numbers.
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
        let class = self.names.iter().position(|class| class == name).filter(|_| self.classified)?;
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
        (!self.classified && self.names.len() == 1).then(|| self.values[(0, i)])
    }

    /// All answers: probabilities of the classes or numbers, one column for each.
    pub fn matrix(&self) -> &Matrix<f64> {
        &self.values
    }
}
