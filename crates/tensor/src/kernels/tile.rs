//! The innermost loops of a product: one tile of the output, held in registers from the first term of its sums to the last.

use super::vector::{Portable, Vector};
use crate::Scalar;

/// A tile of the output: `count` numbers along the vectors (lanes) for each of a fixed number of columns.
///
/// ```text
/// tileᵢⱼ = Σₖ lanesᵢₖ columnsₖⱼ
/// ```
///
/// For each k the lanes stand one after the other. A transposed tile is written with its columns one after the other: then the lanes
/// run along the columns of the output.
#[derive(Clone, Copy)]
pub(crate) struct Tile<T> {
    /// The number of terms.
    pub(super) depth: usize,
    /// The lanes of the first term.
    pub(super) lanes: *const T,
    /// From the lanes of one term to those of the next.
    pub(super) lanes_step: usize,
    /// The columns of the first term.
    pub(super) columns: *const T,
    /// From the columns of one term to those of the next.
    pub(super) columns_step: usize,
    /// From one column to the next.
    pub(super) columns_stride: usize,
    /// Where the tile is written.
    pub(super) out: *mut T,
    /// From one column of the output to the next.
    pub(super) out_stride: usize,
    /// How many lanes there are: so many that each vector of the kernel has some, the last at least one.
    pub(super) count: usize,
    /// Whether the sums are added to what stands in the output.
    pub(super) add: bool,
    /// Whether the lanes run along the columns of the output.
    pub(super) transposed: bool,
}

/// Computes a tile with a fixed number of vectors and columns.
pub(crate) type Kernel<T> = unsafe fn(&Tile<T>);

/// Moves numbers from one place and stride to another, so many of them so many times.
pub(crate) type Mover<T> = unsafe fn((*const T, usize), (*mut T, usize), usize, usize);

/// The kernels of one instruction set.
pub(crate) struct Kernels<T: 'static> {
    /// What it is called.
    pub(super) name: &'static str,
    /// Numbers in a vector.
    pub(super) lanes: usize,
    /// For tiles one and two vectors high: the kernels of one column, two columns, …
    pub(super) tiles: [&'static [Kernel<T>]; 2],
    /// For one column: the kernels of four and eight vectors.
    pub(super) tall: [Kernel<T>; 2],
    /// [`Vector::transpose`].
    pub(super) transpose: Mover<T>,
    /// [`copy`].
    pub(super) copy: Mover<T>,
}

/// # Safety
/// The CPU has the instruction set of `V`. For each term, `count` lanes and `COLUMNS` columns can be read; the tile's part of the
/// output can be written, and read if `add`. `count` is more than `V::LANES · (VECTORS − 1)` and at most `V::LANES · VECTORS`. A
/// transposed tile has at most two vectors and at most `V::LANES` columns.
#[inline(always)]
unsafe fn compute<V: Vector, const VECTORS: usize, const COLUMNS: usize>(tile: &Tile<V::Number>) {
    let Tile { depth, mut lanes, lanes_step, mut columns, columns_step, columns_stride, count, .. } = *tile;
    // SAFETY: within what the caller vouches for. Only the last vector may be short, and it is loaded and stored by its mask.
    unsafe {
        let last = V::first(count - (VECTORS - 1) * V::LANES);
        let mut sums = [[V::splat(V::Number::ZERO); COLUMNS]; VECTORS];
        for _ in 0..depth {
            let mut l = [V::splat(V::Number::ZERO); VECTORS];
            for (i, l) in l.iter_mut().enumerate() {
                let from = lanes.add(i * V::LANES);
                *l = if i + 1 == VECTORS { V::load_masked(from, last) } else { V::load(from) };
            }
            for j in 0..COLUMNS {
                let column = V::splat(*columns.add(j * columns_stride));
                for (sums, l) in sums.iter_mut().zip(l) {
                    sums[j] = l.mul_add(column, sums[j]);
                }
            }
            // The last step may leave the matrix, without being read.
            lanes = lanes.wrapping_add(lanes_step);
            columns = columns.wrapping_add(columns_step);
        }
        if tile.transposed {
            // Written out: an index that is not a constant would keep the sums out of registers.
            let to = (tile.out, tile.out_stride);
            V::store_transposed(sums[0], to, V::LANES.min(count), tile.add);
            if VECTORS == 2 {
                let to = (tile.out.add(V::LANES * tile.out_stride), tile.out_stride);
                V::store_transposed(sums[1 % VECTORS], to, count - V::LANES, tile.add);
            }
            return;
        }
        for (i, sums) in sums.iter().enumerate() {
            for (j, &sum) in sums.iter().enumerate() {
                let to = tile.out.add(j * tile.out_stride + i * V::LANES);
                if i + 1 == VECTORS {
                    let sum = if tile.add { V::load_masked(to, last).add(sum) } else { sum };
                    sum.store_masked(to, last);
                } else {
                    let sum = if tile.add { V::load(to).add(sum) } else { sum };
                    sum.store(to);
                }
            }
        }
    }
}

/// So many rows are on their way while one is copied.
const AHEAD: usize = 4;

/// `to[k · to_step + i] = from[k · from_step + i]` for i < `len`, k < `times`.
///
/// # Safety
/// The CPU has the instruction set of `V`; these numbers can be read and written.
#[inline(always)]
unsafe fn copy<V: Vector>(
    (from, from_step): (*const V::Number, usize),
    (to, to_step): (*mut V::Number, usize),
    len: usize,
    times: usize,
) {
    let whole = len - len % V::LANES;
    for k in 0..times {
        // SAFETY: within the numbers that the caller vouches for; the last few are masked.
        unsafe {
            let (from, to) = (from.add(k * from_step), to.add(k * to_step));
            for i in (0..whole).step_by(V::LANES) {
                // A few rows ahead: each row is a page of its own, which no prefetcher of the CPU crosses.
                V::prefetch(from.wrapping_add(AHEAD * from_step + i));
                V::load(from.add(i)).store(to.add(i));
            }
            if whole < len {
                let mask = V::first(len - whole);
                V::load_masked(from.add(whole), mask).store_masked(to.add(whole), mask);
            }
        }
    }
}

/// The kernels of one instruction set and number type, in a module of their own.
macro_rules! kernels {
    ($(#[$attribute:meta])* $name:ident, $vector:ty, $label:literal, [$($columns:literal)*] $(, $features:literal)?) => {
        $(#[$attribute])*
        mod $name {
            #[allow(clippy::wildcard_imports)] // the module is this file's own, written once for each instruction set
            use super::*;

            type V = $vector;
            type Number = <V as Vector>::Number;

            $(#[target_feature(enable = $features)])?
            unsafe fn tile<const VECTORS: usize, const COLUMNS: usize>(tile: &Tile<Number>) {
                // SAFETY: passed on to the caller; the instruction set is that of the attribute.
                unsafe { compute::<V, VECTORS, COLUMNS>(tile) }
            }

            $(#[target_feature(enable = $features)])?
            unsafe fn transpose(from: (*const Number, usize), to: (*mut Number, usize), rows: usize, cols: usize) {
                // SAFETY: passed on to the caller; the instruction set is that of the attribute.
                unsafe { V::transpose(from, to, rows, cols) }
            }

            $(#[target_feature(enable = $features)])?
            unsafe fn copy(from: (*const Number, usize), to: (*mut Number, usize), len: usize, times: usize) {
                // SAFETY: passed on to the caller; the instruction set is that of the attribute.
                unsafe { super::copy::<V>(from, to, len, times) }
            }

            pub(super) static KERNELS: Kernels<Number> = Kernels {
                name: $label,
                lanes: V::LANES,
                tiles: [&[$(tile::<1, $columns>),*], &[$(tile::<2, $columns>),*]],
                tall: [tile::<4, 1>, tile::<8, 1>],
                transpose,
                copy,
            };
        }
    };
}

kernels!(portable_f32, Portable<f32>, "portable", [1 2 3 4]);
kernels!(portable_f64, Portable<f64>, "portable", [1 2 3 4]);
kernels!(#[cfg(all(target_arch = "x86_64", not(backprop_portable)))] avx2_f32, crate::kernels::x86::F32x8, "avx2", [1 2 3 4 5 6], "avx2,fma");
kernels!(#[cfg(all(target_arch = "x86_64", not(backprop_portable)))] avx2_f64, crate::kernels::x86::F64x4, "avx2", [1 2 3 4 5 6], "avx2,fma");
kernels!(
    #[cfg(all(target_arch = "x86_64", not(backprop_portable)))] avx512_f32, crate::kernels::x86::F32x16, "avx512",
    [1 2 3 4 5 6 7 8 9 10 11 12], "avx512f,avx2,fma"
);
kernels!(
    #[cfg(all(target_arch = "x86_64", not(backprop_portable)))] avx512_f64, crate::kernels::x86::F64x8, "avx512",
    [1 2 3 4 5 6 7 8 9 10 11 12], "avx512f,avx2,fma"
);

/// The kernels that this CPU can run, the fastest first.
#[cfg(test)]
pub(super) fn available<T: Scalar>() -> impl Iterator<Item = &'static Kernels<T>> {
    T::kernels().into_iter().flatten()
}

/// A number type with kernels: both have them for the same instruction sets.
pub(crate) trait HasKernels: Sized + 'static {
    /// Those that this CPU can run, the fastest first.
    fn kernels() -> [Option<&'static Kernels<Self>>; 3];

    /// The fastest of them.
    #[inline]
    fn fastest() -> &'static Kernels<Self> {
        let [first, second, third] = Self::kernels();
        first.or(second).or(third).expect("the portable kernels run everywhere")
    }
}

macro_rules! has_kernels {
    ($number:ty, $portable:ident, $avx2:ident, $avx512:ident) => {
        impl HasKernels for $number {
            #[inline]
            fn kernels() -> [Option<&'static Kernels<Self>>; 3] {
                #[cfg(all(target_arch = "x86_64", not(backprop_portable)))]
                {
                    let fma = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
                    let wide = fma && is_x86_feature_detected!("avx512f");
                    [wide.then_some(&$avx512::KERNELS), fma.then_some(&$avx2::KERNELS), Some(&$portable::KERNELS)]
                }
                #[cfg(not(all(target_arch = "x86_64", not(backprop_portable))))]
                [None, None, Some(&$portable::KERNELS)]
            }
        }
    };
}

has_kernels!(f32, portable_f32, avx2_f32, avx512_f32);
has_kernels!(f64, portable_f64, avx2_f64, avx512_f64);
