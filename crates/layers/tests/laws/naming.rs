//! Names: of layers, so that a network is read back, and of parameters, so that they are found.

use std::collections::BTreeSet;

use backprop_activations::{Identity, Relu};
use backprop_layers::{Dense, Description, InputNormalizer, Network, Sequential, initializers, registry};
use backprop_registry::Call;

use crate::examples::{EXAMPLES, for_each_layer, tapped};

#[test]
fn every_layer_is_read_back_from_its_call() {
    for_each_layer::<f32>("named", |name, layer, _| {
        let call = layer.call().unwrap();
        let text: Call = call.to_string().parse().unwrap();
        let again = registry::<f32>().build(&text).unwrap();
        assert_eq!(again.call(), Some(call), "{name}");
        assert_eq!(format!("{again:?}"), format!("{layer:?}"), "{name}");
    });
}

#[test]
fn every_initializer_is_read_back_from_its_call() {
    for (text, _) in crate::initializers::EXAMPLES {
        let initializer = initializers().parse(text).unwrap();
        let again = initializers().parse(&initializer.call().to_string()).unwrap();
        assert_eq!(format!("{again:?}"), format!("{initializer:?}"), "{text}");
    }
}

#[test]
fn a_network_is_read_back_from_its_description() {
    for &(call, rows) in EXAMPLES {
        let layer = Description::Layer(call.parse().unwrap());
        let block = Description::Residual(vec![Description::Residual(vec![]), Description::Layer("dropout".parse().unwrap())]);
        let network = Network::<f32>::new(rows, Description::build(&[block.clone(), layer, block]).unwrap()).unwrap();
        let described = network.describe().unwrap();
        let again = Network::<f64>::new(rows, Description::build(&described).unwrap()).unwrap();
        assert_eq!(again.describe().unwrap(), described, "{call}");
        assert_eq!(again.spans(), network.spans(), "{call}");
    }
}

#[test]
fn the_identity_is_described_as_no_activation() {
    let network = Network::<f32>::new(2, Sequential::new().then(Dense::new(2, 1).activation(Identity))).unwrap();
    assert_eq!(network.describe().unwrap(), [Description::Layer("dense:inputs=2,outputs=1".parse().unwrap())]);
}

#[test]
fn spans_have_names_of_their_own_and_cover_everything() {
    for (name, network) in tapped::<f32>(2) {
        for (spans, count) in [(network.spans(), network.param_count()), (network.state_spans(), network.state_count())] {
            let names: BTreeSet<&str> = spans.iter().map(|span| span.name.as_str()).collect();
            assert_eq!(names.len(), spans.len(), "{name}");
            let end = spans.iter().fold(0, |end, span| {
                assert_eq!(span.range.start, end, "{name}, {}", span.name);
                span.range.end
            });
            assert_eq!(end, count, "{name}");
        }
    }
}

#[test]
fn parameters_are_found_by_name() {
    let block = Sequential::new().then(Dense::new(2, 2).without_bias());
    let layers = Sequential::new().then(InputNormalizer::new(2)).then(Dense::new(2, 2)).residual(block).then(Dense::new(2, 1));
    let network = Network::<f32>::new(2, layers).unwrap();
    let params: Vec<f32> = (0_u8..13).map(f32::from).collect();
    let named: Vec<(&str, &[f32])> = network.named_params(&params).map(|(span, values)| (span.name.as_str(), values)).collect();
    let expected: [(&str, &[f32]); 5] = [
        ("layers.1.w", &[0.0, 1.0, 2.0, 3.0]),
        ("layers.1.b", &[4.0, 5.0]),
        ("layers.2.w", &[6.0, 7.0, 8.0, 9.0]),
        ("layers.3.w", &[10.0, 11.0]),
        ("layers.3.b", &[12.0]),
    ];
    assert_eq!(named, expected);
    let state: Vec<&str> = network.state_spans().iter().map(|span| span.name.as_str()).collect();
    assert_eq!(state, ["layers.0.mean", "layers.0.scale"]);
}

#[test]
fn the_summary_is_a_table() {
    let layers = Sequential::new().then(Dense::new(64, 128).activation(Relu)).then(Dense::new(128, 10));
    let summary = Network::<f32>::new([8, 8], layers).unwrap().summary().to_string();
    let expected = "\
layer                  output  parameters  weights start as
input                   8 × 8
Dense(64 → 128, relu)     128        8320  kaiming_normal: relu follows
Dense(128 → 10)            10        1290  xavier_uniform: nothing follows
9610 parameters, 37.5 KiB";
    assert_eq!(summary, expected);
}

#[test]
fn the_summary_shows_where_a_block_adds_its_input() {
    let inner = Sequential::new().then(Dense::new(4, 4).activation(Relu));
    let block = Sequential::new().residual(inner).then(Dense::new(4, 4));
    let network = Network::<f32>::new(4, Sequential::new().residual(block).then(Dense::new(4, 1))).unwrap();
    let rows: Vec<String> = network.summary().rows.into_iter().map(|row| row.layer).collect();
    let expected = ["Dense(4 → 4, relu)", "+ the input of layer 0", "Dense(4 → 4)", "+ the input of layer 0", "Dense(4 → 1)"];
    assert_eq!(rows, expected);
}
