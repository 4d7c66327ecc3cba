//! The one verb for matrix products.

use crate::kernels::gemm::blocked;
use crate::{Operand, Scalar, ViewMut};

/// What a [`product`] does with the numbers that stand in its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accumulate {
    /// `out = a b`: the old numbers are never read, NaN included.
    Replace,
    /// `out = out + a b`.
    Add,
}

/// The matrix product `out = a b`, or `out = out + a b`.
///
/// ```text
/// outᵢⱼ = Σₖ aᵢₖ bₖⱼ
/// ```
///
/// Runs on the calling thread; the bits of the result depend on the shapes alone. Either operand may be transposed with
/// [`View::t`](crate::View::t) at no cost.
///
/// # Panics
/// If the shapes do not fit.
///
/// # Examples
/// ```
/// use backprop_tensor::{Accumulate, Matrix, View, ViewMut, product};
/// let w = View::new(&[1.0_f32, 3.0, 2.0, 4.0], 2, 2);      // [1 2; 3 4], column by column
/// let x = View::new(&[5.0, 6.0], 2, 1);
/// let mut y = Matrix::zeros(2, 1);
/// product((&mut y).into(), Accumulate::Replace, w, x);
/// assert_eq!(y.as_slice(), &[17.0, 39.0]);                 // W x
/// product((&mut y).into(), Accumulate::Add, w.t(), x);
/// assert_eq!(y.as_slice(), &[17.0 + 23.0, 39.0 + 34.0]);   // W x + Wᵀ x
/// ```
pub fn product<'a, T: Scalar>(
    mut out: ViewMut<'_, T>,
    accumulate: Accumulate,
    a: impl Into<Operand<'a, T>>,
    b: impl Into<Operand<'a, T>>,
) {
    let (a, b) = (a.into(), b.into());
    assert!(
        a.rows() == out.rows() && b.cols() == out.cols() && a.cols() == b.rows(),
        "({} × {}) times ({} × {}) does not give {} × {}",
        a.rows(),
        a.cols(),
        b.rows(),
        b.cols(),
        out.rows(),
        out.cols(),
    );
    if a.cols() == 0 && accumulate == Accumulate::Replace {
        out.fill(T::ZERO);
    }
    if a.cols() > 0 && out.rows() > 0 && out.cols() > 0 {
        blocked(out, accumulate, a, b);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Key, Purpose, View};

    /// The definition, in double precision: the plain twin of the blocked kernel.
    fn plain<T: Scalar>(out: &mut [T], rows: usize, a: Operand<'_, T>, b: Operand<'_, T>, add: bool) {
        for j in 0..b.cols() {
            for i in 0..rows {
                let sum: f64 = (0..a.cols()).map(|k| a.at(i, k).to_f64() * b.at(k, j).to_f64()).sum();
                let old = if add { out[i + j * rows].to_f64() } else { 0.0 };
                out[i + j * rows] = T::from_f64(old + sum);
            }
        }
    }

    fn check<T: Scalar>(m: usize, n: usize, k: usize, transposed: (bool, bool), add: bool, tolerance: f64) {
        let mut stream = Key::new(1, Purpose::Data).stream(0);
        let mut draw = |len: usize| -> Vec<T> { (0..len).map(|_| T::from_f64(stream.normal())).collect() };
        let (a, b) = (draw(m * k), draw(k * n));
        let a = if transposed.0 { View::new(&a, k, m).t() } else { View::new(&a, m, k).into() };
        let b = if transposed.1 { View::new(&b, n, k).t() } else { View::new(&b, k, n).into() };
        let mut expected = draw(m * n);
        let mut got = if add { expected.clone() } else { vec![T::from_f64(f64::NAN); m * n] };
        plain(&mut expected, m, a, b, add);
        let how = if add { Accumulate::Add } else { Accumulate::Replace };
        product(ViewMut::new(&mut got, m, n), how, a, b);
        for (got, expected) in got.iter().zip(&expected) {
            let bound = tolerance * (8.0 + (k as f64).sqrt()) * (1.0 + k as f64);
            assert!((got.to_f64() - expected.to_f64()).abs() <= bound, "{got} is not {expected} for {m} × {n} × {k}");
        }
    }

    proptest! {
        #[test]
        fn equals_the_definition(
            m in 0..40_usize, n in 0..40_usize, k in 0..60_usize,
            ta: bool, tb: bool, add: bool,
        ) {
            check::<f32>(m, n, k, (ta, tb), add, f64::from(f32::EPSILON));
            check::<f64>(m, n, k, (ta, tb), add, f64::EPSILON);
        }
    }

    #[test]
    fn a_range_of_rows_is_an_operand() {
        let x = [1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0];
        let x = View::new(&x, 3, 2);
        let mut out = [0.0; 4];
        product(ViewMut::new(&mut out, 2, 2), Accumulate::Replace, x.rows_range(1..3), x.rows_range(0..2));
        // [2 5; 3 6] [1 4; 2 5]
        assert_eq!(out, [12.0, 15.0, 33.0, 42.0]);
    }
}
