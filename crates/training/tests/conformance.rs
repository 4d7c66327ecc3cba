//! Whole training runs against those of PyTorch.

use backprop_activations::Activation;
use backprop_gradcheck::vectors::{Array, Case, File, Report, assert_close};
use backprop_layers::{Activated, Dense, Network, Sequential};
use backprop_losses::{Loss, Target};
use backprop_optimizers::Tick;
use backprop_registry::{Call, OptionError, Value};
use backprop_tensor::{Key, Matrix, Purpose, Scalar, View, ViewMut, copy_columns};
use serde_json::Value as Json;

/// `{"type": "sgd", "lr": 0.05, …}` as a call, without the options named in `without`.
fn call(json: &Json, without: &[&str]) -> Call {
    let name = json["type"].as_str().expect("a type");
    json.as_object().expect("an object").iter().filter(|(key, _)| *key != "type" && !without.contains(&key.as_str())).fold(
        Call::new(name),
        |call, (key, value)| {
            let value = match value {
                Json::Null => Value::None,
                Json::Bool(flag) => Value::Flag(*flag),
                Json::Number(number) => Value::Number(number.as_f64().expect("a number")),
                Json::Array(numbers) => Value::Numbers(numbers.iter().map(|n| n.as_f64().expect("a number")).collect()),
                other => panic!("option {other}"),
            };
            call.with(key.clone(), value)
        },
    )
}

/// The layers of a case, or the name of the first that is not there.
fn network<T: Scalar>(case: &Case) -> Result<Network<T>, String> {
    let mut layers = Sequential::new();
    let mut inputs = 0;
    for layer in case.json("network").and_then(Json::as_array).expect("a list of layers") {
        let size = |key: &str| layer[key].as_u64().expect("a size") as usize;
        if layer["type"] == "linear" {
            inputs = if inputs == 0 { size("in") } else { inputs };
            layers = layers.then(Dense::new(size("in"), size("out")));
        } else {
            let registry = backprop_activations::registry();
            let name = layer["type"].as_str().expect("a type");
            registry.find(name).map_err(|_| name.to_owned())?;
            let activation: Box<dyn Activation<T>> =
                registry.build(&call(layer, &[])).unwrap_or_else(|error| panic!("{}: {error}", case.name));
            layers = layers.then(Activated::new(activation));
        }
    }
    Ok(Network::new(inputs, layers).expect("the shapes of the case fit"))
}

/// The parameters of `field` by name, `0.w`, `0.b`, `1.w` …, as one flat vector.
fn flat(case: &Case, field: &str, count: usize) -> Vec<f64> {
    let all = case.json(field).and_then(Json::as_object).expect("parameters by name");
    let array = |name: String| -> Option<Array> {
        let json = all.get(&name)?;
        let numbers = |key: &str| json[key].as_array().expect("numbers").iter().map(|n| n.as_f64().expect("a number"));
        Some(Array { shape: numbers("shape").map(|n| n as usize).collect(), data: numbers("data").collect() })
    };
    let mut flat = Vec::new();
    for layer in 0.. {
        let (Some(w), Some(b)) = (array(format!("{layer}.w")), array(format!("{layer}.b"))) else { break };
        flat.extend(w.transposed());
        flat.extend(b.data);
    }
    assert_eq!(flat.len(), count, "{}: {field} has the parameters of the network", case.name);
    flat
}

fn matrix<T: Scalar>(array: &Array) -> Matrix<T> {
    let (rows, columns) = array.columns();
    Matrix::from_iterator(rows, columns, array.data.iter().map(|&x| T::from_f64(x)))
}

fn doubles<T: Scalar>(values: &[T]) -> Vec<f64> {
    values.iter().map(|value| value.to_f64()).collect()
}

/// Runs a case; `Err` names what is missing.
fn run<T: Scalar>(case: &Case) -> Result<(), String> {
    let double = T::NAME == "f64";
    let network = network::<T>(case)?;
    let unknown = |error: OptionError| match error {
        OptionError::UnknownItem { name, .. } => name,
        OptionError::UnknownOption { item, option, .. } => format!("{item}.{option}"),
        other => panic!("{}: {other}", case.name),
    };
    let loss: Box<dyn Loss<T>> =
        backprop_losses::registry().build(&call(case.json("loss").expect("a loss"), &[])).map_err(unknown)?;
    let optimizer = case.json("optimizer").expect("an optimizer");
    let recipe = backprop_optimizers::registry::<T>().build(&call(optimizer, &["lr"])).map_err(unknown)?;
    for (field, name) in [("clip_norm", "clip_norm"), ("schedule", "schedule")] {
        if case.json(field).is_some_and(|json| !json.is_null()) {
            return Err(name.to_owned());
        }
    }
    let rate = optimizer["lr"].as_f64().expect("a rate");
    let mut rule = recipe.build(network.spans(), true);
    let mut params: Vec<T> = flat(case, "initial", network.param_count()).into_iter().map(T::from_f64).collect();
    let (x, target) = (matrix::<T>(&case.array("x")), case.array("target"));
    let values = matrix::<T>(&target);
    let labels = loss.call().name == "cross_entropy";
    let losses = case.array("losses").data;
    let sensitivity = case.number("sensitivity");
    let (rtol, atol) = (1e-10, 1e-12 * (1.0 + sensitivity));

    let all: Vec<usize> = (0..x.ncols()).collect();
    let batch = |step: usize| -> Vec<usize> {
        match &case.json("batches").expect("batches")[step] {
            Json::Array(batch) => batch.iter().map(|i| i.as_u64().expect("an index") as usize).collect(),
            _ => all.clone(),
        }
    };
    let mut workspace = network.workspace(x.ncols());
    let mut gradients = vec![T::ZERO; params.len()];
    for (step, &expected) in losses.iter().enumerate() {
        let rows = batch(step);
        let mut gathered = Matrix::from_element(x.nrows(), rows.len(), T::ZERO);
        copy_columns(View::from(&x), &rows, ViewMut::from(&mut gathered));
        let mut wanted = Matrix::from_element(values.nrows(), rows.len(), T::ZERO);
        copy_columns(View::from(&values), &rows, ViewMut::from(&mut wanted));
        let classes: Vec<u32> = rows.iter().map(|&row| target.data[row] as u32).collect();
        let wanted = if labels { Target::Classes(&classes) } else { Target::Values(View::from(&wanted)) };
        let divisor = loss.divisor(wanted, None);
        let value = network.gradients(
            &params,
            &[],
            View::from(&gathered),
            Key::new(0, Purpose::Noise),
            &|columns, y, dy| loss.sum_and_gradient(y, wanted.columns(columns), None, divisor, dy),
            &mut workspace,
            &mut gradients,
        );
        if double {
            assert_close(&format!("{}: loss {step}", case.name), &[value], &[expected], rtol, atol);
            if step == 0 {
                let expected = flat(case, "first_gradients", params.len());
                assert_close(&format!("{}: first gradients", case.name), &doubles(&gradients), &expected, rtol, atol);
            }
        } else if step < 10 {
            assert_close(&format!("{}: loss {step}", case.name), &[value], &[expected], 1e-3, 0.0);
        }
        rule.step(Tick::rate(rate), &mut params, &gradients);
    }
    if double {
        let expected = flat(case, "final", params.len());
        assert_close(&format!("{}: final parameters", case.name), &doubles(&params), &expected, rtol, atol);
        let y = network.predict(&params, &[], View::from(&matrix::<T>(&case.array("x_eval"))));
        assert_close(&format!("{}: outputs", case.name), &doubles(y.as_slice()), &case.array("y_eval").data, 0.0, 1e-8);
    }
    Ok(())
}

fn conform<T: Scalar>() {
    let file = File::load(env!("CARGO_MANIFEST_DIR"), "training.json");
    let mut report: Report = file.report(T::NAME);
    for case in &file.cases {
        match run::<T>(case) {
            Ok(()) => report.ran(),
            Err(missing) => report.skip(missing),
        }
    }
    report.print();
}

#[test]
fn training_runs_in_f64() {
    conform::<f64>();
}

#[test]
fn training_runs_in_f32() {
    conform::<f32>();
}
