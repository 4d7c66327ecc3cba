//! Loss functions of neural networks, with their gradients: the crate documentation is its README.

#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod balanced_weights;
mod binary_cross_entropy;
mod binary_focal;
mod bounded;
mod categorical_cross_entropy;
mod check;
mod class_weighted;
mod cosine_distance;
mod curve;
mod elementwise;
mod error;
mod focal_categorical;
mod gamma_deviance;
mod gaussian_nll;
mod hinge;
mod huber;
mod kl_divergence;
mod labels;
mod log_cosh;
mod logarithm;
mod loss;
mod mean_absolute;
mod mean_absolute_percentage;
mod mean_squared;
mod mean_squared_logarithmic;
mod multi_margin;
mod negative_log_likelihood;
mod poisson_nll;
mod quantile;
mod registry;
mod sigmoid_cross_entropy;
mod smooth_l1;
mod softmax_cross_entropy;
mod squared_hinge;
mod target;
mod tweedie_deviance;

pub use balanced_weights::balanced_weights;
pub use binary_cross_entropy::BinaryCrossEntropy;
pub use binary_focal::BinaryFocal;
pub use categorical_cross_entropy::CategoricalCrossEntropy;
pub use check::{check_target, check_weights};
pub use class_weighted::ClassWeighted;
pub use cosine_distance::CosineDistance;
pub use elementwise::Elementwise;
pub use error::TargetError;
pub use focal_categorical::FocalCategorical;
pub use gamma_deviance::GammaDeviance;
pub use gaussian_nll::GaussianNll;
pub use hinge::Hinge;
pub use huber::Huber;
pub use kl_divergence::KlDivergence;
pub use log_cosh::LogCosh;
pub use loss::{Input, Loss};
pub use mean_absolute::MeanAbsolute;
pub use mean_absolute_percentage::MeanAbsolutePercentage;
pub use mean_squared::MeanSquared;
pub use mean_squared_logarithmic::MeanSquaredLogarithmic;
pub use multi_margin::MultiMargin;
pub use negative_log_likelihood::NegativeLogLikelihood;
pub use poisson_nll::PoissonNll;
pub use quantile::Quantile;
pub use registry::registry;
pub use sigmoid_cross_entropy::SigmoidCrossEntropy;
pub use smooth_l1::SmoothL1;
pub use softmax_cross_entropy::SoftmaxCrossEntropy;
pub use squared_hinge::SquaredHinge;
pub use target::{IGNORED, Target};
pub use tweedie_deviance::TweedieDeviance;
