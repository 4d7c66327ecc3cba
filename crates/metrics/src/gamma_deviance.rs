//! The error of estimated positive amounts.

use backprop_registry::Call;

use crate::ValueMetric;
use crate::deviance::{log_ratio, near_one};
use crate::mean::{mean, pairs};

/// The mean gamma deviance of positive numbers; NaN without samples.
///
/// ```text
/// D = 2/n Σ (ln(pᵢ/tᵢ) + tᵢ/pᵢ − 1)
/// ```
///
/// Errors count in proportion: to multiply predictions and targets by the same number changes nothing. Where a number is not
/// above 0, NaN.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// use backprop_metrics::gamma_deviance;
/// assert_eq!(gamma_deviance(&[1.0, 5.0], &[3.0, 5.0]), 2.0 - 3.0_f64.ln()); // 2 (−ln 3 + 3 − 1)/2
/// ```
///
/// # References
/// J. A. Nelder, R. W. M. Wedderburn, *Generalized Linear Models*, 1972. <https://doi.org/10.2307/2344614>
pub fn gamma_deviance(prediction: &[f64], target: &[f64]) -> f64 {
    mean(pairs(prediction, target).map(|(p, t)| {
        if !(p > 0.0 && t > 0.0) {
            return f64::NAN;
        }
        // ln(p/t) + t/p − 1; with q = t/p it is q − 1 − ln q.
        2.0 * near_one(t, p).unwrap_or_else(|| log_ratio(p, t) + t / p - 1.0)
    }))
}

/// [`gamma_deviance()`] as a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GammaDeviance;

impl ValueMetric for GammaDeviance {
    fn call(&self) -> Call {
        Call::new("gamma_deviance")
    }

    fn output(&self, prediction: &[f64], target: &[f64]) -> f64 {
        gamma_deviance(prediction, target)
    }

    fn higher_is_better(&self) -> bool {
        false
    }
}
