//! Activation functions of neural networks, with their derivatives.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
mod activation;
pub use activation::{Activation, Elementwise, Family};
