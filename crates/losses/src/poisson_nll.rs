//! Negative log-likelihood of counts.

use std::f64::consts::TAU;

use backprop_registry::{Call, Interval};
use backprop_tensor::Scalar;

use crate::bounded::finite;
use crate::{Elementwise, Input};

/// The negative log-likelihood of a Poisson distribution.
///
/// ```text
/// l(y, t) = e^y − t y               ∂l/∂y = e^y − t               y the logarithm of the mean
///         = y − t ln(y + ε)         ∂l/∂y = 1 − t/(y + ε)         y the mean, without log_input
/// full    + t ln t − t + ½ ln(2πt)  for t > 1: Stirling's ln t!, the same for every prediction
/// ```
///
/// For counts: how often something happens. Prefer the logarithm, which any number may be; its gradient is the error of the mean. It
/// may be negative without `full`. Beyond the range of e^y value and gradient are the largest finite number. PyTorch's
/// `PoissonNLLLoss`.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `log_input` | true | | whether the prediction is the logarithm of the mean |
/// | `full` | false | | whether the term of the target alone is added |
/// | `eps` | 10⁻⁸ | (0, ∞) | ε, keeps the logarithm of a mean of 0 finite |
///
/// # Shapes
/// `y`, target values (from 0), `dy`: `(features, batch)`. Labels too: see [`Elementwise`].
///
/// # Panics
/// If the shapes do not fit. Without `log_input` a prediction below −ε gives NaN.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, PoissonNll, Target};
/// use backprop_tensor::{View, ViewMut};
/// let (y, t) = (View::new(&[0.0_f64, 0.0], 1, 2), View::new(&[3.0, 0.0], 1, 2));
/// let mut dy = [0.0; 2];
/// let value = PoissonNll::default().value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, 1, 2));
/// assert_eq!(value, 1.0);                                                                   // 1 − 3·0, 1 − 0
/// assert_eq!(dy, [-1.0, 0.5]);                                                              // (1 − 3)/2, (1 − 0)/2
/// ```
///
/// # References
/// PyTorch, `PoissonNLLLoss`. <https://docs.pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss.html>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PoissonNll {
    /// Whether the prediction is the logarithm of the mean.
    pub log_input: bool,
    /// Whether the term of the target alone is added.
    pub full: bool,
    /// ε: keeps the logarithm of a mean of 0 finite.
    pub eps: f64,
}

impl Default for PoissonNll {
    fn default() -> Self {
        Self { log_input: true, full: false, eps: 1e-8 }
    }
}

impl PoissonNll {
    /// y + ε, which is not 0 for y = 0.
    #[inline(always)]
    fn above_zero<T: Scalar>(self, y: T) -> T {
        y + T::from_f64(self.eps).at_least(T::MIN_POSITIVE)
    }
}

impl Elementwise for PoissonNll {
    // e^y − t y, y − t ln(y + ε)
    #[inline(always)]
    fn term<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let (mean, logarithm) = if self.log_input { (finite(y.exp()), y) } else { (y, self.above_zero(y).ln()) };
        // A target of 0 asks for no logarithm, which there may be none of.
        let l = if t == T::ZERO { mean } else { mean - finite(t * logarithm) };
        finite(if self.full { l + stirling(t) } else { l })
    }

    // e^y − t, 1 − t/(y + ε)
    #[inline(always)]
    fn derivative<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        match self.log_input {
            true => finite(y.exp()) - t,
            false if t == T::ZERO && !y.is_nan() => T::ONE,
            false => finite(T::ONE - t / self.above_zero(y)),
        }
    }

    fn call(&self) -> Call {
        let (mut call, default) = (Call::new("poisson_nll"), Self::default());
        if !self.log_input {
            call = call.with("log_input", false);
        }
        if self.full {
            call = call.with("full", true);
        }
        if self.eps == default.eps { call } else { call.with("eps", self.eps) }
    }

    fn input(&self) -> Input {
        if self.log_input { Input::Logarithms } else { Input::Values }
    }

    fn targets(&self) -> Interval {
        Interval::NON_NEGATIVE
    }
}

/// t ln t − t + ½ ln(2πt) for t > 1, 0 for less: Stirling's approximation of ln t!.
#[inline(always)]
fn stirling<T: Scalar>(t: T) -> T {
    let (half, ln_tau) = (T::from_f64(0.5), T::from_f64(TAU.ln()));
    let ln_t = t.ln();
    let value = t * (ln_t - T::ONE) + half * (ln_tau + ln_t);
    if t > T::ONE { value } else { T::ZERO }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_the_range_of_the_exponential_and_beyond() {
        let at = |y: f32, t: f32| (PoissonNll::default().term(y, t, 1.0), PoissonNll::default().derivative(y, t, 1.0));
        let (value, slope) = at(88.0, 3.0);
        assert!((value / 88.0_f32.exp() - 1.0).abs() < 1e-6 && (slope / 88.0_f32.exp() - 1.0).abs() < 1e-6);
        assert_eq!(at(-1e30, 0.0), (0.0, 0.0));
        assert_eq!(at(-1e4, 3.0), (3e4, -3.0));
        for (y, t) in [(89.0, 0.0), (1e4, 3.0), (1e30, 1e30), (f32::MAX, f32::MAX)] {
            assert!(at(y, t).0.is_finite() && at(y, t).1.is_finite() && at(y, t).1 >= 0.0, "({y}, {t}): {:?}", at(y, t));
        }
    }

    #[test]
    fn a_mean_of_zero_is_possible_and_one_below_is_not() {
        let loss = PoissonNll { log_input: false, ..PoissonNll::default() };
        assert_eq!((loss.term(0.0, 0.0, 1.0), loss.derivative(0.0, 0.0, 1.0)), (0.0, 1.0));
        assert!((loss.term(0.0, 1.0, 1.0) - 1e8_f64.ln()).abs() < 1e-12 && loss.derivative(0.0_f64, 1.0, 1.0) == 1.0 - 1e8);
        assert!(loss.term(-0.1, 1.0_f32, 1.0).is_nan());
    }
}
