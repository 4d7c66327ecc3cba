//! The places where the compiler has to take our word: the instruction set, the product, parts of a slice for threads, threads.
//!
//! Each `unsafe` block carries its proof, and each kernel has a plain twin that a test compares it with.
//!
//! `--cfg backprop_portable` leaves out all instruction sets but the target's own, so that the tests can be run on the portable path.
#![allow(unsafe_code)] // the one exception of the workspace: raw pointers, CPU features, disjoint slices, borrowed work for threads
#![deny(unsafe_op_in_unsafe_fn)]

pub(crate) mod arena;
pub(crate) mod dispatch;
pub(crate) mod gemm;
pub(crate) mod parts;
pub(crate) mod pool;
pub(crate) mod tile;
mod vector;
#[cfg(all(target_arch = "x86_64", not(backprop_portable)))]
mod x86;
