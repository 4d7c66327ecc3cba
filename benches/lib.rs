//! What this workspace costs, alone and beside others: programs that time whole pieces of work, benchmarks that guard each kernel.
//!
//! # Programs
//!
//! ```text
//! cargo run --release -p benches --bin steps                              all workloads, on one thread and on two
//! cargo run --release -p benches --bin steps -- fashion --threads 2 --json
//! cargo run --release -p benches --bin infer
//! cargo run --release -p benches --bin functions -- --elements 1000000
//! cargo run --release -p benches --bin job -- FOLDER                      the folder of Fashion-MNIST's four .gz files
//! cargo run --release -p benches --bin compare -- --python PATH           beside what is installed: see peers/README.md
//! cargo run --release -p benches --bin compare -- --python PATH --peers jax,candle fashion
//! cargo run --release -p benches --bin scaling -- OUT_DIR
//! ```
//!
//! | program | what it prints |
//! | :--- | :--- |
//! | `steps` | one training step of each [`Workload`]: median microseconds, GFLOP/s of its products, the part of the measured peak |
//! | `infer` | one prediction of each [`InferenceCase`]: median microseconds |
//! | `functions` | the elementary functions and both passes of every activation: microseconds, nanoseconds a number, GB/s, the part of a plain copy's |
//! | `job` | Fashion-MNIST from its files to the accuracy: seconds to load and an epoch, accuracy, peak memory |
//! | `compare` | a Markdown table of ours and each [`Peer`] that is installed, measured in turn; with `--infer` of predictions |
//! | `scaling` | one SVG plot each of the cost against width, depth, batch, samples and threads |
//!
//! # Benchmarks
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
//! | `biased` | `biased/in_place/relu` | bias and activation in one pass over the outputs of a layer, 512 × 128 |
//! | `losses` | `loss/gradient/cross_entropy/10x128` | one loss with its gradient, or its value alone, outputs × batch |
//! | `optimizers` | `optimizer/adam/1M` | one step of an optimizer over a million or ten million parameters, and a copy for the bandwidth |
//! | `gather` | `gather/784x128` | the mini-batch out of the data set, and a copy of the same bytes |
//! | `steps` | `step/fashion/threads2` | one training step of a [`Workload`] |
//!
//! Inputs come from keyed random streams: every run measures the same numbers.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod comparison;
mod functions;
mod inference;
mod job;
mod numbers;
mod output;
mod peak;
mod peer;
mod plot;
mod scaling;
mod step;
mod timing;
mod trainee;
mod workload;

pub use comparison::{Comparison, Subject, Table};
pub use functions::{Function, FunctionTime};
pub use inference::{InferenceCase, InferenceTime, Predictor};
pub use job::JobTime;
pub use numbers::{labels, normal};
pub use output::{Output, at_least_one, chosen, print, print_header, seconds};
pub use peak::peak_gflops;
pub use peer::{Peer, PeerError, Session};
pub use plot::{Plot, Series};
pub use scaling::{Axis, Scaling};
pub use step::StepTime;
pub use timing::{Timer, median};
pub use trainee::Trainee;
pub use workload::{UnknownError, Workload};
