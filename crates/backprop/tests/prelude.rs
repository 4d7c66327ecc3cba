//! The prelude is enough for a training loop, and names that two crates use stay apart.

use std::ops::ControlFlow;

use backprop::prelude::*;
use backprop::{activations, data, layers, losses, metrics, optimizers, registry, tensor, training};
use backprop_gradcheck::Gradcheck;

/// Ends after some epochs.
struct Until(usize);

impl Observer for Until {
    fn epoch(&mut self, report: &EpochReport) -> ControlFlow<()> {
        if report.epoch < self.0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

/// Two moons as a network takes them.
fn moons() -> Dataset {
    let table = SETS.parse("moons:samples=200").unwrap().table(3);
    let all: Vec<usize> = (0..table.rows()).collect();
    let fitted = Preprocessing::fit(&table, &all, &["class".to_owned()], None).unwrap();
    fitted.dataset(&table, &all).unwrap()
}

fn network<T: Scalar>() -> Network<T> {
    let layers = Sequential::new().then(Dense::new(2, 16).activation(Relu)).then(Dropout::new(0.1)).then(Dense::new(16, 2));
    Network::new(2, layers).unwrap()
}

/// The loop of the examples and the loop of the driver are the same loop, to the last bit.
#[test]
fn a_loop_by_hand_gives_the_bits_of_the_driver() {
    let (data, network, loss) = (moons(), network::<f32>(), SoftmaxCrossEntropy::default());
    let Targets::Classes(classes) = &data.targets else { panic!("moons have classes") };
    let schedule = optimizers::Constant { base_rate: 0.01 };
    let settings = Settings { epochs: 100, batch_size: BatchSize::Samples(50), seed: 7, ..Settings::default() };
    let fit = Fit { network: &network, loss: &loss, head: Head::Softmax, schedule: &schedule, settings: &settings };
    let mut adam = Stepper::new(Adam::default(), network.spans(), false).unwrap();
    let outcome = fit.run(network.init(7), network.initial_state(), &mut adam, &data, None, &mut Until(5)).unwrap();
    assert_eq!((outcome.stop, outcome.steps), (training::Stop::Observer, 20));

    let (mut params, state) = (network.init(7), network.initial_state());
    let mut gradients = vec![0.0; params.len()];
    let mut workspace = network.workspace(50);
    let mut adam = Stepper::new(Adam::default(), network.spans(), false).unwrap();
    let (mut order, mut x, mut labels) = (vec![0; data.len()], Matrix::zeros(2, 50), [0; 50]);
    for epoch in 1..=5 {
        epoch_order(&mut order, 7, epoch);
        for (index, samples) in order.chunks(50).enumerate() {
            copy_columns(View::from(&data.x), samples, ViewMut::from(&mut x));
            labels.iter_mut().zip(samples).for_each(|(label, &sample)| *label = classes[sample]);
            let noise = Key::new(7, Purpose::Noise).at(epoch, index as u64);
            let mut pass = network.forward(&params, &state, View::from(&x), noise, &mut workspace);
            let (y, dy) = pass.ends();
            loss.value_and_gradient(y, Target::Classes(&labels), None, dy);
            pass.backward(&mut gradients);
            adam.step(schedule.at(adam.steps()), &mut params, &gradients);
        }
    }
    assert_eq!(params, outcome.params);
}

/// Every name of the prelude means one thing, and the modules hold what it leaves out.
#[test]
fn names_that_clash_stay_behind_their_modules() {
    assert_eq!(activations::registry::<f32>().kind, "activation");
    assert_eq!(losses::registry::<f32>().kind, "loss");
    assert_eq!(layers::registry::<f32>().kind, "layer");
    assert_eq!(optimizers::registry::<f32>().kind, "optimizer");
    assert_eq!(metrics::registry().kind, "metric");
    assert_eq!(data::SETS.kind, SETS.kind);
    assert_eq!(registry::nearest("rleu", ["relu", "tanh"]), Some("relu"));
    assert_eq!(training::Recipe::new(["y"]).optimizer.name, "adam");
    assert_eq!(optimizers::Recipe::<f32>::new(Sgd { lr: 0.5, ..Sgd::default() }).unwrap().rate(), 0.5);
    assert_eq!(tensor::Span::new("w", &[2, 3], tensor::Role::Weight).len(), 6);
}

/// The gradient of a whole network, dropout and loss included, is that of the differences.
#[test]
fn a_whole_network_passes_the_gradient_check() {
    let network = network::<f64>();
    let (params, state) = (network.init(1), network.initial_state());
    let x = [0.3, -0.8, 1.1, 0.4, -0.5, 0.9];
    let (x, target) = (View::new(&x, 2, 3), Target::Classes(&[0, 1, 1]));
    let run = |params: &[f64]| {
        let mut gradients = vec![0.0; params.len()];
        let loss = |columns: std::ops::Range<usize>, y: View<'_, f64>, dy: ViewMut<'_, f64>| {
            SoftmaxCrossEntropy::default().sum_and_gradient(y, target.columns(columns), None, 3.0, dy)
        };
        let noise = Key::new(1, Purpose::Noise);
        let value = network.gradients(params, &state, x, noise, &loss, &mut network.workspace(3), &mut gradients);
        (value, gradients)
    };
    Gradcheck::default().assert(
        "network and loss",
        &params,
        |params| vec![run(params).0],
        |params, c| run(params).1.iter().map(|gradient| gradient * c[0]).collect(),
    );
}
