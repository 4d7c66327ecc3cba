//! Whether what is said with 80 % is right in 80 %.

use backprop_registry::{Call, Interval, OptionSpec};

use crate::{ClassMetric, Classified};

/// The expected calibration error: how far the confidence of predictions is from their accuracy, in groups of like confidence;
/// NaN without samples.
///
/// ```text
/// ECE = Σ_b n_b/n · |accuracy_b − confidence_b|
///       b = 1 … bins: the n_b samples whose largest probability is in ((b − 1)/bins, b/bins]; 0 is in the first
/// ```
///
/// # Panics
/// If a probability is not in [0, 1], or `bins` is 0.
///
/// ```
/// use backprop_metrics::{Classified, expected_calibration_error};
/// use backprop_tensor::View;
/// // Two predictions with 0.75, one of them right; two with 1, both right.
/// let classified = Classified::new(View::new(&[0.75, 0.75, 1.0, 0.0], 1, 4), &[1, 0, 1, 0]);
/// assert_eq!(expected_calibration_error(&classified, 10), 0.5 * 0.25);
/// // In one group: three of four are right, with 0.875.
/// assert_eq!(expected_calibration_error(&classified, 1), 0.125);
/// ```
///
/// # References
/// M. P. Naeini et al., *Obtaining Well Calibrated Probabilities Using Bayesian Binning*, 2015.
/// <https://doi.org/10.1609/aaai.v29i1.9602>; C. Guo et al., *On Calibration of Modern Neural Networks*, 2017.
/// <https://proceedings.mlr.press/v70/guo17a.html>
pub fn expected_calibration_error(classified: &Classified<'_>, bins: usize) -> f64 {
    assert!(bins > 0, "there is no calibration without bins; give at least 1");
    classified.assert_probabilities("expected_calibration_error");
    // n_b (accuracy_b − confidence_b) is the sum of right (1 or 0) − confidence.
    let mut gaps = vec![0.0; bins];
    for (sample, (&predicted, target)) in classified.predicted().iter().zip(classified.target()).enumerate() {
        let confidence = classified.probability(predicted as usize, sample);
        // The upper end belongs to a bin. NaN goes into the first, and makes it NaN.
        let bin = ((confidence * bins as f64).ceil() as usize).clamp(1, bins) - 1;
        gaps[bin] += f64::from(u8::from(predicted == *target)) - confidence;
    }
    gaps.into_iter().map(f64::abs).sum::<f64>() / classified.samples() as f64
}

/// [`expected_calibration_error()`] as a metric.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `bins` | 15 | [1, 1,000,000] | how many groups of like confidence |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExpectedCalibrationError {
    /// How many groups of like confidence.
    pub bins: usize,
}

impl ExpectedCalibrationError {
    /// Its options in the registry.
    pub(crate) const OPTIONS: [OptionSpec; 1] =
        [OptionSpec::integer("bins", 15.0, Interval::closed(1.0, 1e6), "how many groups of like confidence")];
}

impl Default for ExpectedCalibrationError {
    fn default() -> Self {
        Self { bins: 15 }
    }
}

impl ClassMetric for ExpectedCalibrationError {
    fn call(&self) -> Call {
        let call = Call::new("expected_calibration_error");
        if self.bins == Self::default().bins { call } else { call.with("bins", self.bins) }
    }

    fn value(&self, classified: &Classified<'_>) -> f64 {
        expected_calibration_error(classified, self.bins)
    }

    fn higher_is_better(&self) -> bool {
        false
    }
}
