//! Results for people: scores, which class is taken for which, and where the model is most wrong.

use std::fmt::Write;

use backprop_data::{Column, Dataset, Outcome, Table, Values};
use backprop_metrics::ConfusionMatrix;
use backprop_training::{Evaluation, EvaluationTarget, Model, Scores};

use crate::console::{BOLD, WIDTH};
use crate::drawing::{Picture, side_by_side};
use crate::figures::{count, cut, figure, percent};
use crate::parts::Part;

/// So many classes fit into a page.
const MAX_CLASSES: usize = 20;
/// So many confusions are listed instead.
const CONFUSIONS: usize = 5;
/// So many wrong rows are shown.
const ROWS: usize = 5;
/// So many wrong pictures.
const PICTURES: usize = 3;

/// Rows, loss and metrics of each part that has rows.
pub(crate) fn scores(parts: &[Part]) -> String {
    let measured: Vec<(&Part, &Evaluation)> = parts.iter().filter_map(|part| Some((part, part.evaluation.as_ref()?))).collect();
    let Some((_, first)) = measured.first() else { return String::new() };
    let names = std::iter::once("loss".to_owned()).chain(first.scores.metrics.iter().map(|(name, _)| name.clone()));
    let mut columns = vec![column("", measured.iter().map(|(part, _)| part.name.to_owned()))];
    columns.push(column("rows", measured.iter().map(|(part, _)| part.rows.len().to_string())));
    for (i, name) in names.enumerate() {
        let score = |scores: &Scores| if i == 0 { scores.loss } else { scores.metrics[i - 1].1 };
        columns.push(column(&name, measured.iter().map(|(_, evaluation)| figure(score(&evaluation.scores)))));
    }
    // A line for each part, or for each metric where there are too many to stand side by side.
    let of_scores = columns[2..].iter().map(|column| (column[0].chars().count() + 2).max(12));
    let side_by_side: Vec<usize> = [12, 9].into_iter().chain(of_scores).collect();
    if side_by_side.iter().sum::<usize>() <= WIDTH {
        let lines = (0..columns[0].len()).map(|i| columns.iter().map(|column| column[i].clone()).collect());
        return drawn(lines.collect(), &side_by_side);
    }
    let width = columns.iter().map(|column| column[0].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = std::iter::once(width).chain(measured.iter().map(|_| 12)).collect();
    drawn(columns, &widths)
}

fn column(name: &str, cells: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(name.to_owned()).chain(cells).collect()
}

/// The first line is the heading, the first column stands at the left.
fn drawn(lines: Vec<Vec<String>>, widths: &[usize]) -> String {
    let mut text = String::new();
    for (i, line) in lines.into_iter().enumerate() {
        let cells = line.iter().zip(widths).enumerate();
        let cells = cells.map(|(j, (cell, &width))| if j == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") });
        let line: String = cells.collect();
        let _ = if i == 0 { writeln!(text, "{BOLD}{line}{BOLD:#}") } else { writeln!(text, "{line}") };
    }
    text
}

/// What the samples of a part are.
#[derive(Clone, Copy)]
pub(crate) enum Shown<'a> {
    /// Rows of a table, numbered as `noun` says: `row` or `line`.
    Rows { table: &'a Table, noun: &'a str },
    /// Images, standardised.
    Images(&'a Dataset<f32>),
}

/// What is to be seen in a part: confusions and wrong rows of classes, or the largest errors of numbers.
pub(crate) fn closer_look(part: &Part, shown: Shown<'_>, model: &Model) -> String {
    let Some(evaluation) = &part.evaluation else { return String::new() };
    let look = Look { part, evaluation, shown, model };
    match &evaluation.target {
        EvaluationTarget::Classes(classes) => look.confusions(classes) + &look.wrong(classes),
        EvaluationTarget::Numbers(values) => look.largest_errors(values),
    }
}

struct Look<'a> {
    part: &'a Part,
    evaluation: &'a Evaluation,
    shown: Shown<'a>,
    model: &'a Model,
}

impl Look<'_> {
    fn predicted(&self) -> Vec<u32> {
        let predictions = &self.evaluation.predictions;
        (0..predictions.len()).filter_map(|i| predictions.class_index(i)).map(|class| class as u32).collect()
    }

    fn confusions(&self, classes: &[u32]) -> String {
        let names = self.evaluation.predictions.names();
        let matrix = ConfusionMatrix::new(names.len(), &self.predicted(), classes).with_names(names.iter().map(String::as_str));
        if names.len() <= MAX_CLASSES {
            return format!("\n{matrix:WIDTH$}\n");
        }
        let pairs = (0..names.len()).flat_map(|of| (0..names.len()).filter(move |&to| of != to).map(move |to| (of, to)));
        let mut pairs: Vec<(u64, usize, usize)> = pairs.map(|(of, to)| (matrix.count(of, to), of, to)).collect();
        pairs.sort_by_key(|&(times, of, to)| (std::cmp::Reverse(times), of, to));
        let mut text = format!("\n{BOLD}taken for another most often, of {} classes{BOLD:#}\n", names.len());
        for &(times, of, to) in pairs.iter().take(CONFUSIONS).filter(|&&(times, ..)| times > 0) {
            let _ = writeln!(text, "  {} for {}: {}", names[of], names[to], count(times as usize, "time"));
        }
        text
    }

    /// The wrong answers that the model is surest of.
    fn wrong(&self, classes: &[u32]) -> String {
        let predictions = &self.evaluation.predictions;
        let predicted = self.predicted();
        let mut wrong: Vec<usize> = (0..classes.len()).filter(|&i| predicted[i] != classes[i]).collect();
        let sureness = |i: usize| predictions.matrix()[(predicted[i] as usize, i)];
        wrong.sort_by(|&i, &j| sureness(j).total_cmp(&sureness(i)));
        let names = predictions.names();
        let verdict = |i: usize| {
            let (truth, answer) = (&names[classes[i] as usize], &names[predicted[i] as usize]);
            format!("true {truth}, predicted {answer} ({})", percent(sureness(i)))
        };
        if wrong.is_empty() {
            return String::new();
        }
        if let Some(shape) = self.model.preprocessing().image {
            let mut pictures: Vec<Picture> =
                wrong.iter().take(PICTURES).map(|&i| Picture { pixels: self.pixels(i), caption: verdict(i) }).collect();
            let darkest = pictures.iter().flat_map(|picture| &picture.pixels).copied().fold(f64::MIN_POSITIVE, f64::max);
            pictures.iter_mut().flat_map(|picture| &mut picture.pixels).for_each(|pixel| *pixel /= darkest);
            let (drawn, text) = side_by_side(&pictures, shape, WIDTH);
            return self.heading("wrong", drawn, wrong.len()) + &text;
        }
        let mut text = self.heading("wrong", wrong.len().min(ROWS), wrong.len());
        for &i in wrong.iter().take(ROWS) {
            text += &self.row(i, &verdict(i));
        }
        text
    }

    fn largest_errors(&self, values: &backprop_tensor::Matrix<f64>) -> String {
        let predictions = &self.evaluation.predictions;
        let Outcome::Numbers { columns, scale, .. } = &self.model.preprocessing().outcome else { return String::new() };
        let answers = predictions.matrix();
        // Of several targets the one that is farthest off, each in units of its own deviation.
        let mut errors: Vec<(f64, usize, usize)> = (0..answers.ncols())
            .map(|i| {
                let of_target = |target: usize| (answers[(target, i)] - values[(target, i)]).abs() / scale[target];
                let worst = (1..columns.len()).fold(0, |worst, t| if of_target(t) > of_target(worst) { t } else { worst });
                (of_target(worst), i, worst)
            })
            .collect();
        errors.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut text = self.heading("largest errors in the", errors.len().min(ROWS), errors.len());
        for &(_, i, target) in errors.iter().take(ROWS) {
            let (truth, answer) = (values[(target, i)], answers[(target, i)]);
            text += &self.row(i, &format!("{} {}, predicted {}", columns[target], figure(truth), figure(answer)));
        }
        text
    }

    fn heading(&self, what: &str, shown: usize, of: usize) -> String {
        let rows = if matches!(self.shown, Shown::Images(_)) { "images" } else { "rows" };
        let rows = if self.part.name == "data" { rows.to_owned() } else { format!("{} {rows}", self.part.name) };
        format!("\n{BOLD}{what} {rows} ({shown} of {of}){BOLD:#}\n")
    }

    /// Two lines on one row: where it stands and what is wrong, and what is in it.
    fn row(&self, i: usize, verdict: &str) -> String {
        let row = self.part.rows[i];
        let Shown::Rows { table, noun } = self.shown else { return format!("  image {row}: {verdict}\n") };
        let number = if noun == "row" { row + 1 } else { table.line(row) };
        let targets = self.model.preprocessing().outcome.columns();
        let cells = table.columns().iter().filter(|column| !targets.contains(&column.name));
        let cells = cells.map(|column| format!("{} {}", column.name, cell(column, row))).collect::<Vec<_>>().join(", ");
        let (line, cells) = (format!("  {noun} {number}: {verdict}"), format!("      {cells}"));
        format!("{}\n{}\n", cut(&line, WIDTH), cut(&cells, WIDTH))
    }

    fn pixels(&self, i: usize) -> Vec<f64> {
        let preprocessing = self.model.preprocessing();
        let pixels: Vec<f64> = match self.shown {
            Shown::Images(data) => preprocessing.restore_pixels(data.x.column(i).as_slice()).unwrap_or_default(),
            Shown::Rows { table, .. } => {
                let pixel = |name: &str| table.column(name)?.display(self.part.rows[i])?.parse().ok();
                preprocessing.features.iter().map(|feature| pixel(feature.name()).unwrap_or(0.0)).collect()
            }
        };
        pixels.into_iter().map(|pixel| pixel.max(0.0)).collect()
    }
}

/// A value in as many digits as say something to people.
fn cell(column: &Column, row: usize) -> String {
    match (&column.values, column.display(row)) {
        (_, None) => "–".to_owned(),
        (Values::Numbers(numbers), Some(text)) if text.len() > 8 => figure(numbers[row]),
        (_, Some(text)) => text.into_owned(),
    }
}
