//! Softmax: scores become probabilities.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut, lanes};

use crate::{Activation, Family, columnwise};

/// Softmax: the scores of a column become probabilities, positive and of sum 1.
///
/// ```text
/// yᵢ = eˣⁱ⁻ᵐ / Σⱼ eˣʲ⁻ᵐ      m = maxⱼ xⱼ
/// dx = y ⊙ (dy − Σⱼ yⱼ dyⱼ)
/// ```
///
/// Taking off the maximum changes nothing but keeps every exponential at most 1; the sum is taken in `f64`. A score of −∞ has
/// probability 0. A column that holds NaN or +∞, or nothing but −∞, has no softmax: it becomes NaN, and no other column does.
///
/// For a classifier that is trained with cross-entropy, let the network end in scores and take the loss that computes softmax
/// and logarithm together: it is exact where the probability underflows.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(classes, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Softmax};
/// use backprop_tensor::{View, ViewMut};
///
/// // e^ln 3 = 3 against e^0 = 1; and scores that would overflow, were it not for the maximum
/// let scores = [3.0_f64.ln(), 0.0, 1000.0, 1000.0];
/// let x = View::new(&scores, 2, 2);
/// let mut y = [0.0; 4];
/// Softmax.forward(x, ViewMut::new(&mut y, 2, 2));
/// assert!((y[0] - 0.75).abs() < 1e-15 && (y[1] - 0.25).abs() < 1e-15);
/// assert_eq!(y[2..], [0.5, 0.5]);
///
/// let mut dx = [9.0; 2];
/// let dy = View::new(&[4.0, 0.0], 2, 1); // Σ y dy = 2
/// Softmax.input_gradient(x.columns(1..2), View::new(&y[2..], 2, 1), dy, ViewMut::new(&mut dx, 2, 1));
/// assert_eq!(dx, [1.0, -1.0]);
/// ```
///
/// # References
/// J. S. Bridle, *Probabilistic Interpretation of Feedforward Classification Network Outputs, with Relationships to Statistical
/// Pattern Recognition*, 1990. <https://doi.org/10.1007/978-3-642-76153-9_28>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Softmax;

impl<T: Scalar> Activation<T> for Softmax {
    fn forward(&self, x: View<'_, T>, y: ViewMut<'_, T>) {
        columnwise::forward(
            x,
            y,
            T::exp_negative,
            #[inline(always)]
            |block, rows| share_out(block, rows),
        );
    }

    fn input_gradient(&self, _x: View<'_, T>, y: View<'_, T>, dy: View<'_, T>, dx: ViewMut<'_, T>) {
        columnwise::input_gradient(
            y,
            dy,
            dx,
            #[inline(always)]
            |y, dy, rows| pull_back_block(y, dy, rows),
        );
    }

    fn call(&self) -> Call {
        Call::new("softmax")
    }

    fn family(&self) -> Family {
        Family::Saturating
    }

    fn range(&self) -> RangeInclusive<f64> {
        0.0..=1.0
    }

    fn needs_input(&self) -> bool {
        false
    }

    fn biased_in_place(&self, bias: &[T], y: ViewMut<'_, T>) {
        columnwise::biased_in_place(
            bias,
            y,
            T::exp_negative,
            #[inline(always)]
            |block, rows| share_out(block, rows),
        );
    }

    fn pull_back(&self, _x: View<'_, T>, y: View<'_, T>, dy: ViewMut<'_, T>, _scratch: &mut [T]) {
        columnwise::pull_back(
            y,
            dy,
            #[inline(always)]
            |y, dy, rows| pull_back_block(y, dy, rows),
        );
    }
}

/// y = e / Σ e, for the exponentials of a block of columns in place.
#[inline(always)]
pub(crate) fn share_out<T: Scalar>(block: &mut [T], rows: usize) {
    for column in block.chunks_exact_mut(rows) {
        let share = T::from_f64(1.0 / lanes::sum(column));
        for y in column {
            *y *= share;
        }
    }
}

/// dx = y ⊙ (dy − Σ y dy), in place of dy.
#[inline(always)]
fn pull_back_block<T: Scalar>(y: &[T], dy: &mut [T], rows: usize) {
    for (dy, y) in dy.chunks_exact_mut(rows).zip(y.chunks_exact(rows)) {
        let mean = T::from_f64(lanes::dot(y, dy));
        for (dy, &y) in dy.iter_mut().zip(y) {
            *dy = y * (*dy - mean);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of<T: Scalar>(x: &[T]) -> Vec<T> {
        let mut y = vec![T::ZERO; x.len()];
        Softmax.forward(View::new(x, x.len(), 1), ViewMut::new(&mut y, x.len(), 1));
        y
    }

    #[test]
    fn a_column_without_a_softmax_is_nan() {
        let infinity = f32::INFINITY;
        for x in [[-infinity; 3], [infinity, 0.0, 1.0], [f32::NAN, 0.0, 1.0]] {
            assert!(of(&x).iter().all(|y| y.is_nan()), "{x:?}");
        }
        assert_eq!(of(&[-infinity, 2.0, 2.0]), [0.0, 0.5, 0.5]);
    }

    proptest! {
        #[test]
        fn probabilities_that_a_common_shift_does_not_change(
            x in prop::collection::vec(-50.0..50.0_f64, 1..20),
            shift in -1000.0..1000.0_f64,
        ) {
            let y = of(&x);
            prop_assert!((y.iter().sum::<f64>() - 1.0).abs() < 1e-14);
            let shifted = of(&x.iter().map(|x| x + shift).collect::<Vec<_>>());
            for (y, shifted) in y.iter().zip(&shifted) {
                prop_assert!((y - shifted).abs() < 1e-12);
            }
        }
    }
}
