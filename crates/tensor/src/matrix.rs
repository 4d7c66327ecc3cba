//! Matrices, and the contiguous views of them that travel between functions.

use std::ops::Range;

use crate::Scalar;

/// A column-major matrix that owns its numbers: nalgebra's. A batch is a `features × batch` matrix, one sample per column.
pub type Matrix<T = f32> = nalgebra::DMatrix<T>;

/// A contiguous column-major matrix that borrows its numbers.
///
/// A column is a slice, and so is any range of columns: a sample, a mini-batch, a thread's share.
///
/// ```
/// use backprop_tensor::View;
/// let x = View::new(&[1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3);
/// assert_eq!(x.column(1), &[3.0, 4.0]);
/// assert_eq!(x.columns(1..3).as_slice(), &[3.0, 4.0, 5.0, 6.0]);
/// assert_eq!(x.at(0, 2), 5.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View<'a, T = f32> {
    data: &'a [T],
    rows: usize,
    cols: usize,
}

impl<'a, T: Scalar> View<'a, T> {
    /// The `rows × cols` matrix whose columns stand one after the other in `data`.
    ///
    /// # Panics
    /// If `data` does not hold exactly `rows · cols` numbers.
    #[inline]
    pub fn new(data: &'a [T], rows: usize, cols: usize) -> Self {
        check_len(data.len(), rows, cols);
        Self { data, rows, cols }
    }

    /// The same, where `data` has been cut to `rows · cols` numbers just before.
    #[inline]
    pub(crate) fn exact(data: &'a [T], rows: usize, cols: usize) -> Self {
        debug_assert!(rows.checked_mul(cols) == Some(data.len()), "cut to the size of the view");
        Self { data, rows, cols }
    }

    /// Number of rows: the features of a sample.
    #[inline]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns: the samples of a batch.
    #[inline]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// All numbers, column after column.
    #[inline]
    pub fn as_slice(&self) -> &'a [T] {
        self.data
    }

    /// The number in row `i` of column `j`.
    ///
    /// # Panics
    /// If there is no such row or column.
    #[inline]
    pub fn at(&self, i: usize, j: usize) -> T {
        self.column(j)[i]
    }

    /// Column `j`: one sample.
    ///
    /// # Panics
    /// If there is no such column.
    #[inline]
    pub fn column(&self, j: usize) -> &'a [T] {
        assert!(j < self.cols, "column {j} of {}", self.cols);
        &self.data[j * self.rows..(j + 1) * self.rows]
    }

    /// A range of columns: some of the samples.
    ///
    /// # Panics
    /// If the range is reversed or ends beyond the last column.
    #[inline]
    pub fn columns(&self, range: Range<usize>) -> View<'a, T> {
        let cols = range.len();
        View { data: &self.data[stretch(range, self.rows, self.cols)], rows: self.rows, cols }
    }

    /// The transposed operand of a [`product`](crate::product()): strides swapped, nothing moved.
    #[inline]
    pub fn t(&self) -> Operand<'a, T> {
        Operand::from(*self).t()
    }

    /// The operand made of a range of rows.
    ///
    /// # Panics
    /// If the range is reversed or ends beyond the last row.
    #[inline]
    pub fn rows_range(&self, range: Range<usize>) -> Operand<'a, T> {
        Operand::from(*self).rows_range(range)
    }

    /// The same matrix as a view of nalgebra, for its decompositions and operators.
    pub fn to_nalgebra(&self) -> nalgebra::DMatrixView<'a, T> {
        nalgebra::DMatrixView::from_slice(self.data, self.rows, self.cols)
    }

    /// A copy that owns its numbers.
    pub fn to_matrix(&self) -> Matrix<T> {
        Matrix::from_column_slice(self.rows, self.cols, self.data)
    }
}

impl<'a, T: Scalar> From<&'a Matrix<T>> for View<'a, T> {
    fn from(matrix: &'a Matrix<T>) -> Self {
        View::new(matrix.as_slice(), matrix.nrows(), matrix.ncols())
    }
}

/// A contiguous column-major matrix that borrows its numbers to change them.
///
/// It is not `Copy`; [`reborrow`](Self::reborrow) passes it on and keeps it.
///
/// ```
/// use backprop_tensor::{Matrix, ViewMut};
/// let mut y = Matrix::<f32>::zeros(2, 2);
/// let mut view = ViewMut::from(&mut y);
/// view.column_mut(1).copy_from_slice(&[3.0, 4.0]);
/// view.columns_mut(0..1).fill(7.0);
/// assert_eq!(y.as_slice(), &[7.0, 7.0, 3.0, 4.0]);
/// ```
#[derive(Debug, PartialEq)]
pub struct ViewMut<'a, T = f32> {
    data: &'a mut [T],
    rows: usize,
    cols: usize,
}

impl<'a, T: Scalar> ViewMut<'a, T> {
    /// The `rows × cols` matrix whose columns stand one after the other in `data`.
    ///
    /// # Panics
    /// If `data` does not hold exactly `rows · cols` numbers.
    #[inline]
    pub fn new(data: &'a mut [T], rows: usize, cols: usize) -> Self {
        check_len(data.len(), rows, cols);
        Self { data, rows, cols }
    }

    /// The same, where `data` has been cut to `rows · cols` numbers just before.
    #[inline]
    pub(crate) fn exact(data: &'a mut [T], rows: usize, cols: usize) -> Self {
        debug_assert!(rows.checked_mul(cols) == Some(data.len()), "cut to the size of the view");
        Self { data, rows, cols }
    }

    /// Number of rows: the features of a sample.
    #[inline]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns: the samples of a batch.
    #[inline]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// The same matrix, to read.
    #[inline]
    pub fn view(&self) -> View<'_, T> {
        View { data: self.data, rows: self.rows, cols: self.cols }
    }

    /// The same matrix for a shorter time, so that it can be used again afterwards.
    #[inline]
    pub fn reborrow(&mut self) -> ViewMut<'_, T> {
        ViewMut { data: self.data, rows: self.rows, cols: self.cols }
    }

    /// All numbers, column after column.
    #[inline]
    pub fn as_slice(&self) -> &[T] {
        self.data
    }

    /// All numbers, column after column, to write.
    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        self.data
    }

    /// All numbers, for as long as the matrix is borrowed.
    #[inline]
    pub fn into_slice(self) -> &'a mut [T] {
        self.data
    }

    /// Column `j`: one sample.
    ///
    /// # Panics
    /// If there is no such column.
    #[inline]
    pub fn column(&self, j: usize) -> &[T] {
        assert!(j < self.cols, "column {j} of {}", self.cols);
        &self.data[j * self.rows..(j + 1) * self.rows]
    }

    /// Column `j`, to write.
    ///
    /// # Panics
    /// If there is no such column.
    #[inline]
    pub fn column_mut(&mut self, j: usize) -> &mut [T] {
        assert!(j < self.cols, "column {j} of {}", self.cols);
        &mut self.data[j * self.rows..(j + 1) * self.rows]
    }

    /// A range of columns, to write.
    ///
    /// # Panics
    /// If the range is reversed or ends beyond the last column.
    #[inline]
    pub fn columns_mut(&mut self, range: Range<usize>) -> ViewMut<'_, T> {
        let cols = range.len();
        ViewMut { data: &mut self.data[stretch(range, self.rows, self.cols)], rows: self.rows, cols }
    }

    /// Sets every number to `value`.
    pub fn fill(&mut self, value: T) {
        self.data.fill(value);
    }

    /// Takes over the numbers of `source`.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn copy_from(&mut self, source: View<'_, T>) {
        let fits = (self.rows, self.cols) == (source.rows, source.cols);
        assert!(fits, "a {} × {} matrix copied into {} × {}", source.rows, source.cols, self.rows, self.cols);
        self.data.copy_from_slice(source.data);
    }
}

impl<'a, T: Scalar> From<&'a mut Matrix<T>> for ViewMut<'a, T> {
    fn from(matrix: &'a mut Matrix<T>) -> Self {
        let (rows, cols) = matrix.shape();
        ViewMut::new(matrix.as_mut_slice(), rows, cols)
    }
}

/// Every claim of a shape from outside goes through here; `exact` is for parts that [`Arena`](crate::Arena) has just cut to size.
/// The multiplication is checked: the products trust that a view has its numbers.
#[inline]
fn check_len(len: usize, rows: usize, cols: usize) {
    if rows.checked_mul(cols) != Some(len) {
        wrong_len(len, rows, cols);
    }
}

/// Out of the way of the calls that go well.
#[cold]
fn wrong_len(len: usize, rows: usize, cols: usize) -> ! {
    panic!("a {rows} × {cols} view of {len} numbers");
}

/// Where a range of columns stands in the numbers of a `rows × cols` matrix.
#[inline]
fn stretch(range: Range<usize>, rows: usize, cols: usize) -> Range<usize> {
    assert!(range.start <= range.end && range.end <= cols, "columns {range:?} of {cols}");
    range.start * rows..range.end * rows
}

/// A matrix as an operand of a [`product`](crate::product()): any row and column stride, made from a [`View`].
///
/// Element (i, j) stands at `i · row_stride + j · column_stride`; all of them lie within the slice it borrows, however it was
/// transposed and cut.
///
/// ```
/// use backprop_tensor::View;
/// let x = View::new(&[1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3);    // [1 3 5; 2 4 6]
/// let some = x.t().rows_range(1..3);                               // [3 4; 5 6]
/// assert_eq!((some.rows(), some.cols()), (2, 2));
/// assert_eq!([some.at(0, 0), some.at(0, 1), some.at(1, 0)], [3.0, 4.0, 5.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Operand<'a, T = f32> {
    data: &'a [T],
    rows: usize,
    cols: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<T: Scalar> Operand<'_, T> {
    /// Number of rows.
    #[inline]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    #[inline]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// The transpose: strides swapped, nothing moved.
    #[must_use]
    #[inline]
    pub fn t(self) -> Self {
        Self { rows: self.cols, cols: self.rows, row_stride: self.column_stride, column_stride: self.row_stride, ..self }
    }

    /// The operand made of a range of rows.
    ///
    /// # Panics
    /// If the range is reversed or ends beyond the last row.
    #[must_use]
    #[inline]
    pub fn rows_range(self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.rows, "rows {range:?} of {}", self.rows);
        // An empty range may start behind the last number: nothing of it is ever read.
        let start = (range.start * self.row_stride).min(self.data.len());
        Self { data: &self.data[start..], rows: range.len(), ..self }
    }

    /// The number in row `i` of column `j`.
    ///
    /// # Panics
    /// If there is no such row or column.
    #[inline]
    pub fn at(&self, i: usize, j: usize) -> T {
        assert!(i < self.rows && j < self.cols, "({i}, {j}) of {} × {}", self.rows, self.cols);
        self.data[i * self.row_stride + j * self.column_stride]
    }

    pub(crate) fn as_ptr(&self) -> *const T {
        self.data.as_ptr()
    }

    pub(crate) fn row_stride(&self) -> usize {
        self.row_stride
    }

    pub(crate) fn column_stride(&self) -> usize {
        self.column_stride
    }
}

impl<'a, T: Scalar> From<View<'a, T>> for Operand<'a, T> {
    #[inline]
    fn from(view: View<'a, T>) -> Self {
        Self { data: view.data, rows: view.rows, cols: view.cols, row_stride: 1, column_stride: view.rows }
    }
}

impl<'a, T: Scalar> From<&'a Matrix<T>> for Operand<'a, T> {
    fn from(matrix: &'a Matrix<T>) -> Self {
        Operand::from(View::from(matrix))
    }
}
