//! Classes as numbers.

use std::borrow::Borrow;

/// Numbers classes in ascending order: 0, 1, 2 … Text is ordered by code point.
///
/// ```
/// use backprop_data::LabelEncoder;
/// let encoder = LabelEncoder::fit(["pear", "apple", "fig", "apple"]);
/// assert_eq!(encoder.classes(), ["apple", "fig", "pear"]);
/// assert_eq!((encoder.encode("fig"), encoder.encode("plum")), (Some(1), None));
/// assert_eq!(encoder.decode(2), Some(&"pear"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelEncoder<K = String> {
    classes: Vec<K>,
}

impl<K: Ord> LabelEncoder<K> {
    /// Learns which classes there are.
    pub fn fit(values: impl IntoIterator<Item = K>) -> Self {
        let mut classes: Vec<K> = values.into_iter().collect();
        classes.sort();
        classes.dedup();
        Self { classes }
    }

    /// The classes, ascending.
    pub fn classes(&self) -> &[K] {
        &self.classes
    }

    /// The number of a class, `None` if it is unknown.
    pub fn encode<Q: Ord + ?Sized>(&self, class: &Q) -> Option<u32>
    where
        K: Borrow<Q>,
    {
        self.classes.binary_search_by(|known| known.borrow().cmp(class)).ok().map(|i| i as u32)
    }

    /// The class of a number, `None` if there are not so many.
    pub fn decode(&self, code: u32) -> Option<&K> {
        self.classes.get(code as usize)
    }
}
