//! The activation functions against reference vectors from PyTorch.

use backprop_activations::{Activation, registry};
use backprop_gradcheck::vectors::{Array, Case, File, assert_close};
use backprop_tensor::{Scalar, View, ViewMut};

#[test]
fn f64_agrees_with_the_reference() {
    run::<f64>([1e-10, 1e-12], [1e-10, 1e-12]);
}

#[test]
fn f32_agrees_with_the_reference() {
    run::<f32>([2e-6, 1e-6], [1e-5, 1e-6]);
}

/// Runs all cases; the tolerances of y and dx are relative and absolute.
fn run<T: Scalar>(y_tolerance: [f64; 2], dx_tolerance: [f64; 2]) {
    let file = File::load(env!("CARGO_MANIFEST_DIR"), "activations.json");
    let mut report = file.report(T::NAME);
    for case in &file.cases {
        // It learns its slope, so that it is a layer.
        if case.text("activation") == "prelu" {
            continue;
        }
        // Every function of columns works along the features; lanes of any other axis are gathered into columns here.
        let activation = registry::<T>().parse(&case.call("activation", &["axis"]));
        let activation = activation.unwrap_or_else(|error| panic!("{}: {error}", case.name));
        check(case, &activation, y_tolerance, dx_tolerance);
        report.ran();
    }
    report.print();
}

fn check<T: Scalar>(case: &Case, activation: &dyn Activation<T>, y_tolerance: [f64; 2], dx_tolerance: [f64; 2]) {
    let x = case.array("x");
    let axis = case.option("axis").map(|axis| axis.as_u64().expect("an axis is a whole number") as usize);
    let (rows, cols) = axis.map_or_else(|| x.columns(), |axis| (x.shape[axis], x.data.len() / x.shape[axis]));
    let out = activation.output_rows(rows);
    let lanes = |field: &str| lanes(&case.array(field), axis);
    let input = |field: &str| lanes(field).into_iter().map(T::from_f64).collect::<Vec<_>>();
    let (x, dy) = (input("x"), input("dy"));
    let (mut y, mut dx) = (vec![T::ZERO; dy.len()], vec![T::ZERO; x.len()]);
    let x_view = View::new(&x, rows, cols);
    activation.forward(x_view, ViewMut::new(&mut y, out, cols));
    let [y_view, dy_view] = [&y, &dy].map(|data| View::new(data, out, cols));
    activation.input_gradient(x_view, y_view, dy_view, ViewMut::new(&mut dx, rows, cols));
    if let Some(kinks) = case.json("kinks").and_then(|kinks| kinks.as_array()) {
        assert_eq!(
            activation.kinks(),
            kinks.iter().map(|kink| kink.as_f64().expect("a kink is a number")).collect::<Vec<_>>(),
            "{} kinks",
            case.name
        );
    }

    let to_f64 = |values: &[T]| values.iter().map(|value| value.to_f64()).collect::<Vec<_>>();
    assert_close(&format!("{} y", case.name), &to_f64(&y), &lanes("y"), y_tolerance[0], y_tolerance[1]);
    // What is subnormal or 0 in f32 may stand on the other side of a kink.
    let kept = |i: &usize| T::NAME == "f64" || !case.is("extreme") || x[*i] == T::ZERO || x[*i].abs() >= T::from_f64(1e-37);
    let (got, expected) = (to_f64(&dx), lanes("dx"));
    let pick = |values: &[f64]| (0..x.len()).filter(kept).map(|i| values[i]).collect::<Vec<_>>();
    assert_close(&format!("{} dx", case.name), &pick(&got), &pick(&expected), dx_tolerance[0], dx_tolerance[1]);
}

/// The numbers of `array` with those along `axis` standing next to each other: one column for each lane.
fn lanes(array: &Array, axis: Option<usize>) -> Vec<f64> {
    let Some(axis) = axis else { return array.data.clone() };
    let (length, inner) = (array.shape[axis], array.shape[axis + 1..].iter().product::<usize>());
    let lane = |n: usize| (0..length).map(move |i| array.data[(n / inner * length + i) * inner + n % inner]);
    (0..array.data.len() / length).flat_map(lane).collect()
}
