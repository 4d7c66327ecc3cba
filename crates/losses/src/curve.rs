//! What a loss makes of the cross-entropy of a column.

use backprop_tensor::Scalar;

use crate::softmax_cross_entropy::COLUMNS;

/// l = a f(n), where n = −ln `p_y` is the cross-entropy of a column whose target is the class y.
///
/// As ∂l/∂z = a f′(n) ∂n/∂z, all such losses share the softmax, and differ in two numbers for each column.
pub(crate) trait Curve {
    /// a: how much the class counts in the loss, and not in its divisor.
    fn factor(&self, label: u32) -> f64;

    /// From the masses w of some columns and w n to f′(n), and to w f(n) in place. Where w is 0, so is w f(n). To be called within
    /// `vectorize!`.
    fn bend<T: Scalar>(&self, values: &mut [f64; COLUMNS], masses: &[f64; COLUMNS]) -> [f64; COLUMNS];
}

/// f(n) = n: the cross-entropy itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Straight;

impl Curve for Straight {
    #[inline(always)]
    fn factor(&self, _label: u32) -> f64 {
        1.0
    }

    #[inline(always)]
    fn bend<T: Scalar>(&self, _values: &mut [f64; COLUMNS], _masses: &[f64; COLUMNS]) -> [f64; COLUMNS] {
        [1.0; COLUMNS]
    }
}
