//! Networks put together at random: any nesting of layers and residual blocks has the right gradients.

use backprop_gradcheck::{Gradcheck, Random};
use backprop_layers::{Description, Network, Sequential};
use proptest::prelude::*;

use crate::networks::{Batch, step};
use crate::tap::Tap;

/// Rows of every value, so that any layer fits behind any other.
const ROWS: usize = 3;

/// Layers that are smooth, and blocks of them.
fn description() -> impl Strategy<Value = Description> {
    let calls = [
        "dense:inputs=3,outputs=3",
        "dense:inputs=3,outputs=3,activation=tanh",
        "dense:inputs=3,outputs=3,activation=sigmoid,bias=false",
        "dense:inputs=3,outputs=3,activation=softmax",
        "activation:function=tanh",
        "dropout:rate=0.25",
        "input_normalizer:features=3",
    ];
    let layer = prop::sample::select(calls.to_vec()).prop_map(|call| Description::Layer(call.parse().unwrap()));
    layer.prop_recursive(3, 16, 3, |inner| prop::collection::vec(inner, 0..4).prop_map(Description::Residual))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_nesting_has_the_right_gradients(parts in prop::collection::vec(description(), 0..5), batch in 1..5_usize, seed: u64) {
        let tapped = Sequential::<f64>::new().then(Tap { rows: ROWS, batch });
        let network = Network::new(ROWS, tapped.append(Description::build(&parts).unwrap())).unwrap();
        let case = Batch::new(&network, batch, seed);
        let z = [case.x.clone(), case.params.clone()].concat();
        let split = |z: &[f64]| (z[..case.x.len()].to_vec(), z[case.x.len()..].to_vec());
        let f = |z: &[f64]| { let (x, params) = split(z); case.output(&x, &params) };
        let gradient = |z: &[f64], dy: &[f64]| { let (x, params) = split(z); case.gradient(&x, &params, dy) };
        let check = Gradcheck { directions: 3, seed, ..Gradcheck::default() };
        check.assert("a random network", &z, f, gradient);
    }

    #[test]
    fn any_nesting_is_read_back(parts in prop::collection::vec(description(), 0..5)) {
        let parts = [parts, vec![Description::Layer("dropout:rate=0.5".parse().unwrap())]].concat();
        let network = Network::<f32>::new(ROWS, Description::build(&parts).unwrap()).unwrap();
        prop_assert_eq!(network.describe(), Ok(parts));
    }

    #[test]
    fn any_nesting_gives_one_call_and_two_the_same_bits(
        parts in prop::collection::vec(description(), 0..5),
        batch in 1..150_usize,
        seed: u64,
    ) {
        let head = Description::Layer("dense:inputs=3,outputs=2".parse().unwrap());
        let network = Network::<f32>::new(ROWS, Description::build(&[parts, vec![head]].concat()).unwrap()).unwrap();
        let x: Vec<f32> = Random::new(seed).vector(ROWS * batch, 2.0).into_iter().map(|x| x as f32).collect();
        let (once, twice) = step(&network, &network.init(seed), &x, batch);
        prop_assert_eq!(once, twice);
    }
}
