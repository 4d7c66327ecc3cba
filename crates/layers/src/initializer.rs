//! How weights start.

mod auto;
mod constant;
mod distribution;
mod fans;
mod identity_matrix;
mod kaiming;
mod lecun;
mod lsuv;
mod normal;
mod orthogonal;
mod registry;
mod sparse;
mod truncated_normal;
mod uniform;
mod variance_scaling;
mod xavier;

use std::fmt::Debug;

use backprop_registry::{Call, Interval, OptionSpec};
use backprop_tensor::Stream;

pub use auto::Auto;
pub use constant::Constant;
pub use distribution::Distribution;
pub use fans::{Fan, Fans};
pub use identity_matrix::IdentityMatrix;
pub use kaiming::Kaiming;
pub use lecun::LeCun;
pub use lsuv::Lsuv;
pub use normal::Normal;
pub use orthogonal::Orthogonal;
pub use registry::initializers;
pub use sparse::Sparse;
pub use truncated_normal::TruncatedNormal;
pub use uniform::Uniform;
pub use variance_scaling::VarianceScaling;
pub use xavier::Xavier;

use crate::{LayerError, Nonlinearity};

/// A rule for the first weights of a layer. Biases start at 0.
///
/// Values are drawn in double precision, so that a network starts the same in `f32` and `f64`.
///
/// Laws, held by tests over the registry: every weight is overwritten and finite, the same stream gives the same weights, no weights
/// at all are no mistake; mean, variance and bounds are those of the documentation.
pub trait Initializer: Debug + Send + Sync {
    /// Whether it can be the start of weights of this shape, `[out, in, kernel…]`. Asked when a network is built.
    ///
    /// # Errors
    /// If it cannot; the message says what can.
    fn check(&self, shape: &[usize]) -> Result<(), LayerError> {
        let _ = shape;
        Ok(())
    }

    /// Writes the weights: a column-major matrix with one row for each unit and `fan_in` columns. `next` is the function that the
    /// layer's output goes through.
    fn fill(&self, weights: &mut [f64], fans: Fans, next: &Nonlinearity, stream: &mut Stream);

    /// What [`Network::lsuv`](crate::Network::lsuv) does to the weights once there are data; `None` if they are ready.
    fn lsuv(&self) -> Option<Lsuv> {
        None
    }

    /// Its name and options, as the registry reads them back.
    fn call(&self) -> Call;

    /// What it does before this function, in words.
    fn explain(&self, next: &Nonlinearity) -> String {
        let _ = next;
        self.call().to_string()
    }
}

/// What several of them can set.
const GAIN: OptionSpec = OptionSpec::number("gain", 1.0, Interval::POSITIVE, "factor on the weights");
