//! How each class fared, as a table.

use std::fmt;

use serde::Serialize;

use crate::confusion_table::{columns, shortened};
use crate::{ConfusionMatrix, Tally};

/// Widest name at the left of a row.
const LONGEST_NAME: usize = 32;

/// Precision, recall and F₁ of each class, their means, and the accuracy.
///
/// `Display` prints a table, with three decimals or those of the format (`{report:.2}`); a share of nothing, which counts as 0 in
/// the fields, is a dash. All fields are plain texts and numbers, and serialise under their names.
///
/// ```
/// use backprop_metrics::{ClassificationReport, ConfusionMatrix};
/// let matrix = ConfusionMatrix::new(3, &[0, 0, 1, 1, 1, 0], &[0, 0, 0, 1, 1, 2]).with_names(["cat", "dog", "owl"]);
/// let report = ClassificationReport::new(&matrix);
/// assert_eq!((report.classes[1].precision, report.classes[1].recall), (2.0 / 3.0, 1.0));
/// assert_eq!((report.accuracy, report.weighted_average.recall), (4.0 / 6.0, 4.0 / 6.0));
/// assert_eq!(
///     report.to_string(),
///     "                  precision  recall     f1  support
/// cat                   0.667   0.667  0.667        3
/// dog                   0.667   1.000  0.800        2
/// owl                       –   0.000  0.000        1
///
/// accuracy                             0.667        6
/// macro average         0.444   0.556  0.489        6
/// weighted average      0.556   0.667  0.600        6"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassificationReport {
    /// A row for each class, in the order of the classes.
    pub classes: Vec<ReportRow>,
    /// The share of the samples predicted rightly; NaN without samples.
    pub accuracy: f64,
    /// The mean over the classes that occur or are predicted.
    pub macro_average: ReportRow,
    /// The mean over the classes, weighted by how many samples are of each.
    pub weighted_average: ReportRow,
}

/// A row of a [`ClassificationReport`]: a class, or a mean of all.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportRow {
    /// The name of the class, or of the mean.
    pub name: String,
    /// The share of the predictions of the class that are right; 0 without any.
    pub precision: f64,
    /// The share of the samples of the class that are found; 0 without any.
    pub recall: f64,
    /// The harmonic mean of the two; 0 without either.
    pub f1: f64,
    /// How many samples are of the class, or all.
    pub support: u64,
    /// How many samples are predicted as the class, or all.
    pub predicted: u64,
}

impl ClassificationReport {
    /// The report of these predictions.
    pub fn new(matrix: &ConfusionMatrix) -> Self {
        let row = |(name, tally): (&String, Tally)| ReportRow {
            name: name.clone(),
            precision: tally.precision(),
            recall: tally.recall(),
            f1: tally.f_beta(1.0),
            support: tally.support(),
            predicted: tally.predicted(),
        };
        let classes: Vec<ReportRow> = matrix.names().iter().zip(matrix.tallies()).map(row).collect();
        let average = |name: &str, weight: &dyn Fn(&ReportRow) -> f64| {
            // Σ wₖ sₖ/Σ wₖ; without samples 0/0: NaN.
            let mean = |score: fn(&ReportRow) -> f64| {
                let sum: f64 = classes.iter().map(|row| weight(row) * score(row)).sum();
                sum / classes.iter().map(weight).sum::<f64>()
            };
            let [precision, recall, f1] = [mean(|row| row.precision), mean(|row| row.recall), mean(|row| row.f1)];
            ReportRow { name: name.to_owned(), precision, recall, f1, support: matrix.total(), predicted: matrix.total() }
        };
        let there = |row: &ReportRow| f64::from(u8::from(row.support + row.predicted > 0));
        let macro_average = average("macro average", &there);
        let weighted_average = average("weighted average", &|row| row.support as f64);
        Self { accuracy: matrix.accuracy(), macro_average, weighted_average, classes }
    }
}

impl fmt::Display for ClassificationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = f.precision().unwrap_or(3);
        let names = self.classes.iter().map(|row| columns(&row.name));
        let left = names.max().unwrap_or(0).clamp("weighted average".len(), LONGEST_NAME);
        let [precision, recall, f1] = ["precision", "recall", "f1"].map(|heading| heading.len().max(decimals + 2) + 2);
        let line = |f: &mut fmt::Formatter<'_>, name: &str, cells: [&str; 3], support: &str| {
            let [p, r, score] = cells;
            write!(f, "{:left$}{p:>precision$}{r:>recall$}{score:>f1$}  {support:>7}", shortened(name, left))
        };
        let share = |value: f64, of: u64| if of == 0 { "–".to_owned() } else { format!("{value:.decimals$}") };

        let row = |f: &mut fmt::Formatter<'_>, row: &ReportRow| {
            let (support, predicted) = (row.support, row.predicted);
            let shares = [share(row.precision, predicted), share(row.recall, support), share(row.f1, support + predicted)];
            f.write_str("\n")?;
            line(f, &row.name, shares.each_ref().map(String::as_str), &support.to_string())
        };

        line(f, "", ["precision", "recall", "f1"], "support")?;
        for class in &self.classes {
            row(f, class)?;
        }
        f.write_str("\n\n")?;
        let total = self.macro_average.support;
        line(f, "accuracy", ["", "", &share(self.accuracy, total)], &total.to_string())?;
        row(f, &self.macro_average)?;
        row(f, &self.weighted_average)
    }
}
