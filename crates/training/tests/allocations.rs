//! A training step takes no memory after the first.

use allocation_counter::measure;
use backprop_data::{Dataset, Targets};
use backprop_layers::{Activated, Dense, Dropout, InputNormalizer, Network, Sequential};
use backprop_losses::{Loss, Target, check_target};
use backprop_optimizers::{Clip, Constant};
use backprop_tensor::{Key, Matrix, Pool, Purpose};
use backprop_training::{BatchSize, Fit, Head, Settings, Silent};

const BATCH: usize = 32;

/// Labels, or numbers if the loss needs them.
fn data(network: &Network<f32>, loss: &dyn Loss<f32>, steps: usize, weighted: bool) -> Dataset<f32> {
    let (inputs, outputs, samples) = (network.inputs(), network.outputs(), steps * BATCH);
    let mut stream = Key::new(3, Purpose::Data).stream(0);
    let x = Matrix::from_fn(inputs, samples, |_, _| stream.normal() as f32);
    let targets = match check_target(outputs, loss, Target::Classes(&[0])) {
        Ok(()) => Targets::Classes((0..samples).map(|i| (i % outputs) as u32).collect()),
        Err(_) => Targets::Values(Matrix::from_element(outputs / loss.outputs_per_target(), samples, 0.5)),
    };
    let data = Dataset::new(x, targets);
    if weighted { data.with_weights(vec![0.5; samples]) } else { data }
}

/// Allocations of a run of one epoch with so many steps, on a single worker, which is where they are counted.
fn allocations(network: &Network<f32>, loss: &dyn Loss<f32>, optimizer: &str, data: &Dataset<f32>) -> u64 {
    let settings = Settings {
        epochs: 1,
        batch_size: BatchSize::Samples(BATCH),
        clip: Some(Clip::norm(1.0, 2.0).unwrap()),
        ..Settings::default()
    };
    let fit = Fit { network, loss, head: Head::Softmax, schedule: &Constant { base_rate: 1e-3 }, settings: &settings };
    let mut optimizer = backprop_optimizers::registry().parse(optimizer).unwrap().build(network.spans(), false);
    Pool::new(1).unwrap().run(|| {
        let run = || {
            let (params, state) = (network.init(0), network.initial_state());
            fit.run(params, state, optimizer.as_mut(), data, None, &mut Silent).unwrap();
        };
        measure(run).count_total
    })
}

/// Allocations of each further step.
fn per_step(network: &Network<f32>, loss: &dyn Loss<f32>, optimizer: &str, weighted: bool) -> u64 {
    let of = |steps| allocations(network, loss, optimizer, &data(network, loss, steps, weighted));
    of(2); // Whatever is made once, for the process or the thread, is made now.
    let (few, many) = (of(10), of(30));
    assert_eq!((many - few) % 20, 0, "every step takes the same");
    (many - few) / 20
}

#[test]
fn without_products_a_step_takes_nothing() {
    let block = Sequential::new().then(Activated::new(backprop_activations::Tanh)).then(Dropout::new(0.1));
    let layers = Sequential::new()
        .then(InputNormalizer::new(6))
        .then(Activated::new(backprop_activations::LeakyRelu::default()))
        .residual(block)
        .then(Dropout::new(0.3))
        .then(Activated::new(backprop_activations::Sigmoid));
    let network = Network::new(6, layers).unwrap();
    let losses = backprop_losses::registry::<f32>();
    for entry in losses.entries {
        if !matches!(entry.name, "nll" | "categorical_cross_entropy") {
            for weighted in [false, true] {
                let loss = entry.build_default().unwrap();
                assert_eq!(per_step(&network, loss.as_ref(), "sgd", weighted), 0, "{}", entry.name);
            }
        }
    }
}

#[test]
fn with_products_neither() {
    let (inputs, hidden, outputs) = (64, 96, 10);
    let optimizers = backprop_optimizers::registry::<f32>();
    for activation in backprop_activations::registry::<f32>().entries {
        let function = activation.build_default().unwrap();
        let rows = function.output_rows(hidden);
        let dense = Dense::new(inputs, hidden);
        // What changes the number of rows stands as a layer of its own.
        let first = if rows == hidden {
            Sequential::new().then(dense.activation(function))
        } else {
            Sequential::new().then(dense).then(Activated::new(function))
        };
        let layers = first.then(Dropout::new(0.2)).then(Dense::new(rows, outputs));
        let network = Network::new(inputs, layers).unwrap();
        let loss = backprop_losses::SoftmaxCrossEntropy::default();
        for optimizer in optimizers.names() {
            assert_eq!(per_step(&network, &loss, optimizer, false), 0, "{} with {optimizer}", activation.name);
        }
    }
}

#[test]
fn a_wide_network_takes_nothing_either() {
    // Wide enough for packing, and for a second thread.
    let layers = Sequential::new().then(Dense::new(1024, 1100)).then(Dense::new(1100, 4));
    let network = Network::new(1024, layers).unwrap();
    assert_eq!(per_step(&network, &backprop_losses::SoftmaxCrossEntropy::default(), "adam", false), 0);
}

#[test]
fn the_counter_counts() {
    assert_eq!(measure(|| drop(std::hint::black_box(vec![1_u8; 100]))).count_total, 1);
}
