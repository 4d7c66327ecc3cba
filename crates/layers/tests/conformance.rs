//! Layers and first weights against reference vectors from PyTorch.

#[path = "support/tap.rs"]
mod tap;

use std::io::Write as _;

use backprop_activations::Relu;
use backprop_gradcheck::vectors::{Case, File, Report, assert_close, is_close};
use backprop_layers::{Dense, Fans, Layer, Network, Nonlinearity, Sequential, initializers, registry};
use backprop_registry::OptionError;
use backprop_tensor::{Key, Purpose, Scalar, View};
use tap::Tap;

#[test]
fn layers_agree_with_the_reference() {
    run_layers::<f64>([1e-10, 1e-12]);
    run_layers::<f32>([1e-5, 1e-5]);
}

#[test]
fn initializers_agree_with_the_reference() {
    run_initializers::<f64>();
    run_initializers::<f32>();
}

/// `prelu` learns its slope, so that it would be a layer; the other cases of the file belong to the activation functions.
#[test]
fn prelu_is_the_one_learned_activation_without_a_layer() {
    assert!(registry::<f32>().find("prelu").is_err(), "prelu is a layer now: run its cases here");
    let file = File::load(env!("CARGO_MANIFEST_DIR"), "activations.json");
    let cases = file.cases.iter().filter(|case| case.text("activation") == "prelu").count();
    for scalar in [f64::NAME, f32::NAME] {
        // `println!` would be captured by the harness, and no report passes without a run.
        let line = format!("activations.json ({scalar}): 0 cases run, {cases} skipped (prelu)\n");
        std::io::stdout().write_all(line.as_bytes()).unwrap();
    }
}

fn run_layers<T: Scalar>(tolerance: [f64; 2]) {
    let file = File::load(env!("CARGO_MANIFEST_DIR"), "layers.json");
    let mut report = file.report(T::NAME);
    for case in &file.cases {
        match case.text("layer") {
            "linear" => check_network::<T>(case, &linear(case), &["w", "b"], tolerance),
            "residual_block" => check_network::<T>(case, &residual_block(case), &["w1", "b1", "w2", "b2"], tolerance),
            name => {
                assert!(registry::<T>().find(name).is_err(), "{name} is a layer now: run its cases");
                report.skip(name);
                continue;
            }
        }
        report.ran();
    }
    report.print();
}

fn linear<T: Scalar>(case: &Case) -> Sequential<T> {
    let w = case.array("w");
    let dense = Dense::new(w.shape[1], w.shape[0]);
    let bias = case.option("bias").expect("it says whether there is a bias").as_bool() == Some(true);
    Sequential::new().then(if bias { dense } else { dense.without_bias() })
}

fn residual_block<T: Scalar>(case: &Case) -> Sequential<T> {
    let (w1, w2) = (case.array("w1"), case.array("w2"));
    let hidden = Dense::new(w1.shape[1], w1.shape[0]).activation(Relu);
    Sequential::new().residual(Sequential::new().then(hidden).then(Dense::new(w2.shape[1], w2.shape[0])))
}

/// Compares y, dx and the gradients of the parameters, which the case has in the order of the flat vector.
fn check_network<T: Scalar>(case: &Case, layers: &Sequential<T>, names: &[&str], [rtol, atol]: [f64; 2]) {
    let x = case.array("x");
    let (rows, batch) = x.columns();
    let tapped = Sequential::new().then(Tap { rows, batch }).append(layers.clone());
    let network = Network::<T>::new(rows, tapped).unwrap();
    let narrow = |values: Vec<f64>| values.into_iter().map(T::from_f64).collect::<Vec<T>>();
    let wide = |values: &[T]| values.iter().map(|value| value.to_f64()).collect::<Vec<f64>>();
    // Row-major weights of the file, column-major in the vector; a bias is the same in both.
    let field =
        |name: &str| case.try_array(name).map(|array| if array.shape.len() == 2 { array.transposed() } else { array.data });
    let values =
        |prefix: &str| names.iter().filter_map(|name| field(&format!("{prefix}{name}"))).flatten().collect::<Vec<f64>>();

    let x = narrow(x.data);
    let params = narrow([vec![0.0; rows * batch], values("")].concat());
    let mut gradients = vec![T::from_f64(f64::NAN); params.len()];
    let mut workspace = network.workspace(batch);
    let noise = Key::new(0, Purpose::Noise);
    let mut pass = network.forward(&params, &[], View::new(&x, rows, batch), noise, &mut workspace);
    let (y, mut dy) = pass.ends();
    assert_close(&format!("{} y", case.name), &wide(y.as_slice()), &case.array("y").data, rtol, atol);
    dy.as_mut_slice().copy_from_slice(&narrow(case.array("dy").data));
    pass.backward(&mut gradients);
    let (dx, dparams) = gradients.split_at(rows * batch);
    assert_close(&format!("{} dx", case.name), &wide(dx), &case.array("dx").data, rtol, atol);
    assert_close(&format!("{} dθ", case.name), &wide(dparams), &values("d"), rtol, atol);
}

fn run_initializers<T: Scalar>() {
    let file = File::load(env!("CARGO_MANIFEST_DIR"), "initializers.json");
    let mut report = file.report(T::NAME);
    for case in &file.cases {
        match case.text("initializer") {
            "gain" => check_gain(case, &mut report),
            "fans" => {
                let of = |field: &str| case.number(field) as usize;
                let shape = case.json("weight_shape").and_then(|shape| shape.as_array()).expect("a shape is a list");
                let shape: Vec<usize> = shape.iter().map(|n| n.as_u64().expect("a size is whole") as usize).collect();
                assert_eq!(Fans::of(&shape), Fans { fan_in: of("fan_in"), fan_out: of("fan_out") }, "{}", case.name);
                report.ran();
            }
            // The gain is given; what it was computed from is told beside it.
            name => match initializers().parse(&case.call("initializer", &["nonlinearity", "slope"])) {
                Ok(initializer) => {
                    let dense = |inputs, outputs| {
                        let call = initializer.call();
                        Dense::<T>::new(inputs, outputs).shared_initializer(initializers().build(&call).unwrap().into())
                    };
                    if name == "orthogonal" {
                        check_orthogonal(case, &dense(case.number("columns") as usize, case.number("rows") as usize));
                    } else {
                        let fan = |field: &str| case.json(field).map_or(300, |_| case.number(field) as usize);
                        check_distribution(case, &dense(fan("fan_in"), fan("fan_out")));
                    }
                    report.ran();
                }
                Err(error) => panic!("{}: {error}", case.name),
            },
        }
    }
    report.print();
}

/// The gain of an activation function: PyTorch's `calculate_gain`.
fn check_gain(case: &Case, report: &mut Report) {
    let mut function =
        case.option("nonlinearity").and_then(|name| name.as_str()).expect("a gain is that of a function").to_owned();
    if ["linear", "conv1d", "conv2d"].contains(&function.as_str()) {
        "identity".clone_into(&mut function);
    }
    if let Some(slope) = case.option("slope") {
        function = format!("{function}:slope={slope}");
    }
    match backprop_activations::registry::<f64>().parse(&function) {
        Ok(activation) => {
            assert!(is_close(activation.gain(), case.number("gain"), 1e-12, 0.0), "{}: {}", case.name, activation.gain());
            report.ran();
        }
        // The one function of the file that `backprop-activations` may be without.
        Err(OptionError::UnknownItem { name, .. }) if name == "selu" => report.skip("gain of selu"),
        Err(error) => panic!("{}: {error}", case.name),
    }
}

/// First weights of a layer.
fn weights<T: Scalar>(dense: &Dense<T>, index: u64) -> Vec<f64> {
    let spans = Layer::<T>::spans(dense);
    let mut params = vec![T::from_f64(f64::NAN); spans[0].len() + spans[1].len()];
    dense.init(&mut params, &Nonlinearity::none(), &mut Key::new(12, Purpose::Init).stream(index));
    let (w, b) = params.split_at(spans[0].len());
    assert!(b.iter().all(|&b| b == T::ZERO), "biases start at 0");
    w.iter().map(|w| w.to_f64()).collect()
}

/// Bounds exactly, mean and standard deviation within a few standard errors of a large sample.
fn check_distribution<T: Scalar>(case: &Case, dense: &Dense<T>) {
    let mut sample = Vec::new();
    for index in 0.. {
        sample.extend(weights(dense, index));
        if sample.len() >= 100_000 {
            break;
        }
    }
    let n = sample.len() as f64;
    let (mu, sigma) = (case.number("mean"), case.number("std"));
    let mean = sample.iter().sum::<f64>() / n;
    let deviation = (sample.iter().map(|w| (w - mean).powi(2)).sum::<f64>() / n).sqrt();
    assert!((mean - mu).abs() <= 5.0 * sigma / n.sqrt(), "{}: mean {mean}, not {mu}", case.name);
    assert!((deviation - sigma).abs() <= 5.0 * sigma / (2.0 * n).sqrt(), "{}: deviation {deviation}, not {sigma}", case.name);
    if case.json("low").is_some() {
        let (low, high) = (case.number("low"), case.number("high"));
        let slack = T::EPSILON.to_f64() * sigma;
        assert!(sample.iter().all(|&w| low - slack <= w && w <= high + slack), "{}: outside the bounds", case.name);
    }
    let within = |scale: f64| sample.iter().filter(|&w| (w - mu).abs() <= scale * sigma).count() as f64 / n;
    match case.text("distribution") {
        "uniform" => assert!((within(1.0) - 1.0 / 3.0_f64.sqrt()).abs() < 0.01, "{}: not uniform", case.name),
        "normal" => {
            assert!((within(1.0) - 0.6827).abs() < 0.01 && (within(2.0) - 0.9545).abs() < 0.01, "{}: not normal", case.name);
        }
        // How far into the tails it goes is for the laws.
        other => assert_eq!(other, "trunc_normal", "{}", case.name),
    }
}

/// `WᵀW` or `WWᵀ` is a multiple of the unit matrix.
fn check_orthogonal<T: Scalar>(case: &Case, dense: &Dense<T>) {
    let (rows, columns) = (case.number("rows") as usize, case.number("columns") as usize);
    let w = weights(dense, 0);
    let w = View::new(&w, rows, columns).to_matrix();
    let product = if case.text("product") == "columns" { w.transpose() * &w } else { &w * w.transpose() };
    for (i, row) in product.row_iter().enumerate() {
        for (j, &value) in row.iter().enumerate() {
            let expected = case.number(if i == j { "diagonal" } else { "off_diagonal" });
            assert!(is_close(value, expected, 0.0, 100.0 * T::EPSILON.to_f64()), "{}: ({i}, {j}) is {value}", case.name);
        }
    }
}
