//! What is wrong with a network, said so that it can be put right.

use backprop_activations::{Glu, Relu, Softmax, Tanh};
use backprop_layers::{
    Activated, Dense, Description, Dropout, InputNormalizer, Network, Sequential, Shape, Uniform, initializers,
};
use backprop_tensor::{Key, Purpose, View};

use crate::own::Pairs;

/// The message for layers that do not fit an input.
fn refused(input: impl Into<Shape>, layers: Sequential) -> String {
    Network::new(input, layers).unwrap_err().to_string()
}

#[test]
fn wrong_shapes_and_settings_name_the_layer_and_the_remedy() {
    let first = || Sequential::new().then(Dense::new(784, 128).activation(Relu));
    assert_eq!(
        refused(784, first().then(Dropout::new(0.2)).then(Dense::new(100, 10).activation(Softmax))),
        "layer 2 (Dense(100 → 10, softmax)) expects 100 input rows, but gets 128"
    );
    assert_eq!(refused([1, 28, 27], first()), "layer 0 (Dense(784 → 128, relu)) expects 784 input rows, but gets 756");
    assert_eq!(
        refused(784, first().residual(Sequential::new().then(InputNormalizer::new(64)))),
        "layer 1 (InputNormalizer(64)) expects 64 input rows, but gets 128"
    );
    assert_eq!(
        refused(784, first().then(Dropout::new(1.5))),
        "layer 1 (Dropout(1.5)) leaves out a share of 1.5, which is not in [0, 1)"
    );
    for rate in [1.0, -0.1, f64::NAN] {
        assert!(refused(1, Sequential::new().then(Dropout::new(rate))).ends_with("which is not in [0, 1)"));
    }
    assert_eq!(
        refused(784, first().then(Dense::new(128, 0).without_bias())),
        "layer 1 (Dense(128 → 0, no bias)) needs at least one output"
    );
    assert_eq!(
        refused(784, first().then(Dense::new(128, 64).activation(Pairs))),
        "layer 1 (Dense(128 → 64, pairs)) cannot end in pairs, which changes the number of rows; put it behind as a layer of its own"
    );
}

#[test]
fn halves_need_an_even_number_of_rows() {
    let gated = |outputs| Sequential::new().then(Dense::new(4, outputs)).then(Activated::new(Glu));
    assert_eq!(
        refused(4, gated(5)),
        "layer 1 (Activated(glu)) gates one half of its rows with the other, so it needs an even number, but gets 5"
    );
    assert_eq!(Network::new(4, gated(6).then(Dense::<f32>::new(3, 1))).unwrap().outputs(), 1);
    assert_eq!(
        refused(4, Sequential::new().then(Dense::new(4, 6).activation(Glu))),
        "layer 0 (Dense(4 → 6, glu)) cannot end in glu, which changes the number of rows; put it behind as a layer of its own"
    );
}

#[test]
fn a_residual_block_gives_what_it_gets() {
    let narrow = Sequential::new().then(Dense::new(8, 8).activation(Tanh)).then(Dense::new(8, 4));
    assert_eq!(
        refused(8, Sequential::new().then(Dense::new(8, 8)).residual(narrow)),
        "the residual block that starts at layer 1 gives 4 rows for 8; end it with Dense(4 → 8)"
    );
    // Rows count, not axes.
    let block = Sequential::new().residual(Sequential::new().then(Dense::<f32>::new(6, 6)));
    assert_eq!(Network::new([2, 3], block).unwrap().outputs(), 6);
}

#[test]
fn a_network_has_layers_and_inputs() {
    assert_eq!(refused(3, Sequential::new()), "a network needs at least one layer");
    assert_eq!(refused(3, Sequential::new().residual(Sequential::new())), "a network needs at least one layer");
    assert_eq!(refused(0, Sequential::new().then(Dropout::new(0.1))), "a network needs at least one input");
    assert_eq!(refused([3, 0], Sequential::new().then(Dropout::new(0.1))), "a network needs at least one input");
}

#[test]
fn wrong_names_and_options_are_refused() {
    let refused = |call: &str| Description::build::<f32>(&[Description::Layer(call.parse().unwrap())]).unwrap_err().to_string();
    assert!(refused("densee:inputs=1").starts_with("unknown layer `densee`, did you mean `dense`?"));
    assert_eq!(refused("dropout:rate=1.5"), "`dropout`: rate = 1.5 is not possible; it must be a number in [0, 1)");
    assert_eq!(
        refused("dense:inputs=1,outputs=0"),
        "`dense`: outputs = 0 is not possible; it must be a whole number in [1, 16777216]"
    );
    assert!(refused("dense:inputs=1").starts_with("`dense` needs the option outputs"));
    assert!(
        refused("dense:inputs=1,outputs=1,activation=reluu").starts_with("unknown activation `reluu`, did you mean `relu`?")
    );
    assert!(refused("dense:inputs=1,outputs=1,initializer=[normal:mean=0,st=1]").starts_with("`normal` has no option `st`"));
    assert_eq!(Uniform::new(1.0, 0.5).unwrap_err().to_string(), "`uniform`: low = 1 must not be above high = 0.5");
    assert!(initializers().parse("uniform:low=2").is_err());
}

/// What a network of two inputs says to these lengths of parameters, rows of x, samples, and this workspace.
fn pass(params: usize, rows: usize, samples: usize, training: bool) {
    let network = Network::<f32>::new(2, Sequential::new().then(Dense::new(2, 1))).unwrap();
    let mut workspace = if training { network.workspace(2) } else { network.inference_workspace(2) };
    let (params, x) = (vec![0.0; params], vec![0.0; rows * samples]);
    let x = View::new(&x, rows, samples);
    let _ = network.forward(&params, &[], x, Key::new(1, Purpose::Noise), &mut workspace);
}

#[test]
fn what_fits_passes() {
    pass(3, 2, 2, true);
}

#[test]
#[should_panic(expected = "the parameter vector has one number for each parameter")]
fn parameters_of_another_length() {
    pass(4, 2, 2, true);
}

#[test]
#[should_panic(expected = "a sample has one row for each input")]
fn samples_of_another_length() {
    pass(3, 3, 2, true);
}

#[test]
#[should_panic(expected = "3 samples in a workspace for 2")]
fn a_batch_larger_than_the_workspace() {
    pass(3, 2, 3, true);
}

#[test]
#[should_panic(expected = "a workspace for inference has no room for gradients")]
fn training_in_a_workspace_for_inference() {
    pass(3, 2, 2, false);
}
