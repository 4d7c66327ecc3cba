//! Every registered layer by example, and networks of all kinds.

use std::collections::BTreeSet;
use std::sync::Arc;

use backprop_activations::{LeakyRelu, Relu, Sigmoid, Softmax, Tanh};
use backprop_layers::{Activated, Dense, Dropout, InputNormalizer, Layer, Network, Sequential, registry};
use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::own::{Cyclic, Pairs, Scale};
use crate::tap::Tap;

/// Calls, and the rows that go in.
pub(crate) const EXAMPLES: &[(&str, usize)] = &[
    ("dense:inputs=1,outputs=1", 1),
    ("dense:inputs=5,outputs=3", 5),
    ("dense:inputs=5,outputs=3,bias=false", 5),
    ("dense:inputs=4,outputs=6,activation=identity", 4),
    ("dense:inputs=4,outputs=6,activation=relu", 4),
    ("dense:inputs=4,outputs=6,activation=relu,bias=false", 4),
    ("dense:inputs=6,outputs=4,activation=leaky_relu:slope=0.2", 6),
    ("dense:inputs=6,outputs=4,activation=leaky_relu:slope=0.2,bias=false", 6),
    ("dense:inputs=4,outputs=5,activation=tanh,initializer=orthogonal", 4),
    ("dense:inputs=4,outputs=5,activation=tanh,bias=false,initializer=[uniform:low=-0.5,high=0.5]", 4),
    ("dense:inputs=4,outputs=5,activation=sigmoid,initializer=xavier_normal:gain=2", 4),
    ("dense:inputs=4,outputs=5,activation=sigmoid,bias=false,initializer=kaiming_uniform:mode=fan_out", 4),
    ("dense:inputs=4,outputs=5,activation=softmax", 4),
    ("dense:inputs=4,outputs=5,activation=softmax,bias=false,initializer=lecun_normal", 4),
    ("dense:inputs=4,outputs=5,activation=log_softmax", 4),
    ("dense:inputs=4,outputs=5,activation=silu", 4),
    ("dense:inputs=4,outputs=5,activation=[hard_tanh:min=-2,max=0.5]", 4),
    ("dense:inputs=4,outputs=5,activation=sparsemax", 4),
    // More than one block of columns of W.
    ("dense:inputs=130,outputs=300,activation=tanh", 130),
    ("dense:inputs=70,outputs=257,bias=false", 70),
    ("activation:function=identity", 3),
    ("activation:function=relu", 4),
    ("activation:function=leaky_relu:slope=0.2", 4),
    ("activation:function=tanh", 4),
    ("activation:function=softmax", 5),
    ("activation:function=glu", 6),
    ("dropout:rate=0", 6),
    ("dropout:rate=0.3", 6),
    ("dropout:rate=0.9", 17),
    ("input_normalizer:features=1", 1),
    ("input_normalizer:features=6", 6),
];

#[test]
fn every_registered_layer_has_an_example() {
    let name = |call: &'static str| call.split(':').next().unwrap();
    let shown: BTreeSet<&str> = EXAMPLES.iter().map(|&(call, _)| name(call)).collect();
    let registered: BTreeSet<&str> = registry::<f32>().names().collect();
    assert_eq!(shown, registered);
}

/// The laws that an entry may waive.
const LAWS: [&str; 7] = ["gradient", "columns", "overwritten", "noise", "linear", "spans", "named"];

#[test]
fn waived_laws_exist_and_have_reasons() {
    for waiver in registry::<f32>().entries.iter().flat_map(|entry| entry.waives) {
        assert!(LAWS.contains(&waiver.law) && !waiver.reason.is_empty(), "{waiver:?}");
    }
}

/// Calls `check` with name, layer and rows of every example that does not waive `law`.
pub(crate) fn for_each_layer<T: Scalar>(law: &str, check: impl Fn(&str, Arc<dyn Layer<T>>, usize)) {
    assert!(LAWS.contains(&law), "`{law}` is not in the list of laws");
    for &(text, rows) in EXAMPLES {
        let call: Call = text.parse().unwrap();
        if !registry::<T>().find(&call.name).unwrap().waives(law) {
            check(&format!("{text} ({})", T::NAME), registry::<T>().build(&call).unwrap(), rows);
        }
    }
}

/// Networks of five inputs, the first layer of each behind a tap for `batch` samples.
pub(crate) fn tapped<T: Scalar>(batch: usize) -> Vec<(&'static str, Network<T>)> {
    let tap = || Sequential::new().then(Tap { rows: 5, batch });
    let head = || Dense::new(8, 3);
    let block = || Sequential::new().then(Dense::new(8, 12).activation(Tanh)).then(Dense::new(12, 8));
    let networks = [
        ("relu", tap().then(Dense::new(5, 8).activation(Relu)).then(Dense::new(8, 8).activation(Relu)).then(head())),
        ("tanh", tap().then(Dense::new(5, 8).activation(Tanh)).then(head())),
        (
            "dropout",
            tap()
                .then(Dropout::new(0.2))
                .then(Dense::new(5, 8).activation(LeakyRelu::default()))
                .then(Dropout::new(0.5))
                .then(head()),
        ),
        (
            "nested residual blocks",
            tap()
                .then(Dense::new(5, 8))
                .residual(
                    Sequential::new()
                        .residual(block().then(Dropout::new(0.3)))
                        .then(Activated::new(Tanh))
                        .residual(Sequential::new().residual(block())),
                )
                .residual(Sequential::new())
                .then(head()),
        ),
        ("a residual block first and last", tap().residual(Sequential::new().then(Dense::new(5, 5).activation(Sigmoid)))),
        ("softmax output", tap().then(Dense::new(5, 8).activation(Tanh)).then(Dense::new(8, 3).activation(Softmax))),
        ("softmax layer", tap().then(InputNormalizer::new(5)).then(Dense::new(5, 8)).then(Activated::new(Softmax))),
        (
            "activations and layers of a user's own",
            tap()
                .then(Dense::new(5, 8).activation(Cyclic))
                .residual(
                    Sequential::new().then(Dense::new(8, 8).without_bias().activation(Cyclic)).then(Scale { features: 8 }),
                )
                .then(Activated::new(Pairs))
                .then(Dense::new(4, 3)),
        ),
    ];
    networks.into_iter().map(|(name, layers)| (name, Network::new(5, layers).unwrap())).collect()
}
