//! Functions of a whole column that need only their output for the gradient: the walk over the columns, written once.
//!
//! The walk takes several short columns at a time. What is the same for every element, such as the exponential, then runs over all of
//! them in one loop, which is vector code however few rows there are.

use backprop_tensor::{Scalar, View, ViewMut, lanes, vectorize};

/// Elements of a block: all the columns that fit, or one longer column. Small enough for the nearest cache.
const BLOCK: usize = 4096;
/// The same of short columns, for which an element has more than one number in the cache.
pub(crate) const SHORT_BLOCK: usize = 512;
/// Columns of a block, at most.
pub(crate) const COLUMNS: usize = 64;
/// From so many rows on a column has loops of its own, which save a pass over the block.
pub(crate) const LONG: usize = 64;

/// The length of a block of columns with so many rows.
#[inline(always)]
fn block(rows: usize) -> usize {
    let len = if rows < LONG { SHORT_BLOCK } else { BLOCK };
    rows * (len / rows).clamp(1, COLUMNS)
}

/// Y = f(g(X − max X)), where `g` is taken of every element, and `f` turns a block of columns with so many rows into its value in
/// place. The exponentials of X − max X are at most 1.
#[inline(always)]
pub(crate) fn forward<T: Scalar>(x: View<'_, T>, mut y: ViewMut<'_, T>, g: impl Fn(T) -> T, f: impl Fn(&mut [T], usize)) {
    assert_eq!((x.rows(), x.cols()), (y.rows(), y.cols()), "x and y have the same shape");
    let rows = x.rows().max(1);
    vectorize!({
        for (block, x) in y.as_mut_slice().chunks_mut(block(rows)).zip(x.as_slice().chunks(block(rows))) {
            for (y, x) in block.chunks_exact_mut(rows).zip(x.chunks_exact(rows)) {
                let maximum = lanes::largest(x);
                if rows < LONG {
                    y.iter_mut().zip(x).for_each(|(y, &x)| *y = x - maximum);
                } else {
                    y.iter_mut().zip(x).for_each(|(y, &x)| *y = g(x - maximum));
                }
            }
            if rows < LONG {
                block.iter_mut().for_each(|y| *y = g(*y));
            }
            f(block, rows);
        }
    });
}

/// Y ← f(g(Z − max Z)) with Z = Y + b 1ᵀ.
#[inline(always)]
pub(crate) fn biased_in_place<T: Scalar>(bias: &[T], y: ViewMut<'_, T>, g: impl Fn(T) -> T, f: impl Fn(&mut [T], usize)) {
    assert_eq!(bias.len(), y.rows(), "one bias for each row");
    in_place(
        y,
        #[inline(always)]
        |_, y| {
            for (y, &b) in y.iter_mut().zip(bias) {
                *y += b;
            }
        },
        g,
        f,
    );
}

/// Y ← f(g(Z − max Z)), where `prepare` turns each column of Y, given its index, into that of Z.
#[inline(always)]
pub(crate) fn in_place<T: Scalar>(
    mut y: ViewMut<'_, T>,
    prepare: impl Fn(usize, &mut [T]),
    g: impl Fn(T) -> T,
    f: impl Fn(&mut [T], usize),
) {
    let rows = y.rows().max(1);
    vectorize!({
        for (i, block) in y.as_mut_slice().chunks_mut(block(rows)).enumerate() {
            for (j, y) in block.chunks_exact_mut(rows).enumerate() {
                prepare(i * (self::block(rows) / rows) + j, y);
                let maximum = lanes::largest(y);
                if rows < LONG {
                    y.iter_mut().for_each(|y| *y -= maximum);
                } else {
                    y.iter_mut().for_each(|y| *y = g(*y - maximum));
                }
            }
            if rows < LONG {
                block.iter_mut().for_each(|y| *y = g(*y));
            }
            f(block, rows);
        }
    });
}

/// dY ← J(X)ᵀ dY, where `pull_back` turns a block of dY into its product with the Jacobians, given that block of Y.
#[inline(always)]
pub(crate) fn pull_back<T: Scalar>(y: View<'_, T>, mut dy: ViewMut<'_, T>, pull_back: impl Fn(&[T], &mut [T], usize)) {
    assert_eq!((y.rows(), y.cols()), (dy.rows(), dy.cols()), "y and dy have the same shape");
    let rows = y.rows().max(1);
    vectorize!({
        for (dy, y) in dy.as_mut_slice().chunks_mut(block(rows)).zip(y.as_slice().chunks(block(rows))) {
            pull_back(y, dy, rows);
        }
    });
}

/// dX = J(X)ᵀ dY, by way of the same product in place.
#[inline(always)]
pub(crate) fn input_gradient<T: Scalar>(
    y: View<'_, T>,
    dy: View<'_, T>,
    mut dx: ViewMut<'_, T>,
    pull_back: impl Fn(&[T], &mut [T], usize),
) {
    let shape = (dx.rows(), dx.cols());
    assert_eq!((y.rows(), y.cols()), shape, "y and dx have the same shape");
    assert_eq!((dy.rows(), dy.cols()), shape, "dy and dx have the same shape");
    let rows = shape.0.max(1);
    vectorize!({
        let (y, dy) = (y.as_slice().chunks(block(rows)), dy.as_slice().chunks(block(rows)));
        for ((dx, y), dy) in dx.as_mut_slice().chunks_mut(block(rows)).zip(y).zip(dy) {
            dx.copy_from_slice(dy);
            pull_back(y, dx, rows);
        }
    });
}
