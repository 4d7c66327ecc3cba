//! Neural networks trained by backpropagation, on a CPU.
#![forbid(unsafe_code)]
