//! Elementary functions of `f32` as branch-free polynomials: vector code in any loop, the same bits with any C library.
//!
//! Each reduces its argument exactly, evaluates polynomials that are minimax in the relative error (of Taylor for ln), and selects the
//! special cases at the end. Integers wrap on purpose, so that overflow checks do not keep the loops from being vectorised. Products
//! and sums stay apart, or where digits need it are fused by `mul_add`: the same bits everywhere, but a call of the C library where
//! the path has no instruction for it.

const LOG2_E: f32 = std::f32::consts::LOG2_E;
/// ln 2 in two parts: products of the first with integers below 2⁸ are exact.
const LN_2_HIGH: f32 = 355.0 / 512.0;
const LN_2_LOW: f32 = -2.121_944_4e-4;
/// 1.5 · 2²³: adding it rounds to the nearest integer, which then stands in the low bits.
const ROUNDER: f32 = 12_582_912.0;

/// 2ⁿ for −126 ≤ n ≤ 127.
#[inline(always)]
const fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// 2ᵏ eˣ, where the result is a normal number: 2ᵏ⁺ⁿ eʳ with n whole, x = n ln 2 + r and |r| ≤ ln 2 / 2.
///
/// ```text
/// eʳ = 1 + r + r² (c₀ + c₁ r + c₂ r² + c₃ r³)      relative error ≤ 1.05e-7
/// ```
#[inline(always)]
fn scaled_exp(x: f32, k: f32) -> f32 {
    // What rounds x/ln 2 to n also adds k and the offset of exponents: its low bits are those of 2ᵏ⁺ⁿ.
    let rounder = ROUNDER + 127.0 + k;
    let shifted = x * LOG2_E + rounder;
    let n = shifted - rounder;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let tail = (0.166_671_15 * r + 0.499_992_3) + r * r * (0.008_312_52 * r + 0.041_890_156);
    ((1.0 + r) + r * r * tail) * f32::from_bits(shifted.to_bits() << 23)
}

/// eˣ: 0 below −104, +∞ above 88.73, subnormals in between.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    let bounded = if x > 89.0 { 89.0 } else { x };
    let bounded = if bounded < -104.0 { -104.0 } else { bounded };
    // eˣ may be too small or too large for one power of two: the second product takes it there, and rounds.
    let (k, back) = if x < 0.0 { (64.0, power_of_two(-64)) } else { (-64.0, power_of_two(64)) };
    scaled_exp(bounded, k) * back
}

/// eˣ for x ≤ 0: the bits of [`exp`], for less.
#[inline(always)]
pub(crate) fn exp_negative(x: f32) -> f32 {
    let bounded = if x < -104.0 { -104.0 } else { x };
    scaled_exp(bounded, 64.0) * power_of_two(-64)
}

/// eˣ − 1 = 2ⁿ (eʳ − 1) + (2ⁿ − 1), |r| ≤ ln 2 / 2.
///
/// ```text
/// eʳ − 1 = r + r² (c₀ + c₁ r + c₂ r² + c₃ r³ + c₄ r⁴)      error ≤ 3.1e-9 eʳ
/// ```
#[inline(always)]
pub(crate) fn exp_m1(x: f32) -> f32 {
    let bounded = if x > 89.0 { 89.0 } else { x };
    let bounded = if bounded < -18.0 { -18.0 } else { bounded };
    let shifted = bounded * LOG2_E + ROUNDER;
    let n = shifted - ROUNDER;
    let r = (bounded - n * LN_2_HIGH) - n * LN_2_LOW;
    let tail = 0.001_381_459_9;
    let tail = tail * r + 0.008_368_717;
    let tail = tail * r + 0.041_668_39;
    let tail = tail * r + 0.166_665_2;
    let tail = tail * r + 0.499_999_94;
    let p = r * r * tail + r;
    // The largest exponent, 128, is reached as 2 · 2¹²⁷.
    let scale = power_of_two((shifted.to_bits() as i32).wrapping_sub(ROUNDER.to_bits() as i32 + 1));
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

/// ln(1 + eˣ) for x ≤ 0.
///
/// ```text
/// ln(1 + e) = t + t³ (c₀ + c₁ t² + c₂ t⁴ + c₃ t⁶)      e = eˣ, t = 2e/(2 + e) ≤ 2/3; relative error ≤ 1.7e-8 before rounding
/// ```
#[inline(always)]
pub(crate) fn ln_1p_exp_negative(x: f32) -> f32 {
    let e = exp_negative(x);
    let t = (e + e) / (2.0 + e);
    let w = t * t;
    let tail = (0.083_333_3 + w * 0.012_502_363) + w * w * (0.002_205_986 + w * 0.000_524_443_34);
    t + t * (w * tail)
}

/// tanh x = 2t/(1 + t²) with t = tanh(x/2), odd, and 1 from 9.02 on.
///
/// ```text
/// tanh(x/2) = x P(x²)/Q(x²) = s/q      P of degree 2, Q of degree 3
/// tanh x    = 2 s q/(q² + s²)          relative error ≤ 3e-8 before rounding
/// ```
/// The doubling takes away the errors of t as it saturates, and both quotients are one division. Q begins with x⁶, and its scale is
/// such that Q(0) and its square are not far below powers of two, where rounding is least felt.
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    let magnitude = x.abs();
    let a = if magnitude > 9.02 { 9.02 } else { magnitude };
    let z = a * a;
    let s = a * ((50.108_295 * z + 13_873.175) * z + 471_859.2);
    let q = ((z + 1_101.796_5) * z + 106_389.43) * z + 943_718.4;
    let y = s * (q + q) / (q * q + s * s);
    let y = if y > 1.0 { 1.0 } else { y };
    // So close to 0 tanh x is x, to the last bit.
    (if a < 2e-4 { a } else { y }).copysign(x)
}

/// σ(x) = 1/(1 + e⁻ˣ), both terms of the sum times 2⁻³², so that e⁻ˣ neither overflows nor, as a quotient, underflows too early.
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    const ONE: f32 = power_of_two(-32);
    let bounded = if x > 17.5 { 17.5 } else { x };
    let bounded = if bounded < -104.0 { -104.0 } else { bounded };
    ONE / (ONE + scaled_exp(-bounded, -32.0))
}

/// erf x = 1 − e^(−a G(a)) with a = min(|x|, 4), odd, and 1 from 3.93 on.
///
/// ```text
/// G(a) = −ln(1 − erf a)/a, of degree 7      relative error of erf ≤ 3.6e-8 before rounding
/// 1 − e^(−a G(a)) = (1 − 2ⁿ) − 2ⁿ (eʳ − 1)  as in exp_m1
/// ```
/// The error of G is felt less and less as erf saturates, and near 0 nothing cancels: one formula does for every argument.
#[inline(always)]
pub(crate) fn erf(x: f32) -> f32 {
    let magnitude = x.abs();
    let a = if magnitude > 4.0 { 4.0 } else { magnitude };
    let z = a * a;
    let low = (0.102_814_4 - 0.019_321_678 * a) * z + 0.636_616_5 * a;
    let high = (4.070_593e-5 * a - 3.809_939_3e-4) * z + (0.001_251_750_2 * a + 2.056_830_9e-4);
    // What is added last is by far the largest near 0, where the rounding of G is felt.
    let exponent = -a * (std::f32::consts::FRAC_2_SQRT_PI + (high * (z * z) + low));
    let shifted = exponent * LOG2_E + (ROUNDER + 127.0);
    let n = shifted - (ROUNDER + 127.0);
    let r = (exponent - n * LN_2_HIGH) - n * LN_2_LOW;
    let scale = f32::from_bits(shifted.to_bits() << 23);
    ((1.0 - scale) - scale * short_exp_m1(r)).copysign(x)
}

/// eʳ − 1 for |r| ≤ 0.35, the polynomial of [`exp_m1`] in pairs: fewer steps that wait for each other.
#[inline(always)]
fn short_exp_m1(r: f32) -> f32 {
    let z = r * r;
    let tail = (0.166_665_2 * r + 0.499_999_94) + z * ((0.008_368_717 * r + 0.041_668_39) + z * 0.001_381_459_9);
    z * tail + r
}

/// The polynomial with these coefficients, that of the highest power first, each step rounded once.
#[inline(always)]
fn horner<const N: usize>(x: f32, coefficients: [f32; N]) -> f32 {
    coefficients.into_iter().reduce(|y, c| y.mul_add(x, c)).unwrap_or(0.0)
}

/// a = min(|x|, 14.5), and a Φ(−a), Φ(−a) and φ(a), the tail and the density of the standard normal distribution: 0 at the bound.
///
/// ```text
/// φ(a)    = e^(−a²/2)/√2π
/// a Φ(−a) = e^(−a²/2) t P(t − 7/16)             t = a/(a + k), P of degree 8; relative error ≤ 2.1e-8 before rounding
/// Φ(−a)   = e^(−a²/2) (1 − t)/k P(t − 7/16)
/// ```
/// With t in [0, 0.8] P is taken about the middle: both ends keep their digits. With k = 61/16 a P of its degree comes closest. The
/// steps are rounded once, which needs fewer of them. The portable path has no instruction for it on x86: the calls of the C library
/// make it 25 times as slow as products and sums apart, and slower still on a CPU without FMA.
#[inline(always)]
pub(crate) fn normal(x: f32) -> [f32; 4] {
    const K: f32 = 61.0 / 16.0;
    /// 1/k, rounded such that Φ(0) is ½.
    const INVERSE: f32 = 0.262_295_1;
    const MIDDLE: f32 = 7.0 / 16.0;
    let magnitude = x.abs();
    let a = if magnitude > 14.5 { 14.5 } else { magnitude };

    // e^(−a²/2) is 2⁻ⁿ e^(−r/2), r = a² − 2 n ln 2 in |r| ≤ ln 2. The power is made 2⁶⁴ times as large, so that its exponent is that
    // of a normal number.
    let rounder = ROUNDER + 127.0 + 64.0;
    let square = a * a;
    let shifted = square.mul_add(-0.5 * LOG2_E, rounder);
    let n = rounder - shifted;
    // n 2 ln 2 is exact in its high part, and so is a² until the difference is rounded.
    let r = n.mul_add(-2.0 * LN_2_LOW, a.mul_add(a, n * (-2.0 * LN_2_HIGH)));
    let grown = r * horner(r, [2.159_514_8e-5, -2.615_209_7e-4, 0.002_604_266_4, -0.020_833_151, 0.124_999_985, -0.5]);
    let scale = f32::from_bits(shifted.to_bits() << 23) * power_of_two(-64);
    let times_exp = |y: f32| y.mul_add(grown, y) * scale;

    let t = a / (a + K);
    let c = t - MIDDLE;
    let p = [
        0.116_331_83,
        0.041_150_3,
        -0.300_658_4,
        0.086_372_53,
        0.678_154_8,
        -1.454_192_2,
        1.703_791,
        -1.383_340_1,
        0.831_765_8,
    ];
    let p = horner(c, p);
    [a, times_exp(t * p), times_exp((1.0 - t) * p * INVERSE), times_exp(0.398_942_3)]
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
        worst("exp", exp, f64::exp, 3.0);
        worst("exp_m1", exp_m1, f64::exp_m1, 2.0);
        worst("ln", ln, f64::ln, 2.0);
        worst("ln_1p", ln_1p, f64::ln_1p, 3.0);
        worst("tanh", tanh, f64::tanh, 4.0);
        worst("erf", erf, libm::erf, 3.5);
        worst("sigmoid", sigmoid, |x| 1.0 / (1.0 + (-x).exp()), 4.0);
    }

    #[test]
    fn tanh_where_its_rounding_is_felt_most() {
        // From the first argument that is not its own tanh to the first whose tanh is 1, every 61st number: two million.
        for bits in (2e-4_f32.to_bits()..9.1_f32.to_bits()).step_by(61) {
            let x = f32::from_bits(bits);
            let y = tanh(x);
            assert!(y <= 1.0 && ulps(y, f64::from(x).tanh()) <= 4.0, "tanh {x:e} is {y:e}");
        }
    }

    /// Φ(−|x|) and φ(x) in double precision.
    fn exact_normal(x: f64) -> [f64; 2] {
        [0.5 * libm::erfc(x.abs() * std::f64::consts::FRAC_1_SQRT_2), (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()]
    }

    #[test]
    fn the_normal_tail_and_density_keep_their_digits() {
        let mut worst = [0.0_f64; 3];
        for bits in (0..14.5_f32.to_bits()).step_by(331) {
            let x = f32::from_bits(bits);
            let [a, weighted, tail, density] = normal(x);
            assert_eq!((a, normal(-x)), (x, [a, weighted, tail, density]));
            let [exact_tail, exact_density] = exact_normal(f64::from(x));
            let pairs = [(weighted, f64::from(x) * exact_tail), (tail, exact_tail), (density, exact_density)];
            for (worst, (got, exact)) in worst.iter_mut().zip(pairs) {
                *worst = worst.max(ulps(got, exact));
            }
        }
        assert!(worst[0] <= 4.0 && worst[1] <= 11.0 && worst[2] <= 1.5, "{worst:?} ulp");
        assert_eq!([normal(0.0), normal(-0.0)], [[0.0, 0.0, 0.5, 0.398_942_3]; 2]);
        for x in [15.0, 40.0, 1e20, f32::INFINITY] {
            assert_eq!([normal(x), normal(-x)], [[14.5, 0.0, 0.0, 0.0]; 2]);
        }
        for nan in [f32::NAN, f32::from_bits(0x7f80_0001)] {
            assert!(normal(nan).iter().all(|y| y.is_nan()));
        }
    }

    #[test]
    fn erf_where_its_rounding_is_felt_most() {
        // From where it is a straight line to where it is 1, every 61st number of both signs: three million.
        for bits in (1e-4_f32.to_bits()..4.1_f32.to_bits()).step_by(61) {
            let x = f32::from_bits(bits);
            let y = erf(x);
            assert!(y <= 1.0 && ulps(y, libm::erf(f64::from(x))) <= 3.5, "erf {x:e} is {y:e}");
            assert_eq!(erf(-x).to_bits(), (-y).to_bits());
        }
    }

    #[test]
    fn the_exponential_of_a_negative_number_is_that_of_any() {
        for bits in (0..=f32::INFINITY.to_bits()).step_by(4099) {
            let x = -f32::from_bits(bits);
            assert_eq!(exp_negative(x).to_bits(), exp(x).to_bits(), "{x:e}");
        }
        assert_eq!([exp_negative(0.0), exp_negative(f32::NEG_INFINITY)], [1.0, 0.0]);
    }

    #[test]
    fn the_soft_part_of_softplus_keeps_its_digits() {
        // Every 331st number that is not above 0, down to where the result is 0: three million.
        for bits in (0..105.0_f32.to_bits()).step_by(331) {
            let x = -f32::from_bits(bits);
            let (y, exact) = (ln_1p_exp_negative(x), f64::from(x).exp().ln_1p());
            assert!(ulps(y, exact) <= 4.0, "ln(1 + e^{x:e}) is {y:e}, not {exact:e}");
        }
        assert_eq!([0.0, -0.0].map(ln_1p_exp_negative), [std::f32::consts::LN_2; 2]);
        assert_eq!([-105.0, -1e30, f32::MIN, f32::NEG_INFINITY].map(ln_1p_exp_negative), [0.0; 4]);
        assert!(ln_1p_exp_negative(f32::NAN).is_nan());
    }

    #[test]
    fn special_values() {
        for nan in [f32::NAN, -f32::NAN, f32::from_bits(0x7fc0_1234), f32::from_bits(0x7f80_0001)] {
            for f in [exp, exp_negative, exp_m1, ln, ln_1p, tanh, erf, sigmoid] {
                assert!(f(nan).is_nan());
            }
        }
        assert_eq!([exp(f32::INFINITY), exp(f32::NEG_INFINITY), exp(0.0)], [f32::INFINITY, 0.0, 1.0]);
        assert_eq!([exp_m1(f32::INFINITY), exp_m1(f32::NEG_INFINITY), exp_m1(0.0)], [f32::INFINITY, -1.0, 0.0]);
        assert_eq!([ln(0.0), ln(1.0), ln(f32::INFINITY)], [f32::NEG_INFINITY, 0.0, f32::INFINITY]);
        assert!(ln(-1.0).is_nan() && ln_1p(-2.0).is_nan());
        assert_eq!([ln_1p(-1.0), ln_1p(0.0), ln_1p(f32::INFINITY)], [f32::NEG_INFINITY, 0.0, f32::INFINITY]);
        assert_eq!([tanh(f32::INFINITY), tanh(f32::NEG_INFINITY), tanh(1e-30)], [1.0, -1.0, 1e-30]);
        assert_eq!([erf(f32::INFINITY), erf(f32::NEG_INFINITY), erf(0.0)], [1.0, -1.0, 0.0]);
        assert!(tanh(-0.0).is_sign_negative() && erf(-0.0).is_sign_negative());
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
                ("exp", exp(x), exact.exp(), 3.0),
                ("exp_m1", exp_m1(x), exact.exp_m1(), 2.0),
                ("tanh", tanh(x), exact.tanh(), 4.0),
                ("erf", erf(x), libm::erf(exact), 4.0),
                ("sigmoid", sigmoid(x), 1.0 / (1.0 + (-exact).exp()), 4.0),
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
        for f in [exp, exp_m1, tanh, erf, sigmoid] {
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

    #[test]
    fn reference_values() {
        // Computed with 50 digits.
        for (x, exact) in [(-87.4, 1.103_22e-38), (-88.8, 2.7205e-39), (-103.9, 7.5e-46)] {
            let (got, unit) = (f64::from(sigmoid(x)), f64::from(f32::from_bits(1)));
            assert!((got - exact).abs() <= 1e-5 * exact + unit, "σ({x}) is {got:e}, not {exact:e}");
        }
        // ln(1 + eˣ), the tail of losses from logits.
        for (x, exact) in [(0.0, std::f64::consts::LN_2), (-0.5, 0.474_076_984_180_106_7), (-100.0, 3.72e-44), (-1e4, 0.0)] {
            let got = ln_1p(exp(x));
            assert!(ulps(got, exact) <= 2.0, "ln(1 + e^{x}) is {got:e}, not {exact:e}");
        }
    }
}
