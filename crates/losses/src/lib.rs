//! Loss functions of neural networks, with their gradients.
#![forbid(unsafe_code)]
