//! Deviance of amounts that are often zero.

use backprop_registry::{Call, Interval};
use backprop_tensor::Scalar;

use crate::bounded::finite;
use crate::{Elementwise, Input};

/// Half the deviance of a Tweedie distribution, of the logarithm of its mean.
///
/// ```text
/// l(y, t) = t^b/(a b) − t μ^a/a + μ^b/b          a = 1 − p,  b = 2 − p,  y = ln μ
///         = t^b (φ(b) − φ(a))                    φ(k) = (e^(k r) − 1)/k, r for k = 0;  r = y − ln t
/// ∂l/∂y   = μ^b − t μ^a = t^b (b φ(b) − a φ(a))
/// ```
///
/// For amounts that are 0 in many cases and positive in the others, such as claims per policy: a sum of so many gamma-distributed
/// amounts as a Poisson distribution says. The limits are p = 1, the Poisson deviance μ − t − t ln(μ/t), and p = 2, the
/// [`GammaDeviance`](crate::GammaDeviance). The second line of the formula is exact near μ = t and in the limits, where the first
/// divides by 0. The gradient is that of scikit-learn's `HalfTweedieLoss` and of XGBoost's `reg:tweedie`; scikit-learn's
/// `mean_tweedie_deviance` is twice the value. A prediction is the mean's logarithm: take e^y for the mean.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `power` | 1.5 | \[1, 2\] | p: the variance grows with the mean as μᵖ |
///
/// # Shapes
/// `y` (logarithms of means), target values (from 0; above 0 for p = 2), `dy`: `(features, batch)`. Labels too, but for p = 2: see
/// [`Elementwise`].
///
/// # Panics
/// If the shapes do not fit.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, Target, TweedieDeviance};
/// use backprop_tensor::{View, ViewMut};
/// let (y, t) = (View::new(&[0.0_f64, 0.0, 0.0], 1, 3), View::new(&[1.0, 4.0, 0.0], 1, 3));
/// let mut dy = [0.0; 3];
/// let value = TweedieDeviance::default().value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, 1, 3));
/// assert!((value - (0.0 + 2.0 + 2.0) / 3.0).abs() < 1e-15);                                 // −4·2 + 4·2 + 2 and 2
/// assert!(dy[0] == 0.0 && (dy[1] + 1.0).abs() < 1e-15 && (dy[2] - 1.0 / 3.0).abs() < 1e-15); // (1 − t)/3
/// ```
///
/// # References
/// B. Jørgensen, *Exponential Dispersion Models*, 1987. <https://doi.org/10.1111/j.2517-6161.1987.tb01685.x>. scikit-learn, *Mean
/// Poisson, Gamma, and Tweedie deviances*.
/// <https://scikit-learn.org/stable/modules/model_evaluation.html#mean-tweedie-deviance>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TweedieDeviance {
    /// p: the variance grows with the mean as μᵖ.
    pub power: f64,
}

impl Default for TweedieDeviance {
    fn default() -> Self {
        Self { power: 1.5 }
    }
}

/// What value and derivative share, so that a loop over both computes it once.
struct Parts<T> {
    /// r = ln(μ/t)
    r: T,
    /// t^b
    scale: T,
    /// μ^b and t μ^a
    powers: [T; 2],
    /// μ^b − t^b and t μ^a − t^b
    differences: [T; 2],
}

impl TweedieDeviance {
    /// b = 2 − p and a = 1 − p.
    #[inline(always)]
    fn exponents<T: Scalar>(self) -> [T; 2] {
        [2.0, 1.0].map(|k| T::from_f64(k - self.power))
    }

    #[inline(always)]
    fn parts<T: Scalar>(self, y: T, t: T) -> Parts<T> {
        let [b, a] = self.exponents::<T>();
        let some = t > T::ZERO;
        // ln 0 is −∞, from which 0 · ∞ would come.
        let ln_t = if some { t.ln() } else { T::ZERO };
        let r = y - ln_t;
        let or_nothing = |x: T| if some { x } else { T::ZERO };
        let scale = finite(or_nothing((b * ln_t).exp()));
        let powers = [finite((b * y).exp()), finite(or_nothing((ln_t + a * y).exp()))];
        // Near μ = t the difference of the powers has lost its digits, far from it t^b e^(k r) is out of range before the power is.
        let difference = |k: T, power: T| {
            let near = some && (k * r).abs() < T::ONE;
            finite(if near { scale * (k * r).exp_m1() } else { power - scale })
        };
        Parts { r, scale, powers, differences: [difference(b, powers[0]), difference(a, powers[1])] }
    }
}

impl Elementwise for TweedieDeviance {
    // t^b φ(b) − t^b φ(a), which rounding takes below 0 where μ is about t
    #[inline(always)]
    fn term<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let Parts { r, scale, powers, differences } = self.parts(y, t);
        let [b, a] = self.exponents::<T>();
        let phi = |k: T, difference: T| if k == T::ZERO { scale * r } else { difference / k };
        let value = phi(b, differences[0]) - phi(a, differences[1]);
        // A power out of range decides alone: what is subtracted from it is smaller.
        let out_of_range = finite(T::INFINITY);
        let beyond = powers[0] == out_of_range || powers[1] == out_of_range;
        if beyond { out_of_range } else { finite(value).at_least(T::ZERO) }
    }

    // t^b b φ(b) − t^b a φ(a)
    #[inline(always)]
    fn derivative<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let [above, below] = self.parts(y, t).differences;
        finite(above - below)
    }

    fn call(&self) -> Call {
        let call = Call::new("tweedie_deviance");
        if *self == Self::default() { call } else { call.with("power", self.power) }
    }

    fn input(&self) -> Input {
        Input::Logarithms
    }

    fn targets(&self) -> Interval {
        if self.power < 2.0 { Interval::NON_NEGATIVE } else { Interval::POSITIVE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits() {
        let (poisson, gamma) = (TweedieDeviance { power: 1.0 }, TweedieDeviance { power: 2.0 });
        for (y, t) in [(0.0, 1.0), (0.3, 2.5), (-4.0, 0.01), (10.0, 3.0), (0.693, 2.0_f64)] {
            let exact = y.exp() - t - t * (y - t.ln());
            assert!((poisson.term(y, t, 1.0) - exact).abs() <= 1e-14 * (1.0 + exact), "({y}, {t})");
            assert!((poisson.derivative(y, t, 1.0) - (y.exp() - t)).abs() <= 1e-14 * (t + y.exp()), "({y}, {t})");
            let exact = crate::GammaDeviance.term(y, t, 1.0);
            assert!((gamma.term(y, t, 1.0) - exact).abs() <= 1e-14 * (1.0 + exact), "({y}, {t})");
            let exact = crate::GammaDeviance.derivative(y, t, 1.0);
            assert!((gamma.derivative(y, t, 1.0) - exact).abs() <= 1e-13 * (1.0 + exact.abs()), "({y}, {t})");
        }
    }

    #[test]
    fn powers_next_to_the_limits_are_next_to_them() {
        for (limit, near) in [(1.0, 1.0 + 1e-9), (2.0, 2.0 - 1e-9)] {
            for (y, t) in [(0.5, 2.0), (-3.0, 0.1), (4.0, 7.0_f64)] {
                let [a, b] = [limit, near].map(|power| TweedieDeviance { power });
                assert!((a.term(y, t, 1.0) - b.term(y, t, 1.0)).abs() < 1e-6);
                assert!((a.derivative(y, t, 1.0) - b.derivative(y, t, 1.0)).abs() < 1e-6);
                let single = f64::from(b.term(y as f32, t as f32, 1.0));
                assert!((single - a.term(y, t, 1.0)).abs() < 1e-5 * (1.0 + single), "{single}");
            }
        }
    }

    #[test]
    fn far_from_the_target_the_powers_themselves_are_taken() {
        // t^b e^(b r) is out of range on the way, though μ^b is not.
        let loss = TweedieDeviance { power: 1.1 };
        let (value, exact) = (f64::from(loss.term(60.0_f32, 1e-30, 1.0)), (0.9 * 60.0_f64).exp() / 0.9);
        assert!((value / exact - 1.0).abs() < 1e-4, "{value:e} instead of {exact:e}");
    }
}
