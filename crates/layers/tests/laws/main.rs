//! What holds for every layer of the registry, for networks made of them, and for layers of a user's own.

mod alone;
mod dropout;
mod errors;
mod examples;
mod initializers;
mod layers;
mod naming;
mod nesting;
mod networks;
mod own;
#[path = "../support/tap.rs"]
mod tap;
mod unit_variance;
