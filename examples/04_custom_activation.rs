//! Lesson 4: an activation function of your own.
//!
//! Softsign squeezes numbers into −1 … 1 as tanh does, but without an exponential:
//!
//! ```text
//! y  = x / (1 + |x|)
//! y′ = 1 / (1 + |x|)² = (1 − |y|)²
//! ```
//!
//! Two formulas make an activation. Everything else comes with the trait: loops over batches that become vector code, forms that
//! work in place, both number types. A gradient check compares the derivative with differences of the value, so that a slip on
//! paper is found before training.
//!
//! Run it with `cargo run -p examples --example 04_custom_activation`.
#![allow(clippy::print_stdout)] // a lesson speaks

use std::error::Error;

use backprop::activations::{Elementwise, Family};
use backprop::{optimizers, prelude::*, registry::Call};
use backprop_gradcheck::Gradcheck;

/// y = x / (1 + |x|).
#[derive(Clone, Copy, Debug)]
struct Softsign;

impl Elementwise for Softsign {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        x / (T::ONE + x.abs())
    }

    /// Both x and y are given: take whichever makes the formula shortest.
    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        let rest = T::ONE - y.abs();
        rest * rest
    }

    /// What summaries and messages call it.
    fn call(&self) -> Call {
        Call::new("softsign")
    }

    /// The choice of first weights goes by this: bounded on both sides.
    fn family(&self) -> Family {
        Family::Saturating
    }

    /// The derivative looks at y alone, so a layer need not keep x for it.
    fn needs_input(&self) -> bool {
        false
    }
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    // 1. Is the derivative that of the value? Away from paper, on numbers.
    let x = [-3.0, -0.5, 0.2, 1.0, 40.0];
    let forward = |x: &[f64]| {
        let mut y = vec![0.0; x.len()];
        Softsign.forward(View::new(x, x.len(), 1), ViewMut::new(&mut y, x.len(), 1));
        y
    };
    let backward = |x: &[f64], dy: &[f64]| {
        let (y, mut dx) = (forward(x), vec![0.0; x.len()]);
        let [x, y, dy] = [x, &y, dy].map(|values| View::new(values, values.len(), 1));
        Softsign.input_gradient(x, y, dy, ViewMut::new(&mut dx, y.rows(), 1));
        dx
    };
    Gradcheck::default().compare(&x, forward, backward).map_err(|mismatch| mismatch.to_string())?;
    println!("softsign of {x:?} is\n            {:.3?}; its gradient passes the check", forward(&x));

    // 2. It stands wherever an activation can: here in two dense layers, on two moons.
    let layers = Sequential::<f32>::new()
        .then(Dense::new(2, 16).activation(Softsign))
        .then(Dense::new(16, 16).activation(Softsign))
        .then(Dense::new(16, 2));
    let network = Network::new(2, layers)?;
    println!("\n{}\n", network.summary());

    let table = SETS.parse("moons")?.table(0);
    let all: Vec<usize> = (0..table.rows()).collect();
    let moons = Preprocessing::fit(&table, &all, &["class".to_owned()], None)?.dataset(&table, &all)?;
    let mut adam = Stepper::new(Adam::default(), network.spans(), false)?;
    let fit = Fit {
        network: &network,
        loss: &SoftmaxCrossEntropy::default(),
        head: Head::Softmax,
        schedule: &optimizers::Constant { base_rate: 0.005 },
        settings: &Settings { epochs: 20, ..Settings::default() },
    };
    let outcome = fit.run(network.init(0), network.initial_state(), &mut adam, &moons, None, &mut Silent)?;
    for report in outcome.history.iter().step_by(5).chain(outcome.history.last()) {
        let accuracy = report.train.metric("accuracy").unwrap_or(f64::NAN);
        println!("epoch {:>2}: loss {:.3}, accuracy {accuracy:.3}", report.epoch, report.train.loss);
    }
    Ok(())
}
