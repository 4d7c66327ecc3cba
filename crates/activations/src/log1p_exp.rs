//! The soft part of softplus and of log-sigmoid.

use backprop_tensor::Scalar;

/// ln(1 + e^−a) for a ≥ 0, exact where e^−a is tiny.
///
/// ```text
/// ln(1 + e) = 2 artanh(t/2) = t + t³ (1/12 + t²/80 + …)      t = 2e/(2 + e) ≤ 2/3
/// ```
///
/// In `f32` the series is a polynomial in t² fitted to [0, 4/9], relative error of the whole ≤ 1.7e-8 before rounding: an
/// argument from (0, 1] needs none of the steps by which a logarithm takes its argument apart, and what is left is vector code.
#[inline(always)]
pub(crate) fn log1p_exp_negative<T: Scalar>(a: T) -> T {
    let e = (-a).exp_negative();
    if T::EPSILON.to_f64() < 1e-10 {
        return e.ln_1p();
    }
    let c = T::from_f64;
    let t = (e + e) / (c(2.0) + e);
    let w = t * t;
    let tail = (c(0.083_333_3) + w * c(0.012_502_363)) + w * w * (c(0.002_205_986) + w * c(0.000_524_443_34));
    t + t * (w * tail)
}
