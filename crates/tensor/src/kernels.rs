//! The three places where the compiler has to take our word: the instruction set, the product, columns of their own.
//!
//! Each `unsafe` block carries its proof, and each kernel has a plain twin that a test compares it with.
#![allow(unsafe_code)] // the one exception of the workspace: raw pointers for `gemm`, CPU features, disjoint slices
#![deny(unsafe_op_in_unsafe_fn)]

pub(crate) mod arena;
pub(crate) mod dispatch;
pub(crate) mod gemm;
