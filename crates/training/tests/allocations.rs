//! A training step takes no memory after the first, apart from what the matrix product takes for packing.

use allocation_counter::measure;
use backprop_data::{Dataset, Targets};
use backprop_layers::{Activated, Dense, Dropout, InputNormalizer, Network, Sequential};
use backprop_losses::Loss;
use backprop_optimizers::{Clip, Constant};
use backprop_tensor::{Accumulate, Key, Matrix, Operand, Pool, Purpose, View, ViewMut, product};
use backprop_training::{BatchSize, Fit, Head, Settings, Silent};

const BATCH: usize = 32;

fn data(inputs: usize, classes: usize, steps: usize, weighted: bool) -> Dataset<f32> {
    let samples = steps * BATCH;
    let mut stream = Key::new(3, Purpose::Data).stream(0);
    let x = Matrix::from_fn(inputs, samples, |_, _| stream.normal() as f32);
    let data = Dataset::new(x, Targets::Classes((0..samples).map(|i| (i % classes) as u32).collect()));
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
    let of = |steps| allocations(network, loss, optimizer, &data(network.inputs(), network.outputs(), steps, weighted));
    of(2); // Whatever is made once, for the process or the thread, is made now.
    let (few, many) = (of(10), of(30));
    assert_eq!((many - few) % 20, 0, "every step takes the same");
    (many - few) / 20
}

/// Allocations of one product of these sizes, the operands transposed as they are in a training step.
fn of_product(m: usize, n: usize, k: usize, a_transposed: bool, b_transposed: bool) -> u64 {
    let (a, b, mut out) = (vec![1.0_f32; m * k], vec![1.0_f32; k * n], vec![0.0_f32; m * n]);
    let operand = |data, rows, cols, transposed| -> Operand<'_, f32> {
        if transposed { View::new(data, cols, rows).t() } else { View::new(data, rows, cols).into() }
    };
    let mut run = || {
        let (a, b) = (operand(a.as_slice(), m, k, a_transposed), operand(b.as_slice(), k, n, b_transposed));
        product(ViewMut::new(&mut out, m, n), Accumulate::Replace, a, b);
    };
    run();
    Pool::new(1).unwrap().run(|| {
        run();
        measure(run).count_total
    })
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
fn with_products_a_step_takes_what_they_take() {
    let (inputs, hidden, outputs) = (64, 96, 10);
    let slice = 16; // how a batch of 32 is cut
    let product_allocations = 2 * of_product(hidden, slice, inputs, false, false) // Z = W X, for each slice
        + 2 * of_product(outputs, slice, hidden, false, false)
        + 2 * of_product(hidden, slice, outputs, true, false) //                      dX = Wᵀ dZ, not for the first layer
        + of_product(hidden, inputs, BATCH, false, true) //                           dW = dZ Xᵀ
        + of_product(outputs, hidden, BATCH, false, true);
    let optimizers = backprop_optimizers::registry::<f32>();
    for activation in backprop_activations::registry::<f32>().entries {
        let dense = Dense::new(inputs, hidden).activation(activation.build_default().unwrap());
        let layers = Sequential::new().then(dense).then(Dropout::new(0.2)).then(Dense::new(hidden, outputs));
        let network = Network::new(inputs, layers).unwrap();
        let loss = backprop_losses::SoftmaxCrossEntropy::default();
        for optimizer in optimizers.names() {
            let taken = per_step(&network, &loss, optimizer, false);
            assert_eq!(taken, product_allocations, "{} with {optimizer}", activation.name);
        }
    }
}

#[test]
fn the_counter_counts() {
    assert_eq!(measure(|| drop(std::hint::black_box(vec![1_u8; 100]))).count_total, 1);
}
