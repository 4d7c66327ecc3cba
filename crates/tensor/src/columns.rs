//! What is done to all columns of a matrix at once.

use crate::{Scalar, View, ViewMut, vectorize};

/// Adds a column to every column: `y ← y + b 1ᵀ`.
///
/// ```
/// use backprop_tensor::{ViewMut, add_bias};
/// let mut y = [1.0_f32, 2.0, 3.0, 4.0];
/// add_bias(ViewMut::new(&mut y, 2, 2), &[10.0, 20.0]);
/// assert_eq!(y, [11.0, 22.0, 13.0, 24.0]);
/// ```
///
/// # Panics
/// If `bias` does not have one number for each row.
pub fn add_bias<T: Scalar>(mut y: ViewMut<'_, T>, bias: &[T]) {
    assert_eq!(bias.len(), y.rows(), "one bias for each row");
    if bias.is_empty() {
        return;
    }
    let rows = y.rows();
    vectorize!({
        for column in y.as_mut_slice().chunks_exact_mut(rows) {
            column.iter_mut().zip(bias).for_each(|(y, &b)| *y += b);
        }
    });
}

/// The sum of all columns, added up from the first to the last: `out ← X 1`.
///
/// ```
/// use backprop_tensor::{View, sum_columns};
/// let mut out = [f32::NAN; 2];
/// sum_columns(View::new(&[1.0, 2.0, 3.0, 4.0], 2, 2), &mut out);
/// assert_eq!(out, [4.0, 6.0]);
/// ```
///
/// # Panics
/// If `out` does not have one number for each row.
pub fn sum_columns<T: Scalar>(x: View<'_, T>, out: &mut [T]) {
    assert_eq!(out.len(), x.rows(), "one sum for each row");
    out.fill(T::ZERO);
    if out.is_empty() {
        return;
    }
    vectorize!({
        for column in x.as_slice().chunks_exact(out.len()) {
            out.iter_mut().zip(column).for_each(|(sum, &x)| *sum += x);
        }
    });
}

/// `y ← y + x`, element by element.
///
/// ```
/// use backprop_tensor::add;
/// let mut y = [1.0_f32, 2.0];
/// add(&mut y, &[10.0, 20.0]);
/// assert_eq!(y, [11.0, 22.0]);
/// ```
///
/// # Panics
/// If the lengths differ.
pub fn add<T: Scalar>(y: &mut [T], x: &[T]) {
    assert_eq!(y.len(), x.len(), "lengths differ");
    vectorize!(y.iter_mut().zip(x).for_each(|(y, &x)| *y += x));
}

/// Gathers columns: column `j` of `out` becomes column `order[j]` of `x`.
///
/// ```
/// use backprop_tensor::{View, ViewMut, copy_columns};
/// let mut out = [0.0_f32; 2];
/// copy_columns(View::new(&[1.0, 2.0, 3.0], 1, 3), &[2, 0], ViewMut::new(&mut out, 1, 2));
/// assert_eq!(out, [3.0, 1.0]);
/// ```
///
/// # Panics
/// If the rows differ, if `order` does not name one column for each of `out`, or names one that is not there.
pub fn copy_columns<T: Scalar>(x: View<'_, T>, order: &[usize], mut out: ViewMut<'_, T>) {
    assert_eq!(x.rows(), out.rows(), "rows differ");
    assert_eq!(order.len(), out.cols(), "one index for each column");
    for (j, &from) in order.iter().enumerate() {
        out.column_mut(j).copy_from_slice(x.column(from));
    }
}
