//! The classification report: its numbers are those of the metrics, its table is aligned.

use backprop_metrics::{Average, ClassificationReport, ConfusionMatrix, Tally, f1, precision, recall};
use proptest::prelude::*;

proptest! {
    #[test]
    fn its_numbers_are_those_of_the_metrics(labels in prop::collection::vec((0..5_u32, 0..5_u32), 1..60)) {
        let (prediction, target): (Vec<u32>, Vec<u32>) = labels.into_iter().unzip();
        let matrix = ConfusionMatrix::from_labels(&prediction, &target);
        let report = ClassificationReport::new(&matrix);
        prop_assert_eq!(report.accuracy, matrix.accuracy());
        let column = |of: fn(&backprop_metrics::ReportRow) -> f64| report.classes.iter().map(of).collect::<Vec<_>>();
        prop_assert_eq!(column(|row| row.precision), matrix.per_class(Tally::precision));
        prop_assert_eq!(column(|row| row.recall), matrix.per_class(Tally::recall));
        prop_assert_eq!(column(|row| row.f1), matrix.per_class(|tally| tally.f_beta(1.0)));
        prop_assert_eq!(column(|row| row.support as f64), matrix.per_class(|tally| tally.support() as f64));
        prop_assert_eq!(column(|row| row.predicted as f64), matrix.per_class(|tally| tally.predicted() as f64));
        for (row, average) in [(&report.macro_average, Average::Macro), (&report.weighted_average, Average::Weighted)] {
            let expected = [precision, recall, f1].map(|metric| metric(&prediction, &target, average));
            for (got, expected) in [row.precision, row.recall, row.f1].into_iter().zip(expected) {
                prop_assert!((got - expected).abs() < 1e-12, "{}: {} and {}", row.name, got, expected);
            }
            prop_assert_eq!((row.support, row.predicted), (matrix.total(), matrix.total()));
        }
    }

    #[test]
    fn its_table_is_aligned(classes in 1..30_u32, decimals in 0..8_usize, length in 0..50_usize) {
        let target: Vec<u32> = (0..9999).map(|i| i % classes).collect();
        let prediction: Vec<u32> = (0..9999).map(|i| i / 3 % classes).collect();
        let name = "n".repeat(length);
        let matrix = ConfusionMatrix::from_labels(&prediction, &target).with_names(vec![name; classes as usize]);
        let table = format!("{:.decimals$}", ClassificationReport::new(&matrix));
        let widths: Vec<usize> = table.lines().map(|line| line.chars().count()).collect();
        prop_assert_eq!(widths.len(), classes as usize + 5, "{}", table);
        prop_assert!(widths.iter().all(|&width| width == widths[0] || width == 0), "{}", table);
        prop_assert!(widths[0] <= 32 + 3 * (decimals + 4).max(12) + 9, "{}", table);
    }
}

#[test]
fn shares_of_nothing_are_dashes() {
    let matrix = ConfusionMatrix::new(4, &[0, 1, 3], &[0, 2, 0]).with_names([
        "a",
        "b",
        "c\td",
        "a name that is longer than all others are",
    ]);
    assert_eq!(
        format!("{:.2}", ClassificationReport::new(&matrix)),
        "                                  precision  recall    f1  support
a                                      1.00    0.50  0.67        2
b                                      0.00       –  0.00        0
c d                                       –    0.00  0.00        1
a name that is longer than all …       0.00       –  0.00        0

accuracy                                             0.33        3
macro average                          0.25    0.12  0.17        3
weighted average                       0.67    0.33  0.44        3"
    );
    let nothing = ClassificationReport::new(&ConfusionMatrix::new(1, &[], &[]));
    assert!(nothing.accuracy.is_nan() && nothing.macro_average.f1.is_nan() && nothing.weighted_average.recall.is_nan());
    assert!(nothing.to_string().ends_with("weighted average          –       –      –        0"), "{nothing}");
}

#[test]
fn it_serialises() {
    let report = ClassificationReport::new(&ConfusionMatrix::new(1, &[0], &[0]).with_names(["all"]));
    let row = |name| format!(r#"{{"name":"{name}","precision":1.0,"recall":1.0,"f1":1.0,"support":1,"predicted":1}}"#);
    let (class, mean, weighted) = (row("all"), row("macro average"), row("weighted average"));
    let json = format!(r#"{{"classes":[{class}],"accuracy":1.0,"macro_average":{mean},"weighted_average":{weighted}}}"#);
    assert_eq!(serde_json::to_string(&report).expect("it is plain data"), json);
}
