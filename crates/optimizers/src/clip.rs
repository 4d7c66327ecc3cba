//! Gradients cut down to size.

use backprop_registry::{Call, Entry, Interval, OptionError, OptionSpec, Options, Registry};
use backprop_tensor::{Scalar, for_each_piece, map_pieces, vectorize};

use crate::written::written;

/// A way to clip gradients, for configs: [`clip_by_norm`] or [`clip_by_value`] with checked settings.
///
/// | call | options | meaning |
/// | :--- | :--- | :--- |
/// | `norm` | `max_norm` 1 in (0, ∞); `p` 2 in [1, ∞] | the norm of all gradients together is at most about `max_norm` |
/// | `value` | `value` in (0, ∞), must be given | no gradient is larger than `value` |
///
/// ```
/// use backprop_optimizers::{Clip, clips};
/// let mut gradients = [3.0, 4.0];
/// assert_eq!(Clip::norm(1.0, 2.0)?.apply(&mut gradients), Some(5.0));
/// assert!((gradients[0] - 0.6_f64).abs() < 1e-6 && (gradients[1] - 0.8).abs() < 1e-6);
/// assert_eq!(clips().parse("norm:max_norm=1")?, Clip::norm(1.0, 2.0)?);
/// assert_eq!(
///     Clip::value(-1.0).unwrap_err().to_string(),
///     "`value`: value = -1 is not possible; it must be a number in (0, ∞)"
/// );
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Clip {
    /// [`clip_by_value`].
    #[non_exhaustive]
    Value {
        /// The largest magnitude that is left.
        limit: f64,
    },
    /// [`clip_by_norm`].
    #[non_exhaustive]
    Norm {
        /// The largest norm that is left.
        max_norm: f64,
        /// Which norm.
        p: f64,
    },
}

const VALUE: [OptionSpec; 1] =
    [OptionSpec::number("value", 1.0, Interval::POSITIVE, "the largest magnitude that is left").required()];
const NORM: [OptionSpec; 2] = [
    OptionSpec::number("max_norm", 1.0, Interval::POSITIVE, "the largest norm that is left"),
    OptionSpec::number("p", 2.0, Interval::closed(1.0, f64::INFINITY), "which norm: 2, 1, inf, …"),
];

static ENTRIES: [Entry<Clip>; 2] = [
    Entry {
        name: "norm",
        summary: "scales all gradients if their norm is too large",
        options: &NORM,
        build: |options| Ok(Clip::Norm { max_norm: options.number("max_norm"), p: options.number("p") }),
        waives: &[],
    },
    Entry {
        name: "value",
        summary: "cuts off each gradient that is too large",
        options: &VALUE,
        build: |options| Ok(Clip::Value { limit: options.number("value") }),
        waives: &[],
    },
];

/// The ways to clip, by name.
pub fn clips() -> Registry<Clip> {
    Registry { kind: "clipping", entries: &ENTRIES }
}

impl Clip {
    /// Each gradient at most `limit` in magnitude.
    ///
    /// # Errors
    /// If `limit` is not in (0, ∞).
    pub fn value(limit: f64) -> Result<Self, OptionError> {
        let clip = Self::Value { limit };
        Options::resolve(&clip.call(), &VALUE).map(|_| clip)
    }

    /// The p-norm of all gradients at most `max_norm`.
    ///
    /// # Errors
    /// If `max_norm` is not in (0, ∞) or `p` not in [1, ∞].
    pub fn norm(max_norm: f64, p: f64) -> Result<Self, OptionError> {
        let clip = Self::Norm { max_norm, p };
        Options::resolve(&clip.call(), &NORM).map(|_| clip)
    }

    /// Its name and the options that differ from their defaults, as [`clips`] reads them back.
    pub fn call(&self) -> Call {
        match *self {
            Self::Value { limit } => written("value", &VALUE, [limit.into()]),
            Self::Norm { max_norm, p } => written("norm", &NORM, [max_norm.into(), p.into()]),
        }
    }

    /// Clips. Gives the norm before clipping, if this way to clip goes by it.
    pub fn apply<T: Scalar>(&self, gradients: &mut [T]) -> Option<f64> {
        match *self {
            Self::Value { limit } => {
                clip_by_value(gradients, limit);
                None
            }
            Self::Norm { max_norm, p } => Some(clip_by_norm(gradients, max_norm, p)),
        }
    }
}

/// Cuts off every gradient at ±`limit`.
///
/// ```text
/// g ← max(−limit, min(limit, g))
/// ```
///
/// The direction changes. An infinite gradient becomes ±`limit`; NaN stays NaN.
///
/// ```
/// use backprop_optimizers::clip_by_value;
/// let mut gradients = [-3.0_f32, 0.5, 2.0];
/// clip_by_value(&mut gradients, 1.0);
/// assert_eq!(gradients, [-1.0, 0.5, 1.0]);
/// ```
///
/// # Panics
/// If `limit` is not greater than 0.
pub fn clip_by_value<T: Scalar>(gradients: &mut [T], limit: f64) {
    assert!(limit > 0.0, "a limit of {limit} is not greater than 0");
    let limit = T::from_f64(limit);
    for_each_piece(gradients, |piece| {
        vectorize!(piece.iter_mut().for_each(|g| *g = g.at_least(-limit).at_most(limit)));
    });
}

/// Scales all gradients down if their common norm is too large, and returns the norm before.
///
/// ```text
/// n = (Σ |g|^p)^{1/p}          p = ∞: n = max |g|
/// g ← g · min(1, max_norm/(n + 1e-6))
/// ```
///
/// The direction stays. The 1e-6 is PyTorch's: a norm of exactly `max_norm` is scaled, by almost 1. The sum is taken in `f64`, in an
/// order that depends on the length only, and scaled where powers would leave the range of `f64`.
///
/// **A norm that is not finite leaves the gradients untouched.** There is no step to be saved from them; stop, or skip the step.
///
/// ```
/// use backprop_optimizers::clip_by_norm;
/// let mut gradients = [1e20_f32; 100];
/// let norm = clip_by_norm(&mut gradients, 1.0, 2.0);
/// assert!((norm / 1e21 - 1.0).abs() < 1e-7 && (gradients[0] - 0.1).abs() < 1e-7);
/// ```
///
/// # Panics
/// If `max_norm` is not greater than 0, or `p` is less than 1 or NaN.
pub fn clip_by_norm<T: Scalar>(gradients: &mut [T], max_norm: f64, p: f64) -> f64 {
    assert!(max_norm > 0.0, "a norm of at most {max_norm} is not possible; it must be greater than 0");
    assert!(p >= 1.0, "a norm with p = {p} is not possible; it must be at least 1");
    let norm = norm(gradients, p);
    let factor = max_norm / (norm + 1e-6);
    if norm.is_finite() && factor < 1.0 {
        for_each_piece(gradients, |piece| {
            vectorize!(piece.iter_mut().for_each(|g| *g = T::from_f64(g.to_f64() * factor)));
        });
    }
    norm
}

fn norm<T: Scalar>(gradients: &[T], p: f64) -> f64 {
    let sum = if p == f64::INFINITY {
        return largest(gradients);
    } else if p == 2.0 {
        sum(gradients, |g| g * g)
    } else if p == 1.0 {
        sum(gradients, |g| g)
    } else {
        sum(gradients, |g| g.powf(p))
    };
    if sum.is_normal() {
        return sum.powf(1.0 / p);
    }
    // Out of range: all are 0, one is not finite, or the powers need another unit.
    let unit = largest(gradients);
    if unit > 0.0 && unit.is_finite() { unit * self::sum(gradients, |g| (g / unit).powf(p)).powf(1.0 / p) } else { unit }
}

fn sum<T: Scalar>(gradients: &[T], term: impl Fn(f64) -> f64 + Copy + Sync) -> f64 {
    fold(gradients, term, |sum, term| sum + term)
}

/// NaN if there is one.
fn largest<T: Scalar>(gradients: &[T]) -> f64 {
    fold(gradients, |g| g, |largest, g| if g > largest || g.is_nan() { g } else { largest })
}

/// How many running results there are: enough that no addition waits for the one before.
const LANES: usize = 32;

/// Combines the terms of all magnitudes, from 0, in lanes of pieces, and the lanes and pieces in turn: a fixed order that vector
/// code and threads can keep.
fn fold<T: Scalar>(
    gradients: &[T],
    term: impl Fn(f64) -> f64 + Copy + Sync,
    combine: impl Fn(f64, f64) -> f64 + Copy + Sync,
) -> f64 {
    let of_piece = |piece: &mut &[T]| {
        let piece = *piece;
        let lanes = vectorize!({
            // Made in here, they stay in registers.
            let mut lanes = [0.0; LANES];
            let (blocks, rest) = piece.as_chunks::<LANES>();
            for block in blocks {
                lanes.iter_mut().zip(block).for_each(|(lane, g)| *lane = combine(*lane, term(g.to_f64().abs())));
            }
            lanes.iter_mut().zip(rest).for_each(|(lane, g)| *lane = combine(*lane, term(g.to_f64().abs())));
            lanes
        });
        lanes.into_iter().fold(0.0, combine)
    };
    map_pieces(gradients, of_piece).fold(0.0, combine)
}
