//! Layers, networks and their gradients.
#![forbid(unsafe_code)]
