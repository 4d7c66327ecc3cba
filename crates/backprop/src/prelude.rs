//! What a training loop needs: `use backprop::prelude::*;`.
//!
//! A name that two crates use for two things is not here. It stays behind its module, where it reads well:
//! `losses::registry()` and `optimizers::registry()`, `training::Recipe` and `optimizers::Recipe`, `training::Outcome` and
//! `data::Outcome`, `activations::Elementwise` and `losses::Elementwise`, `optimizers::Constant` and `layers::Constant`.
//!
//! ```
//! use backprop::prelude::*;
//!
//! let network = Network::<f32>::new(2, Sequential::new().then(Dense::new(2, 3).activation(Relu)).then(Dense::new(3, 1)))?;
//! assert_eq!(network.param_count(), 2 * 3 + 3 + 3 + 1);
//! # Ok::<(), backprop::layers::ShapeError>(())
//! ```

pub use backprop_tensor::{Key, Matrix, Pool, Purpose, Scalar, View, ViewMut, copy_columns};

pub use backprop_activations::{Activation, LeakyRelu, Relu, Sigmoid, Softmax, Tanh};

pub use backprop_losses::{Huber, Loss, MeanAbsolute, MeanSquared, SigmoidCrossEntropy, SoftmaxCrossEntropy, Target};

pub use backprop_optimizers::{Adagrad, Adam, Clip, Optimizer, Rmsprop, Schedule, Sgd, Stepper, Tick};

pub use backprop_layers::{Activated, Dense, Dropout, Layer, Network, Sequential, Workspace};

pub use backprop_data::{Column, Dataset, Fractions, Preprocessing, SETS, Split, Table, Targets, Values, epoch_order};

pub use backprop_training::{BatchSize, EpochReport, Fit, Head, Model, Observer, Settings, Silent};
