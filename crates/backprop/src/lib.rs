#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod prelude;

pub use backprop_activations as activations;
pub use backprop_data as data;
pub use backprop_layers as layers;
pub use backprop_losses as losses;
pub use backprop_metrics as metrics;
pub use backprop_optimizers as optimizers;
pub use backprop_registry as registry;
pub use backprop_tensor as tensor;
pub use backprop_training as training;

/// The code of the README of the workspace is tested here: that file belongs to no crate.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct WorkspaceReadme;
