//! How far the probabilities are from the truth.

use backprop_registry::Call;

use crate::mean::mean;
use crate::{ClassMetric, Classified};

/// The Brier score: the mean squared distance of the probabilities from what happened; NaN without samples.
///
/// ```text
/// two classes   BS = 1/n Σ (pᵢ − yᵢ)²           pᵢ the probability of class 1, yᵢ 1 if sample i is of it, else 0
/// more          BS = 1/n Σᵢ Σₖ (pᵢₖ − yᵢₖ)²     from 0 to 2
/// ```
///
/// Like [`log_loss()`](crate::log_loss()) it rewards probabilities that are honest, but a sure mistake costs no more than 1, or 2.
///
/// # Panics
/// If a probability is not in [0, 1].
///
/// ```
/// use backprop_metrics::{Classified, brier};
/// use backprop_tensor::View;
/// let two = Classified::new(View::new(&[0.5, 0.75], 1, 2), &[0, 1]);
/// assert_eq!(brier(&two), (0.25 + 0.0625) / 2.0);
/// let three = Classified::new(View::new(&[0.5, 0.25, 0.25], 3, 1), &[0]);
/// assert_eq!(brier(&three), 0.25 + 0.0625 + 0.0625);
/// ```
///
/// # References
/// G. W. Brier, *Verification of Forecasts Expressed in Terms of Probability*, 1950.
/// <https://doi.org/10.1175/1520-0493(1950)078%3C0001:VOFEIT%3E2.0.CO;2>
pub fn brier(classified: &Classified<'_>) -> f64 {
    classified.assert_probabilities("brier");
    let counted = if classified.classes() == 2 { 1..2 } else { 0..classified.classes() };
    mean(classified.target().iter().enumerate().map(|(sample, &target)| {
        let distance = |class: usize| classified.probability(class, sample) - f64::from(u8::from(class == target as usize));
        // Σₖ (pᵢₖ − yᵢₖ)²
        counted.clone().map(|class| distance(class).powi(2)).sum()
    }))
}

/// [`brier()`] as a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Brier;

impl ClassMetric for Brier {
    fn call(&self) -> Call {
        Call::new("brier")
    }

    fn value(&self, classified: &Classified<'_>) -> f64 {
        brier(classified)
    }

    fn higher_is_better(&self) -> bool {
        false
    }
}
