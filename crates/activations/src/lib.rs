#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod activation;
mod columnwise;
mod gelu;
mod gelu_tanh;
mod identity;
mod lanes;
mod leaky_relu;
mod log_softmax;
mod registry;
mod relu;
mod sigmoid;
mod softmax;
mod tanh;

pub use activation::{Activation, Elementwise, Family};
pub use gelu::Gelu;
pub use gelu_tanh::GeluTanh;
pub use identity::Identity;
pub use leaky_relu::LeakyRelu;
pub use log_softmax::LogSoftmax;
pub use registry::registry;
pub use relu::Relu;
pub use sigmoid::Sigmoid;
pub use softmax::Softmax;
pub use tanh::Tanh;
