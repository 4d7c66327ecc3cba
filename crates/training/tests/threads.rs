//! The same bits for any number of threads, and on every run.

use std::ops::ControlFlow;

use backprop_data::{Dataset, Targets};
use backprop_layers::{Dense, Dropout, Network, Sequential};
use backprop_losses::SoftmaxCrossEntropy;
use backprop_optimizers::Constant;
use backprop_tensor::{Key, Matrix, Pool, Purpose, Scalar};
use backprop_training::{EpochReport, Fit, Head, Observer, Progress, Settings, digest};

/// Ends a run after so many steps.
struct After(usize);

impl Observer for After {
    fn epoch(&mut self, _report: &EpochReport) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn step(&mut self, _progress: &Progress) -> ControlFlow<()> {
        self.0 -= 1;
        if self.0 == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

fn data<T: Scalar>(inputs: usize, classes: u32, samples: usize) -> Dataset<T> {
    let mut stream = Key::new(7, Purpose::Data).stream(0);
    let x = Matrix::from_fn(inputs, samples, |_, _| T::from_f64(stream.normal()));
    Dataset::new(x, Targets::Classes((0..samples as u32).map(|i| i * 7 % classes).collect()))
}

/// 50 steps with dropout and a residual block, large enough that every part of a step is shared among threads.
fn run<T: Scalar>(threads: usize) -> String {
    let layers = Sequential::new()
        .then(Dense::new(50, 96).activation(backprop_activations::Relu))
        .then(Dropout::new(0.3))
        .residual(Sequential::new().then(Dense::new(96, 96).activation(backprop_activations::Tanh)).then(Dropout::new(0.2)))
        .then(Dense::new(96, 7));
    let network = Network::<T>::new(50, layers).unwrap();
    let train = data::<T>(50, 7, 1000);
    let mut optimizer = backprop_optimizers::registry::<T>().parse("adam").unwrap().build(network.spans(), false);
    let settings = Settings { batch_size: "130".parse().unwrap(), seed: 3, ..Settings::default() };
    let loss = SoftmaxCrossEntropy::default();
    let schedule = Constant { base_rate: 0.01 };
    let fit = Fit { network: &network, loss: &loss, head: Head::Softmax, schedule: &schedule, settings: &settings };
    let outcome = Pool::new(threads).unwrap().run(|| {
        fit.run(network.init(3), network.initial_state(), optimizer.as_mut(), &train, Some(&train), &mut After(56)).unwrap()
    });
    // 7 full epochs of 8 steps: the parameters kept are the best of them.
    assert_eq!((outcome.steps, outcome.history.len()), (56, 7));
    assert!(outcome.params.iter().all(|p| p.is_finite()));
    digest(&outcome.params)
        + &format!(
            "{:?}",
            outcome
                .history
                .iter()
                .map(|epoch| (epoch.train.loss, epoch.validation.as_ref().map(|v| v.loss)))
                .collect::<Vec<_>>()
        )
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
