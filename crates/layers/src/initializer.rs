//! How weights start.

mod auto;
mod constant;
mod kaiming;
mod lecun;
mod normal;
mod orthogonal;
mod uniform;
mod xavier;

use std::fmt::Debug;

use backprop_registry::{Call, Entry, Interval, OptionSpec, Registry};
use backprop_tensor::Stream;

pub use auto::Auto;
pub use constant::Constant;
pub use kaiming::{Fan, Kaiming};
pub use lecun::LeCun;
pub use normal::Normal;
pub use orthogonal::Orthogonal;
pub use uniform::Uniform;
pub use xavier::Xavier;

use crate::Nonlinearity;

/// How many values a unit adds up, and to how many it gives.
///
/// A weight of shape `[out, in, kernel…]` has `fan_in` = in · kernel and `fan_out` = out · kernel.
///
/// ```
/// use backprop_layers::Fans;
/// assert_eq!(Fans::of(&[10, 64]), Fans { fan_in: 64, fan_out: 10 });
/// assert_eq!(Fans::of(&[8, 3, 5, 5]), Fans { fan_in: 75, fan_out: 200 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fans {
    /// Values added up by one unit.
    pub fan_in: usize,
    /// Units that one value goes to.
    pub fan_out: usize,
}

impl Fans {
    /// The fans of a weight of this shape.
    ///
    /// # Panics
    /// If the shape has fewer than two axes.
    pub fn of(shape: &[usize]) -> Self {
        let [out, inputs, kernel @ ..] = shape else { panic!("a weight has at least two axes, not {shape:?}") };
        let kernel: usize = kernel.iter().product();
        Self { fan_in: inputs * kernel, fan_out: out * kernel }
    }
}

/// Whether values are drawn from a uniform or a normal distribution of a given variance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// U(−b, b) with b = √(3 · variance).
    Uniform,
    /// N(0, variance).
    Normal,
}

impl Distribution {
    /// Draws every value with mean 0 and this variance.
    pub fn fill(self, weights: &mut [f64], variance: f64, stream: &mut Stream) {
        match self {
            Self::Uniform => {
                let bound = (3.0 * variance).sqrt();
                weights.iter_mut().for_each(|w| *w = bound * (2.0 * stream.uniform() - 1.0));
            }
            Self::Normal => {
                let deviation = variance.sqrt();
                weights.iter_mut().for_each(|w| *w = deviation * stream.normal());
            }
        }
    }

    /// `uniform` or `normal`.
    fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Normal => "normal",
        }
    }
}

/// A rule for the first weights of a layer. Biases start at 0.
///
/// Values are drawn in double precision, so that a network starts the same in `f32` and `f64`.
pub trait Initializer: Debug + Send + Sync {
    /// Writes the weights, column-major `fan_out × fan_in`. `next` is the function that the layer's output goes through.
    ///
    /// # Panics
    /// A rule for the matrix as a whole does, if there are not `fan_out · fan_in` weights.
    fn fill(&self, weights: &mut [f64], fans: Fans, next: &Nonlinearity, stream: &mut Stream);

    /// Its name and options, as the registry reads them back.
    fn call(&self) -> Call;

    /// What it does before this function, in words.
    fn explain(&self, next: &Nonlinearity) -> String {
        let _ = next;
        self.call().to_string()
    }
}

/// All initializers by name.
///
/// ```
/// use backprop_layers::initializers;
/// assert_eq!(initializers().parse("kaiming_normal:mode=fan_out").unwrap().call().to_string(), "kaiming_normal:mode=fan_out");
/// ```
pub fn initializers() -> Registry<Box<dyn Initializer>> {
    Registry { kind: "initializer", entries: ENTRIES }
}

const GAIN: OptionSpec = OptionSpec::number("gain", 1.0, Interval::POSITIVE, "factor on the standard deviation");
const KAIMING: &[OptionSpec] = &[
    OptionSpec::number("gain", std::f64::consts::SQRT_2, Interval::POSITIVE, "factor on the standard deviation"),
    OptionSpec::one_of("mode", "fan_in", &["fan_in", "fan_out"], "keep the variance going forward or going back"),
];

const ENTRIES: &[Entry<Box<dyn Initializer>>] = &[
    Entry {
        name: "auto",
        summary: "chosen from the activation that follows",
        options: &[],
        build: |_| Ok(Box::new(Auto)),
        waives: &[],
    },
    Entry {
        name: "zeros",
        summary: "all weights 0: units never become different, for comparison only",
        options: &[],
        build: |_| Ok(Box::new(Constant { value: 0.0 })),
        waives: &[],
    },
    Entry {
        name: "constant",
        summary: "all weights the same",
        options: &[OptionSpec::number("value", 0.0, Interval::FINITE, "the value")],
        build: |options| Ok(Box::new(Constant { value: options.number("value") })),
        waives: &[],
    },
    Entry {
        name: "uniform",
        summary: "uniform between two bounds",
        options: &[
            OptionSpec::number("low", 0.0, Interval::FINITE, "lower bound"),
            OptionSpec::number("high", 1.0, Interval::FINITE, "upper bound"),
        ],
        build: |options| Ok(Box::new(Uniform::new(options.number("low"), options.number("high"))?)),
        waives: &[],
    },
    Entry {
        name: "normal",
        summary: "normal with some mean and standard deviation",
        options: &[
            OptionSpec::number("mean", 0.0, Interval::FINITE, "mean"),
            OptionSpec::number("std", 1.0, Interval::POSITIVE, "standard deviation"),
        ],
        build: |options| Ok(Box::new(Normal { mean: options.number("mean"), std: options.number("std") })),
        waives: &[],
    },
    Entry {
        name: "xavier_uniform",
        summary: "Glorot: keeps the variance both ways through a saturating function, uniform",
        options: &[GAIN],
        build: |options| Ok(Box::new(Xavier { distribution: Distribution::Uniform, gain: options.number("gain") })),
        waives: &[],
    },
    Entry {
        name: "xavier_normal",
        summary: "Glorot: keeps the variance both ways through a saturating function, normal",
        options: &[GAIN],
        build: |options| Ok(Box::new(Xavier { distribution: Distribution::Normal, gain: options.number("gain") })),
        waives: &[],
    },
    Entry {
        name: "kaiming_uniform",
        summary: "He: keeps the variance through a rectifier, uniform",
        options: KAIMING,
        build: |options| Ok(Box::new(Kaiming::from_options(Distribution::Uniform, options))),
        waives: &[],
    },
    Entry {
        name: "kaiming_normal",
        summary: "He: keeps the variance through a rectifier, normal",
        options: KAIMING,
        build: |options| Ok(Box::new(Kaiming::from_options(Distribution::Normal, options))),
        waives: &[],
    },
    Entry {
        name: "lecun_uniform",
        summary: "LeCun: variance 1/fan_in, uniform",
        options: &[],
        build: |_| Ok(Box::new(LeCun { distribution: Distribution::Uniform })),
        waives: &[],
    },
    Entry {
        name: "lecun_normal",
        summary: "LeCun: variance 1/fan_in, normal",
        options: &[],
        build: |_| Ok(Box::new(LeCun { distribution: Distribution::Normal })),
        waives: &[],
    },
    Entry {
        name: "orthogonal",
        summary: "orthogonal rows or columns",
        options: &[GAIN],
        build: |options| Ok(Box::new(Orthogonal { gain: options.number("gain") })),
        waives: &[],
    },
];
