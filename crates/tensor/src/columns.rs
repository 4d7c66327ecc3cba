//! What is done to all columns of a matrix at once.

use crate::{Cut, Scalar, View, ViewMut, for_each_piece, vectorize};

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
    // Several short columns at a time, so that there is a loop to make vector code of.
    let mut repeated = [T::ZERO; SHORT];
    let times = SHORT / bias.len();
    let bias = if times < 2 || y.cols() < 16 { bias } else { repeat(bias, &mut repeated[..times * bias.len()]) };
    vectorize!({
        for columns in y.as_mut_slice().chunks_mut(bias.len()) {
            columns.iter_mut().zip(bias).for_each(|(y, &b)| *y += b);
        }
    });
}

/// So many numbers are worth a loop over them.
const SHORT: usize = 128;

/// Fills `out` with `x` over and over.
fn repeat<'a, T: Copy>(x: &[T], out: &'a mut [T]) -> &'a [T] {
    out[..x.len()].copy_from_slice(x);
    let mut filled = x.len();
    while filled < out.len() {
        let next = filled.min(out.len() - filled);
        out.copy_within(..next, filled);
        filled += next;
    }
    out
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
    // Some rows at a time, whose sums stay in registers.
    vectorize!({
        let mut row = 0;
        while row < out.len() {
            row += match out.len() - row {
                256.. => sum_rows::<T, 256>(x, row, out),
                64.. => sum_rows::<T, 64>(x, row, out),
                16.. => sum_rows::<T, 16>(x, row, out),
                8.. => sum_rows::<T, 8>(x, row, out),
                4.. => sum_rows::<T, 4>(x, row, out),
                2.. => sum_rows::<T, 2>(x, row, out),
                _ => sum_rows::<T, 1>(x, row, out),
            };
        }
    });
}

/// The sums of `ROWS` rows from `first`. Gives `ROWS`.
#[inline(always)]
fn sum_rows<T: Scalar, const ROWS: usize>(x: View<'_, T>, first: usize, out: &mut [T]) -> usize {
    let mut sums = [T::ZERO; ROWS];
    for column in x.as_slice().get(first..).unwrap_or_default().chunks(x.rows()) {
        let column: &[T; ROWS] = column.first_chunk().expect("the rows lie within the column");
        sums.iter_mut().zip(column).for_each(|(sum, &x)| *sum += x);
    }
    out[first..first + ROWS].copy_from_slice(&sums);
    ROWS
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
    // A single piece where nothing is copied: the columns still have to be there.
    for_each_piece(Gather { x, order, out: out.as_mut_slice() }, Gather::run);
}

/// Some columns to gather.
struct Gather<'a, T> {
    x: View<'a, T>,
    order: &'a [usize],
    out: &'a mut [T],
}

impl<T: Scalar> Gather<'_, T> {
    fn run(&mut self) {
        let rows = self.x.rows();
        for (j, &from) in self.order.iter().enumerate() {
            self.out[j * rows..][..rows].copy_from_slice(self.x.column(from));
        }
    }
}

impl<T: Scalar> Cut for Gather<'_, T> {
    const GRAIN: usize = 1;

    /// Columns far apart come from memory, which takes long: half as many numbers as elsewhere are worth sharing.
    fn least(&self) -> usize {
        (1 << 13) / self.x.rows().max(1)
    }

    fn len(&self) -> usize {
        self.order.len()
    }

    fn split_front(&mut self, len: usize) -> Self {
        let order = self.order.split_front(len);
        Self { x: self.x, order, out: self.out.split_front(order.len() * self.x.rows()) }
    }
}
