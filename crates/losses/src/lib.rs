//! Loss functions of neural networks, with their gradients: the crate documentation is its README.

#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod balanced_weights;
mod binary_cross_entropy;
mod categorical_cross_entropy;
mod check;
mod class_weighted;
mod cosine_distance;
mod curve;
mod elementwise;
mod error;
mod focal_categorical;
mod huber;
mod kl_divergence;
mod labels;
mod lanes;
mod logarithm;
mod loss;
mod mean_absolute;
mod mean_squared;
mod multi_margin;
mod negative_log_likelihood;
mod registry;
mod sigmoid_cross_entropy;
mod softmax_cross_entropy;
mod target;

pub use balanced_weights::balanced_weights;
pub use binary_cross_entropy::BinaryCrossEntropy;
pub use categorical_cross_entropy::CategoricalCrossEntropy;
pub use check::{check_target, check_weights};
pub use class_weighted::ClassWeighted;
pub use cosine_distance::CosineDistance;
pub use elementwise::Elementwise;
pub use error::TargetError;
pub use focal_categorical::FocalCategorical;
pub use huber::Huber;
pub use kl_divergence::KlDivergence;
pub use loss::{Input, Loss};
pub use mean_absolute::MeanAbsolute;
pub use mean_squared::MeanSquared;
pub use multi_margin::MultiMargin;
pub use negative_log_likelihood::NegativeLogLikelihood;
pub use registry::registry;
pub use sigmoid_cross_entropy::SigmoidCrossEntropy;
pub use softmax_cross_entropy::SoftmaxCrossEntropy;
pub use target::{IGNORED, Target};
