//! The same bits for any number of threads, and on every run.

use backprop_data::{Dataset, Targets};
use backprop_layers::{Dense, Dropout, Network, Sequential};
use backprop_losses::SoftmaxCrossEntropy;
use backprop_optimizers::Constant;
use backprop_tensor::{Key, Matrix, Pool, Purpose, Scalar};
use backprop_training::{Evaluator, Fit, Head, Settings, Silent, digest};

fn data<T: Scalar>(inputs: usize, classes: u32, samples: usize) -> Dataset<T> {
    let mut stream = Key::new(7, Purpose::Data).stream(0);
    let x = Matrix::from_fn(inputs, samples, |_, _| T::from_f64(stream.normal()));
    Dataset::new(x, Targets::Classes((0..samples as u32).map(|i| i * 7 % classes).collect()))
}

/// SHA-256 of all parameters after 50 steps with dropout and a residual block, large enough that every part of a step is shared among
/// threads; the losses of the epochs, and a measurement of the result.
fn run<T: Scalar>(threads: usize) -> (String, Vec<f64>) {
    let layers = Sequential::new()
        .then(Dense::new(50, 96).activation(backprop_activations::Relu))
        .then(Dropout::new(0.3))
        .residual(Sequential::new().then(Dense::new(96, 96).activation(backprop_activations::Tanh)).then(Dropout::new(0.2)))
        .then(Dense::new(96, 7));
    let network = Network::<T>::new(50, layers).unwrap();
    // 9 batches of 130 and one of 120 in each of 5 epochs.
    let train = data::<T>(50, 7, 1290);
    let mut optimizer = backprop_optimizers::registry::<T>().parse("adam").unwrap().build(network.spans(), false);
    let settings = Settings { epochs: 5, batch_size: "130".parse().unwrap(), seed: 3, ..Settings::default() };
    let loss = SoftmaxCrossEntropy::default();
    let schedule = Constant { base_rate: 0.01 };
    let fit = Fit { network: &network, loss: &loss, head: Head::Softmax, schedule: &schedule, settings: &settings };
    Pool::new(threads).unwrap().run(|| {
        let (params, state) = (network.init(3), network.initial_state());
        let outcome = fit.run(params, state, optimizer.as_mut(), &train, None, &mut Silent).unwrap();
        assert_eq!(outcome.steps, 50);
        let measured = Evaluator::new(&network, &loss, Head::Softmax, &train).scores(&outcome.params, &outcome.state);
        let losses = outcome.history.iter().map(|epoch| epoch.train.loss).chain([measured.loss]).collect();
        (digest(&outcome.params), losses)
    })
}

#[test]
fn any_number_of_threads_gives_the_same_parameters_and_losses() {
    let single = run::<f32>(1);
    for threads in [2, 3, 4, 8] {
        assert_eq!(run::<f32>(threads), single, "{threads} threads");
    }
    assert_eq!(run::<f32>(2), single, "a second run");
    assert_eq!(run::<f64>(3), run::<f64>(1), "double precision");
}

#[test]
fn another_seed_gives_other_parameters() {
    let network = Network::<f32>::new(4, Sequential::new().then(Dense::new(4, 4))).unwrap();
    assert_ne!(digest(&network.init(0)), digest(&network.init(1)));
}
