//! Losses with several outputs for each target, or with its logarithm, in the training loop.

use backprop_data::{Dataset, Targets};
use backprop_layers::{Dense, Network, Sequential};
use backprop_losses::{GaussianNll, Loss, PoissonNll, Quantile};
use backprop_optimizers::Constant;
use backprop_tensor::{Key, Matrix, Purpose};
use backprop_training::{BatchSize, Fit, Head, Outcome, Settings, Silent, TrainingError};

/// Normal numbers with mean 3 and deviation ½: what a single bias per output can learn.
fn data() -> Dataset<f32> {
    let mut stream = Key::new(1, Purpose::Data).stream(0);
    let t = Matrix::from_fn(1, 512, |_, _| 3.0 + 0.5 * stream.normal() as f32);
    Dataset::new(Matrix::zeros(1, 512), Targets::Values(t))
}

/// A bias for each output, trained from 0 on, the last from `start` on.
fn trained(loss: &dyn Loss<f32>, outputs: usize, start: f32) -> Result<Outcome<f32>, TrainingError> {
    let network = Network::new(1, Sequential::new().then(Dense::new(1, outputs))).unwrap();
    let settings = Settings { epochs: 150, batch_size: BatchSize::Samples(64), patience: None, ..Settings::default() };
    let schedule = Constant { base_rate: 0.02 };
    let mut adam = backprop_optimizers::registry().parse("adam").unwrap().build(network.spans(), false);
    let fit = Fit { network: &network, loss, head: Head::Values, schedule: &schedule, settings: &settings };
    let data = data();
    let mut params = network.init(0);
    *params.last_mut().unwrap() = start;
    fit.run(params, network.initial_state(), adam.as_mut(), &data, Some(&data), &mut Silent)
}

fn biases(outcome: &Outcome<f32>, outputs: usize) -> &[f32] {
    &outcome.params[outcome.params.len() - outputs..]
}

#[test]
fn quantiles_of_the_target_are_learned_together() {
    let outcome = trained(&Quantile { quantiles: vec![0.1, 0.5, 0.9] }, 3, 0.0).unwrap();
    // Of a normal distribution: 1.2816 deviations to either side.
    for (bias, exact) in biases(&outcome, 3).iter().zip([3.0 - 0.6408, 3.0, 3.0 + 0.6408]) {
        assert!((bias - exact).abs() < 0.1, "{bias} instead of {exact}");
    }
    let scores = outcome.history.last().unwrap().validation.as_ref().unwrap();
    assert!(scores.metrics.is_empty(), "three outputs are not one number: {:?}", scores.metrics);
}

#[test]
fn mean_and_variance_are_learned_together() {
    // From a variance of 1: the gradients of one next to 0 are so large that Adam remembers them for long.
    let outcome = trained(&GaussianNll::default(), 2, 1.0).unwrap();
    let &[mean, variance] = biases(&outcome, 2) else { unreachable!() };
    assert!((mean - 3.0).abs() < 0.1 && (variance - 0.25).abs() < 0.05, "{mean}, {variance}");
}

#[test]
fn the_logarithm_of_a_mean_is_no_estimate_of_the_number() {
    let outcome = trained(&PoissonNll::default(), 1, 0.0).unwrap();
    assert!((biases(&outcome, 1)[0] - 3.0_f32.ln()).abs() < 0.03);
    assert!(outcome.history[0].validation.as_ref().unwrap().metrics.is_empty());
}

#[test]
fn too_few_outputs_are_refused_before_training() {
    for (loss, outputs, message) in [
        (
            &GaussianNll::default() as &dyn Loss<f32>,
            1,
            "the training set does not fit the loss: `gaussian_nll` takes 2 outputs for each row of the target, which has 1, \
             but the prediction has 1 rows; give the last layer 2 outputs",
        ),
        (
            &Quantile { quantiles: vec![0.1, 0.5, 0.9] },
            2,
            "the training set does not fit the loss: `quantile` takes 3 outputs for each row of the target, which has 1, \
             but the prediction has 2 rows; give the last layer 3 outputs",
        ),
    ] {
        assert_eq!(trained(loss, outputs, 0.0).unwrap_err().to_string(), message);
    }
}
