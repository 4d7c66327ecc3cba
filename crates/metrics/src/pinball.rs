//! How good a prediction is as a quantile.

use backprop_registry::{Call, Interval, OptionSpec};

use crate::ValueMetric;
use crate::mean::{errors, mean};

/// The mean pinball loss, smallest for the `alpha` quantile of the target; NaN without samples.
///
/// ```text
/// pinball = 1/n Σ α max(tᵢ − pᵢ, 0) + (1 − α) max(pᵢ − tᵢ, 0)
/// ```
///
/// With α = ½ it is half of [`mae()`](crate::mae()); with α = 0.9 a prediction that is too low costs nine times as much as one
/// that is too high.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// // Too low by 1, too high by 2: 0.75 · 1 and 0.25 · 2.
/// assert_eq!(backprop_metrics::pinball(&[1.0, 4.0], &[2.0, 2.0], 0.75), (0.75 + 0.5) / 2.0);
/// ```
///
/// # References
/// R. Koenker, G. Bassett, *Regression Quantiles*, 1978. <https://doi.org/10.2307/1913643>
pub fn pinball(prediction: &[f64], target: &[f64], alpha: f64) -> f64 {
    // α (t − p) below the target, (1 − α)(p − t) above
    mean(errors(prediction, target).map(|error| if error < 0.0 { alpha * -error } else { (1.0 - alpha) * error }))
}

/// [`pinball()`] as a metric.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `alpha` | 0.5 | (0, 1) | which quantile is estimated |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pinball {
    /// Which quantile is estimated.
    pub alpha: f64,
}

impl Pinball {
    /// Its options in the registry.
    pub(crate) const OPTIONS: [OptionSpec; 1] =
        [OptionSpec::number("alpha", 0.5, Interval::open(0.0, 1.0), "which quantile is estimated")];
}

impl Default for Pinball {
    fn default() -> Self {
        Self { alpha: 0.5 }
    }
}

impl ValueMetric for Pinball {
    fn call(&self) -> Call {
        let call = Call::new("pinball");
        if self.alpha == Self::default().alpha { call } else { call.with("alpha", self.alpha) }
    }

    fn output(&self, prediction: &[f64], target: &[f64]) -> f64 {
        pinball(prediction, target, self.alpha)
    }

    fn higher_is_better(&self) -> bool {
        false
    }
}
