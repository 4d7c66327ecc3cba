//! Reference vectors from scikit-learn.

use backprop_data::{Fill, Fractions, LabelEncoder, OneHot, Ordinal, SimpleImputer, Split, StandardScaler};
use backprop_gradcheck::vectors::{Array, Case, File, assert_close};
use backprop_tensor::Scalar;

/// Runs all cases, numbers in and out rounded to `T`. What has no numbers in it runs once, in f64.
fn run<T: Scalar>(rtol: f64, atol: f64) {
    let file = File::load(env!("CARGO_MANIFEST_DIR"), "preprocessing.json");
    let mut report = file.report(T::NAME);
    for case in &file.cases {
        let transform = case.text("transform");
        let close = |field: &str, got: &[f64]| {
            let got: Vec<f64> = got.iter().map(|&x| T::from_f64(x).to_f64()).collect();
            assert_close(&format!("{} {} {field}", case.name, T::NAME), &got, &case.array(field).data, rtol, atol);
        };
        match transform {
            "standard_scaler" => standard_scaler::<T>(case, close),
            "simple_imputer" => simple_imputer::<T>(case, close),
            "one_hot" | "ordinal" | "label_encoder" if integers(case, "fit") => {
                encoders(case, &texts(case, "fit", Json::as_i64), &texts(case, "new", Json::as_i64), close);
            }
            "one_hot" | "ordinal" | "label_encoder" => {
                let text = |x: &Json| x.as_str().map(str::to_owned);
                encoders(case, &texts(case, "fit", text), &texts(case, "new", text), close);
            }
            "stratified_split" => stratified_split(case),
            other => {
                report.skip(other);
                continue;
            }
        }
        report.ran();
    }
    report.print();
}

#[test]
fn preprocessing_f64() {
    run::<f64>(1e-12, 1e-12);
}

#[test]
fn preprocessing_f32() {
    run::<f32>(1e-5, 1e-5);
}

/// The columns of a batch, rounded to `T`.
fn columns<T: Scalar>(array: &Array) -> Vec<Vec<f64>> {
    let (features, batch) = array.columns();
    let at = |i: usize, j: usize| T::from_f64(array.data[j * features + i]).to_f64();
    (0..features).map(|i| (0..batch).map(|j| at(i, j)).collect()).collect()
}

/// The batch of these columns, sample after sample.
fn batch(columns: &[Vec<f64>]) -> Vec<f64> {
    (0..columns[0].len()).flat_map(|j| columns.iter().map(move |column| column[j])).collect()
}

fn standard_scaler<T: Scalar>(case: &Case, close: impl Fn(&str, &[f64])) {
    let flag = |name: &str| case.option(name).and_then(Json::as_bool).expect("a flag");
    let (with_mean, with_std) = (flag("with_mean"), flag("with_std"));
    let (fit, new) = (columns::<T>(&case.array("fit")), columns::<T>(&case.array("new")));
    let scalers: Vec<StandardScaler> = fit.iter().map(|values| StandardScaler::fit(values, with_mean, with_std)).collect();
    let map = |values: &[Vec<f64>], f: &dyn Fn(&StandardScaler, f64) -> f64| -> Vec<Vec<f64>> {
        values.iter().zip(&scalers).map(|(values, scaler)| values.iter().map(|&x| f(scaler, x)).collect()).collect()
    };
    let y_new = map(&new, &StandardScaler::value);
    close("y", &batch(&map(&fit, &StandardScaler::value)));
    close("y_new", &batch(&y_new));
    close("inverse_new", &batch(&map(&y_new, &StandardScaler::inverse)));
    if with_mean {
        close("mean", &scalers.iter().map(|scaler| scaler.mean).collect::<Vec<_>>());
    }
    if with_std {
        close("scale", &scalers.iter().map(|scaler| scaler.scale).collect::<Vec<_>>());
    }
}

fn simple_imputer<T: Scalar>(case: &Case, close: impl Fn(&str, &[f64])) {
    let fill = match case.option("strategy").and_then(Json::as_str).expect("a strategy") {
        "mean" => Fill::Mean,
        "median" => Fill::Median,
        "most_frequent" => Fill::MostFrequent,
        "constant" => Fill::Constant(case.option("fill_value").and_then(Json::as_f64).expect("a number")),
        other => panic!("{}: unknown strategy {other}", case.name),
    };
    let (fit, new) = (columns::<T>(&case.array("fit")), columns::<T>(&case.array("new")));
    let imputers: Vec<SimpleImputer> = fit.iter().map(|values| SimpleImputer::fit(values, fill).expect("values")).collect();
    let map = |values: &[Vec<f64>]| -> Vec<Vec<f64>> {
        values.iter().zip(&imputers).map(|(values, imputer)| values.iter().map(|&x| imputer.value(x)).collect()).collect()
    };
    close("statistics", &imputers.iter().map(|imputer| imputer.fill).collect::<Vec<_>>());
    close("y", &batch(&map(&fit)));
    close("y_new", &batch(&map(&new)));
}

/// A value as it stands in the file.
type Json = serde_json::Value;

fn raw(case: &Case, field: &str) -> Option<(usize, Vec<Json>)> {
    let json = case.json(field)?;
    let shape = json.get("shape")?.as_array()?;
    let width = shape.get(1).map_or(1, |n| n.as_u64().expect("a size") as usize);
    Some((width, json.get("data")?.as_array()?.clone()))
}

fn integers(case: &Case, field: &str) -> bool {
    raw(case, field).is_some_and(|(_, data)| data.iter().all(Json::is_i64))
}

/// The columns of a field of categories; none if there is no such field.
fn texts<K>(case: &Case, field: &str, read: impl Fn(&Json) -> Option<K>) -> Vec<Vec<K>> {
    let Some((width, data)) = raw(case, field) else { return Vec::new() };
    let value = |x| read(x).unwrap_or_else(|| panic!("{}: {x} in {field}", case.name));
    (0..width).map(|i| data.iter().skip(i).step_by(width).map(value).collect()).collect()
}

fn encoders<K: Ord + Clone + std::fmt::Debug>(case: &Case, fit: &[Vec<K>], new: &[Vec<K>], close: impl Fn(&str, &[f64])) {
    let unknown = case.option("unknown");
    let ignore = unknown.and_then(Json::as_str) == Some("ignore");
    let drop_first = case.option("drop").and_then(Json::as_str) == Some("first");
    let check = |field: &str, values: &[Vec<K>]| {
        if values.is_empty() {
            return;
        }
        let columns = fit.iter().zip(values).map(|(fit, values)| match case.text("transform") {
            "one_hot" => {
                let encoder = OneHot::fit(fit.iter().cloned(), drop_first);
                let encode = |value: &K| {
                    let mut y = vec![f64::NAN; encoder.width()];
                    assert!(encoder.encode(value, &mut y) || ignore, "{}: {value:?} is unknown", case.name);
                    y
                };
                values.iter().map(encode).collect::<Vec<_>>()
            }
            "ordinal" => {
                let encoder = Ordinal::fit(fit.iter().cloned(), unknown.and_then(Json::as_f64));
                values.iter().map(|value| vec![encoder.encode(value).expect("known")]).collect()
            }
            _ => {
                let encoder = LabelEncoder::fit(fit.iter().cloned());
                let code = |value| encoder.encode(value).expect("known");
                assert!(values.iter().all(|value| encoder.decode(code(value)) == Some(value)));
                values.iter().map(|value| vec![f64::from(code(value))]).collect()
            }
        });
        let columns: Vec<Vec<Vec<f64>>> = columns.collect();
        let y: Vec<f64> = (0..values[0].len()).flat_map(|j| columns.iter().flat_map(move |column| column[j].clone())).collect();
        close(field, &y);
    };
    check("y", if case.json("y").is_some() { fit } else { &[] });
    check("y_new", new);
}

/// How many samples of each class are in a part.
fn counts(part: &[usize], classes: &[u32], n: usize) -> Vec<u64> {
    (0..n as u32).map(|class| part.iter().filter(|&&i| classes[i] == class).count() as u64).collect()
}

fn stratified_split(case: &Case) {
    let list = |field: &str| -> Vec<u64> {
        let json = case.json(field).and_then(Json::as_array).expect("a list");
        json.iter().map(|n| n.as_u64().expect("a count")).collect()
    };
    let class_counts = list("class_counts");
    let classes: Vec<u32> = (0..).zip(&class_counts).flat_map(|(class, &n)| vec![class; n as usize]).collect();
    let test = case.option("test_size").and_then(Json::as_f64).expect("a fraction");
    for seed in 0..10 {
        let split = Split::stratified(&classes, Fractions { validation: 0.0, test }, seed);
        assert_eq!(counts(&split.train, &classes, class_counts.len()), list("train_counts"), "{}", case.name);
        assert_eq!(counts(&split.test, &classes, class_counts.len()), list("test_counts"), "{}", case.name);
    }
}
