//! Logarithms as vector code.

use std::f64::consts::FRAC_1_SQRT_2;

use backprop_tensor::Scalar;

/// ln 2 in two parts: products of the first with integers below 2¹¹ are exact.
const LN_2_HIGH: f64 = f64::from_bits(std::f64::consts::LN_2.to_bits() & !0x7ff_ffff);
const LN_2_LOW: f64 = 1.299_650_689_388_988_9e-8;
const MANTISSA: u64 = (1 << 52) - 1;

/// ln x for x ≥ 1, at most 1e-15 of it away; NaN for NaN and ∞.
///
/// ```text
/// ln x = e ln 2 + ln m,  x = 2ᵉ m,  √½ ≤ m < √2
/// ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …),  s = (m − 1)/(m + 1)
/// ```
///
/// The standard library's, a call for each number, keeps a loop scalar.
#[inline(always)]
pub(crate) fn ln(x: f64) -> f64 {
    // Taking off the bits of √½ leaves the exponent of x/√½ on top, rounded down; it is not negative.
    let shifted = x.to_bits().wrapping_sub(FRAC_1_SQRT_2.to_bits());
    let two_52 = f64::from_bits(0x4330_0000_0000_0000); // 2⁵², whose last bit counts ones
    let e = f64::from_bits(two_52.to_bits() | (shifted >> 52)) - two_52;
    let m = f64::from_bits((shifted & MANTISSA).wrapping_add(FRAC_1_SQRT_2.to_bits()));
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    // 2 (z/3 + z²/5 + … + z¹¹/23); z < 0.03
    let mut tail = 2.0 / 23.0;
    for k in [21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        tail = tail * z + 2.0 / k;
    }
    let tail = tail * z;
    // 2 artanh s = f − s (f − tail), where s f = f²/2 − s f²/2: the large part, f, is exact.
    let half_square = 0.5 * f * f;
    let y = e * LN_2_HIGH - ((half_square - (s * (half_square + tail) + e * LN_2_LOW)) - f);
    if x < f64::INFINITY { y } else { f64::NAN }
}

/// ln(1 + x) for x > −1; NaN for −1 and below. Without the special cases of [`Scalar::ln_1p`], which keep a loop scalar.
#[inline(always)]
pub(crate) fn ln_1p<T: Scalar>(x: T) -> T {
    let u = T::ONE + x;
    // ln u, and what 1 + x rounds away
    u.ln() + (x - (u - T::ONE)) / u
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_swallows_is_not_lost() {
        for x in [-0.999, -0.5, -1e-3, -1e-10, 0.0, 1e-20, 1e-5, 0.3, 1.0, 1e5, 1e300_f64] {
            assert!((ln_1p(x) - x.ln_1p()).abs() <= 4e-16 * x.ln_1p().abs(), "ln(1 + {x:e}) is {:e}", ln_1p(x));
        }
        assert!([-1.0, -2.0, f32::NAN].iter().all(|&x| ln_1p(x).is_nan()) && ln_1p(f32::MAX) == f32::MAX.ln());
    }

    #[test]
    fn that_of_the_standard_library() {
        let close = |x: f64| assert!((ln(x) - x.ln()).abs() <= 4e-16 * x.ln(), "ln {x:e} is {:e}, not {:e}", ln(x), x.ln());
        (0..52).map(|k| 1.0 + f64::EPSILON * (1_u64 << k) as f64).for_each(close);
        (0..100_000).map(|k| 1.0 + f64::from(k) * 1.37e-4).for_each(close);
        (0..1000).map(|k| (f64::from(k) * 0.7).exp()).for_each(close);
    }

    #[test]
    fn exact_at_powers_of_two_and_no_number_without_one() {
        assert_eq!([1.0, 2.0, 4.0, 1024.0].map(ln), [1.0_f64, 2.0, 4.0, 1024.0].map(f64::ln));
        assert!(ln(f64::NAN).is_nan() && ln(f64::INFINITY).is_nan());
    }
}
