//! The vectors of x86-64: AVX-512, and AVX2 with FMA.

use std::arch::x86_64::{
    __m256, __m256d, __m256i, __m512, __m512d, __mmask8, __mmask16, _MM_HINT_T0, _mm_prefetch, _mm256_add_pd, _mm256_add_ps,
    _mm256_fmadd_pd, _mm256_fmadd_ps, _mm256_loadu_pd, _mm256_loadu_ps, _mm256_loadu_si256, _mm256_maskload_pd,
    _mm256_maskload_ps, _mm256_maskstore_pd, _mm256_maskstore_ps, _mm256_permute2f128_ps, _mm256_set1_pd, _mm256_set1_ps,
    _mm256_shuffle_ps, _mm256_storeu_pd, _mm256_storeu_ps, _mm256_unpackhi_ps, _mm256_unpacklo_ps, _mm512_add_pd,
    _mm512_add_ps, _mm512_castpd_ps, _mm512_castps_pd, _mm512_fmadd_pd, _mm512_fmadd_ps, _mm512_loadu_pd, _mm512_loadu_ps,
    _mm512_mask_storeu_pd, _mm512_mask_storeu_ps, _mm512_maskz_loadu_pd, _mm512_maskz_loadu_ps, _mm512_set1_pd, _mm512_set1_ps,
    _mm512_setzero_ps, _mm512_shuffle_f32x4, _mm512_storeu_pd, _mm512_storeu_ps, _mm512_unpackhi_pd, _mm512_unpackhi_ps,
    _mm512_unpacklo_pd, _mm512_unpacklo_ps,
};

use super::vector::Vector;

/// A [`Vector`] whose methods are one instruction each.
macro_rules! vector {
    ($name:ident, $number:ty, $register:ty, $lanes:literal, $mask:ty, $first:expr, $splat:ident, $load:ident, $load_masked:expr,
     $store:ident, $store_masked:expr, $add:ident, $mul_add:ident $(, $transpose:ident)?) => {
        #[derive(Clone, Copy)]
        pub(super) struct $name($register);

        // SAFETY of every block: each intrinsic needs the instruction set alone, which the caller vouches for, and those that
        // touch memory the numbers that the caller vouches for.
        impl Vector for $name {
            type Number = $number;
            type Mask = $mask;
            const LANES: usize = $lanes;

            #[inline(always)]
            unsafe fn first(lanes: usize) -> $mask {
                $first(lanes)
            }
            #[inline(always)]
            unsafe fn splat(x: $number) -> Self {
                // SAFETY: see above.
                unsafe { Self($splat(x)) }
            }
            #[inline(always)]
            unsafe fn load(from: *const $number) -> Self {
                // SAFETY: see above.
                unsafe { Self($load(from)) }
            }
            #[inline(always)]
            unsafe fn load_masked(from: *const $number, mask: $mask) -> Self {
                // SAFETY: see above.
                unsafe { Self($load_masked(from, mask)) }
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $number) {
                // SAFETY: see above.
                unsafe { $store(to, self.0) }
            }
            #[inline(always)]
            unsafe fn store_masked(self, to: *mut $number, mask: $mask) {
                // SAFETY: see above.
                unsafe { $store_masked(to, mask, self.0) }
            }
            #[inline(always)]
            unsafe fn prefetch(at: *const $number) {
                // SAFETY: a hint, for any address.
                unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
            }
            #[inline(always)]
            unsafe fn add(self, other: Self) -> Self {
                // SAFETY: see above.
                unsafe { Self($add(self.0, other.0)) }
            }
            #[inline(always)]
            unsafe fn mul_add(self, b: Self, sum: Self) -> Self {
                // SAFETY: see above.
                unsafe { Self($mul_add(self.0, b.0, sum.0)) }
            }
            $(
                #[inline(always)]
                unsafe fn transpose(
                    (from, from_stride): (*const $number, usize),
                    (to, to_stride): (*mut $number, usize),
                    rows: usize,
                    cols: usize,
                ) {
                    // SAFETY: see above; what is not among the rows and columns is masked out.
                    unsafe {
                        let mut block = [Self::splat(0.0); $lanes];
                        for (r, row) in block.iter_mut().enumerate() {
                            let (r, count) = if r < rows { (r, cols) } else { (0, 0) };
                            *row = Self::load_masked(from.add(r * from_stride), Self::first(count));
                        }
                        $transpose(&mut block);
                        for (c, column) in block.into_iter().enumerate() {
                            let (c, count) = if c < cols { (c, rows) } else { (0, 0) };
                            column.store_masked(to.add(c * to_stride), Self::first(count));
                        }
                    }
                }

                #[inline(always)]
                unsafe fn store_transposed<const ROWS: usize>(
                    rows: [Self; ROWS],
                    (to, stride): (*mut $number, usize),
                    cols: usize,
                    add: bool,
                ) {
                    // SAFETY: see above; what is not among the rows and columns is masked out.
                    unsafe {
                        let mut block = [Self::splat(0.0); $lanes];
                        block[..ROWS].copy_from_slice(&rows);
                        $transpose(&mut block);
                        let mask = Self::first(ROWS);
                        for (c, column) in block.into_iter().enumerate() {
                            if c < cols {
                                let to = to.add(c * stride);
                                let sum = if add { Self::load_masked(to, mask).add(column) } else { column };
                                sum.store_masked(to, mask);
                            }
                        }
                    }
                }
            )?
        }
    };
}

/// `n` ones.
#[inline(always)]
fn ones16(n: usize) -> __mmask16 {
    ((1_u32 << n) - 1) as __mmask16
}

/// `n` ones.
#[inline(always)]
fn ones8(n: usize) -> __mmask8 {
    ((1_u32 << n) - 1) as __mmask8
}

/// Eight words of ones before eight of zeros: a window of it is a mask.
static ONES: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];

/// `n` words of ones, of at most 8.
///
/// # Safety
/// The CPU has AVX.
#[inline(always)]
unsafe fn words(n: usize) -> __m256i {
    // SAFETY: a window of eight words that begins at 8 − n, of sixteen.
    unsafe { _mm256_loadu_si256(ONES[8 - n..16 - n].as_ptr().cast()) }
}

/// [`words`], for the vectors of AVX2 alone.
macro_rules! words_of {
    ($n:expr) => {
        // SAFETY: a method of a vector of AVX2.
        unsafe { words($n) }
    };
}

vector!(
    F32x16,
    f32,
    __m512,
    16,
    __mmask16,
    ones16,
    _mm512_set1_ps,
    _mm512_loadu_ps,
    |from, mask| _mm512_maskz_loadu_ps(mask, from),
    _mm512_storeu_ps,
    |to, mask, x| _mm512_mask_storeu_ps(to, mask, x),
    _mm512_add_ps,
    _mm512_fmadd_ps,
    transpose16
);
vector!(
    F64x8,
    f64,
    __m512d,
    8,
    __mmask8,
    ones8,
    _mm512_set1_pd,
    _mm512_loadu_pd,
    |from, mask| _mm512_maskz_loadu_pd(mask, from),
    _mm512_storeu_pd,
    |to, mask, x| _mm512_mask_storeu_pd(to, mask, x),
    _mm512_add_pd,
    _mm512_fmadd_pd
);
vector!(
    F32x8,
    f32,
    __m256,
    8,
    __m256i,
    |lanes| words_of!(lanes),
    _mm256_set1_ps,
    _mm256_loadu_ps,
    |from, mask| _mm256_maskload_ps(from, mask),
    _mm256_storeu_ps,
    |to, mask, x| _mm256_maskstore_ps(to, mask, x),
    _mm256_add_ps,
    _mm256_fmadd_ps,
    transpose8
);
vector!(
    F64x4,
    f64,
    __m256d,
    4,
    __m256i,
    |lanes| words_of!(2 * lanes),
    _mm256_set1_pd,
    _mm256_loadu_pd,
    |from, mask| _mm256_maskload_pd(from, mask),
    _mm256_storeu_pd,
    |to, mask, x| _mm256_maskstore_pd(to, mask, x),
    _mm256_add_pd,
    _mm256_fmadd_pd
);

/// Rows become columns: pairs, quadruples, and twice the halves of eight and sixteen.
///
/// # Safety
/// The CPU has AVX-512.
#[inline(always)]
unsafe fn transpose16(block: &mut [F32x16; 16]) {
    // SAFETY: each intrinsic needs the instruction set alone.
    unsafe {
        let mut r = [_mm512_setzero_ps(); 16];
        for i in 0..8 {
            r[2 * i] = _mm512_unpacklo_ps(block[2 * i].0, block[2 * i + 1].0);
            r[2 * i + 1] = _mm512_unpackhi_ps(block[2 * i].0, block[2 * i + 1].0);
        }
        // Afterwards number c of four holds columns c, 4 + c, 8 + c, 12 + c of four rows.
        let mut t = r;
        for i in 0..4 {
            let (a, b) = (_mm512_castps_pd(r[4 * i]), _mm512_castps_pd(r[4 * i + 1]));
            let (c, d) = (_mm512_castps_pd(r[4 * i + 2]), _mm512_castps_pd(r[4 * i + 3]));
            t[4 * i] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, c));
            t[4 * i + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, c));
            t[4 * i + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(b, d));
            t[4 * i + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(b, d));
        }
        for c in 0..4 {
            r[c] = _mm512_shuffle_f32x4::<0x88>(t[c], t[4 + c]);
            r[4 + c] = _mm512_shuffle_f32x4::<0xdd>(t[c], t[4 + c]);
            r[8 + c] = _mm512_shuffle_f32x4::<0x88>(t[8 + c], t[12 + c]);
            r[12 + c] = _mm512_shuffle_f32x4::<0xdd>(t[8 + c], t[12 + c]);
        }
        for c in 0..4 {
            block[c].0 = _mm512_shuffle_f32x4::<0x88>(r[c], r[8 + c]);
            block[8 + c].0 = _mm512_shuffle_f32x4::<0xdd>(r[c], r[8 + c]);
            block[4 + c].0 = _mm512_shuffle_f32x4::<0x88>(r[4 + c], r[12 + c]);
            block[12 + c].0 = _mm512_shuffle_f32x4::<0xdd>(r[4 + c], r[12 + c]);
        }
    }
}

/// Rows become columns: pairs, quadruples, halves.
///
/// # Safety
/// The CPU has AVX2.
#[inline(always)]
unsafe fn transpose8(block: &mut [F32x8; 8]) {
    // SAFETY: each intrinsic needs the instruction set alone.
    unsafe {
        let mut t = [_mm256_set1_ps(0.0); 8];
        for i in 0..4 {
            t[2 * i] = _mm256_unpacklo_ps(block[2 * i].0, block[2 * i + 1].0);
            t[2 * i + 1] = _mm256_unpackhi_ps(block[2 * i].0, block[2 * i + 1].0);
        }
        // Afterwards number c of four holds columns c and 4 + c of four rows.
        let mut r = t;
        for i in 0..2 {
            r[4 * i] = _mm256_shuffle_ps::<0x44>(t[4 * i], t[4 * i + 2]);
            r[4 * i + 1] = _mm256_shuffle_ps::<0xee>(t[4 * i], t[4 * i + 2]);
            r[4 * i + 2] = _mm256_shuffle_ps::<0x44>(t[4 * i + 1], t[4 * i + 3]);
            r[4 * i + 3] = _mm256_shuffle_ps::<0xee>(t[4 * i + 1], t[4 * i + 3]);
        }
        for c in 0..4 {
            block[c].0 = _mm256_permute2f128_ps::<0x20>(r[c], r[4 + c]);
            block[4 + c].0 = _mm256_permute2f128_ps::<0x31>(r[c], r[4 + c]);
        }
    }
}
