//! The loops around the kernels of a product: which way the vectors run, parts of the sums, tiles of the output, packing.

use std::cell::RefCell;
use std::ops::Range;

use super::tile::{HasKernels, Kernel, Kernels, Tile};
use crate::{Accumulate, Operand, Scalar, ViewMut};

/// Sums are taken in parts of at most so many terms.
const DEPTH: usize = 512;

/// So many rows of an operand are packed at a time: with [`DEPTH`] terms of them, in `f32`, half of the second cache.
const PACKED: usize = 256;

/// From one packed term to the next: in `f32` an odd number of cache lines, so that they spread over the whole first cache.
const PACKED_STEP: usize = PACKED + 16;

/// Steps of this many bytes and more touch a page each; multiples of it also fall on the same few lines of the first cache. What is read
/// in such steps is packed first.
const PAGE: usize = 4096;

/// `out = a b` or `out += a b`, for shapes that fit and are not empty.
///
/// ```text
/// outᵢⱼ = s₁ + s₂ + …     each s the sum of at most 512 terms aᵢₖ bₖⱼ, added up from the first to the last
/// ```
///
/// That order depends on the number of terms alone. So an element has the same bits wherever it stands, whichever way the vectors run,
/// and however a is cut by rows and b by columns. (Of NaN, which NaN it is depends on the way.)
pub(crate) fn blocked<T: Scalar>(mut out: ViewMut<'_, T>, accumulate: Accumulate, a: Operand<'_, T>, b: Operand<'_, T>) {
    let kernels = T::fastest();
    let down = Way::down(&mut out, accumulate, a, b);
    // Whole vectors that stand ready cannot be beaten.
    let ready = down.lanes.stride == 1 && down.lanes.rows >= kernels.lanes;
    // SAFETY: the operands and the output outlive this call, and nothing else has a hand on the output; the kernels are those of this CPU.
    unsafe {
        if down.is_one_tile(kernels) {
            // As everything in a tiny network is.
            down.take_one_tile(kernels);
        } else if ready || down.cost(kernels) <= down.along().cost(kernels) {
            down.take(kernels);
        } else {
            down.along().take(kernels);
        }
    }
}

/// The instruction set that products use on this CPU: `avx512`, `avx2` (with FMA) or `portable`.
///
/// ```
/// assert!(["avx512", "avx2", "portable"].contains(&backprop_tensor::instruction_set()));
/// ```
pub fn instruction_set() -> &'static str {
    f32::fastest().name
}

/// Rows of numbers, each with as many terms as the others: element (i, k) at `(i − first_row) · stride + (k − first_term) · step`.
#[derive(Clone, Copy)]
struct Strided<T> {
    start: *const T,
    rows: usize,
    stride: usize,
    step: usize,
    first_row: usize,
    first_term: usize,
}

impl<T: Scalar> Strided<T> {
    /// All rows of an operand; its columns are the terms.
    fn new(operand: Operand<'_, T>) -> Self {
        let (start, rows) = (operand.as_ptr(), operand.rows());
        Self { start, rows, stride: operand.row_stride(), step: operand.column_stride(), first_row: 0, first_term: 0 }
    }

    /// Row `i`, term `k`.
    ///
    /// # Safety
    /// There is such an element.
    unsafe fn at(&self, i: usize, k: usize) -> *const T {
        // SAFETY: the element stands in the same allocation.
        unsafe { self.start.add((i - self.first_row) * self.stride + (k - self.first_term) * self.step) }
    }

    /// Whether reading it row by row and term by term means steps that caches do not like.
    fn scattered(&self) -> bool {
        let bytes = |stride: usize| stride * size_of::<T>();
        let (stride, step) = (bytes(self.stride), bytes(self.step));
        self.rows > 1 && if self.stride == 1 { step >= PAGE } else { stride >= PAGE && stride % PAGE == 0 }
    }

    /// The place in `to` of some rows and terms that are packed: the rows of a term stand one after the other.
    fn packed(rows: &Range<usize>, terms: &Range<usize>, to: *mut T, step: usize) -> Self {
        Self { start: to, rows: rows.len(), stride: 1, step, first_row: rows.start, first_term: terms.start }
    }

    /// Copies some rows and terms there: `to[(k − k₀) · step + (i − i₀)]` becomes row i, term k.
    ///
    /// # Safety
    /// There are such rows and terms, `to` has room for them, and the CPU can run the kernels.
    unsafe fn pack(&self, kernels: &Kernels<T>, rows: &Range<usize>, terms: &Range<usize>, to: *mut T, step: usize) {
        // SAFETY: every pointer is to an element of the rows and terms that the caller vouches for, there and in `to`.
        unsafe {
            if self.stride == 1 {
                let from = (self.at(rows.start, terms.start), self.step);
                (kernels.copy)(from, (to, step), rows.len(), terms.len());
            } else {
                for rows_of_block in blocks(rows, kernels.lanes) {
                    for terms_of_block in blocks(terms, kernels.lanes) {
                        let from = self.at(rows_of_block.start, terms_of_block.start);
                        let to = to.add((terms_of_block.start - terms.start) * step + rows_of_block.start - rows.start);
                        let (rows, terms) = (rows_of_block.len(), terms_of_block.len());
                        if self.step == 1 {
                            (kernels.transpose)((from, self.stride), (to, step), rows, terms);
                        } else {
                            for (k, i) in (0..terms).flat_map(|k| (0..rows).map(move |i| (k, i))) {
                                *to.add(k * step + i) = *from.add(i * self.stride + k * self.step);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One way to take a product: as so many columns of so many lanes.
///
#[derive(Clone, Copy)]
struct Way<T> {
    lanes: Strided<T>,
    columns: Strided<T>,
    /// The number of terms of each.
    depth: usize,
    out: *mut T,
    /// From one column of the output to the next.
    out_stride: usize,
    /// Whether the lanes run along the rows of the output.
    transposed: bool,
    /// Whether the product is added to what stands in the output.
    add: bool,
}

impl<T: Scalar> Way<T> {
    /// With vectors that run down the columns of the output.
    #[inline]
    fn down(out: &mut ViewMut<'_, T>, accumulate: Accumulate, a: Operand<'_, T>, b: Operand<'_, T>) -> Self {
        let (m, n, depth) = (out.rows(), out.cols(), a.cols());
        let fits = a.rows() == m && b.cols() == n && b.rows() == depth && m.min(n).min(depth) > 0;
        assert!(fits, "shapes are checked by the caller");
        Self {
            lanes: Strided::new(a),
            columns: Strided::new(b.t()),
            depth,
            out: out.as_mut_slice().as_mut_ptr(),
            out_stride: m,
            transposed: false,
            add: accumulate == Accumulate::Add,
        }
    }

    /// The same product with vectors that run along the rows of the output.
    fn along(self) -> Self {
        // A single row stands like a column.
        Self { lanes: self.columns, columns: self.lanes, transposed: self.lanes.rows > 1, ..self }
    }

    /// Whether all of it is one tile that can be read where it stands.
    #[inline]
    fn is_one_tile(&self, kernels: &Kernels<T>) -> bool {
        self.lanes.stride == 1
            && self.lanes.rows <= 2 * kernels.lanes
            && self.columns.rows <= kernels.tiles[0].len()
            && self.depth <= DEPTH
    }

    /// # Safety
    /// As [`take`](Self::take); it [is one tile](Self::is_one_tile).
    #[inline]
    unsafe fn take_one_tile(&self, kernels: &Kernels<T>) {
        let (lanes, columns) = (self.lanes.rows, self.columns.rows);
        let kernel = kernels.tiles[usize::from(lanes > kernels.lanes)];
        // SAFETY: all lanes, columns and terms; the lanes of a term stand one after the other; the kernels are those of this CPU.
        unsafe { self.tile(kernel, (self.lanes, 0, lanes), (self.columns, &(0..columns)), &(0..self.depth)) };
    }

    /// Whether the lanes are copied first. They have to be unless those of a term stand one after the other.
    fn packs_lanes(&self) -> bool {
        self.lanes.stride != 1 || (self.columns.rows > 1 && self.lanes.scattered())
    }

    /// Whether the columns are copied first: worth it if they are read often.
    fn packs_columns(&self, kernels: &Kernels<T>) -> bool {
        self.lanes.rows >= 16 * kernels.lanes && self.columns.scattered()
    }

    /// About how many instructions it takes: of influence on the time alone.
    fn cost(&self, kernels: &Kernels<T>) -> usize {
        let vectors = (self.lanes.rows + kernels.lanes - 1) >> kernels.lanes.trailing_zeros();
        let sums = vectors * self.depth * self.columns.rows.max(2);
        let copying = match (self.lanes.stride, self.lanes.step) {
            _ if !self.packs_lanes() => 0,
            (1, _) => vectors * self.depth * 3,
            (_, 1) => vectors * self.depth.next_multiple_of(kernels.lanes) * 6,
            _ => self.lanes.rows * self.depth * 3,
        };
        let writing =
            if self.transposed { self.columns.rows.div_ceil(kernels.tiles[0].len()) * 80 } else { self.columns.rows * 2 };
        sums + copying + vectors * writing
    }

    /// # Safety
    /// The operands and the output that it was made of are still there, nothing else has a hand on the output, and the CPU can run the
    /// kernels.
    unsafe fn take(&self, kernels: &Kernels<T>) {
        let (lanes, columns) = (self.lanes.rows, self.columns.rows);
        let packs = [self.packs_lanes(), self.packs_columns(kernels)];
        let at_once = packs.map(|packs| if packs { PACKED } else { usize::MAX });
        T::with_room(|room| {
            let [lanes_room, columns_room] = room.parts(packs[0] || packs[1]);
            for terms in blocks(&(0..self.depth), part(self.depth)) {
                for columns in Pieces::of(&(0..columns), at_once[1]).all() {
                    let panels = Pieces::of(&columns, kernels.tiles[0].len());
                    let panel = |panel: &Range<usize>| {
                        let place = columns_room.wrapping_add((panel.start - columns.start) * terms.len());
                        Strided::packed(panel, &terms, place, panel.len())
                    };
                    if packs[1] {
                        for range in panels.all() {
                            // SAFETY: there are such columns and terms. Panels stand one after the other, and together are at most
                            // PACKED columns of DEPTH terms: the room is for so many. The CPU can run the kernels.
                            unsafe { self.columns.pack(kernels, &range, &terms, panel(&range).start.cast_mut(), range.len()) };
                        }
                    }
                    for lanes in blocks(&(0..lanes), at_once[0]) {
                        let mut from = self.lanes;
                        if packs[0] {
                            // SAFETY: there are such lanes and terms, at most PACKED and DEPTH of them, for which the room is. The CPU can
                            // run the kernels.
                            unsafe { self.lanes.pack(kernels, &lanes, &terms, lanes_room, PACKED_STEP) };
                            from = Strided::packed(&lanes, &terms, lanes_room, PACKED_STEP);
                        }
                        let mut lane = lanes.start;
                        while lane < lanes.end {
                            let (count, kernel) = self.height(kernels, lanes.end - lane);
                            for range in panels.all() {
                                let columns = if packs[1] { panel(&range) } else { self.columns };
                                // SAFETY: there are such lanes, columns and terms; the lanes of a term stand one after the other, or
                                // have just been packed so; the kernels are those of this CPU.
                                unsafe { self.tile(kernel, (from, lane, count), (columns, &range), &terms) };
                            }
                            lane += count;
                        }
                    }
                }
            }
        });
    }

    /// One tile of the output, some terms of its sums.
    ///
    /// # Safety
    /// There are such lanes, columns and terms, the lanes of a term stand one after the other, and the CPU can run the kernels.
    #[inline]
    unsafe fn tile(
        &self,
        kernel: &[Kernel<T>],
        (lanes, lane, count): (Strided<T>, usize, usize),
        (columns, range): (Strided<T>, &Range<usize>),
        terms: &Range<usize>,
    ) {
        let (row, column) = if self.transposed { (range.start, lane) } else { (lane, range.start) };
        // SAFETY: each pointer is to the first element of the tile, and the strides lead to the others. The output has an element for
        // each lane and column, and nobody else has a hand on it.
        unsafe {
            kernel[range.len() - 1](&Tile {
                depth: terms.len(),
                lanes: lanes.at(lane, terms.start),
                lanes_step: lanes.step,
                columns: columns.at(range.start, terms.start),
                columns_step: columns.step,
                columns_stride: columns.stride,
                out: self.out.add(row + column * self.out_stride),
                out_stride: self.out_stride,
                count,
                add: self.add || terms.start > 0,
                transposed: self.transposed,
            });
        }
    }

    /// How many of the lanes that are left the next tile has, and its kernels by the number of columns.
    fn height<'k>(&self, kernels: &'k Kernels<T>, left: usize) -> (usize, &'k [Kernel<T>]) {
        if self.columns.rows == 1 && !self.transposed {
            // A single column keeps the multipliers busy only with many vectors.
            for (vectors, kernel) in [(8, &kernels.tall[1..]), (4, &kernels.tall[..1])] {
                if left >= vectors * kernels.lanes {
                    return (vectors * kernels.lanes, kernel);
                }
            }
        }
        let count = left.min(2 * kernels.lanes);
        (count, kernels.tiles[usize::from(count > kernels.lanes)])
    }
}

/// How many terms are added up at a time: a pure function of their number.
fn part(depth: usize) -> usize {
    if depth <= DEPTH {
        return depth;
    }
    depth.div_ceil(depth.div_ceil(DEPTH))
}

/// Cuts a range into pieces of `len`; the last may be shorter.
fn blocks(range: &Range<usize>, len: usize) -> impl Iterator<Item = Range<usize>> + use<> {
    let end = range.end;
    range.clone().step_by(len).map(move |start| start..end.min(start + len))
}

/// A range cut into as few pieces as there have to be, all of nearly the same length.
#[derive(Clone, Copy)]
struct Pieces {
    start: usize,
    count: usize,
    short: usize,
    /// So many pieces, the first, are longer by one.
    longer: usize,
}

impl Pieces {
    /// Pieces of at most `most`.
    fn of(range: &Range<usize>, most: usize) -> Self {
        let (start, len) = (range.start, range.len());
        if len <= most {
            return Self { start, count: 1, short: len, longer: 0 };
        }
        let count = len.div_ceil(most);
        Self { start, count, short: len / count, longer: len % count }
    }

    fn all(self) -> impl Iterator<Item = Range<usize>> {
        let Self { start, count, short, longer } = self;
        (0..count).map(move |i| {
            let start = start + i * short + i.min(longer);
            start..start + short + usize::from(i < longer)
        })
    }
}

/// What a thread needs to pack the operands of a product: made when it first packs any, or joins a pool, and kept.
pub(crate) struct Room<T>(Vec<T>);

impl<T: Scalar> Room<T> {
    const fn new() -> Self {
        Self(Vec::new())
    }

    /// The room for lanes and the room for columns, if there is any need for them.
    fn parts(&mut self, needed: bool) -> [*mut T; 2] {
        if needed && self.0.is_empty() {
            self.0 = vec![T::ZERO; 2 * DEPTH * PACKED_STEP];
        }
        let half = self.0.len() / 2;
        let (lanes, columns) = self.0.split_at_mut(half);
        [lanes.as_mut_ptr(), columns.as_mut_ptr()]
    }
}

/// A number type with room for packing.
pub(crate) trait HasRoom: Sized {
    /// Lends the room of this thread.
    fn with_room<R>(work: impl FnOnce(&mut Room<Self>) -> R) -> R;
}

macro_rules! has_room {
    ($number:ty, $name:ident) => {
        thread_local! {
            static $name: RefCell<Room<$number>> = const { RefCell::new(Room::new()) };
        }

        impl HasRoom for $number {
            #[inline]
            fn with_room<R>(work: impl FnOnce(&mut Room<Self>) -> R) -> R {
                $name.with_borrow_mut(work)
            }
        }
    };
}

has_room!(f32, ROOM_F32);
has_room!(f64, ROOM_F64);

/// Makes the rooms of this thread, so that no product has to.
pub(crate) fn make_room() {
    f32::with_room(|room| room.parts(true));
    f64::with_room(|room| room.parts(true));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::tile::available;
    use crate::kernels::vector::FUSED_EVERYWHERE;
    use crate::{Key, Purpose, View};

    /// The definition, in the order of sums that the kernels keep: their plain twin.
    fn plain<T: Scalar>(fused: bool, out: &mut [T], rows: usize, add: bool, a: Operand<'_, T>, b: Operand<'_, T>) {
        for (j, i) in (0..b.cols()).flat_map(|j| (0..rows).map(move |i| (j, i))) {
            let out = &mut out[i + j * rows];
            for terms in blocks(&(0..a.cols()), part(a.cols())) {
                let first = terms.start == 0;
                let sum = terms.fold(T::ZERO, |sum, k| {
                    if fused { a.at(i, k).mul_add(b.at(k, j), sum) } else { a.at(i, k) * b.at(k, j) + sum }
                });
                *out = if add || !first { *out + sum } else { sum };
            }
        }
    }

    fn draw<T: Scalar>(len: usize, index: u64) -> Vec<T> {
        let mut stream = Key::new(1, Purpose::Data).stream(index);
        (0..len).map(|_| T::from_f64(stream.uniform() - 0.5)).collect()
    }

    /// The operand of `rows × cols` with so many further rows above and below it in its matrix.
    fn operand<T: Scalar>(data: &[T], rows: usize, cols: usize, transposed: bool, more: usize) -> Operand<'_, T> {
        if transposed {
            View::new(data, cols + 2 * more, rows).rows_range(more..more + cols).t()
        } else {
            View::new(data, rows + 2 * more, cols).rows_range(more..more + rows)
        }
    }

    /// Every instruction set, every way to take the product: the bits of the twin.
    fn check<T: Scalar>(m: usize, n: usize, k: usize, transposed: (bool, bool), add: bool, more: usize) {
        let (a, b) = (draw((m + 2 * more) * (k + 2 * more), 0), draw((n + 2 * more) * (k + 2 * more), 1));
        let (a_rows, a_cols) = if transposed.0 { (k, m) } else { (m, k) };
        let (b_rows, b_cols) = if transposed.1 { (n, k) } else { (k, n) };
        let a = operand(&a[..(a_rows + 2 * more) * a_cols], m, k, transposed.0, more);
        let b = operand(&b[..(b_rows + 2 * more) * b_cols], k, n, transposed.1, more);
        let old = draw(m * n, 2);
        for kernels in available::<T>() {
            let mut expected = old.clone();
            plain(kernels.name != "portable" || FUSED_EVERYWHERE, &mut expected, m, add, a, b);
            for way in ["down", "along"] {
                let mut got = if add { old.clone() } else { vec![T::from_f64(f64::NAN); m * n] };
                let accumulate = if add { Accumulate::Add } else { Accumulate::Replace };
                let mut out = ViewMut::new(&mut got, m, n);
                let down = Way::down(&mut out, accumulate, a, b);
                // SAFETY: operands and output are alive, and the kernels are available.
                unsafe { if way == "down" { down.take(kernels) } else { down.along().take(kernels) } };
                let same =
                    got.iter().zip(&expected).position(|(got, expected)| got.to_f64().to_bits() != expected.to_f64().to_bits());
                let at = same.map(|at| (at % m, at / m, got[at], expected[at]));
                assert!(at.is_none(), "{m} × {n} × {k}, {transposed:?}, {more}: {} way {way} at {at:?}", kernels.name);
            }
        }
    }

    proptest! {
        #[test]
        fn every_instruction_set_and_way_has_the_bits_of_the_definition(
            m in 1..70_usize, n in 1..40_usize, k in 1..80_usize, ta: bool, tb: bool, add: bool, more in 0..3_usize,
        ) {
            check::<f32>(m, n, k, (ta, tb), add, more);
            check::<f64>(m, n, k, (ta, tb), add, more);
        }
    }

    #[test]
    fn long_sums_and_single_rows_and_columns() {
        for transposed in [(false, false), (true, false), (false, true), (true, true)] {
            check::<f32>(300, 1, 600, transposed, false, 0);
            check::<f32>(1, 300, 1100, transposed, true, 0);
            check::<f64>(150, 1, 515, transposed, true, 0);
            check::<f32>(33, 13, DEPTH + 1, transposed, false, 1);
        }
    }

    #[test]
    fn steps_over_pages_are_packed() {
        // 500 further rows above and below: more than a page of memory from column to column.
        for transposed in [(false, false), (true, false), (false, true), (true, true)] {
            check::<f32>(50, 30, 40, transposed, false, 500);
            check::<f32>(280, 20, 24, transposed, true, 512 - 140);
            check::<f32>(20, 280, 24, transposed, false, 512 - 140);
            check::<f64>(20, 280, 300, transposed, false, 512 - 140);
        }
        // Whole pages, in both operands.
        check::<f32>(1024, 300, 24, (false, true), false, 0);
        check::<f32>(300, 16, 1024, (true, false), false, 0);
        check::<f32>(300, 16, 1024, (false, false), false, 0);
    }

    #[test]
    fn cuts_do_not_change_a_bit() {
        let (m, n, k) = (100, 40, 700);
        let (a, b) = (draw::<f32>(m * k, 3), draw::<f32>(k * n, 4));
        let (a, b) = (View::new(&a, m, k), View::new(&b, k, n));
        let mut whole = vec![0.0; m * n];
        blocked(ViewMut::new(&mut whole, m, n), Accumulate::Replace, a.into(), b.into());
        for width in [1, 3, 8, 16, 39] {
            for columns in blocks(&(0..n), width) {
                let mut part = vec![0.0; m * columns.len()];
                let out = ViewMut::new(&mut part, m, columns.len());
                blocked(out, Accumulate::Replace, a.into(), b.columns(columns.clone()).into());
                assert_eq!(part, whole[columns.start * m..columns.end * m], "columns {columns:?}");
            }
        }
        for height in [1, 5, 16, 33] {
            for rows in blocks(&(0..m), height) {
                let mut part = vec![0.0; rows.len() * n];
                let out = ViewMut::new(&mut part, rows.len(), n);
                blocked(out, Accumulate::Replace, a.rows_range(rows.clone()), b.into());
                for j in 0..n {
                    let column = &part[j * rows.len()..][..rows.len()];
                    assert_eq!(column, &whole[j * m + rows.start..j * m + rows.end], "rows {rows:?}");
                }
            }
        }
    }
}
