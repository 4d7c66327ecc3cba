//! Networks of the sizes that people train on a CPU.

use backprop_layers::{Dense, Dropout, Network, Sequential, ShapeError};
use backprop_tensor::Scalar;
use serde::Serialize;

/// A network and how it is trained. Activation, loss and optimizer are written as their registries read them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Workload {
    /// What it is called in ids.
    pub name: &'static str,
    /// Inputs, hidden layers, outputs.
    pub sizes: &'static [usize],
    /// Samples in a step.
    pub batch: usize,
    /// Samples in the data set.
    pub samples: usize,
    /// Behind every layer but the last.
    pub activation: &'static str,
    /// The share of values that is left out behind every activation; 0 is no dropout.
    pub dropout: f64,
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
const WIDE: [usize; 5] = [2048, 2048, 2048, 2048, 10];

/// All workloads, from a picture classifier to the exclusive or.
#[rustfmt::skip] // a table
const TABLE: [Workload; 9] = [
    Workload { name: "fashion",     sizes: &[784, 256, 128, 10],   batch: 128, samples: 8192, activation: "relu", dropout: 0.0, loss: CROSS_ENTROPY, optimizer: "adam" },
    Workload { name: "mnist_mlp",   sizes: &[784, 512, 256, 10],   batch: 128, samples: 8192, activation: "relu", dropout: 0.0, loss: CROSS_ENTROPY, optimizer: "adam" },
    Workload { name: "small_mnist", sizes: &[784, 128, 10],        batch: 32,  samples: 8192, activation: "relu", dropout: 0.0, loss: CROSS_ENTROPY, optimizer: MOMENTUM },
    Workload { name: "deep_narrow", sizes: &DEEP_NARROW,           batch: 32,  samples: 4096, activation: "tanh", dropout: 0.0, loss: CROSS_ENTROPY, optimizer: MOMENTUM },
    Workload { name: "wide",        sizes: &WIDE,                  batch: 512, samples: 2048, activation: "relu", dropout: 0.0, loss: CROSS_ENTROPY, optimizer: "adam" },
    Workload { name: "tabular",     sizes: &[30, 100, 2],          batch: 200, samples: 4000, activation: "relu", dropout: 0.0, loss: CROSS_ENTROPY, optimizer: "adam" },
    Workload { name: "regress",     sizes: &[8, 64, 64, 1],        batch: 32,  samples: 4096, activation: "tanh", dropout: 0.0, loss: "mse",         optimizer: "adam" },
    Workload { name: "xor",         sizes: &[2, 8, 1],             batch: 4,   samples: 4,    activation: "tanh", dropout: 0.0, loss: "mse",         optimizer: MOMENTUM },
    Workload { name: "gelu_drop",   sizes: &[784, 1024, 1024, 10], batch: 128, samples: 4096, activation: "gelu", dropout: 0.2, loss: CROSS_ENTROPY, optimizer: "adamw" },
];

impl Workload {
    /// All of them.
    ///
    /// ```
    /// assert_eq!(benches::Workload::all().next().map(|workload| workload.name), Some("fashion"));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.into_iter()
    }

    /// The workload of this name.
    ///
    /// ```
    /// use benches::Workload;
    /// assert_eq!(Workload::find("xor")?.sizes, [2, 8, 1]);
    /// assert!(Workload::find("nor").is_err());
    /// # Ok::<(), benches::UnknownError>(())
    /// ```
    ///
    /// # Errors
    /// If there is none.
    pub fn find(name: &str) -> Result<Self, UnknownError> {
        let known = || Self::all().map(|workload| workload.name);
        Self::all().find(|workload| workload.name == name).ok_or_else(|| UnknownError::new("workload", name, known()))
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.sizes.first().copied().unwrap_or(0)
    }

    /// The number of outputs.
    pub fn outputs(&self) -> usize {
        self.sizes.last().copied().unwrap_or(0)
    }

    /// The floating-point operations of the products of one step.
    ///
    /// ```text
    /// F = Σₗ 2 nₗ₊₁ nₗ B · (2 if l = 0, else 3)        nₗ inputs and nₗ₊₁ outputs of layer l, B samples
    /// ```
    ///
    /// Forward and dW in every layer, dX in all but the first.
    pub fn flops(&self) -> usize {
        let products = |(l, pair): (usize, &[usize])| 2 * pair[1] * pair[0] * self.batch * if l == 0 { 2 } else { 3 };
        self.sizes.windows(2).enumerate().map(products).sum()
    }

    /// The network: dense layers, all but the last with the activation and the dropout.
    ///
    /// ```
    /// let fashion = benches::Workload::find("fashion")?.network::<f32>()?;
    /// assert_eq!(fashion.param_count(), 784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If a size is 0, or the dropout is not in [0, 1).
    ///
    /// # Panics
    /// If the activation is not in the registry.
    pub fn network<T: Scalar>(&self) -> Result<Network<T>, ShapeError> {
        mlp(self.sizes, self.activation, self.dropout)
    }
}

/// Dense layers, all but the last with an activation, and dropout behind it.
pub(crate) fn mlp<T: Scalar>(sizes: &[usize], activation: &str, dropout: f64) -> Result<Network<T>, ShapeError> {
    let last = sizes.len().saturating_sub(2);
    let mut layers = Sequential::new();
    for (l, pair) in sizes.windows(2).enumerate() {
        let dense = Dense::new(pair[0], pair[1]);
        if l == last {
            layers = layers.then(dense);
            continue;
        }
        let activation = backprop_activations::registry::<T>().parse(activation);
        layers = layers.then(dense.activation(activation.expect("a workload names an activation of the registry")));
        if dropout > 0.0 {
            layers = layers.then(Dropout::new(dropout));
        }
    }
    Network::new(sizes.first().copied().unwrap_or(0), layers)
}

/// A name that is not in a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no {kind} `{name}`; there are {}", known.join(", "))]
pub struct UnknownError {
    kind: &'static str,
    name: String,
    known: Vec<String>,
}

impl UnknownError {
    pub(crate) fn new<N: Into<String>>(kind: &'static str, name: &str, known: impl IntoIterator<Item = N>) -> Self {
        Self { kind, name: name.to_owned(), known: known.into_iter().map(Into::into).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_products_of_a_step_are_counted() {
        let fashion = Workload::find("fashion").unwrap();
        // 128 · (4 · 784·256 + 6 · 256·128 + 6 · 128·10)
        assert_eq!(fashion.flops(), 128_909_312);
        let xor = Workload::find("xor").unwrap();
        assert_eq!(xor.flops(), 4 * (4 * 2 * 8 + 6 * 8));
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_list() {
        let message = Workload::find("fashoin").unwrap_err().to_string();
        assert!(message.starts_with("there is no workload `fashoin`; there are fashion, mnist_mlp, "), "{message}");
    }

    /// The other programs read the table from a file, so that all do the same work.
    #[test]
    fn the_peers_have_the_same_table() {
        let theirs: serde_json::Value = serde_json::from_str(include_str!("peers/workloads.json")).unwrap();
        assert_eq!(theirs, serde_json::to_value(TABLE).unwrap(), "change benches/peers/workloads.json with the table");
    }
}
