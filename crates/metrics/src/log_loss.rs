//! How surprised a classifier is by the truth.

use backprop_registry::Call;

use crate::mean::mean;
use crate::{ClassMetric, Classified};

/// The mean negative logarithm of the probability of the true class; NaN without samples.
///
/// ```text
/// log loss = −1/n Σ ln clamp(pᵢ, ε, 1 − ε)        pᵢ the probability of sample i's class, ε = 2⁻⁵²
/// ```
///
/// It rewards probabilities that are honest, not only right: a sure mistake costs up to 36.
///
/// # Panics
/// If a probability is not in [0, 1].
///
/// ```
/// use backprop_metrics::{Classified, log_loss};
/// use backprop_tensor::View;
/// let probabilities = [0.5, 0.5,  0.75, 0.25];
/// let value = log_loss(&Classified::new(View::new(&probabilities, 2, 2), &[0, 1]));
/// assert!((value - 8.0_f64.ln() / 2.0).abs() < 1e-15); // −(ln ½ + ln ¼)/2
/// ```
///
/// # References
/// I. J. Good, *Rational Decisions*, 1952. <https://doi.org/10.1111/j.2517-6161.1952.tb00104.x>
pub fn log_loss(classified: &Classified<'_>) -> f64 {
    classified.assert_probabilities("log_loss");
    let bound = f64::EPSILON;
    mean(classified.target().iter().enumerate().map(|(sample, &class)| {
        // −ln clamp(p, ε, 1 − ε)
        -classified.probability(class as usize, sample).clamp(bound, 1.0 - bound).ln()
    }))
}

/// [`log_loss()`] as a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LogLoss;

impl ClassMetric for LogLoss {
    fn call(&self) -> Call {
        Call::new("log_loss")
    }

    fn value(&self, classified: &Classified<'_>) -> f64 {
        log_loss(classified)
    }

    fn higher_is_better(&self) -> bool {
        false
    }
}
