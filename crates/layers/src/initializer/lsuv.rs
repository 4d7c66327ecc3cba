//! Weights that the first data set right.

use backprop_registry::{Call, Interval, OptionSpec, Options};
use backprop_tensor::Stream;

use super::{Fans, Initializer, Orthogonal};
use crate::Nonlinearity;

/// Layer-sequential unit variance: orthogonal weights, then scaled so that what each layer makes of some data has variance 1.
///
/// ```text
/// W orthogonal; then for each layer from the first to the last, at most `iterations` times:
///     Z = W X + b 1ᵀ        X: what the layers before, which are done, make of the data
///     v = the variance of all values of Z around their mean
///     stop if |v − 1| ≤ tolerance
///     W ← W / √v
/// ```
///
/// `fill` makes the weights orthogonal; [`Network::lsuv`](crate::Network::lsuv) does the rest, once there are data. Z is taken before
/// the layer's activation.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `tolerance` | 0.1 | (0, 1) | how far from 1 the variance may stay |
/// | `iterations` | 10 | 1 to 1000 | how often a layer is scaled at most; once is enough unless biases start with other values than 0 |
/// | `samples` | 1024 | 1 to 16,777,216 | how many samples whoever drives the training takes at most |
///
/// # Examples
/// ```
/// use backprop_layers::{Dense, Lsuv, Network, Sequential};
/// use backprop_tensor::View;
///
/// let layers = Sequential::new().then(Dense::new(1, 1).initializer(Lsuv::default()));
/// let network = Network::<f64>::new(1, layers)?;
/// let mut params = network.init(0);
/// assert_eq!(params[0].abs(), 1.0);
/// network.lsuv(&mut params, &[], View::new(&[-4.0, 4.0], 1, 2));     // W X has variance 16
/// assert_eq!(params[0].abs(), 0.25);
/// # Ok::<(), backprop_layers::ShapeError>(())
/// ```
///
/// # References
/// D. Mishkin and J. Matas, *All You Need Is a Good Init*, 2015. <https://arxiv.org/abs/1511.06422>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lsuv {
    /// How far from 1 the variance may stay.
    pub tolerance: f64,
    /// How often a layer is scaled at most.
    pub iterations: usize,
    /// How many samples are taken at most.
    pub samples: usize,
}

impl Lsuv {
    const DEFAULT: Self = Self { tolerance: 0.1, iterations: 10, samples: 1024 };

    /// What the registry can set.
    pub(super) const OPTIONS: &[OptionSpec] = &[
        OptionSpec::number(
            "tolerance",
            Self::DEFAULT.tolerance,
            Interval::open(0.0, 1.0),
            "how far from 1 the variance of a layer may stay",
        ),
        OptionSpec::integer(
            "iterations",
            Self::DEFAULT.iterations as f64,
            Interval::closed(1.0, 1000.0),
            "how often a layer is scaled at most",
        ),
        OptionSpec::integer(
            "samples",
            Self::DEFAULT.samples as f64,
            Interval::closed(1.0, 16_777_216.0),
            "how many samples of the training set are taken at most",
        ),
    ];

    /// With what was set.
    pub(super) fn from_options(options: &Options) -> Self {
        let whole = |name| options.integer(name) as usize;
        Self { tolerance: options.number("tolerance"), iterations: whole("iterations"), samples: whole("samples") }
    }
}

impl Default for Lsuv {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Initializer for Lsuv {
    fn fill(&self, weights: &mut [f64], fans: Fans, next: &Nonlinearity, stream: &mut Stream) {
        Orthogonal { gain: 1.0 }.fill(weights, fans, next, stream);
    }

    fn lsuv(&self) -> Option<Lsuv> {
        Some(*self)
    }

    fn call(&self) -> Call {
        let mut call = Call::new("lsuv");
        if self.tolerance != Self::DEFAULT.tolerance {
            call = call.with("tolerance", self.tolerance);
        }
        if self.iterations != Self::DEFAULT.iterations {
            call = call.with("iterations", self.iterations);
        }
        if self.samples == Self::DEFAULT.samples { call } else { call.with("samples", self.samples) }
    }

    fn explain(&self, _next: &Nonlinearity) -> String {
        "lsuv: orthogonal, then scaled by the first data".to_owned()
    }
}
