//! Categories as rows of which one is 1.

use std::borrow::Borrow;

use backprop_tensor::Scalar;

use crate::LabelEncoder;

/// Writes a category as numbers of which one is 1 and the others are 0, one for each category in ascending order.
///
/// ```text
/// yᵢ = 1 if the value is category i, else 0
/// ```
///
/// With `drop_first` the first category has no number of its own and is all zeros.
///
/// ```
/// use backprop_data::OneHot;
/// let one_hot = OneHot::fit(["pear", "apple", "fig"], false);
/// let mut y = [f32::NAN; 3];
/// assert!(one_hot.encode("pear", &mut y));
/// assert_eq!(y, [0.0, 0.0, 1.0]);
/// assert!(!one_hot.encode("plum", &mut y));           // unknown: zeros, and the caller may refuse it
/// assert_eq!(y, [0.0; 3]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneHot<K = String> {
    encoder: LabelEncoder<K>,
    drop_first: bool,
}

impl<K: Ord> OneHot<K> {
    /// Learns which categories there are.
    pub fn fit(values: impl IntoIterator<Item = K>, drop_first: bool) -> Self {
        Self { encoder: LabelEncoder::fit(values), drop_first }
    }

    /// The categories, ascending.
    pub fn categories(&self) -> &[K] {
        self.encoder.classes()
    }

    /// How many numbers make a value.
    pub fn width(&self) -> usize {
        self.categories().len() - usize::from(self.drop_first && !self.categories().is_empty())
    }

    /// Writes `value` to `y`; whether it is known. An unknown one is all zeros.
    ///
    /// # Panics
    /// If `y` is not [`width`](Self::width) long.
    pub fn encode<T: Scalar, Q: Ord + ?Sized>(&self, value: &Q, y: &mut [T]) -> bool
    where
        K: Borrow<Q>,
    {
        assert_eq!(y.len(), self.width(), "one number for each category");
        y.fill(T::ZERO);
        let code = self.encoder.encode(value);
        if let Some(i) = code.and_then(|code| (code as usize).checked_sub(usize::from(self.drop_first))) {
            y[i] = T::ONE;
        }
        code.is_some()
    }
}
