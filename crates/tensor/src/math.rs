//! Elementary functions of `f32` as branch-free polynomials: vector code in any loop, the same bits with any C library.
//!
//! Each reduces its argument exactly, evaluates a Taylor polynomial whose truncation error is below a tenth of a unit in the
//! last place, and selects the special cases at the end. Integers wrap on purpose, so that overflow checks do not keep the
//! loops from being vectorised.

const LOG2_E: f32 = std::f32::consts::LOG2_E;
/// ln 2 in two parts: products of the first with integers below 2⁸ are exact.
const LN_2_HIGH: f32 = 355.0 / 512.0;
const LN_2_LOW: f32 = -2.121_944_4e-4;
/// 1.5 · 2²³: adding it rounds to the nearest integer, which then stands in the low bits.
const ROUNDER: f32 = 12_582_912.0;

/// x = n ln 2 + r with |r| ≤ ln 2 / 2, for |x| ≤ 150: the integer n and the remainder r.
#[inline(always)]
fn reduce(x: f32) -> (i32, f32) {
    let shifted = x * LOG2_E + ROUNDER;
    let n = shifted - ROUNDER;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    ((shifted.to_bits() as i32).wrapping_sub(ROUNDER.to_bits() as i32), r)
}

/// 2ⁿ for −126 ≤ n ≤ 127.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// (eʳ − 1 − r)/r² for |r| ≤ ln 2 / 2 = 1/2! + r/3! + r²/4! + … + r⁵/7!.
#[inline(always)]
fn exponential_tail(r: f32) -> f32 {
    let p = 1.0 / 5040.0;
    let p = p * r + 1.0 / 720.0;
    let p = p * r + 1.0 / 120.0;
    let p = p * r + 1.0 / 24.0;
    let p = p * r + 1.0 / 6.0;
    p * r + 0.5
}

/// eˣ: 0 below −104, +∞ above 88.73, subnormals in between rounded correctly.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    let bounded = if x > 89.0 { 89.0 } else { x };
    let bounded = if bounded < -104.0 { -104.0 } else { bounded };
    let (n, r) = reduce(bounded);
    let p = r * r * exponential_tail(r) + r + 1.0;
    let half = n >> 1;
    p * power_of_two(half) * power_of_two(n.wrapping_sub(half))
}

/// eˣ − 1 = 2ⁿ (eʳ − 1) + (2ⁿ − 1).
#[inline(always)]
pub(crate) fn exp_m1(x: f32) -> f32 {
    let bounded = if x > 89.0 { 89.0 } else { x };
    let bounded = if bounded < -18.0 { -18.0 } else { bounded };
    let (n, r) = reduce(bounded);
    let p = r * r * exponential_tail(r) + r;
    // The largest exponent, 128, is reached as 2 · 2¹²⁷.
    let scale = power_of_two(n.wrapping_sub(1));
    2.0 * (scale * p + (scale - 0.5))
}

/// ln x = e ln 2 + ln m with m in [√½, √2); ln m from the series of artanh in s = (m − 1)/(m + 1).
#[inline(always)]
pub(crate) fn ln(x: f32) -> f32 {
    let tiny = x < f32::MIN_POSITIVE;
    let scaled = if tiny { x * 8_388_608.0 } else { x };
    let offset = if tiny { -23.0 } else { 0.0 };
    // Taking off the bits of √½ leaves the exponent of x/√½ on top, rounded down.
    let shifted = scaled.to_bits().wrapping_sub(0x3f35_04f3);
    let e = ((shifted as i32) >> 23) as f32 + offset;
    let m = f32::from_bits((shifted & 0x007f_ffff).wrapping_add(0x3f35_04f3));
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let tail = z * (2.0 / 3.0 + z * (2.0 / 5.0 + z * (2.0 / 7.0 + z * (2.0 / 9.0 + z * (2.0 / 11.0)))));
    let half_square = 0.5 * f * f;
    let y = e * LN_2_HIGH - ((half_square - (s * (half_square + tail) + e * LN_2_LOW)) - f);
    let y = if x == f32::INFINITY { x } else { y };
    let y = if x == 0.0 { f32::NEG_INFINITY } else { y };
    if x < 0.0 || x.is_nan() { f32::NAN } else { y }
}

/// ln(1 + x) = ln u + (x − (u − 1))/u with u = 1 + x rounded.
#[inline(always)]
pub(crate) fn ln_1p(x: f32) -> f32 {
    let u = 1.0 + x;
    let correction = (x - (u - 1.0)) / u;
    let y = ln(u) + correction;
    // At the ends the correction is 0/0 or ∞ − ∞; ln u alone is right there.
    if u == f32::INFINITY || u == 0.0 { ln(u) } else { y }
}

/// tanh x = t/(t + 2) with t = e²ˣ − 1, odd.
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    let magnitude = x.abs();
    let bounded = if magnitude > 10.0 { 10.0 } else { magnitude };
    let t = exp_m1(2.0 * bounded);
    (t / (t + 2.0)).copysign(x)
}

/// σ(x) = 1/(1 + e⁻ˣ), from e^(−|x|).
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    let e = exp(-x.abs());
    let top = if x < 0.0 { e } else { 1.0 };
    top / (1.0 + e)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Distance in units in the last place of the exact value, rounded to f32.
    fn ulps(got: f32, exact: f64) -> f64 {
        let nearest = exact as f32;
        if got == nearest || (got.is_nan() && nearest.is_nan()) {
            return 0.0;
        }
        let unit = f64::from(f32::from_bits(nearest.abs().to_bits() + 1)) - f64::from(nearest.abs());
        (f64::from(got) - exact).abs() / unit
    }

    fn worst(name: &str, f: fn(f32) -> f32, exact: fn(f64) -> f64, limit: f64) {
        let mut worst = (0.0, 0.0);
        // Every 4099th bit pattern of both signs: about a million arguments of every magnitude.
        for bits in (0..=u32::MAX).step_by(4099) {
            let x = f32::from_bits(bits);
            if x.is_nan() {
                continue;
            }
            let error = ulps(f(x), exact(f64::from(x)));
            assert!(!error.is_nan(), "{name}({x:e}) = {:e}", f(x));
            if error > worst.0 {
                worst = (error, x);
            }
        }
        assert!(worst.0 <= limit, "{name}: {} ulp at {:e}", worst.0, worst.1);
    }

    #[test]
    fn at_most_a_few_units_in_the_last_place() {
        worst("exp", exp, f64::exp, 2.0);
        worst("exp_m1", exp_m1, f64::exp_m1, 2.0);
        worst("ln", ln, f64::ln, 2.0);
        worst("ln_1p", ln_1p, f64::ln_1p, 3.0);
        worst("tanh", tanh, f64::tanh, 4.0);
        worst("sigmoid", sigmoid, |x| 1.0 / (1.0 + (-x).exp()), 3.0);
    }

    #[test]
    fn special_values() {
        for f in [exp, exp_m1, ln, ln_1p, tanh, sigmoid] {
            assert!(f(f32::NAN).is_nan());
        }
        assert_eq!([exp(f32::INFINITY), exp(f32::NEG_INFINITY), exp(0.0)], [f32::INFINITY, 0.0, 1.0]);
        assert_eq!([exp_m1(f32::INFINITY), exp_m1(f32::NEG_INFINITY), exp_m1(0.0)], [f32::INFINITY, -1.0, 0.0]);
        assert_eq!([ln(0.0), ln(1.0), ln(f32::INFINITY)], [f32::NEG_INFINITY, 0.0, f32::INFINITY]);
        assert!(ln(-1.0).is_nan() && ln_1p(-2.0).is_nan());
        assert_eq!([ln_1p(-1.0), ln_1p(0.0), ln_1p(f32::INFINITY)], [f32::NEG_INFINITY, 0.0, f32::INFINITY]);
        assert_eq!([tanh(f32::INFINITY), tanh(f32::NEG_INFINITY), tanh(1e-30)], [1.0, -1.0, 1e-30]);
        assert!(tanh(-0.0).is_sign_negative());
        assert_eq!([sigmoid(f32::INFINITY), sigmoid(f32::NEG_INFINITY), sigmoid(0.0)], [1.0, 0.0, 0.5]);
    }

    /// Where elementary functions go wrong: zeros, subnormals, ends of the range, where results round to 0, 1 or ∞.
    const DANGEROUS: [f32; 28] = [
        0.0, 1e-45, 1e-40, 1.17e-38, 1.18e-38, 1e-8, 1e-3, 0.5, 1.0, 3.0, 5.0, 6.0, 8.5, 10.0, 16.6, 17.4, 20.0, 37.0, 50.0,
        87.4, 88.7, 88.8, 103.9, 104.0, 500.0, 1e4, 1e20, 3.4e38,
    ];

    /// The dangerous arguments of both signs, in order.
    fn dangerous() -> impl Iterator<Item = f32> {
        DANGEROUS.into_iter().rev().map(|x| -x).chain(DANGEROUS)
    }

    #[test]
    fn finite_arguments_give_numbers_of_the_right_size() {
        for x in dangerous() {
            let exact = f64::from(x);
            for (name, got, exact, limit) in [
                ("exp", exp(x), exact.exp(), 2.0),
                ("exp_m1", exp_m1(x), exact.exp_m1(), 2.0),
                ("tanh", tanh(x), exact.tanh(), 4.0),
                ("sigmoid", sigmoid(x), 1.0 / (1.0 + (-exact).exp()), 3.0),
                ("ln", ln(x), exact.ln(), 2.0),
                ("ln_1p", ln_1p(x), exact.ln_1p(), 3.0),
            ] {
                assert!(ulps(got, exact) <= limit, "{name}({x:e}) is {got:e}, not {exact:e}");
            }
        }
    }

    #[test]
    fn exact_at_zero_and_one() {
        for zero in [0.0_f32, -0.0] {
            assert_eq!([exp(zero), exp_m1(zero), ln_1p(zero), tanh(zero), sigmoid(zero)], [1.0, 0.0, 0.0, 0.0, 0.5]);
            assert_eq!(tanh(zero).to_bits(), zero.to_bits());
        }
        assert_eq!(ln(1.0).to_bits(), 0);
        // Near 0 these are x itself.
        for x in [1e-45_f32, 1e-40, 1.2e-38, 1e-20, 1e-9] {
            for x in [x, -x] {
                assert_eq!([ln_1p(x), tanh(x)], [x; 2]);
                // The halves in between cost a subnormal its last bit.
                assert!(ulps(exp_m1(x), f64::from(x)) <= if x.is_normal() { 0.0 } else { 1.0 });
            }
        }
    }

    #[test]
    fn subnormals_are_numbers() {
        // 2⁻¹⁴⁹ is the smallest: its logarithm is −149 ln 2.
        assert_eq!(ln(f32::from_bits(1)), -103.278_93);
        assert_eq!([exp(-103.0).to_bits(), exp(-103.9).to_bits(), exp(-104.0).to_bits()], [1, 1, 0]);
        assert!(exp(-87.4) < f32::MIN_POSITIVE && ulps(exp(-87.4), f64::from(-87.4_f32).exp()) <= 1.0);
        assert!(exp(88.72) < f32::INFINITY && exp(88.73) == f32::INFINITY);
    }

    #[test]
    fn rising_functions_rise() {
        for f in [exp, exp_m1, tanh, sigmoid] {
            let y: Vec<f32> = dangerous().map(f).collect();
            assert!(y.windows(2).all(|pair| pair[0] <= pair[1]), "{y:?}");
        }
        for f in [ln, ln_1p] {
            let y: Vec<f32> = DANGEROUS.map(f).to_vec();
            assert!(y.windows(2).all(|pair| pair[0] <= pair[1]), "{y:?}");
        }
        // In steps of a hundredth, nothing is flat where the function is not.
        let y: Vec<[f32; 4]> = (-400..400).map(|i| i as f32 * 0.01).map(|x| [exp(x), exp_m1(x), tanh(x), sigmoid(x)]).collect();
        assert!(y.windows(2).all(|pair| (0..4).all(|f| pair[0][f] < pair[1][f])));
    }

    #[test]
    fn symmetries() {
        for x in dangerous() {
            assert!((sigmoid(-x) - (1.0 - sigmoid(x))).abs() <= f32::EPSILON, "σ(−{x:e})");
            assert_eq!(tanh(-x).to_bits(), (-tanh(x)).to_bits());
            assert!((0.0..=1.0).contains(&sigmoid(x)) && tanh(x).abs() <= 1.0);
        }
    }

    /// BCE from a logit: max(x, 0) − x t + ln(1 + e^(−|x|)).
    fn cross_entropy(x: f32, t: f32) -> f32 {
        x.max(0.0) - x * t + ln_1p(exp(-x.abs()))
    }

    #[test]
    fn reference_values() {
        // Computed with 50 digits.
        for (x, exact) in [(-87.4, 1.103_22e-38), (-88.8, 2.7205e-39), (-103.9, 7.5e-46)] {
            let (got, unit) = (f64::from(sigmoid(x)), f64::from(f32::from_bits(1)));
            assert!((got - exact).abs() <= 1e-5 * exact + unit, "σ({x}) is {got:e}, not {exact:e}");
        }
        for (x, t, exact) in [
            (0.0, 0.3, std::f64::consts::LN_2),
            (100.0, 1.0, 3.72e-44),
            (100.0, 0.0, 100.0),
            (-100.0, 1.0, 100.0),
            (-100.0, 0.0, 3.72e-44),
            (88.8, 0.0, 88.8),
            (1e4, 1.0, 0.0),
            (0.5, 0.3, 0.824_076_984_180_110_7),
        ] {
            let got = cross_entropy(x, t);
            assert!(ulps(got, exact) <= 2.0, "({x}, {t}) gives {got:e}, not {exact:e}");
        }
    }
}
