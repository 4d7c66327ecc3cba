//! Means of squares that neither overflow nor vanish.

use crate::mean::{errors, mean, pairs, variance};

/// A mean of squares of any size, as `value/scale²`.
///
/// The squares of numbers beyond 1e154 are larger than any number, and those of numbers below 1e-162 are 0. So the numbers are
/// first multiplied by the power of two that brings the largest near 1, which loses nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Square {
    value: f64,
    scale: f64,
}

impl Square {
    /// 1/n Σ (pᵢ − tᵢ)².
    pub(crate) fn of_errors(prediction: &[f64], target: &[f64]) -> Self {
        let (errors, headroom) = finite_errors(prediction, target);
        Self::of(errors, headroom, |errors| mean(errors.iter().map(|error| error * error)))
    }

    /// The variance of the errors.
    pub(crate) fn of_error_spread(prediction: &[f64], target: &[f64]) -> Self {
        let (errors, headroom) = finite_errors(prediction, target);
        Self::of(errors, headroom, |errors| variance(errors.iter().copied()))
    }

    /// The variance of the numbers.
    pub(crate) fn of_spread(numbers: &[f64]) -> Self {
        Self::of(numbers.to_vec(), 1.0, |numbers| variance(numbers.iter().copied()))
    }

    /// A mean of squares of numbers that have been multiplied by `headroom` already.
    fn of(mut numbers: Vec<f64>, headroom: f64, mean_square: impl Fn(&[f64]) -> f64) -> Self {
        let scale = scale(&numbers);
        numbers.iter_mut().for_each(|x| *x *= scale);
        Self { value: mean_square(&numbers), scale: headroom * scale }
    }

    /// Whether it is 0.
    pub(crate) fn is_zero(&self) -> bool {
        self.value == 0.0
    }

    /// Whether it is not a number.
    pub(crate) fn is_nan(&self) -> bool {
        self.value.is_nan()
    }

    /// The square root of it.
    pub(crate) fn root(&self) -> f64 {
        self.value.sqrt() / self.scale
    }

    /// self/other; other is not 0.
    pub(crate) fn over(&self, other: &Self) -> f64 {
        // The quotient of the scales can be infinite, and nothing of it is nothing.
        if self.is_zero() { 0.0 } else { self.value / other.value * (other.scale / self.scale).powi(2) }
    }
}

/// The errors and what they are multiplied by so that they are finite: ½ where one is larger than any number, else 1.
fn finite_errors(prediction: &[f64], target: &[f64]) -> (Vec<f64>, f64) {
    let headroom = if errors(prediction, target).any(f64::is_infinite) { 0.5 } else { 1.0 };
    (pairs(prediction, target).map(|(p, t)| headroom * p - headroom * t).collect(), headroom)
}

/// The power of two that brings the largest of the finite numbers into [1, 2); of the smallest and largest numbers, nearly.
fn scale(numbers: &[f64]) -> f64 {
    let largest = numbers.iter().map(|x| x.abs()).filter(|x| x.is_finite()).fold(0.0, f64::max);
    // The exponent stands above the 52 bits of the fraction, 1023 added to it; 2046 − e is that of the reciprocal.
    let exponent = (largest.to_bits() >> 52).min(2045);
    f64::from_bits((2046 - exponent) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_size_is_brought_near_one() {
        for (largest, expected) in [(1.0, 1.0), (1.9, 1.9), (3.0, 1.5), (-1e300, 1e300 / 2_f64.powi(996)), (0.0, 0.0)] {
            assert_eq!(largest * scale(&[0.5 * largest, largest]), f64::copysign(expected, largest), "{largest}");
        }
        assert!((1.0..4.0).contains(&(f64::MAX * scale(&[f64::MAX]))));
        assert_eq!(5e-324 * scale(&[5e-324]), 2_f64.powi(-51));
        assert_eq!(scale(&[f64::INFINITY, f64::NAN, 4.0]), 0.25);
    }

    #[test]
    fn roots_and_ratios_of_any_size() {
        for size in [1e-300, 1e-160, 1.0, 1e160, 1e300, 0.25 * f64::MAX] {
            let square = Square::of_errors(&[3.0 * size, 0.0], &[0.0, 4.0 * size]);
            assert!((square.root() / size - 12.5_f64.sqrt()).abs() < 1e-14, "{size}");
            let spread = Square::of_spread(&[-size, size]);
            assert!((square.over(&spread) - 12.5).abs() < 1e-13, "{size}");
        }
        // Errors beyond the largest number: twice the variance of the target, and four times.
        let (up, down) = ([f64::MAX, -f64::MAX], [-f64::MAX, f64::MAX]);
        assert_eq!(Square::of_errors(&down, &up).over(&Square::of_spread(&up)), 4.0);
        assert_eq!(Square::of_error_spread(&down, &up).over(&Square::of_spread(&up)), 4.0);
        assert_eq!(Square::of_spread(&[1.0; 3]).over(&Square::of_spread(&up)), 0.0);
        assert_eq!(Square::of_spread(&[f64::MAX; 3]).over(&Square::of_spread(&[1e-300, -1e-300])), 0.0);
        assert_eq!(Square::of_spread(&up).over(&Square::of_spread(&[1.0, -1.0])), f64::INFINITY);
    }
}
