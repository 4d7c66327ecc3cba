//! Which part of a flat vector is which.

use std::ops::Range;

/// What a stretch of a flat vector is for. Decay masks and parameter groups go by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// A weight matrix.
    Weight,
    /// A bias: weight decay leaves it alone unless asked.
    Bias,
    /// A scale or shift of a normalisation: weight decay leaves it alone unless asked.
    Norm,
    /// One row for each category.
    Embedding,
}

/// A named stretch of a flat vector of parameters, gradients or state.
///
/// ```
/// use backprop_tensor::{Role, Span};
/// let weight = Span::new("w", &[10, 64], Role::Weight).after(128);
/// assert_eq!(weight.range, 128..768);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Unique within a network, such as `layers.0.w`.
    pub name: String,
    /// Rows first: `[out, in]` is the column-major `out × in` matrix.
    pub shape: Vec<usize>,
    /// What it is for.
    pub role: Role,
    /// Where it stands in the flat vector.
    pub range: Range<usize>,
}

impl Span {
    /// A span at the beginning of the vector.
    pub fn new(name: impl Into<String>, shape: &[usize], role: Role) -> Self {
        Self { name: name.into(), shape: shape.to_vec(), role, range: 0..shape.iter().product() }
    }

    /// The same span, moved behind `offset` numbers.
    #[must_use]
    pub fn after(mut self, offset: usize) -> Self {
        self.range = self.range.start + offset..self.range.end + offset;
        self
    }

    /// The number of values it covers.
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// Whether it covers nothing.
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }
}
