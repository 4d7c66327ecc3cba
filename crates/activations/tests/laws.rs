//! What holds for every activation function, in both number types: the laws, over the registry.

use std::collections::BTreeSet;
use std::f64::consts::SQRT_2;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use backprop_activations::{Activation, Elementwise, Family, LeakyRelu, registry};
use backprop_gradcheck::{Gradcheck, Random};
use backprop_registry::{Call, Domain};
use backprop_tensor::{Scalar, View, ViewMut, copy_columns};
use proptest::prelude::*;

/// The laws that an entry may waive.
const LAWS: [&str; 10] =
    ["gradient", "columns", "overwritten", "linear", "fused", "input", "finite", "nan", "monotone", "shapes"];

/// Rows and columns: one of each, more than a vector register, none at all.
const SHAPES: [(usize, usize); 8] = [(1, 1), (1, 6), (3, 5), (7, 4), (17, 2), (40, 3), (0, 3), (3, 0)];

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
            let values = [-1.5, -0.25, 0.0, 1e-3, 0.3, 1.0, 2.5].into_iter().filter(|&value| interval.contains(value));
            calls.extend(values.map(|value| Call::new(entry.name).with(option.name, value)));
        }
        for call in calls {
            // The box is an activation itself, so that what it passes on is under test as well.
            let activation = registry::<T>().build(&call).unwrap();
            check(&format!("{call} ({})", T::NAME), &activation);
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
            for (rows, cols) in SHAPES {
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
            for (seed, (rows, cols)) in (0..).zip(SHAPES) {
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
            for (seed, (rows, cols)) in (0..).zip(SHAPES) {
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
            for (seed, (rows, cols)) in (0..).zip(SHAPES) {
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
            for (seed, (rows, cols)) in (0..).zip(SHAPES) {
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
            for rows in [1, 2, 3, 10] {
                let x = random::<T>(rows as u64, rows * 200, 100.0);
                let y = forward(f, &x, rows, 200);
                assert!(y.iter().all(|y| y.is_finite()), "{name}: {x:?} gives {y:?}");
            }
            // Each extreme alone, and each pair of them in a column. A value may be too large for the type, but never NaN.
            let alone = extremes::<T>();
            let pairs: Vec<T> = alone.iter().flat_map(|&a| alone.iter().flat_map(move |&b| [a, b])).collect();
            for (x, rows) in [(&alone, 1), (&pairs, 2)] {
                let cols = x.len() / rows;
                let y = forward(f, x, rows, cols);
                let dx = backward(f, x, &y, &random(1, y.len(), 1.0), rows, cols);
                for (i, x) in x.iter().enumerate() {
                    assert!(!y[i].is_nan() && dx[i].is_finite(), "{name}: x {x:e}, y {:e}, dx {:e}", y[i], dx[i]);
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
            let (rows, cols) = (9, 3);
            let clean = random::<T>(1, rows * cols, 5.0);
            let expected = forward(f, &clean, rows, cols);
            for at in 0..clean.len() {
                let mut x = clean.clone();
                x[at] = nan();
                let y = forward(f, &x, rows, cols);
                assert!(y[at].is_nan(), "{name}: NaN gives {:e}", y[at]);
                for j in (0..cols).filter(|&j| j != at / rows) {
                    assert_same(name, View::new(&y, rows, cols).column(j), View::new(&expected, rows, cols).column(j));
                }
                let mut dy = clean.clone();
                dy[at] = nan();
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
            if !f.call().options.is_empty() {
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
        let right = View::new(&data[..6], rows, cols);
        let wrong = [View::new(&data[..6], cols, rows), View::new(&data[..4], rows, 2), View::new(&data[..9], 3, cols)];
        let refused = |what: &str, work: &mut dyn FnMut()| {
            assert!(catch_unwind(AssertUnwindSafe(work)).is_err(), "{name} accepts {what}");
        };
        let mut buffer = data;
        let mut out = |shape: View<'_>, work: &dyn Fn(ViewMut<'_>)| {
            work(ViewMut::new(&mut buffer[..shape.as_slice().len()], shape.rows(), shape.cols()));
        };
        for wrong in wrong {
            refused("y unlike x", &mut || out(wrong, &|y| f.forward(right, y)));
            refused("dx unlike y and dy", &mut || out(wrong, &|dx| f.input_gradient(right, right, right, dx)));
            refused("dy unlike y", &mut || out(right, &|dx| f.input_gradient(right, right, wrong, dx)));
            refused("y unlike dy", &mut || out(right, &|dx| f.input_gradient(right, wrong, right, dx)));
            refused("y unlike dy in place", &mut || out(right, &|dy| f.pull_back(right, wrong, dy, &mut [0.0; 2])));
        }
        for bias in [&data[..1], &data[..3]] {
            refused("a bias unlike the rows", &mut || {
                out(right, &|z| f.biased(bias, z, ViewMut::new(&mut [0.0; 6], rows, cols)));
            });
            refused("a bias unlike the rows in place", &mut || out(right, &|y| f.biased_in_place(bias, y)));
        }
    });
}

#[test]
#[should_panic(expected = "leaky_relu:slope=-1 needs its input")]
fn what_needs_its_input_has_no_form_in_place() {
    LeakyRelu { slope: -1.0 }.biased_in_place(&[0.0_f32], ViewMut::new(&mut [0.0], 1, 1));
}

#[test]
fn gain_family_kinks_and_need_of_input() {
    let expected = [
        ("identity", 1.0, Family::Linear, vec![], false),
        ("sigmoid", 1.0, Family::Saturating, vec![], false),
        ("tanh", 1.666_666_666_666_666_7, Family::Saturating, vec![], false),
        ("relu", SQRT_2, Family::Rectifier, vec![0.0], false),
        ("leaky_relu", 1.414_142_856_997_835_4, Family::Rectifier, vec![0.0], false),
        ("leaky_relu:slope=0.2", 1.386_750_490_563_072_8, Family::Rectifier, vec![0.0], false),
        ("leaky_relu:slope=0", SQRT_2, Family::Rectifier, vec![0.0], false),
        ("leaky_relu:slope=-1", 1.0, Family::Rectifier, vec![0.0], true),
        ("gelu", 1.0, Family::Rectifier, vec![], true),
        ("gelu_tanh", 1.0, Family::Rectifier, vec![], true),
        ("softmax", 1.0, Family::Saturating, vec![], false),
        ("log_softmax", 1.0, Family::Linear, vec![], false),
    ];
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

#[test]
fn a_slope_without_end_is_refused() {
    for slope in ["inf", "-inf", "nan", "steep", "[1]", "none"] {
        let error = registry::<f32>().parse(&format!("leaky_relu:slope={slope}")).unwrap_err().to_string();
        assert!(error.contains("slope = ") && error.contains("it must be a number in (−∞, ∞)"), "{error}");
    }
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
    let documented = include_str!("../README.md").lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(documented.collect::<Vec<_>>(), registry::<f32>().names().collect::<Vec<_>>());
    for entry in registry::<f32>().entries {
        assert!(!entry.summary.is_empty() && !entry.summary.contains('\n'), "{} has no summary of one line", entry.name);
    }
}
