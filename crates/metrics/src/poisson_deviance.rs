//! The error of estimated counts.

use backprop_registry::Call;

use crate::ValueMetric;
use crate::deviance::{log_ratio, near_one};
use crate::mean::{mean, pairs};

/// The mean Poisson deviance of counts, or other numbers from 0 on; NaN without samples.
///
/// ```text
/// D = 2/n Σ (tᵢ ln(tᵢ/pᵢ) − tᵢ + pᵢ)        t ln(t/p) = 0 for t = 0
/// ```
///
/// An error of 1 counts for less where the prediction is large: about (p − t)²/p. Where the prediction is 0 and the target is
/// not, it is ∞; where a number is negative, NaN.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// use backprop_metrics::poisson_deviance;
/// assert_eq!(poisson_deviance(&[3.0, 1.0], &[3.0, 0.0]), 1.0); // (0 + 2)/2
/// assert_eq!(poisson_deviance(&[1.0], &[2.0]), 2.0 * (2.0 * 2.0_f64.ln() - 1.0));
/// ```
///
/// # References
/// J. A. Nelder, R. W. M. Wedderburn, *Generalized Linear Models*, 1972. <https://doi.org/10.2307/2344614>
pub fn poisson_deviance(prediction: &[f64], target: &[f64]) -> f64 {
    mean(pairs(prediction, target).map(|(p, t)| {
        if !(p >= 0.0 && t >= 0.0) {
            return f64::NAN;
        }
        if t == 0.0 {
            return 2.0 * p;
        }
        // t ln(t/p) − t + p; with q = p/t it is t (q − 1 − ln q).
        2.0 * near_one(p, t).map_or_else(|| t * log_ratio(t, p) - t + p, |excess| t * excess)
    }))
}

/// [`poisson_deviance()`] as a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PoissonDeviance;

impl ValueMetric for PoissonDeviance {
    fn call(&self) -> Call {
        Call::new("poisson_deviance")
    }

    fn output(&self, prediction: &[f64], target: &[f64]) -> f64 {
        poisson_deviance(prediction, target)
    }

    fn higher_is_better(&self) -> bool {
        false
    }
}
