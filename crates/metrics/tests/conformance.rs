//! Every metric against the reference vectors, at the tolerances of their documentation.

use backprop_gradcheck::vectors::{Array, Case, File, assert_close};
use backprop_metrics::{Classified, ConfusionMatrix, Estimated, Metric, Tally, registry, roc_auc};
use backprop_tensor::View;

/// rtol, atol.
const TOLERANCE: (f64, f64) = (1e-12, 1e-13);

#[test]
fn metrics() {
    let file = File::load(env!("CARGO_MANIFEST_DIR"), "metrics.json");
    let mut report = file.report("f64");
    for case in &file.cases {
        let expected = case.try_array("value").map_or_else(|| vec![case.number("value")], |array| array.data);
        assert_close(&case.name, &values(case), &expected, TOLERANCE.0, TOLERANCE.1);
        report.ran();
    }
    report.print();
}

/// What the crate says of a case. It has every metric: what it does not know fails the test.
fn values(case: &Case) -> Vec<f64> {
    let name = case.text("metric");
    let option = |option: &str| case.option(option).map(|value| value.as_str().unwrap_or_default().to_owned());
    let target = case.array("target");
    if name == "confusion_matrix" {
        let matrix = ConfusionMatrix::from_labels(&labels(&case.array("prediction")), &labels(&target));
        let classes = matrix.classes();
        return (0..classes * classes).map(|i| matrix.count(i / classes, i % classes) as f64).collect();
    }
    if option("average").as_deref() == Some("none") {
        let matrix = ConfusionMatrix::from_labels(&labels(&case.array("prediction")), &labels(&target));
        return match name {
            "precision" => matrix.per_class(Tally::precision),
            "recall" => matrix.per_class(Tally::recall),
            "f1" => matrix.per_class(|tally| tally.f_beta(1.0)),
            "f_beta" => {
                let beta = case.option("beta").expect("f_beta has a beta").to_string().parse().expect("it is a number");
                matrix.per_class(|tally| tally.f_beta(beta))
            }
            other => panic!("{}: {other} has no values of its classes", case.name),
        };
    }
    // The means are the default of every metric; that several outputs can also stand by themselves is a method, not an option.
    let weighted = option("multioutput").as_deref() == Some("variance_weighted");
    // One class against the rest is all that there is for the precision of a ranking.
    let only = name == "average_precision" && option("multi_class").as_deref() == Some("ovr");
    let without: Vec<&str> = [(!weighted, "multioutput"), (only, "multi_class")].iter().filter(|o| o.0).map(|o| o.1).collect();
    match registry().parse(&case.call("metric", &without)).unwrap_or_else(|error| panic!("{}: {error}", case.name)) {
        Metric::Class(metric) => {
            let classes = labels(&target);
            let probabilities = probabilities(case, &classes);
            let (rows, cols) = probabilities.columns();
            let value = metric.value(&Classified::new(View::new(&probabilities.data, rows, cols), &classes));
            if name == "roc_auc" && rows == 1 {
                assert_eq!(roc_auc(&probabilities.data, &classes), value, "{}: the function and the metric agree", case.name);
            }
            vec![value]
        }
        Metric::Value(metric) => {
            let prediction = case.array("prediction");
            let (rows, cols) = target.columns();
            let estimated = Estimated::new(View::new(&prediction.data, rows, cols), View::new(&target.data, rows, cols));
            match option("multioutput").as_deref() {
                Some("raw_values") => metric.per_output(&estimated),
                _ => vec![metric.value(&estimated)],
            }
        }
    }
}

fn labels(array: &Array) -> Vec<u32> {
    array.data.iter().map(|&label| label as u32).collect()
}

/// The scores or probabilities of a case; a case with predicted labels is sure of each.
fn probabilities(case: &Case, target: &[u32]) -> Array {
    if let Some(array) = case.try_array("probability").or_else(|| case.try_array("score")) {
        return array;
    }
    let prediction = labels(&case.array("prediction"));
    let classes = prediction.iter().chain(target).max().map_or(0, |&class| class + 1);
    let sure = |&label: &u32| (0..classes).map(move |class| f64::from(u8::from(class == label)));
    Array { shape: vec![prediction.len(), classes as usize], data: prediction.iter().flat_map(sure).collect() }
}
