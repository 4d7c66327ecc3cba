//! Kullback–Leibler divergence.

use backprop_registry::{Call, Interval};
use backprop_tensor::{Scalar, View, ViewMut};

use crate::labels::Labels;
use crate::{Elementwise, Input, Loss, Target, TargetError, elementwise};

/// The Kullback–Leibler divergence of log-probabilities from a distribution.
///
/// ```text
/// l(y, t) = t (ln t − y)        ∂l/∂y = −t         0 ln 0 = 0
///         = eᵗ (t − y)          ∂l/∂y = −eᵗ        with log_target: t are logarithms
/// ```
///
/// How far the prediction eʸ is from t: not negative where both are distributions, and 0 if they are the same. As PyTorch's
/// `KLDivLoss` with its `reduction="mean"`, the loss of a sample is the **mean** over its rows; the divergence itself, the sum, is that
/// times the number of rows. Of labels it is the cross-entropy, divided so. For soft targets from another network;
/// [`SoftmaxCrossEntropy`](crate::SoftmaxCrossEntropy) has the same gradient in one step.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `log_target` | no | yes or no | whether the target is logarithms of probabilities |
/// | `class_weights` (option `weight`) | empty | \[0, ∞\) each | as in [`ClassWeighted`](crate::ClassWeighted) |
///
/// # Shapes
/// `y` (log-probabilities), target values (from \[0, 1\]; with `log_target` from (−∞, 0\]), `dy`: `(classes, batch)`; target labels,
/// but not with `log_target`: `batch`.
///
/// # Panics
/// If the shapes do not fit, or the target is labels where it should be logarithms.
///
/// # Examples
/// ```
/// use backprop_losses::{KlDivergence, Loss, Target};
/// use backprop_tensor::{View, ViewMut};
/// let y = [0.25_f64.ln(), 0.75_f64.ln()];
/// let t = Target::Values(View::new(&[0.5, 0.5], 2, 1));
/// let mut dy = [0.0; 2];
/// let value = KlDivergence::default().value_and_gradient(View::new(&y, 2, 1), t, None, ViewMut::new(&mut dy, 2, 1));
/// assert!((value - 0.5 * (2.0_f64.ln() + (2.0_f64 / 3.0).ln()) / 2.0).abs() < 1e-15);       // mean of ½ ln(½/¼), ½ ln(½/¾)
/// assert_eq!(dy, [-0.25, -0.25]);
/// ```
///
/// # References
/// S. Kullback, R. A. Leibler, *On Information and Sufficiency*, 1951. <https://doi.org/10.1214/aoms/1177729694>
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KlDivergence {
    /// Whether the target is logarithms of probabilities.
    pub log_target: bool,
    /// One for each class; empty: 1 for each.
    pub class_weights: Vec<f64>,
}

impl KlDivergence {
    fn labels(&self) -> Labels<'_> {
        Labels { class_weights: &self.class_weights, ignore_index: None }
    }
}

impl<T: Scalar> Loss<T> for KlDivergence {
    fn call(&self) -> Call {
        let call = self.labels().call("kl_div");
        if self.log_target { call.with("log_target", true) } else { call }
    }

    fn input(&self) -> Input {
        Input::LogProbabilities
    }

    fn divisor(&self, target: Target<'_, T>, weights: Option<&[T]>) -> f64 {
        self.labels().divisor(target, weights)
    }

    fn sum_and_gradient(
        &self,
        y: View<'_, T>,
        target: Target<'_, T>,
        weights: Option<&[T]>,
        divisor: f64,
        dy: ViewMut<'_, T>,
    ) -> f64 {
        let by_class = matches!(target, Target::Classes(_));
        assert!(by_class || self.class_weights.is_empty(), "with class weights the target is labels");
        if self.log_target {
            assert!(!by_class, "with log_target the target is values");
            elementwise::sum_and_gradient(&Divergence::<true>, self.labels(), y, target, weights, divisor, dy)
        } else {
            elementwise::sum_and_gradient(&Divergence::<false>, self.labels(), y, target, weights, divisor, dy)
        }
    }

    fn check(&self, rows: usize, target: Target<'_, T>) -> Result<(), TargetError> {
        match target {
            Target::Classes(_) if self.log_target => Err(TargetError::NeedsLogarithms { loss: "kl_div".to_owned() }),
            _ if self.log_target => elementwise::check(&Divergence::<true>, self.labels(), rows, target),
            _ => elementwise::check(&Divergence::<false>, self.labels(), rows, target),
        }
    }
}

/// The two formulas: `LOG` says that the target is logarithms.
#[derive(Clone, Copy, Debug)]
struct Divergence<const LOG: bool>;

impl<const LOG: bool> Elementwise for Divergence<LOG> {
    #[inline(always)]
    fn term<T: Scalar>(&self, y: T, t: T, _setting: T) -> T {
        // t (ln t − y), or eᵗ (t − y); without mass 0, though the difference may be infinite
        let (p, ln_p) = if LOG { (t.exp(), t) } else { (t, t.ln()) };
        if p == T::ZERO && !y.is_nan() { T::ZERO } else { p * (ln_p - y) }
    }

    // −t, or −eᵗ
    #[inline(always)]
    fn derivative<T: Scalar>(&self, _y: T, t: T, _setting: T) -> T {
        if LOG { -t.exp() } else { -t }
    }

    fn call(&self) -> Call {
        Call::new("kl_div")
    }

    fn input(&self) -> Input {
        Input::LogProbabilities
    }

    fn targets(&self) -> Interval {
        if LOG { Interval::closed(f64::NEG_INFINITY, 0.0) } else { Interval::closed(0.0, 1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<T: Scalar>(log_target: bool, y: f64, t: f64) -> (f64, f64) {
        let (y, t, mut dy) = ([T::from_f64(y)], [T::from_f64(t)], [T::ZERO]);
        let loss = KlDivergence { log_target, ..KlDivergence::default() };
        let target = Target::Values(View::new(&t, 1, 1));
        let value = loss.value_and_gradient(View::new(&y, 1, 1), target, None, ViewMut::new(&mut dy, 1, 1));
        (value, dy[0].to_f64())
    }

    #[test]
    fn what_has_no_mass_costs_nothing() {
        for y in [0.0, -1.0, -1e4, -1e30, f64::from(f32::MIN)] {
            assert_eq!([at::<f32>(false, y, 0.0), at::<f64>(false, y, 0.0)], [(0.0, 0.0); 2], "{y}");
            for t in [-1e4, -1e30, f64::from(f32::MIN)] {
                assert_eq!([at::<f32>(true, y, t), at::<f64>(true, y, t)], [(0.0, 0.0); 2], "{y}, {t}");
            }
        }
        // All of the mass: −y
        assert_eq!([at::<f32>(false, -1e30, 1.0), at::<f32>(true, -1e30, 0.0)], [(f64::from(1e30_f32), -1.0); 2]);
    }

    #[test]
    fn no_number_stays_none() {
        for (log_target, t) in [(false, 0.0), (false, 1.0), (true, -1.0), (true, -1e4)] {
            assert!(at::<f32>(log_target, f64::NAN, t).0.is_nan() && at::<f64>(log_target, f64::NAN, t).0.is_nan(), "{t}");
        }
    }
}
