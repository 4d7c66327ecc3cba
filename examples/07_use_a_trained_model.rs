//! Lesson 7: a model file in a program of your own.
//!
//! A model file holds the weights and everything around them: preprocessing, names of columns, names of classes. So a program
//! asks by column name, in the units of the data, and gets names back. Loading and asking are these lines:
//!
//! ```text
//! let model = Model::load("model.safetensors")?;
//! let answer = model.predict([("bill_length_mm", 39.1.into()), …])?;
//! answer.class(0)
//! ```
//!
//! Run it with `cargo run -p examples --example 07_use_a_trained_model`, which trains a model first, or with a model of your own:
//! `cargo run -p trainer -- train --data penguins --name penguins`, then
//! `cargo run -p examples --example 07_use_a_trained_model runs/penguins/model.safetensors`.
#![allow(clippy::print_stdout)] // a lesson speaks

use std::error::Error;
use std::path::{Path, PathBuf};

use backprop::prelude::*;
use backprop::training::Recipe;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    lesson(std::env::args_os().nth(1).map(PathBuf::from))
}

/// Asks the model in this file, or one that is trained now.
pub(crate) fn lesson(path: Option<PathBuf>) -> Result<(), Box<dyn Error>> {
    if let Some(path) = path {
        return ask(&Model::load(path)?);
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("model.safetensors");
    train(&path)?;
    ask(&Model::load(&path)?)
}

fn train(path: &Path) -> Result<(), Box<dyn Error>> {
    let table = SETS.parse("penguins")?.table(0);
    let mut recipe = Recipe::new(["species"]);
    recipe.hidden = vec![16];
    recipe.settings.epochs = 50;
    let prepared = recipe.prepare(&table)?;
    let outcome = prepared.fit(&mut Silent)?;
    prepared.into_model(outcome).save(path)?;
    println!("a model of {} bytes is written\n", std::fs::metadata(path)?.len());
    Ok(())
}

fn ask(model: &Model) -> Result<(), Box<dyn Error>> {
    // One row, by the names of its columns, in any order. What is not known is `None`.
    let answer = model.predict([
        ("island", "Torgersen".into()),
        ("year", 2007.0.into()),
        ("sex", None::<&str>.into()),
        ("bill_length_mm", 39.1.into()),
        ("bill_depth_mm", 18.7.into()),
        ("flipper_length_mm", 181.0.into()),
        ("body_mass_g", 3750.0.into()),
    ])?;
    println!("one penguin, most probably {}:", answer.class(0).ok_or("the model answers with numbers, not with classes")?);
    for (class, probability) in answer.values(0) {
        println!("  {class:<10} {:5.1} %", 100.0 * probability);
    }

    // Many rows: a table. Other columns may be there, such as the truth.
    let table = SETS.parse("penguins")?.table(0);
    let answers = model.predict(&table)?;
    let truth = table.column("species").ok_or("penguins have a species")?;
    let right = (0..table.rows()).filter(|&row| truth.display(row).as_deref() == answers.class(row)).count();
    println!("\n{right} of {} penguins are recognised, those of the training among them", table.rows());

    // A model answers by `&self`, so threads share it: no lock, no copy.
    std::thread::scope(|scope| {
        let threads = [(); 2].map(|()| scope.spawn(|| model.predict(&table)));
        for thread in threads {
            let same = thread.join().map_err(|_| "a thread panicked")?? == answers;
            println!("another thread gets {} answers", if same { "the same" } else { "other" });
        }
        Ok(())
    })
}
