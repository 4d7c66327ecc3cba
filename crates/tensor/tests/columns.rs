//! Column operations against plain loops: the same sums in the same order are the same bits.

use backprop_tensor::{Key, Purpose, Scalar, View, ViewMut, add, add_bias, copy_columns, sum_columns};
use proptest::prelude::*;

/// Normal numbers with a few that are not finite, or have a sign and no size.
fn draw<T: Scalar>(len: usize, index: u64) -> Vec<T> {
    let mut stream = Key::new(5, Purpose::Data).stream(index);
    let special = [0.0, -0.0, f64::INFINITY, f64::NAN, 1e-42];
    let mut number = || if stream.below(40) == 0 { special[stream.below(5) as usize] } else { stream.normal() };
    (0..len).map(|_| T::from_f64(number())).collect()
}

/// The bits, with all NaN alike: which of them comes out of a sum is for the processor to say.
fn bits<T: Scalar>(x: &[T]) -> Vec<u64> {
    x.iter().map(|x| if x.is_nan() { u64::MAX } else { x.to_f64().to_bits() }).collect()
}

fn check<T: Scalar>(rows: usize, cols: usize, order: &[usize]) {
    let (x, old, bias) = (draw::<T>(rows * cols, 0), draw::<T>(rows * cols, 1), draw::<T>(rows, 2));
    let view = View::new(&x, rows, cols);

    let mut got = x.clone();
    add_bias(ViewMut::new(&mut got, rows, cols), &bias);
    let mut expected = x.clone();
    for j in 0..cols {
        for i in 0..rows {
            expected[i + j * rows] = x[i + j * rows] + bias[i];
        }
    }
    assert_eq!(bits(&got), bits(&expected));

    let mut got = bias.clone();
    sum_columns(view, &mut got);
    let mut expected = vec![T::ZERO; rows];
    for i in 0..rows {
        for j in 0..cols {
            expected[i] += x[i + j * rows];
        }
    }
    assert_eq!(bits(&got), bits(&expected));

    let mut got = old.clone();
    add(&mut got, &x);
    let expected: Vec<T> = old.iter().zip(&x).map(|(&y, &x)| y + x).collect();
    assert_eq!(bits(&got), bits(&expected));

    let order: Vec<usize> = order.iter().filter(|_| cols > 0).map(|&j| j % cols.max(1)).collect();
    let mut got = draw::<T>(rows * order.len(), 3);
    copy_columns(view, &order, ViewMut::new(&mut got, rows, order.len()));
    let expected: Vec<T> = order.iter().flat_map(|&j| (0..rows).map(move |i| (i, j))).map(|(i, j)| x[i + j * rows]).collect();
    assert_eq!(bits(&got), bits(&expected));
}

proptest! {
    #[test]
    fn equal_to_plain_loops(rows in 0..50_usize, cols in 0..40_usize, order in prop::collection::vec(0..40_usize, 0..50)) {
        check::<f32>(rows, cols, &order);
        check::<f64>(rows, cols, &order);
    }
}

#[test]
fn large_ones_too() {
    check::<f32>(1000, 257, &[256, 0, 0, 100]);
    check::<f64>(1, 5000, &[4999]);
    // Enough to be shared by threads.
    let order: Vec<usize> = (0..77).map(|j| j * 31 % 100).collect();
    check::<f32>(784, 100, &order);
    check::<f64>(16_384, 2, &[1]);
}

#[test]
#[should_panic(expected = "one bias for each row")]
fn a_bias_of_another_length() {
    add_bias(ViewMut::new(&mut [0.0_f32; 4], 2, 2), &[0.0; 4]);
}

#[test]
#[should_panic(expected = "one sum for each row")]
fn sums_of_another_length() {
    sum_columns(View::new(&[0.0_f32; 6], 2, 3), &mut [0.0; 3]);
}

#[test]
#[should_panic(expected = "lengths differ")]
fn terms_of_another_length() {
    add(&mut [0.0_f32; 2], &[0.0]);
}

#[test]
#[should_panic(expected = "one index for each column")]
fn an_order_of_another_length() {
    copy_columns(View::new(&[0.0_f32; 4], 2, 2), &[0], ViewMut::new(&mut [0.0; 4], 2, 2));
}

#[test]
#[should_panic(expected = "rows differ")]
fn columns_of_another_length() {
    copy_columns(View::new(&[0.0_f32; 4], 2, 2), &[0], ViewMut::new(&mut [0.0], 1, 1));
}

#[test]
#[should_panic(expected = "column 2 of 2")]
fn a_column_that_is_not_there() {
    // Without rows there is nothing to copy, and the mistake is still one.
    copy_columns(View::<f32>::new(&[], 0, 2), &[2], ViewMut::new(&mut [], 0, 1));
}
