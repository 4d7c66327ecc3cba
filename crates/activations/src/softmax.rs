//! Softmax: scores become probabilities.

use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut, vectorize};

use crate::{Activation, Family};

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
    fn forward(&self, x: View<'_, T>, mut y: ViewMut<'_, T>) {
        assert_eq!((x.rows(), x.cols()), (y.rows(), y.cols()), "x and y have the same shape");
        let rows = x.rows().max(1);
        vectorize(
            #[inline(always)]
            || {
                for (y, x) in y.as_mut_slice().chunks_exact_mut(rows).zip(x.as_slice().chunks_exact(rows)) {
                    y.copy_from_slice(x);
                    softmax(y);
                }
            },
        );
    }

    fn input_gradient(&self, x: View<'_, T>, y: View<'_, T>, dy: View<'_, T>, mut dx: ViewMut<'_, T>) {
        assert_eq!((dy.rows(), dy.cols()), (dx.rows(), dx.cols()), "dy and dx have the same shape");
        dx.copy_from(dy);
        self.pull_back(x, y, dx, &mut []);
    }

    fn call(&self) -> Call {
        Call::new("softmax")
    }

    fn family(&self) -> Family {
        Family::Saturating
    }

    fn needs_input(&self) -> bool {
        false
    }

    fn biased_in_place(&self, bias: &[T], mut y: ViewMut<'_, T>) {
        assert_eq!(bias.len(), y.rows(), "one bias for each row");
        let rows = bias.len().max(1);
        vectorize(
            #[inline(always)]
            || {
                for y in y.as_mut_slice().chunks_exact_mut(rows) {
                    y.iter_mut().zip(bias).for_each(|(y, &b)| *y += b);
                    softmax(y);
                }
            },
        );
    }

    fn pull_back(&self, _x: View<'_, T>, y: View<'_, T>, mut dy: ViewMut<'_, T>, _scratch: &mut [T]) {
        assert_eq!((y.rows(), y.cols()), (dy.rows(), dy.cols()), "y and dy have the same shape");
        let rows = y.rows().max(1);
        vectorize(
            #[inline(always)]
            || {
                for (dy, y) in dy.as_mut_slice().chunks_exact_mut(rows).zip(y.as_slice().chunks_exact(rows)) {
                    // dx = y ⊙ (dy − Σ y dy)
                    let mean = T::from_f64(y.iter().zip(&*dy).map(|(y, dy)| y.to_f64() * dy.to_f64()).sum());
                    dy.iter_mut().zip(y).for_each(|(dy, &y)| *dy = y * (*dy - mean));
                }
            },
        );
    }
}

/// The softmax of one column, in place: y = eˣ⁻ᵐ / Σ eˣ⁻ᵐ.
#[inline(always)]
fn softmax<T: Scalar>(column: &mut [T]) {
    let maximum = column.iter().copied().fold(-T::INFINITY, T::at_least);
    for y in &mut *column {
        *y = (*y - maximum).exp();
    }
    let sum = T::from_f64(column.iter().map(|y| y.to_f64()).sum());
    for y in column {
        *y /= sum;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of<T: Scalar>(x: &[T]) -> Vec<T> {
        let mut y = x.to_vec();
        softmax(&mut y);
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
