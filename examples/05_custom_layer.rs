//! Lesson 5: a layer of your own, with parameters.
//!
//! The layer gives every feature a scale that is learned:
//!
//! ```text
//! y = s ⊙ x          forward
//! dx = s ⊙ dy        input_gradient
//! ds = Σ dy ⊙ x      param_gradient, a sum over the samples
//! ```
//!
//! A layer is a description. Its parameters are a slice of the network's one flat vector, handed in where they are needed; so it
//! has nothing to lock, nothing to copy, and can be checked alone.
//!
//! Run it with `cargo run -p examples --example 05_custom_layer`.
#![allow(clippy::print_stdout)] // a lesson speaks

use std::error::Error;

use backprop::layers::{LayerError, Mode, Nonlinearity, Shape, Step};
use backprop::tensor::{Role, Span, Stream};
use backprop::{optimizers, prelude::*};
use backprop_gradcheck::Gradcheck;

/// y = s ⊙ x with one scale for each feature.
#[derive(Clone, Copy, Debug)]
struct Scale {
    features: usize,
}

impl<T: Scalar> Layer<T> for Scale {
    /// The one place where a wrong shape is found, before anything runs.
    fn output_shape(&self, input: &Shape) -> Result<Shape, LayerError> {
        if input.len() == self.features {
            Ok(input.clone())
        } else {
            Err(LayerError::Rows { expected: self.features, got: input.len() })
        }
    }

    fn label(&self) -> String {
        format!("Scale({})", self.features)
    }

    /// One parameter for each feature, called `s`.
    fn spans(&self) -> Vec<Span> {
        vec![Span::new("s", &[self.features], Role::Norm)]
    }

    fn init(&self, params: &mut [T], _next: &Nonlinearity, _stream: &mut Stream) {
        params.fill(T::ONE);
    }

    fn forward(&self, s: &[T], _state: &[T], x: View<'_, T>, mut y: ViewMut<'_, T>, _cache: ViewMut<'_, T>, _mode: Mode) {
        for j in 0..x.cols() {
            y.column_mut(j).iter_mut().zip(x.column(j)).zip(s).for_each(|((y, &x), &s)| *y = s * x);
        }
    }

    fn input_gradient(&self, step: Step<'_, T>, mut dx: ViewMut<'_, T>) {
        for j in 0..step.dy.cols() {
            dx.column_mut(j).iter_mut().zip(step.dy.column(j)).zip(step.params).for_each(|((dx, &dy), &s)| *dx = s * dy);
        }
    }

    fn param_gradient(&self, step: Step<'_, T>, ds: &mut [T]) {
        ds.fill(T::ZERO); // gradients are overwritten
        for j in 0..step.dy.cols() {
            ds.iter_mut().zip(step.dy.column(j)).zip(step.x.column(j)).for_each(|((ds, &dy), &x)| *ds += dy * x);
        }
    }
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    check_gradients()?;

    // The truth is y = (2 x₁, −x₂, x₃/2): the layer has to find the three factors.
    let mut stream = Key::new(0, Purpose::User).stream(0);
    let x = Matrix::from_fn(3, 64, |_, _| stream.normal() as f32);
    let truth = [2.0, -1.0, 0.5];
    let y = Matrix::from_fn(3, 64, |i, j| truth[i] * x[(i, j)]);
    let data = Dataset::new(x, Targets::Values(y));

    let network = Network::new(3, Sequential::new().then(Scale { features: 3 }))?;
    println!("{}", network.summary());
    let mut sgd = Stepper::new(Sgd::default(), network.spans(), false)?;
    let settings = Settings { epochs: 40, batch_size: BatchSize::Samples(16), ..Settings::default() };
    let schedule = optimizers::Constant { base_rate: 0.1 };
    let fit = Fit { network: &network, loss: &MeanSquared, head: Head::Values, schedule: &schedule, settings: &settings };
    let outcome = fit.run(network.init(0), network.initial_state(), &mut sgd, &data, None, &mut Silent)?;
    for (span, values) in network.named_params(&outcome.params) {
        println!("{} = {values:.3?}, the truth is {truth:?}", span.name);
    }

    let wrong = Network::<f32>::new(4, Sequential::new().then(Scale { features: 3 }));
    println!("\na network for other inputs is refused: {}", wrong.err().ok_or("a wrong shape was accepted")?);
    Ok(())
}

/// Holds the layer, between two others, to differences of what it computes.
fn check_gradients() -> Result<(), Box<dyn Error>> {
    let layers = Sequential::new().then(Dense::new(2, 3).activation(Tanh)).then(Scale { features: 3 }).then(Dense::new(3, 2));
    let network = Network::<f64>::new(2, layers)?;
    let (state, noise) = (network.initial_state(), Key::new(0, Purpose::Noise));
    let x = View::new(&[0.4, -1.2, 0.7, 0.1], 2, 2);

    let outputs = |params: &[f64]| network.predict(params, &state, x).as_slice().to_vec();
    let gradient = |params: &[f64], dy: &[f64]| {
        let (mut gradients, mut workspace) = (vec![0.0; params.len()], network.workspace(2));
        let mut pass = network.forward(params, &state, x, noise, &mut workspace);
        pass.ends().1.copy_from(View::new(dy, 2, 2));
        pass.backward(&mut gradients);
        gradients
    };
    Gradcheck::default().compare(&network.init(0), outputs, gradient).map_err(|mismatch| mismatch.to_string())?;
    println!("the gradients of all {} parameters pass the check\n", network.param_count());
    Ok(())
}
