//! The one call of the `gemm` crate.

use crate::{Accumulate, Operand, Scalar, ViewMut};

/// `out = a b` or `out += a b` through the blocked kernels of the `gemm` crate, for shapes that fit and are not empty.
pub(crate) fn blocked<T: Scalar>(mut out: ViewMut<'_, T>, accumulate: Accumulate, a: Operand<'_, T>, b: Operand<'_, T>) {
    let (m, n, k) = (out.rows(), out.cols(), a.cols());
    assert!(a.rows() == m && b.cols() == n && b.rows() == k && m.min(n).min(k) > 0, "shapes are checked by the caller");
    let column_stride = isize::try_from(m).expect("a slice has at most isize::MAX elements");
    // SAFETY: `out` is a contiguous column-major m × n slice borrowed mutably, so writing rows 0..m at stride 1 and columns
    // 0..n at stride m stays inside it and aliases neither operand. `View` checks without overflow that it has rows · cols
    // numbers, and transposing and cutting an `Operand` keeps each of its elements (i, j) inside the slice it borrows; the
    // assertion above ties its rows and columns to m, n and k. No size is 0 (`product` sees to that), so no pointer is formed
    // for an element that does not exist.
    // With `Replace`, `read_dst` is false and `out` is only written.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_slice().as_mut_ptr(),
            column_stride,
            1,
            accumulate == Accumulate::Add,
            a.as_ptr(),
            a.column_stride(),
            a.row_stride(),
            b.as_ptr(),
            b.column_stride(),
            b.row_stride(),
            T::ONE,
            T::ONE,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}
