//! Binary cross-entropy from logits.

use backprop_registry::{Call, Interval};
use backprop_tensor::Scalar;

use crate::{Elementwise, Input};

/// The sigmoid and the binary cross-entropy in one.
///
/// ```text
/// l(z, t) = −w t ln σ(z) − (1 − t) ln(1 − σ(z))                 σ(z) = 1/(1 + e⁻ᶻ)
///         = w t s(−z) + (1 − t) s(z)                            s(z) = ln(1 + eᶻ) = max(z, 0) + ln(1 + e^(−|z|))
///         = max(z, 0) − z t + ln(1 + e^(−|z|))                  for w = 1
/// ∂l/∂z   = (1 − t) σ(z) − w t σ(−z)                            σ(z) − t for w = 1
/// ```
///
/// For a class that is or is not there, and for several that exclude one another not: one row each. The second line is the one
/// that is computed: exact for any logit, a sum of terms that are never negative. PyTorch's `BCEWithLogitsLoss`.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `pos_weight` | empty | \[0, ∞\) each | w, how much a positive counts against a negative: one for all rows, or one for each; empty: 1 |
///
/// # Shapes
/// `y` (logits), target values (from \[0, 1\]), `dy`: `(features, batch)`. Labels too: see [`Elementwise`].
///
/// # Panics
/// If the shapes do not fit, or `pos_weight` has neither 0, 1 nor as many numbers as there are rows.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, SigmoidCrossEntropy, Target};
/// use backprop_tensor::{View, ViewMut};
/// let z = View::new(&[0.0_f32, 1000.0, -1000.0], 1, 3);
/// let mut dz = [0.0; 3];
/// let loss = SigmoidCrossEntropy::default();
/// let value = loss.value_and_gradient(z, Target::Classes(&[1, 1, 1]), None, ViewMut::new(&mut dz, 1, 3));
/// assert!((value - (2.0_f64.ln() + 0.0 + 1000.0) / 3.0).abs() < 1e-5);
/// assert_eq!(dz, [-0.5 / 3.0, 0.0, -1.0 / 3.0]);                                            // (σ(z) − 1)/3
/// ```
///
/// # References
/// PyTorch, `BCEWithLogitsLoss`. <https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html>
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SigmoidCrossEntropy {
    /// w: how much a positive counts against a negative; empty: 1.
    pub pos_weight: Vec<f64>,
}

impl Elementwise for SigmoidCrossEntropy {
    // w t s(−z) + (1 − t) s(z), s(±z) = max(±z, 0) + ln(1 + e^(−|z|))
    #[inline(always)]
    fn term<T: Scalar>(&self, z: T, t: T, w: T) -> T {
        let tail = (-z.abs()).ln_1p_exp_negative();
        let (positive, negative) = ((-z).at_least(T::ZERO) + tail, z.at_least(T::ZERO) + tail);
        w * t * positive + (T::ONE - t) * negative
    }

    // (1 − t) σ(z) − w t σ(−z); σ(|z|) = 1/(1 + e^(−|z|)), σ(−|z|) = e^(−|z|)/(1 + e^(−|z|))
    #[inline(always)]
    fn derivative<T: Scalar>(&self, z: T, t: T, w: T) -> T {
        let (small, large) = probabilities(z);
        let (positive, negative) = if z < T::ZERO { (small, large) } else { (large, small) };
        (T::ONE - t) * positive - w * t * negative
    }

    fn call(&self) -> Call {
        let call = Call::new("bce_with_logits");
        if self.pos_weight.is_empty() { call } else { call.with("pos_weight", self.pos_weight.clone()) }
    }

    fn input(&self) -> Input {
        Input::Logits
    }

    fn targets(&self) -> Interval {
        Interval::closed(0.0, 1.0)
    }

    fn rows(&self) -> Option<usize> {
        Some(self.pos_weight.len()).filter(|&rows| rows > 1)
    }

    // w
    fn setting(&self, row: usize) -> f64 {
        self.pos_weight.get(row).copied().unwrap_or(1.0)
    }
}

/// σ(−|z|) and σ(|z|), from the e^(−|z|) that a value takes too: a loop over both computes it once.
#[inline(always)]
pub(crate) fn probabilities<T: Scalar>(z: T) -> (T, T) {
    let e = (-z.abs()).exp_negative();
    let large = T::ONE / (T::ONE + e);
    (e * large, large)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<T: Scalar>(z: f64, t: f64) -> f64 {
        SigmoidCrossEntropy::default().term(T::from_f64(z), T::from_f64(t), T::ONE).to_f64()
    }

    #[test]
    fn extreme_logits() {
        // Exact values; the formula through the probability gives NaN or infinity for all but the first and last.
        for (z, t, exact) in [
            (0.0, 0.0, std::f64::consts::LN_2),
            (0.0, 1.0, std::f64::consts::LN_2),
            (100.0, 1.0, 3.72e-44),
            (100.0, 0.0, 100.0),
            (-100.0, 1.0, 100.0),
            (-100.0, 0.0, 3.72e-44),
            (88.8, 0.0, 88.8),
            (1e4, 1.0, 0.0),
            (0.5, 0.3, 0.824_076_984_180_106_7),
        ] {
            assert!(
                (at::<f64>(z, t) - exact).abs() <= 1e-3 * 3.72e-44 + 1e-15 * exact,
                "f64 at ({z}, {t}): {}",
                at::<f64>(z, t)
            );
            assert!((at::<f32>(z, t) - exact).abs() <= 1e-44 + 2e-7 * exact, "f32 at ({z}, {t}): {}", at::<f32>(z, t));
        }
    }
}
