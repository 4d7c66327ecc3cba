//! Categories as one number.

use std::borrow::Borrow;

use crate::LabelEncoder;

/// Writes a category as its place in ascending order: 0, 1, 2 … For trees and embeddings; a network that reads it as a quantity
/// learns an order that need not be there, and [`OneHot`](crate::OneHot) says less.
///
/// ```
/// use backprop_data::Ordinal;
/// let strict = Ordinal::fit([30, 10, 20], None);
/// assert_eq!((strict.encode(&20), strict.encode(&25)), (Some(1.0), None));
/// assert_eq!(Ordinal::fit([30, 10, 20], Some(-1.0)).encode(&25), Some(-1.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Ordinal<K = String> {
    encoder: LabelEncoder<K>,
    unknown: Option<f64>,
}

impl<K: Ord> Ordinal<K> {
    /// Learns which categories there are; `unknown` is the code of all others.
    pub fn fit(values: impl IntoIterator<Item = K>, unknown: Option<f64>) -> Self {
        Self { encoder: LabelEncoder::fit(values), unknown }
    }

    /// The categories, ascending.
    pub fn categories(&self) -> &[K] {
        self.encoder.classes()
    }

    /// The code of `value`; `None` if it is unknown and unknown ones have no code.
    pub fn encode<Q: Ord + ?Sized>(&self, value: &Q) -> Option<f64>
    where
        K: Borrow<Q>,
    {
        self.encoder.encode(value).map(f64::from).or(self.unknown)
    }
}
