//! Networks of the sizes that people train on a CPU.

use backprop_layers::{Dense, Network, Sequential, ShapeError};
use backprop_tensor::Scalar;

/// A network and how it is trained. Activation, loss and optimizer are written as their registries read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workload {
    /// What it is called in ids.
    pub name: &'static str,
    /// Inputs, hidden layers, outputs.
    pub sizes: &'static [usize],
    /// Samples in a step.
    pub batch: usize,
    /// Behind every layer but the last.
    pub activation: &'static str,
    /// What is made small.
    pub loss: &'static str,
    /// The update rule.
    pub optimizer: &'static str,
}

const CROSS_ENTROPY: &str = "cross_entropy";
const MOMENTUM: &str = "sgd:lr=0.01,momentum=0.9";
/// 64 inputs, 20 hidden layers of 64, 10 outputs.
const DEEP_NARROW: [usize; 22] = {
    let mut sizes = [64; 22];
    sizes[21] = 10;
    sizes
};

/// The workloads, from a picture classifier to the exclusive or.
///
/// Not among them until there is a GELU: 784-1024-1024-10 with GELU and dropout, trained by AdamW.
#[rustfmt::skip] // a table
pub const WORKLOADS: [Workload; 8] = [
    Workload { name: "fashion",     sizes: &[784, 256, 128, 10],           batch: 128, activation: "relu", loss: CROSS_ENTROPY, optimizer: "adam" },
    Workload { name: "mnist_mlp",   sizes: &[784, 512, 256, 10],           batch: 128, activation: "relu", loss: CROSS_ENTROPY, optimizer: "adam" },
    Workload { name: "small_mnist", sizes: &[784, 128, 10],                batch: 32,  activation: "relu", loss: CROSS_ENTROPY, optimizer: MOMENTUM },
    Workload { name: "deep_narrow", sizes: &DEEP_NARROW,                   batch: 32,  activation: "tanh", loss: CROSS_ENTROPY, optimizer: MOMENTUM },
    Workload { name: "wide",        sizes: &[2048, 2048, 2048, 2048, 10],  batch: 512, activation: "relu", loss: CROSS_ENTROPY, optimizer: "adam" },
    Workload { name: "tabular",     sizes: &[30, 100, 2],                  batch: 200, activation: "relu", loss: CROSS_ENTROPY, optimizer: "adam" },
    Workload { name: "regress",     sizes: &[8, 64, 64, 1],                batch: 32,  activation: "tanh", loss: "mse",         optimizer: "adam" },
    Workload { name: "xor",         sizes: &[2, 8, 1],                     batch: 4,   activation: "tanh", loss: "mse",         optimizer: MOMENTUM },
];

impl Workload {
    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.sizes.first().copied().unwrap_or(0)
    }

    /// The number of outputs.
    pub fn outputs(&self) -> usize {
        self.sizes.last().copied().unwrap_or(0)
    }

    /// The network: dense layers, all but the last with the activation.
    ///
    /// ```
    /// let fashion = benches::WORKLOADS[0].network::<f32>()?;
    /// assert_eq!(fashion.param_count(), 784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10);
    /// # Ok::<(), backprop_layers::ShapeError>(())
    /// ```
    ///
    /// # Errors
    /// If a size is 0.
    ///
    /// # Panics
    /// If the activation is not in the registry.
    pub fn network<T: Scalar>(&self) -> Result<Network<T>, ShapeError> {
        let last = self.sizes.len().saturating_sub(2);
        let dense = |(i, pair): (usize, &[usize])| {
            let dense = Dense::new(pair[0], pair[1]);
            if i == last {
                return dense;
            }
            let activation = backprop_activations::registry::<T>().parse(self.activation);
            dense.activation(activation.expect("a workload names an activation of the registry"))
        };
        Network::new(self.inputs(), self.sizes.windows(2).enumerate().map(dense).fold(Sequential::new(), Sequential::then))
    }
}
