//! Lesson 3: a curve through noisy points.
//!
//! The samples are a sine with noise. The network sees the noise and not the sine; what it learns lies close to the sine
//! nevertheless. The fit is printed as text, and written as a picture beside the program.
//!
//! Run it with `cargo run -p examples --example 03_regression`.
#![allow(clippy::print_stdout)] // a lesson speaks

use std::error::Error;
use std::f64::consts::PI;
use std::fmt::Write;

use backprop::prelude::*;
use backprop::registry::Call;
use backprop::training::{Recipe, write_atomically};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let table = SETS.parse("sine:samples=300,noise=0.2")?.table(1);
    let samples: Vec<(f64, f64)> = numbers(&table, "x").zip(numbers(&table, "y")).collect();

    let mut recipe = Recipe::new(["y"]);
    recipe.hidden = vec![16];
    recipe.activation = Call::new("tanh");
    recipe.rate = Some(0.01);
    recipe.schedule = Call::new("cosine_annealing"); // large steps first, small ones at the end
    recipe.settings.epochs = 500;
    recipe.settings.patience = None;
    let prepared = recipe.prepare(&table)?;
    let outcome = prepared.fit(&mut Silent)?;
    let test = prepared.split.test.clone();
    let model = prepared.into_model(outcome);

    let xs: Vec<f64> = (0..WIDTH).map(|i| -PI + 2.0 * PI * i as f64 / (WIDTH - 1) as f64).collect();
    let answer = model.predict(&Table::new("a grid", vec![Column::numbers("x", xs.clone())])?)?;
    let curve: Vec<(f64, f64)> = xs.iter().zip(answer.matrix().iter()).map(|(&x, &y)| (x, y)).collect();

    print!("{}", text(&samples, &curve));
    let scores = model.evaluate(&table, &test)?.scores;
    println!("· samples, ● what was learned");
    println!("error on samples not seen (rmse): {:.3}; the noise alone is 0.2", scores.metric("rmse").unwrap_or(f64::NAN));
    let off = curve.iter().map(|(x, y)| (y - x.sin()).abs()).sum::<f64>() / curve.len() as f64;
    println!("mean distance from the sine without noise: {off:.3}");

    let path = std::env::current_exe()?.with_file_name("03_regression.svg");
    write_atomically(&path, svg(&samples, &curve).as_bytes())?;
    println!("picture: {}", path.display());
    Ok(())
}

/// Characters in a line of the plot.
const WIDTH: usize = 73;
/// Lines of the plot.
const HEIGHT: usize = 19;

/// The numbers of a column.
fn numbers<'a>(table: &'a Table, name: &str) -> impl Iterator<Item = f64> + 'a {
    let values = table.column(name).map(|column| &column.values);
    let numbers = if let Some(Values::Numbers(numbers)) = values { numbers.as_slice() } else { &[] };
    numbers.iter().copied()
}

/// x from −π to π and y from −1.6 to 1.6 as shares from 0 to 1, from the left and from above.
fn place((x, y): (f64, f64)) -> (f64, f64) {
    ((x + PI) / (2.0 * PI), (1.6 - y) / 3.2)
}

/// A plot in characters.
fn text(samples: &[(f64, f64)], curve: &[(f64, f64)]) -> String {
    let mut lines = vec![vec![' '; WIDTH]; HEIGHT];
    for (points, mark) in [(samples, '·'), (curve, '●')] {
        for &point in points {
            let (right, down) = place(point);
            let (column, line) = ((right * (WIDTH - 1) as f64).round() as usize, (down * (HEIGHT - 1) as f64).round() as usize);
            if let Some(cell) = lines.get_mut(line).and_then(|line| line.get_mut(column)) {
                *cell = mark;
            }
        }
    }
    lines.into_iter().map(|line| line.into_iter().collect::<String>().trim_end().to_owned() + "\n").collect()
}

/// The same as a picture of 720 × 400 points.
fn svg(samples: &[(f64, f64)], curve: &[(f64, f64)]) -> String {
    let at = |point| {
        let (right, down) = place(point);
        (720.0 * right, 400.0 * down)
    };
    let mut picture = String::from(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 400">"#);
    picture += r#"<rect width="720" height="400" fill="white"/><g fill="steelblue" fill-opacity="0.5">"#;
    for &sample in samples {
        let (x, y) = at(sample);
        write!(picture, r#"<circle cx="{x:.1}" cy="{y:.1}" r="3"/>"#).expect("a string takes everything");
    }
    picture += r#"</g><polyline fill="none" stroke="crimson" stroke-width="2.5" points=""#;
    for &point in curve {
        let (x, y) = at(point);
        write!(picture, "{x:.1},{y:.1} ").expect("a string takes everything");
    }
    picture + "\"/></svg>\n"
}
