#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod activated;
mod containers;
mod dense;
mod description;
mod dropout;
mod error;
mod initializer;
mod input_normalizer;
mod layer;
mod network;
mod pass;
mod plan;
mod shape;
mod summary;
mod unit_variance;
mod workspace;

pub use activated::Activated;
pub use containers::{Part, Sequential};
pub use dense::Dense;
pub use description::{Description, registry};
pub use dropout::Dropout;
pub use error::{LayerError, ShapeError, Unnamed};
pub use initializer::{
    Auto, Constant, Distribution, Fan, Fans, IdentityMatrix, Initializer, Kaiming, LeCun, Lsuv, Normal, Orthogonal, Sparse,
    TruncatedNormal, Uniform, VarianceScaling, Xavier, initializers,
};
pub use input_normalizer::InputNormalizer;
pub use layer::{Layer, Mode, Noise, Nonlinearity, Step};
pub use network::{Network, SliceLoss};
pub use pass::Pass;
pub use shape::Shape;
pub use summary::{Summary, SummaryRow};
pub use workspace::Workspace;
