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
/// Runs on the calling thread. It takes memory once for each thread, with the first product that has to pack an operand, and none
/// inside [`Pool::run`](crate::Pool::run). Either operand may be transposed with
/// [`View::t`](crate::View::t) at no cost.
///
/// Each sum is taken in parts of at most 512 terms, a part from its first term to its last, with one rounding for each term where the CPU
/// can. So an element has the same bits wherever it stands, and however the other sizes are cut.
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
    use crate::{Key, Pool, Purpose, View};

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

    /// The bits of a product of numbers whose place in memory is `shift` numbers behind the start of an allocation.
    fn bits(m: usize, n: usize, k: usize, shift: usize) -> Vec<u32> {
        let mut stream = Key::new(2, Purpose::Data).stream(0);
        let mut draw = |len: usize| -> Vec<f32> {
            (0..shift + len).map(|i| if i < shift { f32::NAN } else { stream.normal() as f32 }).collect()
        };
        let (a, b, mut out) = (draw(m * k), draw(k * n), draw(m * n));
        let (a, b) = (View::new(&a[shift..], m, k), View::new(&b[shift..], k, n));
        product(ViewMut::new(&mut out[shift..], m, n), Accumulate::Replace, a, b);
        out[shift..].iter().map(|x| x.to_bits()).collect()
    }

    #[test]
    fn the_bits_depend_on_neither_threads_nor_place() {
        for (m, n, k) in [(10, 1, 64), (1, 10, 64), (64, 32, 784), (129, 67, 300)] {
            let expected = bits(m, n, k, 0);
            for threads in 1..=8 {
                let got = Pool::new(threads).expect("a few threads are granted").run(|| bits(m, n, k, 0));
                assert_eq!(got, expected, "{m} × {n} × {k} with {threads} threads");
            }
            for shift in 1..16 {
                assert_eq!(bits(m, n, k, shift), expected, "{m} × {n} × {k}, shifted by {shift}");
            }
        }
    }

    #[test]
    fn without_an_inner_size_the_product_is_zero() {
        let (a, b) = (View::new(&[], 2, 0), View::new(&[], 0, 3));
        let mut out = [f32::NAN; 6];
        product(ViewMut::new(&mut out, 2, 3), Accumulate::Replace, a, b);
        assert_eq!(out, [0.0; 6]);
        out[4] = 7.0;
        product(ViewMut::new(&mut out, 2, 3), Accumulate::Add, a, b);
        product(ViewMut::new(&mut out, 3, 2), Accumulate::Add, b.t(), a.t());
        assert_eq!(out, [0.0, 0.0, 0.0, 0.0, 7.0, 0.0]);
    }

    #[test]
    fn old_numbers_are_read_by_add_alone() {
        for (m, n, k) in [(1, 1, 1), (1, 17, 33), (17, 1, 33), (16, 16, 16), (70, 30, 90)] {
            for old in [f32::NAN, f32::INFINITY] {
                let (a, b, mut out) = (vec![1.0; m * k], vec![2.0; k * n], vec![old; m * n]);
                let (a, b) = (View::new(&a, m, k), View::new(&b, k, n));
                product(ViewMut::new(&mut out, m, n), Accumulate::Replace, a, b);
                assert_eq!(out, vec![2.0 * k as f32; m * n]);
                out[0] = old;
                product(ViewMut::new(&mut out, m, n), Accumulate::Add, a, b);
                assert!(!out[0].is_finite() && out[1..].iter().all(|&x| x == 4.0 * k as f32));
            }
        }
    }

    #[test]
    fn nan_and_infinity_of_the_operands_come_through() {
        let w = View::new(&[1.0_f32, 0.0, 0.0, 1.0], 2, 2);
        let mut out = [0.0; 2];
        product(ViewMut::new(&mut out, 2, 1), Accumulate::Replace, w, View::new(&[f32::NAN, 1.0], 2, 1));
        assert!(out[0].is_nan() && out[1].is_nan());
        product(ViewMut::new(&mut out, 2, 1), Accumulate::Replace, w, View::new(&[1.0, f32::INFINITY], 2, 1));
        assert!(out[0].is_nan() && out[1] == f32::INFINITY);
    }

    #[test]
    fn large_shapes() {
        for transposed in [(false, false), (true, false), (false, true), (true, true)] {
            check::<f32>(257, 130, 519, transposed, false, f64::from(f32::EPSILON));
            check::<f64>(130, 257, 301, transposed, true, f64::EPSILON);
        }
        check::<f32>(1, 2000, 700, (false, false), true, f64::from(f32::EPSILON));
        check::<f32>(2000, 1, 700, (true, false), false, f64::from(f32::EPSILON));
        check::<f32>(3, 5, 20_000, (false, true), false, f64::from(f32::EPSILON));
    }

    #[test]
    #[should_panic(expected = "(2 × 3) times (2 × 1) does not give 2 × 1")]
    fn shapes_that_do_not_fit_are_named() {
        product(
            ViewMut::new(&mut [0.0; 2], 2, 1),
            Accumulate::Replace,
            View::new(&[0.0_f32; 6], 2, 3),
            View::new(&[0.0; 2], 2, 1),
        );
    }
}
