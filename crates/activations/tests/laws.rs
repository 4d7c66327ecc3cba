//! What holds for every activation function, in both number types: the laws, over the registry.

use std::collections::BTreeSet;
use std::f64::consts::SQRT_2;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use backprop_activations::{
    Activation, Celu, Elementwise, Elu, Family, HardShrink, HardTanh, LeakyRelu, SoftShrink, Softplus, Squareplus, Threshold,
    registry,
};
use backprop_gradcheck::{Gradcheck, Random};
use backprop_registry::{Call, Domain, OptionError};
use backprop_tensor::{Scalar, View, ViewMut, copy_columns};
use proptest::prelude::*;

/// The laws that an entry may waive.
const LAWS: [&str; 14] = [
    "gradient",
    "columns",
    "overwritten",
    "linear",
    "fused",
    "input",
    "finite",
    "nan",
    "monotone",
    "shapes",
    "range",
    "tight",
    "kinks",
    "saturation",
];

/// Rows and columns: one of each, even and odd ones, more than a vector register, none at all.
const SHAPES: [(usize, usize); 10] = [(1, 1), (1, 6), (2, 5), (3, 5), (7, 4), (17, 2), (18, 2), (40, 3), (0, 3), (3, 0)];

/// Those of the shapes that `f` takes.
fn shapes<T: Scalar>(f: &dyn Activation<T>) -> impl Iterator<Item = (usize, usize)> {
    SHAPES.into_iter().filter(|&(rows, _)| f.refusal(rows).is_none())
}

/// The magnitudes at which formulas overflow, underflow or cancel, as far as the number type has them.
fn extremes<T: Scalar>() -> Vec<T> {
    let magnitudes = [
        0.0, 1e-45, 1.17e-38, 1.18e-38, 1e-8, 1e-3, 0.5, 1.0, 3.0, 5.0, 6.0, 8.5, 10.0, 16.6, 17.4, 20.0, 20.0001, 37.0, 50.0,
        87.4, 88.7, 88.8, 103.9, 104.0, 500.0, 709.7, 709.8, 745.0, 1e3, 1e4, 1e20, 3.4e38, 1e300,
    ];
    let signed = magnitudes.iter().rev().map(|x| -x).chain(magnitudes);
    signed.map(T::from_f64).filter(|x| x.is_finite()).collect()
}

/// Calls `check` for every function that does not waive `law`, at its defaults and with each option at other values.
fn for_each<T: Scalar>(law: &str, check: impl Fn(&str, &dyn Activation<T>)) {
    assert!(LAWS.contains(&law), "`{law}` is not in the list of laws");
    for entry in registry::<T>().entries.iter().filter(|entry| !entry.waives(law)) {
        let mut calls = vec![Call::new(entry.name)];
        for option in entry.options {
            let Domain::Number(interval) = option.domain else { panic!("say which values of {} to try", option.name) };
            // With the last three a function may bend within a step of the differences.
            let values = &[-1.5, -0.25, 0.0, 0.3, 1.0, 2.5, 1e-6, 1e-3, 1e6][..if law == "gradient" { 6 } else { 9 }];
            let values = values.iter().filter(|&&value| interval.contains(value));
            calls.extend(values.map(|&value| Call::new(entry.name).with(option.name, value)));
        }
        for call in calls {
            match registry::<T>().build(&call) {
                // The box is an activation itself, so that what it passes on is under test as well.
                Ok(activation) => check(&format!("{call} ({})", T::NAME), &activation),
                // A bound that is not on the right side of the other one.
                Err(OptionError::Conflict { .. }) => {}
                Err(error) => panic!("{call}: {error}"),
            }
        }
    }
}

fn random<T: Scalar>(seed: u64, len: usize, scale: f64) -> Vec<T> {
    Random::new(seed).vector(len, scale).into_iter().map(T::from_f64).collect()
}

/// Y, written over NaN.
fn forward<T: Scalar>(f: &dyn Activation<T>, x: &[T], rows: usize, cols: usize) -> Vec<T> {
    let out = f.output_rows(rows);
    let mut y = vec![nan(); out * cols];
    f.forward(View::new(x, rows, cols), ViewMut::new(&mut y, out, cols));
    y
}

/// dX, written over NaN.
fn backward<T: Scalar>(f: &dyn Activation<T>, x: &[T], y: &[T], dy: &[T], rows: usize, cols: usize) -> Vec<T> {
    let out = f.output_rows(rows);
    let mut dx = vec![nan(); rows * cols];
    let [y, dy] = [y, dy].map(|data| View::new(data, out, cols));
    f.input_gradient(View::new(x, rows, cols), y, dy, ViewMut::new(&mut dx, rows, cols));
    dx
}

fn nan<T: Scalar>() -> T {
    T::from_f64(f64::NAN)
}

/// Equality of bits, but for the payload of NaN.
fn assert_same<T: Scalar>(what: &str, a: &[T], b: &[T]) {
    let bits = |values: &[T]| {
        let bits = |value: &T| if value.is_nan() { f64::NAN.to_bits() } else { value.to_f64().to_bits() };
        values.iter().map(bits).collect::<Vec<_>>()
    };
    assert!(bits(a) == bits(b), "{what}: {a:?} and {b:?}");
}

#[test]
fn gradient_is_that_of_the_differences() {
    for_each::<f64>("gradient", |name, f| {
        for seed in 0..50 {
            for (rows, cols) in shapes(f) {
                let x = Random::new(seed).vector_away_from(rows * cols, 4.0, &f.kinks(), 1e-3);
                Gradcheck { seed, directions: 2, ..Gradcheck::default() }.assert(
                    name,
                    &x,
                    |x| forward(f, x, rows, cols),
                    |x, dy| backward(f, x, &forward(f, x, rows, cols), dy, rows, cols),
                );
            }
        }
    });
}

#[test]
fn each_column_stands_alone() {
    fn law<T: Scalar>() {
        for_each::<T>("columns", |name, f| {
            for (seed, (rows, cols)) in (0..).zip(shapes(f)) {
                let (x, out) = (random::<T>(seed, rows * cols, 5.0), f.output_rows(rows));
                let dy = random(seed + 100, out * cols, 1.0);
                let y = forward(f, &x, rows, cols);
                let dx = backward(f, &x, &y, &dy, rows, cols);
                for j in 0..cols {
                    let [x, dx] = [&x, &dx].map(|data| View::new(data, rows, cols).column(j));
                    let [y, dy] = [&y, &dy].map(|data| View::new(data, out, cols).column(j));
                    assert_same(name, &forward(f, x, rows, 1), y);
                    assert_same(name, &backward(f, x, y, dy, rows, 1), dx);
                }
                let order: Vec<usize> = (0..cols).rev().collect();
                let permuted = |data: &[T], rows: usize| {
                    let mut out = vec![nan(); data.len()];
                    copy_columns(View::new(data, rows, cols), &order, ViewMut::new(&mut out, rows, cols));
                    out
                };
                let (x, y, dy) = (permuted(&x, rows), permuted(&y, out), permuted(&dy, out));
                assert_same(name, &forward(f, &x, rows, cols), &y);
                assert_same(name, &backward(f, &x, &y, &dy, rows, cols), &permuted(&dx, rows));
            }
        });
    }
    law::<f32>();
    law::<f64>();
}

#[test]
fn outputs_are_overwritten_and_the_same_every_time() {
    fn law<T: Scalar>() {
        for_each::<T>("overwritten", |name, f| {
            for (seed, (rows, cols)) in (0..).zip(shapes(f)) {
                let (x, out) = (random::<T>(seed, rows * cols, 5.0), f.output_rows(rows));
                let dy = random(seed + 100, out * cols, 1.0);
                // `forward` and `backward` write over NaN.
                let y = forward(f, &x, rows, cols);
                let dx = backward(f, &x, &y, &dy, rows, cols);
                let (mut y_again, mut dx_again) = (vec![T::ONE; y.len()], vec![T::ONE; dx.len()]);
                let x = View::new(&x, rows, cols);
                f.forward(x, ViewMut::new(&mut y_again, out, cols));
                assert_same(name, &y_again, &y);
                let [y, dy] = [&y, &dy].map(|data| View::new(data, out, cols));
                f.input_gradient(x, y, dy, ViewMut::new(&mut dx_again, rows, cols));
                assert_same(name, &dx_again, &dx);
                assert!(dx.iter().all(|dx| dx.is_finite()), "{name}: {dx:?}");
            }
        });
    }
    law::<f32>();
    law::<f64>();
}

#[test]
fn gradient_is_linear_in_dy() {
    fn law<T: Scalar>() {
        for_each::<T>("linear", |name, f| {
            for (seed, (rows, cols)) in (0..).zip(shapes(f)) {
                let x = random::<T>(seed, rows * cols, 5.0);
                let y = forward(f, &x, rows, cols);
                let dy = random::<T>(seed + 100, y.len(), 1.0);
                let doubled = |values: &[T]| values.iter().map(|&value| value + value).collect::<Vec<_>>();
                let dx = backward(f, &x, &y, &dy, rows, cols);
                assert_same(name, &backward(f, &x, &y, &doubled(&dy), rows, cols), &doubled(&dx));
                let none = backward(f, &x, &y, &vec![T::ZERO; y.len()], rows, cols);
                assert!(none.iter().all(|&dx| dx == T::ZERO), "{name}: {none:?}");
            }
        });
    }
    law::<f32>();
    law::<f64>();
}

#[test]
fn fused_forms_have_the_bits_of_the_plain_ones() {
    fn law<T: Scalar>() {
        for_each::<T>("fused", |name, f| {
            for (seed, (rows, cols)) in (0..).zip(shapes(f)) {
                let (product, bias) = (random::<T>(seed, rows * cols, 5.0), random::<T>(seed + 50, rows, 1.0));
                let x: Vec<T> = (0..product.len()).map(|i| product[i] + bias[i % rows]).collect();
                let (y, out) = (forward(f, &x, rows, cols), f.output_rows(rows));

                let (mut z, mut fused) = (product.clone(), vec![nan(); y.len()]);
                f.biased(&bias, ViewMut::new(&mut z, rows, cols), ViewMut::new(&mut fused, out, cols));
                assert_same(name, &z, &x);
                assert_same(name, &fused, &y);
                if !f.needs_input() {
                    let mut in_place = product;
                    f.biased_in_place(&bias, ViewMut::new(&mut in_place, rows, cols));
                    assert_same(name, &in_place, &y);
                }

                if out != rows {
                    continue; // there is no room in place
                }
                let dy = random(seed + 100, y.len(), 1.0);
                let (mut dz, mut scratch) = (dy.clone(), vec![nan(); rows]);
                let [x_view, y_view] = [&x, &y].map(|data| View::new(data, rows, cols));
                f.pull_back(x_view, y_view, ViewMut::new(&mut dz, rows, cols), &mut scratch);
                assert_same(name, &dz, &backward(f, &x, &y, &dy, rows, cols));
            }
        });
    }
    law::<f32>();
    law::<f64>();
}

#[test]
fn an_input_that_is_not_needed_is_not_read() {
    fn law<T: Scalar>() {
        for_each::<T>("input", |name, f| {
            if f.needs_input() {
                return;
            }
            let (rows, cols) = (5, 3);
            let x = random::<T>(1, rows * cols, 5.0);
            let (y, nothing) = (forward(f, &x, rows, cols), vec![nan(); x.len()]);
            let dy = random(2, y.len(), 1.0);
            let dx = backward(f, &x, &y, &dy, rows, cols);
            assert_same(name, &backward(f, &nothing, &y, &dy, rows, cols), &dx);
            let (mut dz, mut scratch) = (dy, vec![nan(); rows]);
            let [x, y] = [&nothing, &y].map(|data| View::new(data, rows, cols));
            f.pull_back(x, y, ViewMut::new(&mut dz, rows, cols), &mut scratch);
            assert_same(name, &dz, &dx);
        });
    }
    law::<f32>();
    law::<f64>();
}

#[test]
fn a_finite_input_has_a_finite_value_and_gradient() {
    fn law<T: Scalar>() {
        for_each::<T>("finite", |name, f| {
            for rows in [1, 2, 3, 10].into_iter().filter(|&rows| f.refusal(rows).is_none()) {
                let x = random::<T>(rows as u64, rows * 200, 100.0);
                let y = forward(f, &x, rows, 200);
                assert!(y.iter().all(|y| y.is_finite()), "{name}: {x:?} gives {y:?}");
            }
            // Each extreme alone, and each pair of them in a column. A value may be too large for the type, but never NaN.
            let alone = extremes::<T>();
            let pairs: Vec<T> = alone.iter().flat_map(|&a| alone.iter().flat_map(move |&b| [a, b])).collect();
            for (x, rows) in [(&alone, 1), (&pairs, 2)].into_iter().filter(|&(_, rows)| f.refusal(rows).is_none()) {
                let cols = x.len() / rows;
                let y = forward(f, x, rows, cols);
                let dx = backward(f, x, &y, &random(1, y.len(), 1.0), rows, cols);
                for (j, (x, dx)) in x.chunks(rows).zip(dx.chunks(rows)).enumerate() {
                    let y = View::new(&y, y.len() / cols, cols).column(j);
                    let fine = y.iter().all(|y| !y.is_nan()) && dx.iter().all(|dx| dx.is_finite());
                    assert!(fine, "{name}: x {x:?}, y {y:?}, dx {dx:?}");
                }
            }
        });
    }
    law::<f32>();
    law::<f64>();
}

#[test]
fn nan_gives_nan_in_its_column_only() {
    fn law<T: Scalar>() {
        for_each::<T>("nan", |name, f| {
            let (rows, cols) = (10, 3);
            let clean = random::<T>(1, rows * cols, 5.0);
            let (expected, out) = (forward(f, &clean, rows, cols), f.output_rows(rows));
            for at in 0..clean.len() {
                let mut x = clean.clone();
                x[at] = nan();
                let y = forward(f, &x, rows, cols);
                // With fewer rows, the one that its part of the column goes to.
                let (i, j) = (at % rows % out, at / rows);
                assert!(y[j * out + i].is_nan(), "{name}: NaN gives {:e}", y[j * out + i]);
                for other in (0..cols).filter(|&other| other != j) {
                    assert_same(name, View::new(&y, out, cols).column(other), View::new(&expected, out, cols).column(other));
                }
                let mut dy = expected.clone();
                dy[j * out + i] = nan();
                let dx = backward(f, &clean, &expected, &dy, rows, cols);
                assert!(dx[at].is_nan(), "{name}: a gradient of NaN gives {:e}", dx[at]);
            }
        });
    }
    law::<f32>();
    law::<f64>();
}

#[test]
fn a_larger_input_never_has_a_smaller_value() {
    fn law<T: Scalar>() {
        for_each::<T>("monotone", |name, f| {
            // It is about the functions as they are known; with options, such as a negative slope, they may be meant to fall.
            if !f.call().options.is_empty() || f.refusal(1).is_some() {
                return;
            }
            let x = extremes::<T>();
            let y = forward(f, &x, 1, x.len());
            for i in 1..x.len() {
                assert!(y[i - 1] <= y[i], "{name}: f({:e}) = {:e}, f({:e}) = {:e}", x[i - 1], y[i - 1], x[i], y[i]);
            }
        });
    }
    law::<f32>();
    law::<f64>();
}

#[test]
fn shapes_that_do_not_fit_are_refused() {
    for_each::<f32>("shapes", |name, f| {
        let (rows, cols) = (2, 3);
        let data = [0.5_f32; 24];
        let out = f.output_rows(rows);
        let (x, y) = (View::new(&data[..6], rows, cols), View::new(&data[..out * cols], out, cols));
        let wrong = [View::new(&data[..6], cols, rows), View::new(&data[..4], rows, 2), View::new(&data[..9], 3, cols)];
        let refused = |what: &str, work: &mut dyn FnMut()| {
            assert!(catch_unwind(AssertUnwindSafe(work)).is_err(), "{name} accepts {what}");
        };
        let mut buffer = data;
        let mut into = |shape: View<'_>, work: &dyn Fn(ViewMut<'_>)| {
            work(ViewMut::new(&mut buffer[..shape.as_slice().len()], shape.rows(), shape.cols()));
        };
        for wrong in wrong {
            refused("y unlike x", &mut || into(wrong, &|y| f.forward(x, y)));
            refused("dx unlike y and dy", &mut || into(wrong, &|dx| f.input_gradient(x, y, y, dx)));
            refused("dy unlike y", &mut || into(x, &|dx| f.input_gradient(x, y, wrong, dx)));
            refused("y unlike dy", &mut || into(x, &|dx| f.input_gradient(x, wrong, y, dx)));
            refused("y unlike dy in place", &mut || into(y, &|dy| f.pull_back(x, wrong, dy, &mut [0.0; 2])));
        }
        for bias in [&data[..1], &data[..3]] {
            refused("a bias unlike the rows", &mut || {
                into(x, &|z| f.biased(bias, z, ViewMut::new(&mut [0.0; 6][..out * cols], out, cols)));
            });
            refused("a bias unlike the rows in place", &mut || into(x, &|y| f.biased_in_place(bias, y)));
        }
    });
}

#[test]
#[should_panic(expected = "leaky_relu:slope=-1 needs its input")]
fn what_needs_its_input_has_no_form_in_place() {
    LeakyRelu { slope: -1.0 }.biased_in_place(&[0.0_f32], ViewMut::new(&mut [0.0], 1, 1));
}

/// Whether it is a function of one number, of the same one in any row.
fn of_one_number(f: &dyn Activation<f64>) -> bool {
    let x = [-0.7, 0.9, 1.5];
    f.refusal(3).is_none() && f.output_rows(3) == 3 && forward(f, &x, 3, 1) == forward(f, &x, 1, 3)
}

/// f and f′ of some numbers.
fn sample<T: Scalar>(f: &dyn Activation<T>, x: &[T]) -> [Vec<T>; 2] {
    let y = forward(f, x, 1, x.len());
    let slopes = backward(f, x, &y, &vec![T::ONE; x.len()], 1, x.len());
    [y, slopes]
}

/// Numbers of every magnitude, many of them where functions bend, in order.
fn line() -> Vec<f64> {
    let mut line: Vec<f64> = (-4000..4000).map(|i| (f64::from(i) + 0.3) * 0.005).chain(extremes()).collect();
    line.extend((-300..300).map(|i| 1.1_f64.powi(i)).flat_map(|x| [x, -x]));
    line.sort_by(f64::total_cmp);
    line
}

#[test]
fn values_lie_in_the_range() {
    fn law<T: Scalar>() {
        for_each::<T>("range", |name, f| {
            let range = f.range();
            // Ends and values are rounded to the type; what is too large for it is infinite.
            let slack = |end: f64| if end.is_finite() { 4.0 * T::EPSILON.to_f64() * end.abs() } else { 0.0 };
            let (low, high) = (range.start() - slack(*range.start()), range.end() + slack(*range.end()));
            let x: Vec<T> = line().into_iter().map(T::from_f64).filter(|x| x.is_finite()).collect();
            let rows = [1, 2, 6].into_iter().filter(|&rows| f.refusal(rows).is_none());
            for (rows, order) in rows.flat_map(|rows| [(rows, 1), (rows, 773)]) {
                let cols = x.len() / rows;
                let x: Vec<T> = (0..rows * cols).map(|i| x[i * order % x.len()]).collect();
                let y = forward(f, &x, rows, cols);
                let outside = y.iter().find(|y| !(low..=high).contains(&y.to_f64()));
                assert_eq!(outside, None, "{name}: not in {range:?}");
            }
        });
    }
    law::<f32>();
    law::<f64>();
}

#[test]
fn the_range_is_not_larger_than_what_is_reached() {
    for_each::<f64>("tight", |name, f| {
        let beside = f.kinks().into_iter().map(|kink| kink + 1e-6);
        let x: Vec<f64> = line().into_iter().chain(beside).collect();
        let rows = if f.refusal(1).is_none() && of_one_number(f) { 1 } else { 2 };
        // Neighbours, and numbers that are far apart, in a column.
        let x: Vec<f64> = x.iter().flat_map(|&a| if rows == 1 { vec![a] } else { vec![a, 1.0, -a, a] }).collect();
        let y = forward(f, &x, rows, x.len() / rows);
        let (low, high) = y.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &y| (low.min(y), high.max(y)));
        for (end, reached) in [(*f.range().start(), low), (*f.range().end(), high)] {
            let near = if end.is_finite() { (reached - end).abs() <= 1e-4 * (1.0 + end.abs()) } else { reached.abs() > 1e20 };
            assert!(near, "{name}: the range {:?} has an end at {end:e}, but values end at {reached:e}", f.range());
        }
    });
}

#[test]
fn kinks_are_where_the_derivative_jumps() {
    for_each::<f64>("kinks", |name, f| {
        for kink in f.kinks() {
            let near = 1e-12 * kink.abs().max(1e-3);
            let [_, slopes] = sample(f, &[kink - near, kink, kink + near]);
            let jump = (slopes[0] - slopes[1]).abs() + (slopes[1] - slopes[2]).abs();
            assert!(jump > 1e-9, "{name}: f′ is {slopes:?} around {kink}");
        }
        if !of_one_number(f) {
            assert!(f.kinks().is_empty(), "{name}: kinks are those of functions of one number");
            return;
        }
        // Nowhere else: close to each other, slopes are close.
        let near = 1e-9;
        let x: Vec<f64> = (-4000..4000).map(|i| f64::from(i) * 0.005).collect();
        let x = x.into_iter().filter(|x| f.kinks().iter().all(|kink| (x - kink).abs() > 2.0 * near));
        let x: Vec<f64> = x.flat_map(|x| [x - near, x + near]).collect();
        for (x, slopes) in x.chunks(2).zip(sample(f, &x)[1].chunks(2)) {
            // A bend within a millionth is as steep as options make it.
            let steepest = if name.contains("=0.000001") || name.contains("=1000000") { 2e6 } else { 1e4 };
            assert!((slopes[0] - slopes[1]).abs() < steepest * near, "{name}: f′ is {slopes:?} around {x:?}");
        }
    });
}

#[test]
fn saturation_is_where_the_derivative_is_small() {
    for_each::<f64>("saturation", |name, f| {
        let intervals = f.saturation();
        if !of_one_number(f) {
            assert_eq!(intervals, [], "{name}: saturation is that of functions of one number");
            return;
        }
        assert!(intervals.iter().all(|part| part.start() <= part.end()), "{name}: {intervals:?}");
        assert!(intervals.windows(2).all(|pair| pair[0].end() < pair[1].start()), "{name}: {intervals:?}");
        let mut x = line();
        // Both sides of each end.
        let ends = intervals.iter().flat_map(|part| [*part.start(), *part.end()]).filter(|end| end.is_finite());
        x.extend(ends.flat_map(|end| [-1e-9, 1e-9].map(|near| end + near * end.abs().max(1e-300))));
        for (x, slope) in x.iter().zip(&sample(f, &x)[1]) {
            let inside = intervals.iter().any(|part| part.contains(x));
            assert_eq!(slope.abs() < 0.01, inside, "{name}: f′({x:e}) = {slope:e}, and it saturates in {intervals:?}");
        }
    });
}

#[test]
fn where_the_known_ones_saturate() {
    let infinity = f64::INFINITY;
    let odds = 2.0 * 0.96_f64.sqrt().atanh(); // σ (1 − σ) = 0.01
    for (call, expected) in [
        ("identity", vec![]),
        ("relu", vec![(-infinity, 0.0)]),
        ("leaky_relu", vec![]),
        ("leaky_relu:slope=0.001", vec![(-infinity, 0.0)]),
        ("sigmoid", vec![(-infinity, -odds), (odds, infinity)]),
        ("tanh", vec![(-infinity, -0.99_f64.sqrt().atanh()), (0.99_f64.sqrt().atanh(), infinity)]),
        ("elu:alpha=2", vec![(-infinity, 0.005_f64.ln())]),
        ("celu:alpha=2", vec![(-infinity, 2.0 * 0.01_f64.ln())]),
        ("softplus:beta=2", vec![(-infinity, -99.0_f64.ln() / 2.0)]),
        ("log_sigmoid", vec![(99.0_f64.ln(), infinity)]),
        ("softsign", vec![(-infinity, -9.0), (9.0, infinity)]),
        ("relu6", vec![(-infinity, 0.0), (6.0, infinity)]),
        ("hard_sigmoid", vec![(-infinity, -3.0), (3.0, infinity)]),
        ("hard_swish", vec![(-infinity, -3.0), (-1.53, -1.47)]),
        ("hard_tanh:min=-2", vec![(-infinity, -2.0), (1.0, infinity)]),
        ("hard_shrink", vec![(-0.5, 0.5)]),
        ("soft_shrink:lambd=2", vec![(-2.0, 2.0)]),
        ("tanh_shrink", vec![(-0.1_f64.atanh(), 0.1_f64.atanh())]),
        ("squareplus", vec![(-infinity, -1.96 / (1.0 - 0.98_f64 * 0.98).sqrt())]),
    ] {
        let got = registry::<f64>().parse(call).unwrap().saturation();
        let close = |a: f64, b: f64| a == b || (a - b).abs() <= 1e-9 * b.abs();
        let same = got.len() == expected.len()
            && got.iter().zip(&expected).all(|(got, (low, high))| close(*got.start(), *low) && close(*got.end(), *high));
        assert!(same, "{call}: {got:?} is not {expected:?}");
    }
}

#[test]
fn gain_family_kinks_and_need_of_input() {
    use Family::{Linear, Rectifier, Saturating};
    let expected = [
        ("identity", 1.0, Linear, vec![], false),
        ("sigmoid", 1.0, Saturating, vec![], false),
        ("tanh", 1.666_666_666_666_666_7, Saturating, vec![], false),
        ("relu", SQRT_2, Rectifier, vec![0.0], false),
        ("leaky_relu", 1.414_142_856_997_835_4, Rectifier, vec![0.0], false),
        ("leaky_relu:slope=0.2", 1.386_750_490_563_072_8, Rectifier, vec![0.0], false),
        ("leaky_relu:slope=0", SQRT_2, Rectifier, vec![0.0], false),
        ("leaky_relu:slope=1", 1.0, Rectifier, vec![], false),
        ("leaky_relu:slope=-1", 1.0, Rectifier, vec![0.0], true),
        ("elu", 1.0, Rectifier, vec![], false),
        ("elu:alpha=0.5", 1.0, Rectifier, vec![0.0], false),
        ("celu", 1.0, Rectifier, vec![], false),
        ("celu:alpha=0.5", 1.0, Rectifier, vec![], false),
        ("selu", 0.75, Rectifier, vec![0.0], false),
        ("gelu", 1.0, Rectifier, vec![], true),
        ("gelu_tanh", 1.0, Rectifier, vec![], true),
        ("silu", 1.0, Rectifier, vec![], true),
        ("mish", 1.0, Rectifier, vec![], true),
        ("softplus", 1.0, Rectifier, vec![20.0], true),
        ("softplus:beta=2,threshold=3", 1.0, Rectifier, vec![1.5], true),
        ("softplus:threshold=50", 1.0, Rectifier, vec![], true),
        ("squareplus", 1.0, Rectifier, vec![], false),
        ("softsign", 1.0, Saturating, vec![], false),
        ("relu6", SQRT_2, Rectifier, vec![0.0, 6.0], false),
        ("hard_sigmoid", 1.0, Saturating, vec![-3.0, 3.0], false),
        ("hard_swish", 1.0, Rectifier, vec![-3.0, 3.0], true),
        ("hard_tanh", 1.0, Saturating, vec![-1.0, 1.0], false),
        ("hard_tanh:max=7", 1.0, Saturating, vec![-1.0, 7.0], false),
        ("hard_shrink", 1.0, Linear, vec![-0.5, 0.5], false),
        ("soft_shrink", 1.0, Linear, vec![-0.5, 0.5], false),
        ("tanh_shrink", 1.0, Linear, vec![], true),
        ("threshold:threshold=0.25", 1.0, Rectifier, vec![0.25], true),
        ("log_sigmoid", 1.0, Rectifier, vec![], false),
        ("softmax", 1.0, Saturating, vec![], false),
        ("log_softmax", 1.0, Linear, vec![], false),
        ("softmin", 1.0, Saturating, vec![], false),
        ("sparsemax", 1.0, Saturating, vec![], false),
        ("glu", 1.0, Linear, vec![], true),
    ];
    for name in registry::<f32>().names() {
        assert!(expected.iter().any(|(call, ..)| call.split(':').next() == Some(name)), "nothing is expected of {name}");
    }
    for (call, gain, family, kinks, needs_input) in expected {
        let boxed = registry::<f32>().parse(call).unwrap();
        let f: &dyn Activation<f32> = &boxed;
        assert!((f.gain() - gain).abs() < 1e-15, "{call}: {}", f.gain());
        assert_eq!((f.family(), f.kinks(), f.needs_input()), (family, kinks, needs_input), "{call}");
    }
}

/// What `call` says is read back as the same function.
fn assert_read_back<T: Scalar>(f: &dyn Activation<T>) {
    let call = f.call();
    let again = registry::<T>().parse(&call.to_string()).unwrap();
    assert_eq!((format!("{f:?}"), &call), (format!("{again:?}"), &Activation::call(&again)));
    let x = random::<T>(3, 24, 5.0);
    assert_same(&call.to_string(), &forward(f, &x, 6, 4), &forward(&again, &x, 6, 4));
}

#[test]
fn every_default_is_read_back_as_a_bare_name() {
    for entry in registry::<f32>().entries {
        let f = entry.build_default().unwrap();
        assert_eq!(Activation::call(&f), Call::new(entry.name));
        assert_read_back(&f);
    }
    assert_eq!(Elementwise::call(&LeakyRelu::default()), Call::new("leaky_relu"));
}

proptest! {
    #[test]
    fn every_slope_is_read_back(slope in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO) {
        assert_read_back::<f32>(&LeakyRelu { slope });
        assert_read_back::<f64>(&LeakyRelu { slope });
    }
}

proptest! {
    #[test]
    fn every_option_is_read_back(a in 1e-6..1e6_f64, b in -1e6..1e6_f64, c in 1e-3..1e3_f64) {
        for f in [
            &Elu { alpha: a } as &dyn Activation<f64>,
            &Celu { alpha: a },
            &Softplus { beta: a, threshold: c },
            &Squareplus { b: a },
            &HardTanh::new(b, b + c).unwrap(),
            &HardShrink { lambd: a },
            &SoftShrink { lambd: a },
            &Threshold { threshold: b, value: c },
        ] {
            assert_read_back(f);
        }
    }
}

/// The message for a call that is not possible.
fn refused(call: &str) -> String {
    registry::<f32>().parse(call).map(|f| format!("{f:?}")).expect_err(call).to_string()
}

#[test]
fn numbers_out_of_range_are_refused_with_the_range() {
    for (name, option, expected, values) in [
        ("leaky_relu", "slope", "a number in (−∞, ∞)", &["inf", "-inf", "NaN", "steep", "[1]", "none"][..]),
        ("elu", "alpha", "a number in [0, 1000000]", &["-0.5", "1000001", "inf", "NaN", "true"]),
        ("celu", "alpha", "a number in [0.000001, 1000000]", &["0", "-1", "0.0000001", "NaN"]),
        ("softplus", "beta", "a number in [0.000001, 1000000]", &["0", "-1", "inf"]),
        ("softplus", "threshold", "a number in [0, ∞)", &["-1", "inf", "NaN"]),
        ("squareplus", "b", "a number in [0.000001, 1000000]", &["0", "-4"]),
        ("hard_tanh", "min", "a number in (−∞, ∞)", &["-inf", "low"]),
        ("hard_tanh", "max", "a number in (−∞, ∞)", &["inf", "[0,1]"]),
        ("hard_shrink", "lambd", "a number in [0, ∞)", &["-0.1", "NaN"]),
        ("soft_shrink", "lambd", "a number in [0, ∞)", &["-0.1", "inf"]),
        ("threshold", "threshold", "a number in (−∞, ∞)", &["inf", "none"]),
        ("threshold", "value", "a number in (−∞, ∞)", &["-inf", "false"]),
    ] {
        for value in values {
            let message = format!("`{name}`: {option} = {value} is not possible; it must be {expected}");
            assert_eq!(refused(&format!("{name}:{option}={value}")), message);
        }
    }
}

#[test]
fn bounds_in_the_wrong_order_are_refused() {
    for (call, message) in [
        ("hard_tanh:min=1,max=-1", "`hard_tanh`: min = 1 must be below max = -1"),
        ("hard_tanh:min=2", "`hard_tanh`: min = 2 must be below max = 1"),
        ("hard_tanh:max=-1", "`hard_tanh`: min = -1 must be below max = -1"),
    ] {
        assert_eq!(refused(call), message);
    }
    assert_eq!(HardTanh::new(0.0, f64::NAN).unwrap_err().to_string(), "`hard_tanh`: min = 0 must be below max = NaN");
}

#[test]
fn names_and_options_that_are_not_there_are_refused_with_what_is() {
    for (call, message) in [
        ("celu:alfa=2", "`celu` has no option `alfa`, did you mean `alpha`? it has alpha"),
        ("hard_shrink:lambda=1", "`hard_shrink` has no option `lambda`, did you mean `lambd`? it has lambd"),
        ("softplus:treshold=1", "`softplus` has no option `treshold`, did you mean `threshold`? it has beta, threshold"),
        ("hard_tanh:minimum=0", "`hard_tanh` has no option `minimum`, did you mean `min`? it has min, max"),
        ("glu:axis=1", "`glu` has no option `axis`; it has none"),
        ("elu:alpha=1,alpha=2", "`elu`: option alpha is given twice"),
        ("selu:", "cannot read `selu:`; write a name, or name:option=value,option=value"),
        ("elu:alpha", "cannot read `elu:alpha`; write a name, or name:option=value,option=value"),
    ] {
        assert_eq!(refused(call), message);
    }
    for (call, nearest) in
        [("hardswish", "hard_swish"), ("Mish", "mish"), ("sotfsign", "softsign"), ("sparse_max", "sparsemax")]
    {
        assert!(
            refused(call).starts_with(&format!("unknown activation `{call}`, did you mean `{nearest}`?")),
            "{}",
            refused(call)
        );
    }
}

#[test]
fn an_odd_number_of_rows_has_no_halves() {
    let glu = registry::<f32>().parse("glu").unwrap();
    assert_eq!(
        glu.refusal(5).as_deref(),
        Some("gates one half of its rows with the other, so it needs an even number, but gets 5")
    );
    assert_eq!((glu.refusal(6), glu.output_rows(6)), (None, 3));
}

#[test]
fn a_waived_law_has_a_name_and_a_reason() {
    for entry in registry::<f32>().entries {
        for waiver in entry.waives {
            assert!(LAWS.contains(&waiver.law), "{} waives `{}`, which is no law", entry.name, waiver.law);
            assert!(!waiver.reason.trim().is_empty(), "{} waives `{}` without a reason", entry.name, waiver.law);
        }
    }
}

#[test]
fn every_function_is_in_the_registry_and_in_the_readme() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = std::fs::read_dir(source).unwrap().map(|file| file.unwrap().path());
    // A file that makes a type public is named after it, and so is the entry.
    let public = files.filter(|path| std::fs::read_to_string(path).unwrap().contains("\npub struct "));
    let public: BTreeSet<String> = public.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let registered: BTreeSet<String> = registry::<f32>().names().map(str::to_owned).collect();
    assert_eq!(public, registered);
    // A row of the README names the entry and links the type.
    let rows = include_str!("../README.md").lines().filter_map(|line| line.strip_prefix("| `")).map(|row| row.split('`'));
    let (documented, mut types): (Vec<&str>, BTreeSet<&str>) =
        rows.map(|mut row| (row.next().unwrap(), row.nth(1).unwrap())).unzip();
    assert_eq!(documented, registry::<f32>().names().collect::<Vec<_>>());
    types.extend(["Activation", "Elementwise", "Family", "registry"]);
    let exported = include_str!("../src/lib.rs").lines().filter_map(|line| line.strip_prefix("pub use ")?.split_once("::"));
    let exported = exported.flat_map(|(_, items)| items.trim_matches(['{', '}', ';']).split(", "));
    assert_eq!(exported.collect::<BTreeSet<_>>(), types);
    for entry in registry::<f32>().entries {
        assert!(!entry.summary.is_empty() && !entry.summary.contains('\n'), "{} has no summary of one line", entry.name);
    }
}
