//! Softmin: costs become probabilities.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut, vectorize};

use crate::softmax::share_out;
use crate::{Activation, Family, Softmax, columnwise};

/// Softmin: the [`Softmax`] of −x, so that the smallest number of a column gets the largest share.
///
/// ```text
/// yᵢ = e^(m − xᵢ) / Σⱼ e^(m − xⱼ)      m = minⱼ xⱼ
/// dx = −y ⊙ (dy − Σⱼ yⱼ dyⱼ)
/// ```
///
/// A cost of +∞ has probability 0. A column that holds NaN or −∞, or nothing but +∞, has no softmin: it becomes NaN, and no
/// other column does.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(classes, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Softmin};
/// use backprop_tensor::{View, ViewMut};
///
/// // a cost of 1000 against one of 0; and two equal ones
/// let x = View::new(&[1000.0_f32, 0.0, 7.0, 7.0], 2, 2);
/// let mut y = [9.0; 4];
/// Softmin.forward(x, ViewMut::new(&mut y, 2, 2));
/// assert_eq!(y, [0.0, 1.0, 0.5, 0.5]);
///
/// let mut dx = [9.0; 2];
/// let dy = View::new(&[4.0, 0.0], 2, 1); // Σ y dy = 2
/// Softmin.input_gradient(x.columns(1..2), View::new(&y[2..], 2, 1), dy, ViewMut::new(&mut dx, 2, 1));
/// assert_eq!(dx, [-1.0, 1.0]);
/// ```
///
/// # References
/// PyTorch, `Softmin`: <https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmin.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Softmin;

impl<T: Scalar> Activation<T> for Softmin {
    fn forward(&self, x: View<'_, T>, y: ViewMut<'_, T>) {
        assert_eq!((x.rows(), x.cols()), (y.rows(), y.cols()), "x and y have the same shape");
        of_negated(
            y,
            #[inline(always)]
            |j, y| y.iter_mut().zip(x.column(j)).for_each(|(y, &x)| *y = -x),
        );
    }

    fn input_gradient(&self, x: View<'_, T>, y: View<'_, T>, dy: View<'_, T>, mut dx: ViewMut<'_, T>) {
        Softmax.input_gradient(x, y, dy, dx.reborrow());
        negate(dx);
    }

    fn call(&self) -> Call {
        Call::new("softmin")
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
        assert_eq!(bias.len(), y.rows(), "one bias for each row");
        of_negated(
            y,
            #[inline(always)]
            |_, y| y.iter_mut().zip(bias).for_each(|(y, &b)| *y = -(*y + b)),
        );
    }

    fn pull_back(&self, x: View<'_, T>, y: View<'_, T>, mut dy: ViewMut<'_, T>, scratch: &mut [T]) {
        Softmax.pull_back(x, y, dy.reborrow(), scratch);
        negate(dy);
    }
}

/// D ← −D.
fn negate<T: Scalar>(mut d: ViewMut<'_, T>) {
    let d = d.as_mut_slice();
    vectorize!(d.iter_mut().for_each(|d| *d = -*d));
}

/// Y ← softmax of the columns that `negate` makes of Y.
#[inline(always)]
fn of_negated<T: Scalar>(y: ViewMut<'_, T>, negate: impl Fn(usize, &mut [T])) {
    columnwise::in_place(
        y,
        negate,
        T::exp_negative,
        #[inline(always)]
        |block, rows| share_out(block, rows),
    );
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of<T: Scalar>(f: &dyn Activation<T>, x: &[T], rows: usize) -> Vec<T> {
        let mut y = vec![T::ZERO; x.len()];
        f.forward(View::new(x, rows, x.len() / rows), ViewMut::new(&mut y, rows, x.len() / rows));
        y
    }

    #[test]
    fn a_column_without_a_softmin_is_nan() {
        let infinity = f32::INFINITY;
        for x in [[infinity; 3], [-infinity, 0.0, 1.0], [f32::NAN, 0.0, 1.0]] {
            assert!(of(&Softmin, &x, 3).iter().all(|y| y.is_nan()), "{x:?}");
        }
        assert_eq!(of(&Softmin, &[infinity, 2.0, 2.0], 3), [0.0, 0.5, 0.5]);
    }

    proptest! {
        #[test]
        fn it_is_the_softmax_of_the_negated_column(rows in 1..3000_usize, seed in -50.0..50.0_f64) {
            let x: Vec<f64> = (0..4 * rows).map(|i| (seed * (i + 1) as f64).sin() * 30.0).collect();
            let negated: Vec<f64> = x.iter().map(|x| -x).collect();
            for (a, b) in of(&Softmin, &x, rows).iter().zip(of(&Softmax, &negated, rows)) {
                prop_assert!((a - b).abs() <= 1e-14, "{} and {}", a, b);
            }
        }
    }
}
