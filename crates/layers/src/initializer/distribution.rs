//! The shape of a distribution, apart from its variance.

use backprop_tensor::Stream;

use super::truncated_normal::standard_between;

/// How values of mean 0 and a given variance are spread.
///
/// ```
/// use backprop_layers::Distribution;
/// use backprop_tensor::{Key, Purpose};
/// let mut w = [0.0; 100];
/// Distribution::Uniform.fill(&mut w, 3.0, &mut Key::new(0, Purpose::Init).stream(0));
/// assert!(w.iter().all(|w| w.abs() <= 3.0));                    // √(3 · 3)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// U(−b, b) with b = √(3 · variance).
    Uniform,
    /// N(0, variance).
    Normal,
    /// A normal distribution cut off at twice its standard deviation s = √variance / 0.8796…: cutting takes part of the variance.
    TruncatedNormal,
}

/// The standard deviation of a standard normal distribution cut off at −2 and 2: √(1 − 4 φ(2) / (Φ(2) − Φ(−2))).
const DEVIATION_WITHIN_TWO: f64 = 0.879_625_661_034_239_8;

impl Distribution {
    /// The words of an option `distribution`; the first is the default.
    pub(super) const NAMES: [&str; 3] = ["truncated_normal", "normal", "uniform"];

    /// Draws every value with mean 0 and this variance.
    pub fn fill(self, weights: &mut [f64], variance: f64, stream: &mut Stream) {
        // At most the largest number, so that 0 times it is no NaN.
        let scale = |scale: f64| scale.min(f64::MAX);
        match self {
            Self::Uniform => {
                let bound = scale((3.0 * variance).sqrt());
                weights.iter_mut().for_each(|w| *w = bound * (2.0 * stream.uniform() - 1.0));
            }
            Self::Normal => {
                let deviation = scale(variance.sqrt());
                weights.iter_mut().for_each(|w| *w = deviation * stream.normal());
            }
            Self::TruncatedNormal => {
                let deviation = scale(variance.sqrt() / DEVIATION_WITHIN_TWO);
                weights.iter_mut().for_each(|w| *w = deviation * standard_between(-2.0, 2.0, stream));
            }
        }
    }

    /// As an option and the end of a name have it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Normal => "normal",
            Self::TruncatedNormal => "truncated_normal",
        }
    }

    /// The one that a word of [`NAMES`](Self::NAMES) means.
    pub(super) fn named(name: &str) -> Self {
        [Self::Uniform, Self::Normal].into_iter().find(|shape| shape.name() == name).unwrap_or(Self::TruncatedNormal)
    }
}
