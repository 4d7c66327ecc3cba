#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod differences;
mod random;
pub mod vectors;

pub use differences::{Gradcheck, Mismatch};
pub use random::Random;
