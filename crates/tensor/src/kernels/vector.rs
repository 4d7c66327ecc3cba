//! A few numbers side by side: what the product's kernel is written in.

use crate::Scalar;

/// As many numbers as one instruction works on. An implementation stands for one instruction set and one number type.
///
/// # Safety
/// All methods: the CPU has the instruction set of the implementation. Loads and stores: the pointer is good for that many numbers;
/// the forms with a mask touch the numbers of the mask alone.
pub(super) trait Vector: Copy {
    /// The number type.
    type Number: Scalar;
    /// Which lanes take part in a load or a store.
    type Mask: Copy;
    /// How many numbers there are.
    const LANES: usize;

    /// The first `lanes` lanes, of at most [`LANES`](Self::LANES).
    unsafe fn first(lanes: usize) -> Self::Mask;
    /// The same number in all lanes.
    unsafe fn splat(x: Self::Number) -> Self;
    /// Numbers that stand one after the other.
    unsafe fn load(from: *const Self::Number) -> Self;
    /// The same for the lanes of `mask`; 0 in the others.
    unsafe fn load_masked(from: *const Self::Number, mask: Self::Mask) -> Self;
    /// The reverse of [`load`](Self::load).
    unsafe fn store(self, to: *mut Self::Number);
    /// The same for the lanes of `mask`.
    unsafe fn store_masked(self, to: *mut Self::Number, mask: Self::Mask);
    /// Asks for the cache line at this address, which need not be good for anything.
    #[inline(always)]
    unsafe fn prefetch(at: *const Self::Number) {
        let _ = at;
    }
    /// Lane by lane.
    unsafe fn add(self, other: Self) -> Self;
    /// self · b + sum, lane by lane; with one rounding if the CPU has an instruction for it.
    unsafe fn mul_add(self, b: Self, sum: Self) -> Self;

    /// `to[c · to_stride + r] = from[r · from_stride + c]` for r < `rows`, c < `cols`, both of at most [`LANES`](Self::LANES).
    #[inline(always)]
    unsafe fn transpose(
        (from, from_stride): (*const Self::Number, usize),
        (to, to_stride): (*mut Self::Number, usize),
        rows: usize,
        cols: usize,
    ) {
        for c in 0..cols {
            for r in 0..rows {
                // SAFETY: both stand in the ranges that the caller vouches for.
                unsafe { *to.add(c * to_stride + r) = *from.add(r * from_stride + c) };
            }
        }
    }

    /// `to[c · stride + r] = rows[r][c]`, or `+=`, for c < `cols`; at most [`LANES`](Self::LANES) rows.
    #[inline(always)]
    unsafe fn store_transposed<const ROWS: usize>(
        rows: [Self; ROWS],
        (to, stride): (*mut Self::Number, usize),
        cols: usize,
        add: bool,
    ) {
        for (r, row) in rows.into_iter().enumerate() {
            const { assert!(Self::LANES <= WIDEST, "a vector fits") };
            let mut lanes = [Self::Number::ZERO; WIDEST];
            // SAFETY: `lanes` has room for a vector; the output is what the caller vouches for.
            unsafe { row.store(lanes.as_mut_ptr()) };
            for (c, &x) in lanes.iter().enumerate().take(cols) {
                // SAFETY: as above.
                let to = unsafe { &mut *to.add(c * stride + r) };
                *to = if add { *to + x } else { x };
            }
        }
    }
}

/// The most lanes of any vector.
const WIDEST: usize = 16;

/// Numbers in an array, for any CPU: the compiler finds vector instructions of its own.
#[derive(Clone, Copy)]
pub(super) struct Portable<T>([T; PORTABLE_LANES]);

const PORTABLE_LANES: usize = 4;

/// Whether every CPU of the target multiplies and adds with one rounding; elsewhere that is a slow call of a library.
pub(super) const FUSED_EVERYWHERE: bool = cfg!(any(target_arch = "aarch64", target_feature = "fma"));

impl<T: Scalar> Vector for Portable<T> {
    type Number = T;
    type Mask = usize;
    const LANES: usize = PORTABLE_LANES;

    #[inline(always)]
    unsafe fn first(lanes: usize) -> usize {
        lanes
    }

    #[inline(always)]
    unsafe fn splat(x: T) -> Self {
        Self([x; PORTABLE_LANES])
    }

    #[inline(always)]
    unsafe fn load(from: *const T) -> Self {
        // SAFETY: an array of numbers is aligned as one number, and the caller vouches for that many.
        unsafe { Self(*from.cast()) }
    }

    #[inline(always)]
    unsafe fn load_masked(from: *const T, mask: usize) -> Self {
        if mask == PORTABLE_LANES {
            // SAFETY: the mask holds all lanes.
            return unsafe { Self::load(from) };
        }
        let mut lanes = [T::ZERO; PORTABLE_LANES];
        for (i, lane) in lanes.iter_mut().enumerate().take(mask) {
            // SAFETY: within the mask.
            *lane = unsafe { *from.add(i) };
        }
        Self(lanes)
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut T) {
        // SAFETY: as for `load`.
        unsafe { *to.cast() = self.0 };
    }

    #[inline(always)]
    unsafe fn store_masked(self, to: *mut T, mask: usize) {
        if mask == PORTABLE_LANES {
            // SAFETY: the mask holds all lanes.
            return unsafe { self.store(to) };
        }
        for (i, lane) in self.0.into_iter().enumerate().take(mask) {
            // SAFETY: within the mask.
            unsafe { *to.add(i) = lane };
        }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] + other.0[i]))
    }

    #[inline(always)]
    unsafe fn mul_add(self, b: Self, sum: Self) -> Self {
        Self(std::array::from_fn(|i| {
            if FUSED_EVERYWHERE { self.0[i].mul_add(b.0[i], sum.0[i]) } else { self.0[i] * b.0[i] + sum.0[i] }
        }))
    }
}
