//! Lesson 2: handwritten digits, from a table to a tested model.
//!
//! The data set inside the library has 1797 digits of 8 × 8 pixels. A recipe makes all choices between a table and a model; three
//! of them are changed here. The validation part decides when to stop. The test part is looked at once, at the end.
//!
//! Run it with `cargo run -p examples --example 02_digits`.
#![allow(clippy::print_stdout)] // a lesson speaks

use std::error::Error;
use std::ops::ControlFlow;

use backprop::metrics::Classified;
use backprop::prelude::*;
use backprop::training::{EvaluationTarget, Recipe};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let table = SETS.parse("digits")?.table(0);
    draw(&table, 5);

    let mut recipe = Recipe::new(["digit"]);
    recipe.hidden = vec![64];
    recipe.settings.epochs = 30;
    recipe.settings.patience = Some(5);
    let prepared = recipe.prepare(&table)?;
    println!("{}\n", prepared.network.summary());

    let outcome = prepared.fit(&mut Progress)?;
    println!("best after epoch {}\n", outcome.best_epoch);

    let test = prepared.split.test.clone();
    let model = prepared.into_model(outcome);
    let evaluation = model.evaluate(&table, &test)?;
    let EvaluationTarget::Classes(target) = &evaluation.target else { unreachable!("digits are classes") };
    let classified = Classified::new(View::from(evaluation.predictions.matrix()), target);
    println!("{}", classified.confusion_matrix().with_names(evaluation.predictions.names()));
    Ok(())
}

/// Prints every fifth epoch.
struct Progress;

impl Observer for Progress {
    fn epoch(&mut self, report: &EpochReport) -> ControlFlow<()> {
        if report.epoch % 5 == 1
            && let Some(validation) = &report.validation
        {
            let accuracy = validation.metric("accuracy").unwrap_or(f64::NAN);
            println!("epoch {:>2}: validation loss {:.3}, accuracy {accuracy:.3}", report.epoch, validation.loss);
        }
        ControlFlow::Continue(())
    }
}

/// Draws a row of the table: eight lines of eight pixels, each from 0 to 16.
fn draw(table: &Table, row: usize) {
    let ink = [' ', '░', '▒', '▓', '█'];
    let pixel = |column: &Column| match &column.values {
        Values::Numbers(numbers) => ink[numbers[row] as usize / 4],
        Values::Text(_) => '?',
    };
    for line in table.columns()[..64].chunks(8) {
        println!("  {}", line.iter().flat_map(|column| [pixel(column); 2]).collect::<String>());
    }
    println!("row {row} is a {}\n", table.columns()[64].display(row).unwrap_or_default());
}
