//! Lesson 6: the training loop, written out.
//!
//! Nothing here is hidden in a driver: shuffle, gather, forward, loss, backward, update. At the end the driver does the same, and
//! the parameters of the two are equal to the last bit.
//!
//! Run it with `cargo run -p examples --example 06_training_loop_by_hand`.
#![allow(clippy::print_stdout)] // a lesson speaks

use std::error::Error;

use backprop::optimizers::CosineAnnealing;
use backprop::prelude::*;

const SEED: u64 = 1;
const EPOCHS: u64 = 20;
const BATCH: usize = 50;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let table = SETS.parse("moons:samples=1000,noise=0.2")?.table(SEED);
    let all: Vec<usize> = (0..table.rows()).collect();
    let data = Preprocessing::fit(&table, &all, &["class".to_owned()], None)?.dataset(&table, &all)?;
    let Targets::Classes(classes) = &data.targets else { unreachable!("moons have classes") };

    let layers = Sequential::new().then(Dense::new(2, 32).activation(Relu)).then(Dropout::new(0.1)).then(Dense::new(32, 2));
    let network = Network::<f32>::new(2, layers)?;
    let loss = SoftmaxCrossEntropy::default();
    let schedule = CosineAnnealing { base_rate: 0.02, t_max: EPOCHS * (data.len() / BATCH) as u64, eta_min: 0.0 };

    // What changes from step to step. This is all the memory that the loop takes.
    let (mut params, state) = (network.init(SEED), network.initial_state());
    let mut gradients = vec![0.0; network.param_count()];
    let mut workspace = network.workspace(BATCH);
    let mut adam = Stepper::new(Adam::default(), network.spans(), false)?;
    let mut order = vec![0; data.len()];
    let (mut x, mut labels) = (Matrix::zeros(2, BATCH), [0; BATCH]);

    // The loop.
    for epoch in 1..=EPOCHS {
        epoch_order(&mut order, SEED, epoch); //                                       a new order of the samples
        let mut total = 0.0;
        for (index, samples) in order.chunks_exact(BATCH).enumerate() {
            copy_columns(View::from(&data.x), samples, ViewMut::from(&mut x)); //      the mini-batch
            labels.iter_mut().zip(samples).for_each(|(label, &sample)| *label = classes[sample]);
            let noise = Key::new(SEED, Purpose::Noise).at(epoch, index as u64); //     what dropout leaves out
            let mut pass = network.forward(&params, &state, View::from(&x), noise, &mut workspace);
            let (y, dy) = pass.ends(); //                                              y to read, dy = ∂L/∂y to write
            total += loss.value_and_gradient(y, Target::Classes(&labels), None, dy);
            pass.backward(&mut gradients); //                                          ∂L/∂θ for all parameters
            adam.step(schedule.at(adam.steps()), &mut params, &gradients); //          downhill
        }
        if epoch % 5 == 0 {
            println!("epoch {epoch:>2}: loss {:.4}", total / (data.len() / BATCH) as f64);
        }
    }

    let y = network.predict(&params, &state, View::from(&data.x));
    let correct = Head::Softmax.count_correct(View::from(&y), classes);
    println!("{correct} of {} samples are classified right", data.len());

    // The driver does the same steps.
    let settings = Settings { epochs: 20, batch_size: BatchSize::Samples(BATCH), seed: SEED, ..Settings::default() };
    let fit = Fit { network: &network, loss: &loss, head: Head::Softmax, schedule: &schedule, settings: &settings };
    let mut adam = Stepper::new(Adam::default(), network.spans(), false)?;
    let outcome = fit.run(network.init(SEED), network.initial_state(), &mut adam, &data, None, &mut Silent)?;
    assert_eq!(outcome.params, params, "the driver is this loop");
    println!("the driver arrives at the same {} parameters, bit for bit", params.len());
    Ok(())
}
