//! Views and operands: shapes that fit, and mistakes that say what is wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};

use backprop_tensor::{Accumulate, Matrix, Operand, Scalar, View, ViewMut, product};
use proptest::prelude::*;

/// What `work` panics with.
fn panic_of<R>(work: impl FnOnce() -> R) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| drop(work()))).expect_err("it panics");
    panic.downcast_ref::<String>().cloned().unwrap_or_else(|| panic.downcast_ref::<&str>().unwrap().to_string())
}

fn numbers(len: usize) -> Vec<f64> {
    (0..len).map(|i| i as f64).collect()
}

proptest! {
    #[test]
    fn a_view_is_its_columns(rows in 0..9_usize, cols in 0..9_usize, a in 0..9_usize, b in 0..9_usize) {
        let mut data = numbers(rows * cols);
        let copy = data.clone();
        let view = View::new(&copy, rows, cols);
        prop_assert_eq!((view.rows(), view.cols(), view.as_slice()), (rows, cols, &copy[..]));
        for j in 0..cols {
            prop_assert_eq!(view.column(j), &copy[j * rows..(j + 1) * rows]);
            for i in 0..rows {
                prop_assert_eq!(view.at(i, j), (i + j * rows) as f64);
            }
        }
        let (start, end) = (a.min(b).min(cols), a.max(b).min(cols));
        let some = view.columns(start..end);
        prop_assert_eq!((some.rows(), some.cols()), (rows, end - start));
        prop_assert_eq!(some.as_slice(), &copy[start * rows..end * rows]);

        let mut write = ViewMut::new(&mut data, rows, cols);
        prop_assert_eq!((write.rows(), write.cols()), (rows, cols));
        prop_assert_eq!(write.view(), view);
        write.columns_mut(start..end).fill(-1.0);
        for j in 0..cols {
            let filled = vec![-1.0; rows];
            prop_assert_eq!(write.column(j), if (start..end).contains(&j) { &filled[..] } else { view.column(j) });
            write.column_mut(j).fill(j as f64);
        }
        write.reborrow().as_mut_slice().iter_mut().for_each(|x| *x += 1.0);
        for j in 0..cols {
            prop_assert!(write.column(j).iter().all(|&x| x == j as f64 + 1.0));
        }
        write.copy_from(view);
        prop_assert_eq!(write.as_slice(), view.as_slice());
        prop_assert_eq!(write.into_slice(), view.as_slice());
    }

    #[test]
    fn an_operand_is_cut_and_transposed_like_a_matrix(
        rows in 0..8_usize, cols in 0..8_usize, cuts in prop::collection::vec((any::<bool>(), 0..9_usize, 0..9_usize), 0..5),
    ) {
        let data = numbers(rows * cols);
        let view = View::new(&data, rows, cols);
        let mut operand = Operand::from(view);
        // The twin: nalgebra's owned matrices.
        let mut twin = view.to_matrix();
        for (transpose, a, b) in cuts {
            if transpose {
                (operand, twin) = (operand.t(), twin.transpose());
            } else {
                let (start, end) = (a.min(b).min(operand.rows()), a.max(b).min(operand.rows()));
                operand = operand.rows_range(start..end);
                twin = twin.rows(start, end - start).into_owned();
            }
            prop_assert_eq!((operand.rows(), operand.cols()), twin.shape());
            for i in 0..operand.rows() {
                for j in 0..operand.cols() {
                    prop_assert_eq!(operand.at(i, j), twin[(i, j)]);
                }
            }
        }
        // The kernel reads the same numbers as `at`: multiply by one.
        let (m, n) = (operand.rows(), operand.cols());
        let one = Matrix::<f64>::identity(n, n);
        let mut out = Matrix::from_element(m, n, f64::NAN);
        product((&mut out).into(), Accumulate::Replace, operand, &one);
        prop_assert_eq!(out, twin);
    }

    #[test]
    fn nalgebra_and_back(rows in 0..9_usize, cols in 0..9_usize) {
        let data = numbers(rows * cols);
        let view = View::new(&data, rows, cols);
        let matrix = view.to_matrix();
        prop_assert_eq!(View::from(&matrix), view);
        prop_assert_eq!(view.to_nalgebra(), matrix.as_view::<nalgebra::Dyn, nalgebra::Dyn, nalgebra::U1, nalgebra::Dyn>());
        let mut other = Matrix::zeros(rows, cols);
        ViewMut::from(&mut other).copy_from(view);
        prop_assert_eq!(other, matrix);
    }
}

#[test]
fn the_shortcuts_of_a_view_are_those_of_its_operand() {
    let data = numbers(6);
    let view = View::new(&data, 2, 3);
    assert_eq!((view.t().rows(), view.t().cols(), view.t().at(2, 1)), (3, 2, 5.0));
    assert_eq!((view.rows_range(1..2).rows(), view.rows_range(1..2).at(0, 2)), (1, 5.0));
    assert_eq!(view.t().t().at(1, 2), view.at(1, 2));
}

#[test]
fn mistakes_say_what_is_wrong() {
    let data = numbers(6);
    let view = View::new(&data, 2, 3);
    assert_eq!(panic_of(|| View::new(&data, 2, 2)), "a 2 × 2 view of 6 numbers");
    assert_eq!(panic_of(|| ViewMut::new(&mut numbers(6), 4, 2).cols()), "a 4 × 2 view of 6 numbers");
    assert_eq!(panic_of(|| view.column(3)), "column 3 of 3");
    assert_eq!(panic_of(|| view.at(0, 3)), "column 3 of 3");
    assert!(panic_of(|| view.at(2, 0)).contains("the len is 2 but the index is 2"));
    assert_eq!(panic_of(|| view.columns(2..4)), "columns 2..4 of 3");
    #[allow(clippy::reversed_empty_ranges)] // the mistake
    let reversed = 2..1;
    assert_eq!(panic_of(|| view.columns(reversed.clone())), "columns 2..1 of 3");
    assert_eq!(panic_of(|| view.rows_range(reversed.clone())), "rows 2..1 of 2");
    assert_eq!(panic_of(|| view.rows_range(0..3)), "rows 0..3 of 2");
    assert_eq!(panic_of(|| view.t().rows_range(3..4)), "rows 3..4 of 3");
    assert_eq!(panic_of(|| view.t().at(3, 0)), "(3, 0) of 3 × 2");
    assert_eq!(panic_of(|| view.rows_range(1..2).at(1, 0)), "(1, 0) of 1 × 3");
    let mut data = numbers(6);
    let mut write = ViewMut::new(&mut data, 2, 3);
    assert_eq!(panic_of(|| write.column(3).len()), "column 3 of 3");
    assert_eq!(panic_of(|| write.column_mut(3).len()), "column 3 of 3");
    assert_eq!(panic_of(|| write.columns_mut(2..4).cols()), "columns 2..4 of 3");
    assert_eq!(panic_of(|| write.copy_from(View::new(&numbers(6), 3, 2))), "a 3 × 2 matrix copied into 2 × 3");
}

#[test]
fn without_rows_columns_are_still_counted() {
    let view = View::<f32>::new(&[], 0, 3);
    assert!(view.column(2).is_empty());
    assert_eq!(view.columns(1..3).cols(), 2);
    assert_eq!(panic_of(|| view.column(3)), "column 3 of 3");
    assert_eq!(panic_of(|| view.columns(3..4)), "columns 3..4 of 3");
    assert_eq!(view.t().rows_range(3..3).rows(), 0);
    assert_eq!(View::<f32>::new(&[], 3, 0).rows_range(3..3).cols(), 0);
}

#[test]
fn a_shape_cannot_wrap_around() {
    // The product of the sizes is 2⁶⁴, which is 0 in wrapping arithmetic: a view of nothing would claim everything.
    let half = 1_usize << (usize::BITS / 2);
    let expected = format!("a {half} × {half} view of 0 numbers");
    assert_eq!(panic_of(|| View::<f32>::new(&[], half, half)), expected);
    assert_eq!(panic_of(|| ViewMut::<f32>::new(&mut [], half, half)), expected);
    // Nothing times anything is nothing.
    assert_eq!(View::<f32>::new(&[], usize::MAX, 0).t().cols(), usize::MAX);
}

#[test]
fn bytes_are_little_endian_and_exact() {
    fn check<T: Scalar>(size: usize, one: &[u8]) {
        let mut bytes = Vec::new();
        T::ONE.write_le(&mut bytes);
        assert_eq!(bytes, one);
        for x in [0.0, -0.0, 1.5, -3.25e-5, f64::INFINITY, f64::NAN].map(T::from_f64) {
            bytes.clear();
            x.write_le(&mut bytes);
            assert_eq!(bytes.len(), size);
            let back = T::from_le(&bytes).unwrap();
            assert!(back == x || (back.is_nan() && x.is_nan()));
        }
        assert_eq!(T::from_le(&bytes[1..]), None);
        assert_eq!(T::from_le(&[&bytes[..], &[0]].concat()), None);
        assert!(T::from_le(&[]).is_none());
    }
    check::<f32>(4, &[0, 0, 0x80, 0x3f]);
    check::<f64>(8, &[0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
}

#[test]
fn limits_keep_nan() {
    fn check<T: Scalar>() {
        let [low, high, two] = [1.0, 3.0, 2.0].map(T::from_f64);
        assert_eq!([low.at_least(two), high.at_least(two), low.at_most(two), high.at_most(two)], [two, high, low, two]);
        let nan = T::from_f64(f64::NAN);
        assert!(nan.at_least(two).is_nan() && nan.at_most(two).is_nan());
        assert!(!nan.is_finite() && !T::INFINITY.is_finite() && T::MIN_POSITIVE.is_finite());
        assert!(T::ONE + T::EPSILON > T::ONE && T::ONE + T::EPSILON / two == T::ONE);
        assert_eq!([(-two).abs(), (two * two).sqrt()], [two, two]);
    }
    check::<f32>();
    check::<f64>();
    assert_eq!((f32::NAME, f64::NAME), ("f32", "f64"));
}
