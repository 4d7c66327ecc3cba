//! The two number types of the workspace.

use std::fmt::{Debug, Display, LowerExp};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::math;

mod sealed {
    use crate::kernels::gemm::HasRoom;
    use crate::kernels::tile::HasKernels;

    #[allow(private_bounds)] // that is what seals it
    pub trait Sealed: HasKernels + HasRoom {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A floating-point number: [`f32`], the default everywhere, or [`f64`], for gradient checks and users who need it.
///
/// The elementary functions of `f32` are polynomials of this crate (at most 4 units in the last place from the exact value), so
/// that loops over them become vector code and results do not depend on a C library. Those of `f64` are the standard library's.
/// All of them give NaN for NaN.
///
/// ```
/// use backprop_tensor::Scalar;
/// fn logistic<T: Scalar>(x: T) -> T { T::ONE / (T::ONE + (-x).exp()) }
/// assert_eq!(logistic(0.0_f32), 0.5);
/// assert_eq!(logistic(0.0_f64), 0.5);
/// ```
pub trait Scalar:
    sealed::Sealed
    + nalgebra::Scalar
    + nalgebra::ClosedAddAssign
    + Copy
    + Default
    + Display
    + Debug
    + LowerExp
    + PartialOrd
    + Send
    + Sync
    + Sum
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// The distance from 1 to the next larger number.
    const EPSILON: Self;
    /// The smallest positive normal number.
    const MIN_POSITIVE: Self;
    /// +∞.
    const INFINITY: Self;
    /// The name of the type: `"f32"` or `"f64"`.
    const NAME: &'static str;

    /// The nearest number of this type.
    fn from_f64(x: f64) -> Self;
    /// This number in double precision, exactly.
    fn to_f64(self) -> f64;
    /// eˣ.
    fn exp(self) -> Self;
    /// eˣ of a number that is not above 0, but for rounding: the same as [`exp`](Self::exp), for less.
    fn exp_negative(self) -> Self;
    /// eˣ − 1, exact near 0.
    fn exp_m1(self) -> Self;
    /// ln x.
    fn ln(self) -> Self;
    /// ln(1 + x), exact near 0.
    fn ln_1p(self) -> Self;
    /// ln(1 + eˣ) of a number x that is not above 0, the soft part of softplus and of losses from logits, with all digits where eˣ is
    /// tiny.
    ///
    /// ```text
    /// ln(1 + e) = 2 artanh(t/2) = t + t³ (1/12 + t²/80 + …)      e = eˣ,  t = 2e/(2 + e) ≤ 2/3
    /// ```
    ///
    /// In `f32` the series is a polynomial, at most 4 units in the last place from the exact value: an argument from (0, 1] needs none
    /// of the steps by which [`ln_1p`](Self::ln_1p) takes its argument apart, and loops over it are vector code.
    ///
    /// ```
    /// use backprop_tensor::Scalar;
    /// assert_eq!([0.0_f64.ln_1p_exp_negative(), (-1000.0_f64).ln_1p_exp_negative()], [std::f64::consts::LN_2, 0.0]);
    /// // ln(1 + e) for any x, without overflow: ln(1 + e³) = 3 + ln(1 + e⁻³)
    /// assert!((3.0 + (-3.0_f64).ln_1p_exp_negative() - (1.0 + 3.0_f64.exp()).ln()).abs() < 1e-15);
    /// ```
    fn ln_1p_exp_negative(self) -> Self;
    /// tanh x.
    fn tanh(self) -> Self;
    /// σ(x) = 1/(1 + e⁻ˣ), without overflow on either side.
    fn sigmoid(self) -> Self;
    /// erf x = 2/√π ∫ e^(−t²) dt from 0 to x, the error function.
    ///
    /// ```
    /// use backprop_tensor::Scalar;
    /// assert_eq!([(-0.5_f64).erf(), 0.0_f64.erf(), f64::INFINITY.erf()], [-0.520_499_877_813_046_5, 0.0, 1.0]);
    /// ```
    fn erf(self) -> Self;
    /// a = |x|, and a Φ(−a), Φ(−a) and φ(a): the tail and the density of the standard normal distribution, φ(x) = e^(−x²/2)/√2π and Φ
    /// its integral from −∞. Where both are too small for the type a is bounded, so that its products with them are 0.
    ///
    /// Of Φ(x) = ½ (1 + erf(x/√2)) and 1 − Φ(x) this is the smaller one, which keeps its digits. In `f32` they share one exponential,
    /// and are at most 4, 11 and 2 units in the last place from the exact values: the product is not made of the tail. What is
    /// not used costs nothing. Its steps are [fused](Self::mul_add): slow on a CPU without the instruction.
    ///
    /// ```
    /// use backprop_tensor::Scalar;
    /// let [a, weighted, tail, density] = (-1.0_f64).normal();
    /// assert_eq!((a, weighted, 1.0_f64.normal()), (1.0, tail, [a, weighted, tail, density]));
    /// assert!((tail - 0.158_655_253_931_457).abs() < 1e-15 && (density - 0.241_970_724_519_143).abs() < 1e-15);
    /// ```
    fn normal(self) -> [Self; 4];
    /// √x.
    fn sqrt(self) -> Self;
    /// |x|.
    fn abs(self) -> Self;
    /// self · b + c, rounded once. Slow on a CPU without the instruction.
    fn mul_add(self, b: Self, c: Self) -> Self;
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// Not a number.
    fn is_nan(self) -> bool;

    /// This number, or `floor` if it is below; NaN stays NaN.
    #[inline(always)]
    fn at_least(self, floor: Self) -> Self {
        if self < floor { floor } else { self }
    }

    /// This number, or `ceiling` if it is above; NaN stays NaN.
    #[inline(always)]
    fn at_most(self, ceiling: Self) -> Self {
        if self > ceiling { ceiling } else { self }
    }

    /// Appends the little-endian bytes of this number to `bytes`.
    fn write_le(self, bytes: &mut Vec<u8>);
    /// The number with these little-endian bytes, or `None` if there are not exactly as many as it has.
    fn from_le(bytes: &[u8]) -> Option<Self>;
}

impl Scalar for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const EPSILON: Self = f32::EPSILON;
    const MIN_POSITIVE: Self = f32::MIN_POSITIVE;
    const INFINITY: Self = f32::INFINITY;
    const NAME: &'static str = "f32";

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        x as f32
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn exp(self) -> Self {
        math::exp(self)
    }
    #[inline(always)]
    fn exp_negative(self) -> Self {
        math::exp_negative(self)
    }
    #[inline(always)]
    fn exp_m1(self) -> Self {
        math::exp_m1(self)
    }
    #[inline(always)]
    fn ln(self) -> Self {
        math::ln(self)
    }
    #[inline(always)]
    fn ln_1p(self) -> Self {
        math::ln_1p(self)
    }
    #[inline(always)]
    fn ln_1p_exp_negative(self) -> Self {
        math::ln_1p_exp_negative(self)
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        math::tanh(self)
    }
    #[inline(always)]
    fn sigmoid(self) -> Self {
        math::sigmoid(self)
    }
    #[inline(always)]
    fn erf(self) -> Self {
        math::erf(self)
    }
    #[inline(always)]
    fn normal(self) -> [Self; 4] {
        math::normal(self)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f32::sqrt(self)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f32::abs(self)
    }
    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        f32::mul_add(self, b, c)
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        f32::is_finite(self)
    }
    #[inline(always)]
    fn is_nan(self) -> bool {
        f32::is_nan(self)
    }
    fn write_le(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
    fn from_le(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(f32::from_le_bytes)
    }
}

impl Scalar for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const EPSILON: Self = f64::EPSILON;
    const MIN_POSITIVE: Self = f64::MIN_POSITIVE;
    const INFINITY: Self = f64::INFINITY;
    const NAME: &'static str = "f64";

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        x
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
    #[inline(always)]
    fn exp(self) -> Self {
        f64::exp(self)
    }
    #[inline(always)]
    fn exp_negative(self) -> Self {
        f64::exp(self)
    }
    #[inline(always)]
    fn exp_m1(self) -> Self {
        f64::exp_m1(self)
    }
    #[inline(always)]
    fn ln(self) -> Self {
        f64::ln(self)
    }
    #[inline(always)]
    fn ln_1p(self) -> Self {
        f64::ln_1p(self)
    }
    #[inline(always)]
    fn ln_1p_exp_negative(self) -> Self {
        f64::ln_1p(f64::exp(self))
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        f64::tanh(self)
    }
    #[inline(always)]
    fn sigmoid(self) -> Self {
        let e = (-self.abs()).exp();
        if self < 0.0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) }
    }
    #[inline(always)]
    fn erf(self) -> Self {
        libm::erf(self)
    }
    #[inline(always)]
    fn normal(self) -> [Self; 4] {
        const SQRT_TAU: f64 = 2.506_628_274_631_000_5;
        let a = self.abs().at_most(40.0);
        let tail = 0.5 * libm::erfc(a * std::f64::consts::FRAC_1_SQRT_2);
        [a, a * tail, tail, (-0.5 * a * a).exp() / SQRT_TAU]
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }
    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        f64::mul_add(self, b, c)
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        f64::is_finite(self)
    }
    #[inline(always)]
    fn is_nan(self) -> bool {
        f64::is_nan(self)
    }
    fn write_le(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
    fn from_le(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(f64::from_le_bytes)
    }
}
