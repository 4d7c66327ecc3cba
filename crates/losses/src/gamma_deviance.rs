//! Deviance of positive amounts.

use backprop_registry::{Call, Interval};
use backprop_tensor::Scalar;

use crate::bounded::finite;
use crate::{Elementwise, Input};

/// Half the deviance of a gamma distribution, of the logarithm of its mean.
///
/// ```text
/// l(y, t) = r + e⁻ʳ − 1            r = y − ln t,  y = ln μ
///         = ln(μ/t) + t/μ − 1      ∂l/∂y = 1 − e⁻ʳ = 1 − t/μ
/// ```
///
/// For positive amounts whose spread grows with them, such as the size of claims: an error counts in proportion. 0 where μ = t. The
/// gradient is that of scikit-learn's `HalfGammaLoss` and of XGBoost's `reg:gamma`; scikit-learn's `mean_gamma_deviance` is twice
/// the value. A prediction is the mean's logarithm, which any number may be: take e^y for the mean.
///
/// # Shapes
/// `y` (logarithms of means), target values (above 0), `dy`: `(features, batch)`.
///
/// # Panics
/// If the shapes do not fit.
///
/// # Examples
/// ```
/// use backprop_losses::{GammaDeviance, Loss, Target};
/// use backprop_tensor::{View, ViewMut};
/// let (y, t) = (View::new(&[0.0_f64, 0.0], 1, 2), View::new(&[1.0, 2.0], 1, 2));
/// let mut dy = [0.0; 2];
/// let value = GammaDeviance.value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, 1, 2));
/// assert!((value - (0.0 + 1.0 - 2.0_f64.ln()) / 2.0).abs() < 1e-15);
/// assert!(dy[0] == 0.0 && (dy[1] + 0.5).abs() < 1e-15);                                     // (1 − 2)/2
/// ```
///
/// # References
/// J. A. Nelder, R. W. M. Wedderburn, *Generalized Linear Models*, 1972. <https://doi.org/10.2307/2344614>. scikit-learn,
/// *Mean Poisson, Gamma, and Tweedie deviances*.
/// <https://scikit-learn.org/stable/modules/model_evaluation.html#mean-tweedie-deviance>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GammaDeviance;

impl Elementwise for GammaDeviance {
    // r + (e⁻ʳ − 1), which rounding takes below 0 where μ is about t
    #[inline(always)]
    fn term<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let r = y - t.ln();
        finite(r + (-r).exp_m1()).at_least(T::ZERO)
    }

    // −(e⁻ʳ − 1)
    #[inline(always)]
    fn derivative<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        let r = y - t.ln();
        finite(-(-r).exp_m1())
    }

    fn call(&self) -> Call {
        Call::new("gamma_deviance")
    }

    fn input(&self) -> Input {
        Input::Logarithms
    }

    fn targets(&self) -> Interval {
        Interval::POSITIVE
    }
}
