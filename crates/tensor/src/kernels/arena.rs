//! All buffers of a pass over a batch, in one piece of memory.

use std::ops::Range;

use super::parts::{Shared, for_each};
use crate::{Scalar, View, ViewMut};

/// How many bytes a cache line has.
const LINE: usize = 64;

/// Where one matrix of an [`Arena`] stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: usize,
    rows: usize,
}

/// Matrices of the same number of columns that are worked on one slice of columns at a time.
///
/// They stand in one piece of memory, made once for the largest batch. A smaller batch uses the first columns of each matrix. Within a batch, slices of columns
/// are handed to threads: each sees its own columns of every matrix and nothing else.
///
/// ```
/// use backprop_tensor::Arena;
/// let mut arena = Arena::<f32>::new(&[1, 2], 4);
/// arena.view_mut(0, 4).as_mut_slice().copy_from_slice(&[1.0, 2.0, 3.0, 4.0]);
/// arena.for_each_slice(4, 3, true, &mut [(); 2], |slice| {
///     let ([x], [mut y]) = slice.disjoint([0], [1]);
///     for j in 0..x.cols() {
///         y.column_mut(j).fill(x.at(0, j));
///     }
/// });
/// assert_eq!(arena.view(1, 4).as_slice(), &[1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0]);
/// ```
#[derive(Debug)]
pub struct Arena<T> {
    data: Vec<T>,
    places: Vec<Place>,
    columns: usize,
}

impl<T: Scalar> Arena<T> {
    /// One matrix for each entry of `rows`, all with room for `columns` columns, filled with zeros.
    ///
    /// # Panics
    /// If that is more than memory can hold.
    pub fn new(rows: &[usize], columns: usize) -> Self {
        // Each matrix starts on a cache line of its own, so that no two share one.
        let line = LINE / size_of::<T>();
        let mut end = 0_usize;
        let mut places = Vec::with_capacity(rows.len());
        for &rows in rows {
            places.push(Place { start: end, rows });
            // Checked: that matrices do not overlap is what the kernels build on.
            let numbers = rows.checked_mul(columns).and_then(|numbers| numbers.checked_next_multiple_of(line));
            end = numbers
                .and_then(|numbers| end.checked_add(numbers))
                .unwrap_or_else(|| panic!("{rows} × {columns} numbers are more than memory can hold"));
        }
        if end == 0 {
            return Self { data: Vec::new(), places, columns };
        }
        // The allocator aligns to a number, not to a line: the first line begins a few numbers later.
        let data = vec![T::ZERO; end.saturating_add(line - 1)];
        let first = data.as_ptr().align_offset(LINE).min(line - 1);
        places.iter_mut().for_each(|place| place.start += first);
        Self { data, places, columns }
    }

    /// The largest batch that fits.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The memory it takes, in numbers of type `T`.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// The first `columns` columns of matrix `index`.
    ///
    /// # Panics
    /// If there are not that many columns, or there is no such matrix.
    pub fn view(&self, index: usize, columns: usize) -> View<'_, T> {
        let Place { start, rows } = self.places[index];
        assert!(columns <= self.columns, "{columns} columns of an arena of {}", self.columns);
        View::exact(&self.data[start..start + rows * columns], rows, columns)
    }

    /// The first `columns` columns of matrix `index`, to write.
    ///
    /// # Panics
    /// If there are not that many columns, or there is no such matrix.
    pub fn view_mut(&mut self, index: usize, columns: usize) -> ViewMut<'_, T> {
        let Place { start, rows } = self.places[index];
        assert!(columns <= self.columns, "{columns} columns of an arena of {}", self.columns);
        ViewMut::exact(&mut self.data[start..start + rows * columns], rows, columns)
    }

    /// The first `columns` columns of all matrices, as one slice.
    ///
    /// # Panics
    /// If there are not that many.
    pub fn slice(&mut self, columns: usize) -> Slice<'_, T> {
        assert!(columns <= self.columns, "{columns} columns of an arena of {}", self.columns);
        Slice { data: Shared::new(&mut self.data), places: &self.places, index: 0, range: 0..columns }
    }

    /// Cuts the first `columns` columns into slices of `width` (the last may be narrower) and calls `work` for each, on all
    /// threads if `parallel`. What it returns for slice `i` stands in `results[i]` afterwards. Takes no memory.
    ///
    /// # Panics
    /// If there are not that many columns, `width` is 0, or `results` has not one place for each slice.
    pub fn for_each_slice<R: Send>(
        &mut self,
        columns: usize,
        width: usize,
        parallel: bool,
        results: &mut [R],
        work: impl Fn(&mut Slice<'_, T>) -> R + Sync,
    ) {
        assert!(columns <= self.columns, "{columns} columns of an arena of {}", self.columns);
        assert!(width > 0, "a slice has at least one column");
        assert_eq!(results.len(), columns.div_ceil(width), "one result for each slice");
        let data = Shared::new(&mut self.data);
        let places = &self.places;
        for_each(results, parallel, &|index, result: &mut R| {
            let start = index * width;
            let range = start..start + width.min(columns - start);
            *result = work(&mut Slice { data, places, index, range });
        });
    }
}

/// The same columns of every matrix of an [`Arena`].
///
/// Its views are alone with their columns. That two of them never meet is for the compiler to see: what
/// [`disjoint`](Self::disjoint) gives out lives no longer than until it is called again,
///
/// ```compile_fail,E0499
/// # let mut arena = backprop_tensor::Arena::<f32>::new(&[1, 2], 4);
/// let mut slice = arena.slice(4);
/// let ([], [first]) = slice.disjoint([], [0]);
/// let ([], [again]) = slice.disjoint([], [0]);
/// drop((first, again));
/// ```
///
/// an arena has one slice at a time,
///
/// ```compile_fail,E0499
/// # let mut arena = backprop_tensor::Arena::<f32>::new(&[1, 2], 4);
/// let (a, b) = (arena.slice(4), arena.slice(4));
/// drop((a, b));
/// ```
///
/// and nothing of a slice leaves the closure that was lent it.
///
/// ```compile_fail
/// # let mut arena = backprop_tensor::Arena::<f32>::new(&[1, 2], 4);
/// let mut kept = [None];
/// arena.for_each_slice(4, 4, false, &mut kept, |slice| Some(slice.disjoint([0], []).0));
/// ```
#[derive(Debug)]
pub struct Slice<'a, T> {
    data: Shared<'a, T>,
    places: &'a [Place],
    index: usize,
    range: Range<usize>,
}

impl<'a, T: Scalar> Slice<'a, T> {
    /// Which slice of the batch this is, counted from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The columns of the batch that it covers.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Several matrices at once, by their place in the `rows` of [`Arena::new`]: those of `reads` to read, those of `writes` to
    /// write.
    ///
    /// # Panics
    /// If a matrix to write is named twice, or also among those to read, or one is not there.
    #[inline]
    pub fn disjoint<const R: usize, const W: usize>(
        &mut self,
        reads: [usize; R],
        writes: [usize; W],
    ) -> ([View<'_, T>; R], [ViewMut<'_, T>; W]) {
        let again = Slice { data: self.data, places: self.places, index: self.index, range: self.range.clone() };
        again.into_disjoint(reads, writes)
    }

    /// As [`disjoint`](Self::disjoint), for as long as the arena is borrowed.
    ///
    /// # Panics
    /// As [`disjoint`](Self::disjoint).
    #[inline]
    pub fn into_disjoint<const R: usize, const W: usize>(
        self,
        reads: [usize; R],
        writes: [usize; W],
    ) -> ([View<'a, T>; R], [ViewMut<'a, T>; W]) {
        for (i, write) in writes.iter().enumerate() {
            if reads.contains(write) || writes[..i].contains(write) {
                named_twice(*write);
            }
        }
        let columns = self.range.len();
        // SAFETY: matrices of an arena do not overlap (`Arena::new` lays them out one after the other, in checked arithmetic), and
        // slices have disjoint column ranges (`for_each_slice`) or the arena to themselves (`slice`), and so disjoint parts of each
        // matrix. There is one `Slice` for each range: it is not `Clone`, nor made anywhere else but in `disjoint`, which borrows the
        // original for as long as the results live; swapping two of them swaps what they cover. It is consumed here, so no earlier
        // result is still alive; and by the check above no matrix to write is also read or written through another entry.
        unsafe {
            (
                reads.map(
                    #[inline(always)]
                    |index| {
                        let Place { start, rows } = self.places[index];
                        View::exact(self.data.part(start + self.range.start * rows, rows * columns), rows, columns)
                    },
                ),
                writes.map(
                    #[inline(always)]
                    |index| {
                        let Place { start, rows } = self.places[index];
                        ViewMut::exact(self.data.part_mut(start + self.range.start * rows, rows * columns), rows, columns)
                    },
                ),
            )
        }
    }
}

/// Out of the way of the calls that go well.
#[cold]
fn named_twice(matrix: usize) -> ! {
    panic!("matrix {matrix} is named twice");
}
