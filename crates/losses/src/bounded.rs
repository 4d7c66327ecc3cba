//! Numbers that stay finite.

use backprop_tensor::Scalar;

/// x, or the finite number next to it where it is infinite; NaN stays NaN.
///
/// What grows faster than the number type reaches (an exponential, a square, a quotient) is cut off there, so that a wild prediction
/// has a gradient that clipping can still shorten, and the difference of two such terms is a number.
#[inline(always)]
pub(crate) fn finite<T: Scalar>(x: T) -> T {
    // (2 − ε) 2¹²⁷ or (2 − ε) 2¹⁰²³
    let two = T::ONE + T::ONE;
    let largest = (two - T::EPSILON) * (two / T::MIN_POSITIVE);
    x.at_least(-largest).at_most(largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_the_largest_numbers() {
        assert_eq!([f32::INFINITY, f32::NEG_INFINITY, 3.0].map(finite), [f32::MAX, f32::MIN, 3.0]);
        assert_eq!([f64::INFINITY, f64::NEG_INFINITY, f64::MAX].map(finite), [f64::MAX, f64::MIN, f64::MAX]);
        assert!(finite(f32::NAN).is_nan());
    }
}
