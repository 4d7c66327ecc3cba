//! Weights around a mean, and never far from it.

use backprop_registry::{Call, Interval, OptionError, OptionSpec, Options};
use backprop_tensor::Stream;

use super::{Fans, Initializer};
use crate::Nonlinearity;

/// Weights from a normal distribution, none of them outside two bounds.
///
/// ```text
/// w ~ N(mean, std²) given that low ≤ w ≤ high
///
/// with a = (low − mean)/std, b = (high − mean)/std, Z = Φ(b) − Φ(a):
/// E w   = mean + std (φ(a) − φ(b)) / Z
/// Var w = std² (1 + (a φ(a) − b φ(b)) / Z − ((φ(a) − φ(b)) / Z)²)
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `mean` | 0 | (−∞, ∞) | mean of the normal distribution that is cut |
/// | `std` | 1 | (0, ∞) | its standard deviation |
/// | `low` | −2 | (−∞, high] | lower bound of the weights |
/// | `high` | 2 | [low, ∞) | upper bound of the weights |
///
/// The bounds are weights, not multiples of `std`. They may lie anywhere, also far out on one side of the mean: values are drawn by
/// rejection from a normal, a uniform or an exponential distribution, whichever is near, so that about half of all draws are kept.
///
/// # Examples
/// ```
/// use backprop_layers::{Fans, Initializer, Nonlinearity, TruncatedNormal};
/// use backprop_tensor::{Key, Purpose};
///
/// let mut w = [0.0; 1000];
/// let rule = TruncatedNormal::new(0.0, 1.0, -0.5, 2.0)?;
/// rule.fill(&mut w, Fans::of(&[100, 10]), &Nonlinearity::none(), &mut Key::new(0, Purpose::Init).stream(0));
/// assert!(w.iter().all(|w| (-0.5..=2.0).contains(w)));
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
///
/// # References
/// C. P. Robert, *Simulation of Truncated Normal Variables*, 1995. <https://arxiv.org/abs/0907.4010>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TruncatedNormal {
    mean: f64,
    std: f64,
    low: f64,
    high: f64,
}

impl TruncatedNormal {
    /// What the registry can set.
    pub(super) const OPTIONS: &[OptionSpec] = &[
        OptionSpec::number("mean", 0.0, Interval::FINITE, "mean of the normal distribution that is cut"),
        OptionSpec::number("std", 1.0, Interval::POSITIVE, "its standard deviation"),
        OptionSpec::number("low", -2.0, Interval::FINITE, "lower bound"),
        OptionSpec::number("high", 2.0, Interval::FINITE, "upper bound"),
    ];

    /// Weights around `mean` between `low` and `high`.
    ///
    /// # Errors
    /// If `low` is above `high`, `std` not above 0, or a number not finite.
    pub fn new(mean: f64, std: f64, low: f64, high: f64) -> Result<Self, OptionError> {
        let conflict = |reason: String| Err(OptionError::Conflict { item: "trunc_normal", reason });
        if !(mean.is_finite() && low.is_finite() && high.is_finite()) {
            return conflict(format!("mean = {mean}, low = {low} and high = {high} must be finite"));
        }
        if !(std > 0.0 && std.is_finite()) {
            return conflict(format!("std = {std} must be a finite number above 0"));
        }
        if low > high {
            return conflict(format!("low = {low} must not be above high = {high}"));
        }
        Ok(Self { mean, std, low, high })
    }

    /// With what was set.
    pub(super) fn from_options(options: &Options) -> Result<Self, OptionError> {
        let [mean, std, low, high] = ["mean", "std", "low", "high"].map(|name| options.number(name));
        Self::new(mean, std, low, high)
    }
}

impl Initializer for TruncatedNormal {
    fn fill(&self, weights: &mut [f64], _fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        let Self { mean, std, low, high } = *self;
        // What is too far away to be counted in standard deviations is as far as can be.
        let [a, b] = [low, high].map(|bound| ((bound - mean) / std).clamp(-f64::MAX, f64::MAX));
        weights.iter_mut().for_each(|w| *w = (mean + std * standard_between(a, b, stream)).clamp(low, high));
    }

    fn call(&self) -> Call {
        let Self { mean, std, low, high } = *self;
        Call::new("trunc_normal").with("mean", mean).with("std", std).with("low", low).with("high", high)
    }
}

/// An interval around 0 that is wider than this, √(2π), is hit more often by normal numbers than a uniform number in it is kept.
const WIDE: f64 = 2.506_628_274_631_000_2;

/// A standard normal number given that it lies between `a` and `b`, which are finite.
///
/// Of the draws about half are kept at least, wherever the interval lies.
pub(super) fn standard_between(a: f64, b: f64, stream: &mut Stream) -> f64 {
    if b < 0.0 {
        return -standard_between(-b, -a, stream);
    }
    loop {
        // A proposal, and the logarithm of the chance that it is kept.
        let (z, chance) = if a > 0.0 {
            // The tail: a + x with x exponential of rate λ = (a + √(a² + 4))/2 and at most b − a, kept in proportion to
            // exp(−(a + x − λ)²/2). Written with δ = λ − a, as a and λ may be so large that their difference is lost.
            let width = b - a;
            let delta = 2.0 / (a + a.hypot(2.0));
            let rate = a + delta;
            let x = -(stream.uniform() * (-rate * width).exp_m1()).ln_1p() / rate;
            let nearest = (width - delta).min(0.0); // a + x − λ where it is kept for sure
            (a + x, (nearest.powi(2) - (x - delta).powi(2)) / 2.0)
        } else if b - a > WIDE {
            let z = stream.normal();
            (z, if a <= z && z <= b { 0.0 } else { f64::NEG_INFINITY })
        } else {
            let z = a + (b - a) * stream.uniform();
            (z, -z.powi(2) / 2.0)
        };
        if stream.uniform() < chance.exp() {
            return z;
        }
    }
}
