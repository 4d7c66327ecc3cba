//! The gated linear unit.

use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut, vectorize};

use crate::{Activation, Family};

/// The gated linear unit: one half of a column opens and closes the other.
///
/// ```text
/// y  = a ⊙ σ(b)      x = [a; b], the upper and the lower half of the rows
/// da = σ(b) ⊙ dy     db = a ⊙ σ(b) ⊙ (1 − σ(b)) ⊙ dy
/// ```
///
/// Half as many rows come out as go in: it stands as a layer of its own behind a dense one with twice the outputs. A network
/// with an odd number of rows in front of it is refused when it is built.
///
/// # Shapes
/// `x`, `dx`: `(2 features, batch)`. `y`, `dy`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Glu};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[8.0_f64, 3.0, 0.0, 1000.0], 4, 1); // a = (8, 3), b = (0, 1000): half open, open
/// let mut y = [9.0; 2];
/// Glu.forward(x, ViewMut::new(&mut y, 2, 1));
/// assert_eq!(y, [4.0, 3.0]);
///
/// let mut dx = [9.0; 4];
/// Glu.input_gradient(x, View::new(&y, 2, 1), View::new(&[2.0, 5.0], 2, 1), ViewMut::new(&mut dx, 4, 1));
/// assert_eq!(dx, [1.0, 5.0, 4.0, 0.0]); // σ′(0) = ¼
/// ```
///
/// # References
/// Y. N. Dauphin, A. Fan, M. Auli and D. Grangier, *Language Modeling with Gated Convolutional Networks*, 2016.
/// <https://arxiv.org/abs/1612.08083>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Glu;

impl<T: Scalar> Activation<T> for Glu {
    fn output_rows(&self, rows: usize) -> usize {
        rows / 2
    }

    fn refusal(&self, rows: usize) -> Option<String> {
        (!rows.is_multiple_of(2))
            .then(|| format!("gates one half of its rows with the other, so it needs an even number, but gets {rows}"))
    }

    fn forward(&self, x: View<'_, T>, mut y: ViewMut<'_, T>) {
        assert!(x.rows() == 2 * y.rows() && x.cols() == y.cols(), "x has twice the rows of y, and as many columns");
        let half = y.rows().max(1);
        vectorize!({
            for (y, x) in y.as_mut_slice().chunks_exact_mut(half).zip(x.as_slice().chunks_exact(2 * half)) {
                let (a, b) = x.split_at(half);
                for ((y, &a), &b) in y.iter_mut().zip(a).zip(b) {
                    *y = a * b.sigmoid();
                }
            }
        });
    }

    fn input_gradient(&self, x: View<'_, T>, y: View<'_, T>, dy: View<'_, T>, mut dx: ViewMut<'_, T>) {
        assert_eq!((x.rows(), x.cols()), (dx.rows(), dx.cols()), "x and dx have the same shape");
        assert_eq!((y.rows(), y.cols()), (dy.rows(), dy.cols()), "y and dy have the same shape");
        assert!(x.rows() == 2 * dy.rows() && x.cols() == dy.cols(), "x has twice the rows of dy, and as many columns");
        let half = dy.rows().max(1);
        vectorize!({
            let columns = x.as_slice().chunks_exact(2 * half).zip(dy.as_slice().chunks_exact(half));
            for (dx, (x, dy)) in dx.as_mut_slice().chunks_exact_mut(2 * half).zip(columns) {
                let ((a, b), (da, db)) = (x.split_at(half), dx.split_at_mut(half));
                // Three short loops: with all slices in one, the compiler gives up on vector code.
                da.iter_mut().zip(b).for_each(|(open, &b)| *open = b.sigmoid());
                for (((db, &open), &a), &dy) in db.iter_mut().zip(&*da).zip(a).zip(dy) {
                    *db = a * (open * (T::ONE - open)) * dy;
                }
                da.iter_mut().zip(dy).for_each(|(open, &dy)| *open *= dy);
            }
        });
    }

    fn call(&self) -> Call {
        Call::new("glu")
    }

    /// A straight line in the half that is let through.
    fn family(&self) -> Family {
        Family::Linear
    }
}
