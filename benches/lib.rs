//! The workloads that the benchmarks share.
//!
//! ```text
//! cargo bench -p benches                                       all of them, a few minutes
//! cargo bench -p benches --bench steps -- fashion              those whose id contains `fashion`
//! cargo test  -p benches --benches                             each once, unmeasured
//! ```
//!
//! | bench | id | what is measured |
//! | :--- | :--- | :--- |
//! | `product` | `product/forward/512x784x128` | one matrix product, outputs × inputs × batch; elements are floating-point operations |
//! | `activations` | `activation/forward/tanh` | one activation on a million numbers |
//! | `steps` | `step/fashion/threads2` | one training step of a [`Workload`] |
//!
//! Inputs come from keyed random streams: every run measures the same numbers.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod numbers;
mod trainee;
mod workload;

pub use numbers::{labels, normal};
pub use trainee::Trainee;
pub use workload::{WORKLOADS, Workload};
