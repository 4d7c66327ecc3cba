//! What is said when something is wrong: names and options that are refused, and calls that panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

use backprop_metrics::{
    Average, Bootstrap, Classified, ConfusionMatrix, Estimated, KappaWeights, accuracy, average_precision, balanced_accuracy,
    brier, cohen_kappa, expected_calibration_error, explained_variance, f_beta, f1, gamma_deviance, log_loss, mae, mape,
    matthews, max_error, median_absolute_error, mse, pinball, poisson_deviance, precision, r2, recall, registry, rmse, roc_auc,
};
use backprop_tensor::View;

type OfValues = fn(&[f64], &[f64]) -> f64;
type OfClasses = fn(&Classified<'_>) -> f64;

#[test]
fn names_and_options_out_of_range() {
    let words = "it must be one of auto, binary, micro, macro, weighted";
    let cases = [
        ("acuracy", "unknown metric `acuracy`, did you mean `accuracy`?"),
        ("zzz", "unknown metric `zzz`; there are accuracy, balanced_accuracy, precision"),
        ("", "cannot read ``; write a name, or name:option=value,option=value"),
        ("accuracy:k=1", "`accuracy` has no option `k`; it has none"),
        ("top_k_accuracy:n=3", "`top_k_accuracy` has no option `n`; it has k"),
        ("top_k_accuracy:k=0", "`top_k_accuracy`: k = 0 is not possible; it must be a whole number in [1, ∞)"),
        ("top_k_accuracy:k=1.5", "k = 1.5 is not possible; it must be a whole number in [1, ∞)"),
        ("top_k_accuracy:k=1,k=2", "`top_k_accuracy`: option k is given twice"),
        ("precision:average=mean", words),
        ("recall:average=1", words),
        ("f1:average=none", words),
        ("f_beta:average=samples", words),
        ("f_beta:beta=0", "`f_beta`: beta = 0 is not possible; it must be a number in (0, 1000)"),
        ("f_beta:beta=-1", "beta = -1 is not possible; it must be a number in (0, 1000)"),
        ("f_beta:beta=nan", "beta = NaN is not possible"),
        ("roc_auc:multi_class=all", "multi_class = all is not possible; it must be one of ovr, ovo"),
        ("roc_auc:average=micro", "average = micro is not possible; it must be one of macro, weighted"),
        ("average_precision:average=micro", "average = micro is not possible; it must be one of macro, weighted"),
        ("cohen_kappa:weights=cubic", "`cohen_kappa`: weights = cubic is not possible; it must be one of linear, quadratic"),
        ("cohen_kappa:weights=2", "weights = 2 is not possible; it must be one of linear, quadratic"),
        ("expected_calibration_error:bins=0", "bins = 0 is not possible; it must be a whole number in [1, 1000000]"),
        ("expected_calibration_error:bins=2000000", "bins = 2000000 is not possible"),
        ("pinball:alpha=0", "`pinball`: alpha = 0 is not possible; it must be a number in (0, 1)"),
        ("pinball:alpha=1", "alpha = 1 is not possible; it must be a number in (0, 1)"),
        (
            "r2:multioutput=raw_values",
            "multioutput = raw_values is not possible; it must be one of uniform_average, variance_weighted",
        ),
        ("explained_variance:multioutput=mean", "it must be one of uniform_average, variance_weighted"),
    ];
    for (text, expected) in cases {
        let message = registry().parse(text).expect_err(text).to_string();
        assert!(message.contains(expected), "{text}: {message}");
    }
    assert!(registry().parse("cohen_kappa:weights=none").is_ok());
}

#[test]
fn bootstraps_out_of_range() {
    let whole = "it must be a whole number in [1, 1000000]";
    let share = "it must be a number in (0, 1)";
    for (resamples, level, expected) in [
        (0, 0.95, format!("`bootstrap`: resamples = 0 is not possible; {whole}")),
        (1_000_001, 0.95, format!("`bootstrap`: resamples = 1000001 is not possible; {whole}")),
        (100, 0.0, format!("`bootstrap`: level = 0 is not possible; {share}")),
        (100, 1.0, format!("`bootstrap`: level = 1 is not possible; {share}")),
        (100, 95.0, format!("`bootstrap`: level = 95 is not possible; {share}")),
        (100, f64::NAN, format!("`bootstrap`: level = NaN is not possible; {share}")),
    ] {
        assert_eq!(Bootstrap::new(resamples, level, 1).expect_err("it is a mistake").to_string(), expected);
    }
}

/// What a panic says.
fn message(work: impl FnOnce()) -> String {
    let cause = catch_unwind(AssertUnwindSafe(work)).expect_err("it panics");
    cause
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| cause.downcast_ref::<&str>().map(|&text| text.to_owned()))
        .unwrap_or_default()
}

#[test]
fn lengths_that_differ() {
    let (labels, label): (&[u32], &[u32]) = (&[0, 1], &[1]);
    let of_labels: [(&str, &dyn Fn()); 8] = [
        ("accuracy", &|| _ = accuracy(labels, label)),
        ("balanced_accuracy", &|| _ = balanced_accuracy(labels, label)),
        ("precision", &|| _ = precision(label, labels, Average::Macro)),
        ("recall", &|| _ = recall(labels, label, Average::Micro)),
        ("f1", &|| _ = f1(label, labels, Average::Auto)),
        ("f_beta", &|| _ = f_beta(labels, label, 2.0, Average::Binary)),
        ("matthews", &|| _ = matthews(label, labels)),
        ("cohen_kappa", &|| _ = cohen_kappa(labels, label, KappaWeights::None)),
    ];
    for (name, work) in of_labels {
        assert!(message(work).contains("one prediction for each target"), "{name}");
    }
    let (values, value): (&[f64], &[f64]) = (&[0.5, 1.0], &[1.0]);
    let of_values: [(&str, OfValues); 11] = [
        ("mae", mae),
        ("mse", mse),
        ("rmse", rmse),
        ("r2", r2),
        ("explained_variance", explained_variance),
        ("median_absolute_error", median_absolute_error),
        ("max_error", max_error),
        ("mape", mape),
        ("pinball", |p, t| pinball(p, t, 0.5)),
        ("poisson_deviance", poisson_deviance),
        ("gamma_deviance", gamma_deviance),
    ];
    for (name, measure) in of_values {
        for (p, t) in [(values, value), (value, values)] {
            assert!(message(|| _ = measure(p, t)).contains("one prediction for each target"), "{name}");
        }
    }
    for measure in [roc_auc, average_precision] {
        assert!(message(|| _ = measure(values, label)).contains("one score for each target"));
        assert!(message(|| _ = measure(value, labels)).contains("one score for each target"));
    }
}

#[test]
fn classes_that_are_not_there() {
    let many = |label| move || _ = precision(&[0, label], &[0, 0], Average::Macro);
    let cases: [(&dyn Fn(), &str); 9] = [
        (&|| _ = ConfusionMatrix::new(3, &[3], &[0]), "class 3 is not one of 3 classes"),
        (&|| _ = ConfusionMatrix::new(3, &[0], &[7]), "class 7 is not one of 3 classes"),
        (&|| _ = ConfusionMatrix::new(0, &[0], &[0]), "class 0 is not one of 0 classes"),
        (&|| _ = ConfusionMatrix::new(2, &[0], &[0]).count(2, 0), "there are 2 classes"),
        (&|| _ = ConfusionMatrix::new(2, &[0], &[0]).tally(2), "there are 2 classes"),
        (&|| _ = ConfusionMatrix::new(2, &[0], &[0]).with_names(["one"]), "one name for each class"),
        (&many(32_768), "32769 classes are more than 32768; number them from 0 on, and leave out samples without a class"),
        (&many(u32::MAX), "4294967296 classes are more than 32768"),
        (&|| _ = Classified::new(View::new(&[0.5; 6], 3, 2), &[0, 3]), "sample 1 is of class 3, but there are 3 classes"),
    ];
    for (work, expected) in cases {
        let message = message(work);
        assert!(message.contains(expected), "{message}");
    }
    assert!(precision(&[0, 1999], &[0, 1999], Average::Macro) == 1.0, "large labels are classes as well");
}

#[test]
fn shapes_that_do_not_fit() {
    let two_by_three = View::new(&[0.5; 6], 2, 3);
    let cases: [(&dyn Fn(), &str); 5] = [
        (&|| _ = Classified::new(two_by_three, &[0, 1]), "one class for each column of probabilities"),
        (&|| _ = Classified::new(View::new(&[0.5], 1, 1), &[2]), "sample 0 is of class 2, but there are 2 classes"),
        (&|| _ = Estimated::new(two_by_three, View::new(&[0.5; 6], 3, 2)), "the same (outputs, samples)"),
        (&|| _ = Estimated::new(two_by_three, View::new(&[0.5; 4], 2, 2)), "the same (outputs, samples)"),
        (&|| _ = expected_calibration_error(&Classified::new(two_by_three, &[0; 3]), 0), "without bins; give at least 1"),
    ];
    for (work, expected) in cases {
        let message = message(work);
        assert!(message.contains(expected), "{message}");
    }
}

/// Logits, percentages or labels where probabilities belong.
#[test]
fn scores_that_are_no_probabilities() {
    let measures: [(&str, OfClasses); 3] = [
        ("log_loss", log_loss),
        ("brier", brier),
        ("expected_calibration_error", |classified| expected_calibration_error(classified, 10)),
    ];
    for (name, measure) in measures {
        for (data, expected) in [
            ([0.5, 0.5, -2.0, 3.0], "row 0 of sample 1 is -2, not in [0, 1]"),
            ([0.5, 90.0, 0.5, 0.5], "row 1 of sample 0 is 90, not in [0, 1]"),
            ([0.5, 0.5, 0.0, f64::INFINITY], "row 1 of sample 1 is inf, not in [0, 1]"),
        ] {
            let message = message(|| _ = measure(&Classified::new(View::new(&data, 2, 2), &[0, 1])));
            let remedy = format!("; {name} takes probabilities: put softmax or sigmoid behind scores");
            assert!(message.contains(expected) && message.ends_with(&remedy), "{message}");
        }
        // What rounding adds is no mistake.
        let rounded = [1.0 + f64::from(f32::EPSILON), -f64::from(f32::EPSILON)];
        assert!(measure(&Classified::new(View::new(&rounded, 2, 1), &[0])) < 1e-6);
    }
}
