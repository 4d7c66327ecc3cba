//! What a network learns from.

use backprop_tensor::{Matrix, Scalar, View, ViewMut, copy_columns};

/// What a network is to give for each sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets<T = f32> {
    /// The number of the class of each sample.
    Classes(Vec<u32>),
    /// Numbers, `(outputs, samples)`.
    Values(Matrix<T>),
}

impl<T: Scalar> Targets<T> {
    /// Number of samples.
    pub fn len(&self) -> usize {
        match self {
            Targets::Classes(classes) => classes.len(),
            Targets::Values(values) => values.ncols(),
        }
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Those of some samples, in the order given.
    ///
    /// # Panics
    /// If there is no such sample.
    pub fn select(&self, samples: &[usize]) -> Self {
        match self {
            Targets::Classes(classes) => Targets::Classes(samples.iter().map(|&j| classes[j]).collect()),
            Targets::Values(values) => Targets::Values(gather(values, samples)),
        }
    }
}

/// Samples with their targets, and weights if they do not all count alike.
///
/// ```
/// use backprop_data::{Dataset, Targets};
/// use backprop_tensor::Matrix;
/// let data = Dataset::new(Matrix::from_vec(1, 3, vec![10.0_f32, 20.0, 30.0]), Targets::Classes(vec![0, 1, 2]));
/// let some = data.select(&[2, 0]);
/// assert_eq!((some.len(), some.x.as_slice()), (2, &[30.0, 10.0][..]));
/// assert_eq!(some.targets, Targets::Classes(vec![2, 0]));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset<T = f32> {
    /// `(features, samples)`.
    pub x: Matrix<T>,
    /// One for each sample.
    pub targets: Targets<T>,
    /// How much each sample counts; all alike if `None`.
    pub weights: Option<Vec<T>>,
}

impl<T: Scalar> Dataset<T> {
    /// Samples that count alike.
    ///
    /// # Panics
    /// If there is not one target for each sample.
    pub fn new(x: Matrix<T>, targets: Targets<T>) -> Self {
        assert_eq!(x.ncols(), targets.len(), "one target for each sample");
        Self { x, targets, weights: None }
    }

    /// The same samples with weights.
    ///
    /// # Panics
    /// If there is not one weight for each sample.
    pub fn with_weights(self, weights: Vec<T>) -> Self {
        assert_eq!(weights.len(), self.len(), "one weight for each sample");
        Self { weights: Some(weights), ..self }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.x.ncols()
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Some of the samples, in the order given.
    ///
    /// # Panics
    /// If there is no such sample.
    pub fn select(&self, samples: &[usize]) -> Self {
        Self {
            x: gather(&self.x, samples),
            targets: self.targets.select(samples),
            weights: self.weights.as_ref().map(|weights| samples.iter().map(|&j| weights[j]).collect()),
        }
    }
}

fn gather<T: Scalar>(x: &Matrix<T>, columns: &[usize]) -> Matrix<T> {
    let mut out = Matrix::from_element(x.nrows(), columns.len(), T::ZERO);
    copy_columns(View::from(x), columns, ViewMut::from(&mut out));
    out
}
