//! Softplus: a rectifier without a kink.

use std::ops::RangeInclusive;

use backprop_registry::{Call, Interval, OptionSpec, Options};
use backprop_tensor::Scalar;

use crate::registry::call;
use crate::{Elementwise, Family};

/// Softplus: a [`Relu`](crate::Relu) with a soft bend, positive everywhere.
///
/// ```text
/// y  = ln(1 + eᶻ)/beta = (max(0, z) + ln(1 + e^(−|z|)))/beta     z = beta·x
///      x           if z > threshold
/// y′ = σ(z)
///      1           if z > threshold
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `beta` | 1 | [1e-6, 1e6] | how sharp the bend is |
/// | `threshold` | 20 | [0, ∞) | the beta·x beyond which it is a straight line |
///
/// The second form neither overflows nor cancels: softplus(−30) is e⁻³⁰, not 0. The straight line beyond the threshold is
/// PyTorch's; the step there, e^(−threshold)/beta, is 2e-9 at the defaults.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Softplus};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-500.0_f64, 0.0, 500.0], 3, 1);
/// let f = Softplus { beta: 2.0, threshold: 20.0 };
/// let mut y = [9.0; 3];
/// f.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y, [0.0, std::f64::consts::LN_2 / 2.0, 500.0]);
///
/// let mut dx = [9.0; 3];
/// f.input_gradient(x, View::new(&y, 3, 1), View::new(&[4.0, 4.0, 4.0], 3, 1), ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [0.0, 2.0, 4.0]);
/// ```
///
/// # References
/// C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau and R. Garcia, *Incorporating Second-Order Functional Knowledge for Better Option
/// Pricing*, 2000. <https://papers.nips.cc/paper/2000/hash/44968aece94f667e4095002d140b5896-Abstract.html>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Softplus {
    /// How sharp the bend is.
    pub beta: f64,
    /// The beta·x beyond which it is a straight line.
    pub threshold: f64,
}

impl Softplus {
    const BETA: f64 = 1.0;
    const THRESHOLD: f64 = 20.0;

    /// What the registry can set.
    pub(crate) const OPTIONS: &[OptionSpec] = &[
        OptionSpec::number("beta", Self::BETA, Interval::closed(1e-6, 1e6), "how sharp the bend is"),
        OptionSpec::number(
            "threshold",
            Self::THRESHOLD,
            Interval::NON_NEGATIVE,
            "the beta·x beyond which it is a straight line",
        ),
    ];

    /// With the options that were set.
    pub(crate) fn from_options(options: &Options) -> Self {
        Self { beta: options.number("beta"), threshold: options.number("threshold") }
    }
}

impl Default for Softplus {
    fn default() -> Self {
        Self { beta: Self::BETA, threshold: Self::THRESHOLD }
    }
}

impl Elementwise for Softplus {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        let z = T::from_f64(self.beta) * x;
        let soft = z.at_least(T::ZERO) + (-z.abs()).ln_1p_exp_negative();
        if z > T::from_f64(self.threshold) { x } else { T::from_f64(1.0 / self.beta) * soft }
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, x: T, _y: T) -> T {
        let z = T::from_f64(self.beta) * x;
        if z > T::from_f64(self.threshold) { T::ONE } else { z.sigmoid() }
    }

    fn call(&self) -> Call {
        call("softplus", Self::OPTIONS, &[self.beta, self.threshold])
    }

    fn family(&self) -> Family {
        Family::Rectifier
    }

    fn range(&self) -> RangeInclusive<f64> {
        0.0..=f64::INFINITY
    }

    fn kinks(&self) -> Vec<f64> {
        // Where the step is less than rounding, there is none.
        if (-self.threshold).exp() > f64::EPSILON { vec![self.threshold / self.beta] } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tails_keep_their_digits() {
        // Computed with 50 digits.
        for (x, y) in [
            (-100.0, 3.720_075_976_020_836e-44),
            (-30.0, 9.357_622_968_839_737e-14),
            (-20.0, 2.061_153_620_314_381e-9),
            (-10.0, 4.539_889_921_686_465e-5),
            (-1.0, 0.313_261_687_518_222_8),
            (1.0, 1.313_261_687_518_222_8),
            (20.0, 20.000_000_002_061_154),
            (1000.0, 1000.0),
        ] {
            let (f, unit) = (Softplus::default(), f64::from(f32::from_bits(1)));
            assert!((f.value(x) - y).abs() <= 1e-14 * y, "f64 at {x}: {:e}", f.value(x));
            let got = f64::from(f.value(x as f32));
            assert!((got - y).abs() <= 4e-7 * y + unit, "f32 at {x}: {got:e}");
        }
    }
}
