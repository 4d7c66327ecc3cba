//! Values and gradients against those of PyTorch: see `tests/vectors`.

use backprop_gradcheck::vectors::{Array, Case, File, assert_close};
use backprop_losses::{IGNORED, Loss, Target, registry};
use backprop_registry::{Call, OptionError};
use backprop_tensor::{Scalar, View, ViewMut};

/// A prediction and its target, one sample per column, with what is expected of them.
struct Batch<'a, T> {
    case: &'a Case,
    y: View<'a, T>,
    target: Target<'a, T>,
}

impl<T: Scalar> Batch<'_, T> {
    /// The loss of each sample.
    fn none(&self, loss: &dyn Loss<T>) {
        let expected = expected(self.case, "value", "none");
        compare::<T>(self.case, "value", "none", &loss.per_sample(self.y, self.target), &expected);
    }

    /// Value and gradient of the reduction that divides by `divisor`.
    fn reduction(&self, loss: &dyn Loss<T>, name: &str, divisor: f64) {
        let mut dy = vec![T::from_f64(f64::NAN); self.y.as_slice().len()];
        let out = ViewMut::new(&mut dy, self.y.rows(), self.y.cols());
        let value = loss.sum_and_gradient(self.y, self.target, None, divisor, out);
        compare::<T>(self.case, "value", name, &[value], &expected(self.case, "value", name));
        let dy: Vec<f64> = dy.iter().map(|dy| dy.to_f64()).collect();
        compare::<T>(self.case, "gradient", name, &dy, &expected(self.case, "gradient", name));
    }
}

/// `case[field][reduction]`: a number or an array.
fn expected(case: &Case, field: &str, reduction: &str) -> Vec<f64> {
    let found = case.json(field).and_then(|found| found.get(reduction));
    let found = found.unwrap_or_else(|| panic!("{} has no {field} of {reduction}", case.name));
    let numbers = found.get("data").and_then(|data| data.as_array());
    let number = |number: Option<f64>| number.unwrap_or_else(|| panic!("{}: {field} of {reduction} is no number", case.name));
    numbers.map_or_else(|| vec![number(found.as_f64())], |data| data.iter().map(|x| number(x.as_f64())).collect())
}

fn compare<T: Scalar>(case: &Case, field: &str, reduction: &str, got: &[f64], expected: &[f64]) {
    let (rtol, atol) = match (T::NAME, field) {
        ("f64", "value") => (1e-12, 1e-14),
        ("f64", _) => (1e-10, 1e-12),
        _ => (1e-5, 1e-6),
    };
    assert_close(&format!("{} ({}): {field}, {reduction}", case.name, T::NAME), got, expected, rtol, atol);
}

fn cast<T: Scalar>(numbers: &[f64]) -> Vec<T> {
    numbers.iter().map(|&x| T::from_f64(x)).collect()
}

/// Class labels: a negative one does not count.
fn labels(target: &Array) -> Vec<u32> {
    target.data.iter().map(|&label| if label < 0.0 { IGNORED } else { label as u32 }).collect()
}

fn build<T: Scalar>(case: &Case, further: &[(&str, Vec<f64>)]) -> Result<Box<dyn Loss<T>>, OptionError> {
    let call = further.iter().fold(case.call("loss", &[]).parse::<Call>()?, |call, (option, numbers)| {
        if numbers.is_empty() { call } else { call.with(*option, numbers.clone()) }
    });
    registry::<T>().build(&call)
}

/// One value per element of the batch.
fn elementwise<T: Scalar>(case: &Case, prediction: &Array, target: &Array) -> Result<(), OptionError> {
    let (y, t) = (cast::<T>(&prediction.data), cast::<T>(&target.data));
    let (rows, cols) = prediction.columns();
    let pos_weight = case.try_array("pos_weight").map(|array| array.data).unwrap_or_default();

    // As the batch it is.
    let loss = build::<T>(case, &[("pos_weight", pos_weight.clone())])?;
    let batch = Batch { case, y: View::new(&y, rows, cols), target: Target::Values(View::new(&t, rows, cols)) };
    batch.reduction(&*loss, "mean", loss.divisor(batch.target, None));
    batch.reduction(&*loss, "sum", 1.0 / rows as f64);
    if case.json("value").is_some_and(|value| value.get("batchmean").is_some()) {
        batch.reduction(&*loss, "batchmean", cols as f64 / rows as f64);
    }

    if pos_weight.is_empty() {
        // One row: every element a sample.
        let len = y.len();
        let batch = Batch { case, y: View::new(&y, 1, len), target: Target::Values(View::new(&t, 1, len)) };
        batch.none(&*loss);
        batch.reduction(&*loss, "mean", len as f64);
        batch.reduction(&*loss, "sum", 1.0);
        return Ok(());
    }
    // Every element a sample, feature by feature, each with its weight.
    let none = expected(case, "value", "none");
    for (i, &weight) in pos_weight.iter().enumerate() {
        let loss = build::<T>(case, &[("pos_weight", vec![weight])])?;
        let feature = |x: &[T]| x.iter().skip(i).step_by(rows).copied().collect::<Vec<T>>();
        let (y, t) = (feature(&y), feature(&t));
        let got = loss.per_sample(View::new(&y, 1, cols), Target::Values(View::new(&t, 1, cols)));
        let none: Vec<f64> = none.iter().skip(i).step_by(rows).copied().collect();
        compare::<T>(case, "value", "none", &got, &none);
    }
    Ok(())
}

/// One value per row of the batch; the target is labels or, if it has the shape of the prediction, probabilities.
fn by_sample<T: Scalar>(case: &Case, prediction: &Array, target: &Array) -> Result<(), OptionError> {
    let weight = case.try_array("weight").map(|array| array.data).unwrap_or_default();
    let loss = build::<T>(case, &[("weight", weight)])?;
    let (rows, cols) = prediction.columns();
    let (y, t, classes) = (cast::<T>(&prediction.data), cast::<T>(&target.data), labels(target));
    let target =
        if target.shape == prediction.shape { Target::Values(View::new(&t, rows, cols)) } else { Target::Classes(&classes) };
    let batch = Batch { case, y: View::new(&y, rows, cols), target };
    batch.none(&*loss);
    batch.reduction(&*loss, "mean", loss.divisor(target, None));
    batch.reduction(&*loss, "sum", 1.0);
    Ok(())
}

/// One value per element of the target; the prediction is its means, then its variances.
fn gaussian<T: Scalar>(case: &Case, mean: &Array, var: &Array, target: &Array) -> Result<(), OptionError> {
    let ((rows, cols), loss) = (mean.columns(), build::<T>(case, &[])?);
    // Column by column, so that each element is read and written where it belongs.
    let stacked =
        |a: &[f64], b: &[f64]| a.chunks(rows).zip(b.chunks(rows)).flat_map(|(a, b)| [a, b].concat()).collect::<Vec<_>>();
    let (y, t) = (cast::<T>(&stacked(&mean.data, &var.data)), cast::<T>(&target.data));
    let (y, target) = (View::new(&y, 2 * rows, cols), Target::Values(View::new(&t, rows, cols)));
    for (name, divisor) in [("mean", cols as f64), ("sum", 1.0 / rows as f64)] {
        let mut dy = vec![T::from_f64(f64::NAN); 2 * rows * cols];
        let value = loss.sum_and_gradient(y, target, None, divisor, ViewMut::new(&mut dy, 2 * rows, cols));
        compare::<T>(case, "value", name, &[value], &expected(case, "value", name));
        let dy: Vec<f64> = dy.iter().map(|dy| dy.to_f64()).collect();
        let gradient = stacked(&expected(case, "gradient", name), &expected(case, "gradient_var", name));
        compare::<T>(case, "gradient", name, &dy, &gradient);
    }
    // The mean over the rows of each sample.
    let none = expected(case, "value", "none");
    let of_sample: Vec<f64> = none.chunks(rows).map(|none| none.iter().sum::<f64>() / rows as f64).collect();
    compare::<T>(case, "value", "none", &loss.per_sample(y, target), &of_sample);
    Ok(())
}

fn run<T: Scalar>() {
    let file = File::load(env!("CARGO_MANIFEST_DIR"), "losses.json");
    let mut report = file.report(T::NAME);
    for case in &file.cases {
        let name = case.text("loss");
        if T::NAME == "f32" && name == "bce" && case.is("boundary") {
            continue; // 1 − 10⁻¹² is 1 in f32
        }
        if let Err(OptionError::UnknownItem { .. }) = registry::<T>().find(name) {
            report.skip(name);
            continue;
        }
        let (prediction, target) = (case.array("prediction"), case.array("target"));
        let elementwise_values =
            expected(case, "value", "none").len() == prediction.data.len() && prediction.shape == target.shape;
        let result = if let Some(var) = case.try_array("var") {
            gaussian::<T>(case, &prediction, &var, &target)
        } else if elementwise_values {
            elementwise::<T>(case, &prediction, &target)
        } else {
            by_sample::<T>(case, &prediction, &target)
        };
        match result {
            Ok(()) => report.ran(),
            Err(OptionError::UnknownOption { option, .. }) => report.skip(format!("{name}.{option}")),
            Err(error) => panic!("{}: {error}", case.name),
        }
    }
    report.print();
}

#[test]
fn losses_agree_in_double_precision() {
    run::<f64>();
}

#[test]
fn losses_agree_in_single_precision() {
    run::<f32>();
}
