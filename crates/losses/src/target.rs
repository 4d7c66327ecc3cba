//! What a prediction is compared with.

use std::ops::Range;

use backprop_tensor::{Scalar, View, ViewMut};

/// A label that does not count: its sample has no loss and no gradient.
pub const IGNORED: u32 = u32::MAX;

/// What a prediction is compared with: numbers, or the index of a class for each sample.
///
/// ```
/// use backprop_losses::Target;
/// use backprop_tensor::View;
/// let values = Target::Values(View::new(&[1.0_f32, 2.0, 3.0, 4.0], 2, 2));   // (features, batch)
/// assert_eq!(values.len(), 2);
/// let classes = Target::<f32>::Classes(&[2, 0, 1]);                          // one label for each sample
/// assert_eq!(classes.len(), 3);
/// assert!(matches!(classes.columns(1..3), Target::Classes(&[0, 1])));
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Target<'a, T = f32> {
    /// `(features, batch)`: as many columns as the prediction, and as many rows unless the loss has
    /// [several outputs for each](crate::Loss::outputs_per_target).
    Values(View<'a, T>),
    /// One label for each sample: 0 to C − 1, or [`IGNORED`].
    Classes(&'a [u32]),
}

impl<'a, T: Scalar> Target<'a, T> {
    /// Number of samples.
    pub fn len(&self) -> usize {
        match self {
            Target::Values(values) => values.cols(),
            Target::Classes(classes) => classes.len(),
        }
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The target of some of the samples.
    ///
    /// # Panics
    /// If the range ends beyond the last sample.
    pub fn columns(&self, range: Range<usize>) -> Target<'a, T> {
        match self {
            Target::Values(values) => Target::Values(values.columns(range)),
            Target::Classes(classes) => Target::Classes(&classes[range]),
        }
    }

    /// Panics unless prediction, target, weights and gradient belong together.
    pub(crate) fn assert_fits(&self, y: View<'_, T>, weights: Option<&[T]>, dy: &ViewMut<'_, T>) {
        self.assert_fits_blocks(1, y, weights, dy);
    }

    /// The same for a prediction with so many blocks of as many rows as the target has.
    pub(crate) fn assert_fits_blocks(&self, blocks: usize, y: View<'_, T>, weights: Option<&[T]>, dy: &ViewMut<'_, T>) {
        assert_eq!((y.rows(), y.cols()), (dy.rows(), dy.cols()), "y and dy have the same shape");
        assert_eq!(self.len(), y.cols(), "one target for each sample");
        if let Target::Values(values) = self {
            assert_eq!(blocks * values.rows(), y.rows(), "y has {blocks} rows for each row of the target");
        }
        assert!(weights.is_none_or(|weights| weights.len() == y.cols()), "one weight for each sample");
    }
}

/// The weight of sample `j`: 1 without weights.
pub(crate) fn sample_weight<T: Scalar>(weights: Option<&[T]>, j: usize) -> f64 {
    weights.map_or(1.0, |weights| weights[j].to_f64())
}
