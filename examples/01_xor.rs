//! Lesson 1: why a network has a hidden layer.
//!
//! The exclusive or of two bits is 1 if exactly one of them is 1. No weighted sum of the two bits can tell that: on paper, no
//! straight line has (0, 1) and (1, 0) on one side and (0, 0) and (1, 1) on the other. One hidden layer with a function that
//! bends is enough.
//!
//! Run it with `cargo run -p examples --example 01_xor`.
#![allow(clippy::print_stdout)] // a lesson speaks

use std::error::Error;

use backprop::{optimizers, prelude::*};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    // A batch has one sample per column: (0, 0), (0, 1), (1, 0), (1, 1).
    let x = Matrix::from_column_slice(2, 4, &[0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
    let data = Dataset::new(x, Targets::Classes(vec![0, 1, 1, 0]));

    let sum = Sequential::new().then(Dense::new(2, 1));
    learn("A weighted sum alone", sum, &data)?;

    let hidden = Sequential::new().then(Dense::new(2, 4).activation(Tanh)).then(Dense::new(4, 1));
    learn("With a hidden layer", hidden, &data)
}

/// Trains the layers on the four samples and prints what they answer.
fn learn(title: &str, layers: Sequential, data: &Dataset) -> Result<(), Box<dyn Error>> {
    let network = Network::new(2, layers)?;
    let mut adam = Stepper::new(Adam::default(), network.spans(), false)?;
    let fit = Fit {
        network: &network,
        loss: &SigmoidCrossEntropy::default(), // yes or no, from one plain number
        head: Head::Sigmoid,
        schedule: &optimizers::Constant { base_rate: 0.1 },
        settings: &Settings { epochs: 300, batch_size: BatchSize::Full, ..Settings::default() },
    };
    let outcome = fit.run(network.init(0), network.initial_state(), &mut adam, data, None, &mut Silent)?;
    let loss = outcome.history.last().map_or(f64::NAN, |epoch| epoch.train.loss);

    println!("{title}: {} parameters, loss {loss:.3}", network.param_count());
    let y = network.predict(&outcome.params, &outcome.state, View::from(&data.x));
    for (bits, y) in data.x.column_iter().zip(y.iter()) {
        println!("  {} xor {} = {:.2}", bits[0], bits[1], y.sigmoid());
    }
    Ok(())
}
