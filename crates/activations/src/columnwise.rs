//! Functions of a whole column that need only their output for the gradient: the walk over the columns, written once.

use backprop_tensor::{Scalar, View, ViewMut, vectorize};

/// Y = f(X), where `f` turns one column into its value in place.
#[inline(always)]
pub(crate) fn forward<T: Scalar>(x: View<'_, T>, mut y: ViewMut<'_, T>, f: impl Fn(&mut [T])) {
    assert_eq!((x.rows(), x.cols()), (y.rows(), y.cols()), "x and y have the same shape");
    let rows = x.rows().max(1);
    vectorize!({
        for (y, x) in y.as_mut_slice().chunks_exact_mut(rows).zip(x.as_slice().chunks_exact(rows)) {
            y.copy_from_slice(x);
            f(y);
        }
    });
}

/// Y ← f(Y + b 1ᵀ).
#[inline(always)]
pub(crate) fn biased_in_place<T: Scalar>(bias: &[T], mut y: ViewMut<'_, T>, f: impl Fn(&mut [T])) {
    assert_eq!(bias.len(), y.rows(), "one bias for each row");
    let rows = bias.len().max(1);
    vectorize!({
        for y in y.as_mut_slice().chunks_exact_mut(rows) {
            y.iter_mut().zip(bias).for_each(|(y, &b)| *y += b);
            f(y);
        }
    });
}

/// dY ← J(X)ᵀ dY, where `pull_back` turns one column of dY into its product with the Jacobian, given that column of Y.
#[inline(always)]
pub(crate) fn pull_back<T: Scalar>(y: View<'_, T>, mut dy: ViewMut<'_, T>, pull_back: impl Fn(&[T], &mut [T])) {
    assert_eq!((y.rows(), y.cols()), (dy.rows(), dy.cols()), "y and dy have the same shape");
    let rows = y.rows().max(1);
    vectorize!({
        for (dy, y) in dy.as_mut_slice().chunks_exact_mut(rows).zip(y.as_slice().chunks_exact(rows)) {
            pull_back(y, dy);
        }
    });
}

/// dX = J(X)ᵀ dY, by way of the same product in place.
#[inline(always)]
pub(crate) fn input_gradient<T: Scalar>(
    y: View<'_, T>,
    dy: View<'_, T>,
    mut dx: ViewMut<'_, T>,
    pull_back_column: impl Fn(&[T], &mut [T]),
) {
    assert_eq!((dy.rows(), dy.cols()), (dx.rows(), dx.cols()), "dy and dx have the same shape");
    dx.copy_from(dy);
    pull_back(y, dx, pull_back_column);
}
