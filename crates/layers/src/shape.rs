//! The shape of one sample.

use std::fmt;

/// The axes of one sample. A column of a batch holds the sample flattened; the layer knows its shape.
///
/// ```
/// use backprop_layers::Shape;
/// assert_eq!(Shape::from(784).len(), 784);
/// assert_eq!(Shape::from([1, 28, 28]).len(), 784);
/// assert_eq!(Shape::from([1, 28, 28]).to_string(), "1 × 28 × 28");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape(Vec<usize>);

impl Shape {
    /// The size of each axis.
    pub fn axes(&self) -> &[usize] {
        &self.0
    }

    /// The number of values: rows of a batch.
    pub fn len(&self) -> usize {
        self.0.iter().product()
    }

    /// Whether it holds no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<usize> for Shape {
    fn from(features: usize) -> Self {
        Self(vec![features])
    }
}

impl<const N: usize> From<[usize; N]> for Shape {
    fn from(axes: [usize; N]) -> Self {
        Self(axes.to_vec())
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, size) in self.0.iter().enumerate() {
            write!(f, "{}{size}", if i == 0 { "" } else { " × " })?;
        }
        Ok(())
    }
}
