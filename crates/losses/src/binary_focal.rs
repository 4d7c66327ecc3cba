//! Binary focal loss from logits.

use backprop_registry::{Call, Interval};
use backprop_tensor::Scalar;

use crate::sigmoid_cross_entropy::probabilities;
use crate::{Elementwise, Input};

/// The sigmoid and the focal loss in one.
///
/// ```text
/// l(z, t) = −a (1 − p)^γ ln p = a q^γ s(−x)              x = z if t = 1, −z if t = 0;  p = σ(x),  q = 1 − p = σ(−x)
///                                                        a = α if t = 1, 1 − α if t = 0, 1 without α
/// ∂l/∂z   = ∓a q^γ (γ p s(−x) + q)                       − if t = 1, + if t = 0
/// s(x)    = ln(1 + eˣ) = max(x, 0) + ln(1 + e^(−|x|)),   q^γ = e^(−γ s(x))
/// ```
///
/// [`SigmoidCrossEntropy`](crate::SigmoidCrossEntropy) in which samples that are already right count less, so that a few hard ones are
/// not drowned by many easy ones; γ = 0 without α is that loss. The powers are taken of logarithms, so that value and gradient are
/// finite and exact for any logit and any γ. `sigmoid_focal_loss` of torchvision.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `gamma` | 2 | \[0, 100\] | γ, how much less an easy sample counts |
/// | `alpha` | 0.25 | \[0, 1\] or none | α, the weight of positives, 1 − α of negatives; none: 1 for both |
///
/// # Shapes
/// `y` (logits), target values (0 and 1), `dy`: `(features, batch)`. Labels too: see [`Elementwise`].
///
/// # Panics
/// If the shapes do not fit.
///
/// # Examples
/// ```
/// use backprop_losses::{BinaryFocal, Loss, Target};
/// use backprop_tensor::{View, ViewMut};
/// let z = View::new(&[0.0_f64, -1000.0], 1, 2);
/// let mut dz = [0.0; 2];
/// let loss = BinaryFocal { gamma: 1.0, alpha: None };
/// let value = loss.value_and_gradient(z, Target::Classes(&[1, 1]), None, ViewMut::new(&mut dz, 1, 2));
/// let ln_2 = 2.0_f64.ln();
/// assert!((value - (ln_2 / 2.0 + 1000.0) / 2.0).abs() < 1e-12);
/// assert!((dz[0] + (ln_2 / 4.0 + 0.25) / 2.0).abs() < 1e-15);                               // −q (p ln 2 + q)/2, p = q = ½
/// assert_eq!(dz[1], -0.5);
/// ```
///
/// # References
/// T.-Y. Lin et al., *Focal Loss for Dense Object Detection*, 2017. <https://arxiv.org/abs/1708.02002>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BinaryFocal {
    /// γ: how much less an easy sample counts.
    pub gamma: f64,
    /// α: the weight of positives, 1 − α of negatives; none: 1 for both.
    pub alpha: Option<f64>,
}

impl Default for BinaryFocal {
    fn default() -> Self {
        Self { gamma: 2.0, alpha: Some(0.25) }
    }
}

impl BinaryFocal {
    /// p, q, s(−x) and a q^γ: what value and derivative share, so that a loop over both computes it once.
    #[inline(always)]
    fn parts<T: Scalar>(&self, z: T, t: T) -> [T; 4] {
        let positive = t > T::ZERO;
        let x = if positive { z } else { -z };
        let (small, large) = probabilities(x);
        let tail = (-x.abs()).ln_1p_exp_negative();
        let (miss, hit) = ((-x).at_least(T::ZERO) + tail, x.at_least(T::ZERO) + tail);
        let (p, q) = if x < T::ZERO { (small, large) } else { (large, small) };
        let [on_positive, on_negative] = self.alpha.map_or([1.0; 2], |alpha| [alpha, 1.0 - alpha]).map(T::from_f64);
        let a = if positive { on_positive } else { on_negative };
        [p, q, miss, a * (-T::from_f64(self.gamma) * hit).exp_negative()]
    }
}

impl Elementwise for BinaryFocal {
    // a q^γ s(−x)
    #[inline(always)]
    fn term<T: Scalar>(&self, z: T, t: T, _setting: T) -> T {
        let [_, _, miss, factor] = self.parts(z, t);
        factor * miss
    }

    // ∓a q^γ (γ p s(−x) + q)
    #[inline(always)]
    fn derivative<T: Scalar>(&self, z: T, t: T, _setting: T) -> T {
        let [p, q, miss, factor] = self.parts(z, t);
        let slope = factor * (T::from_f64(self.gamma) * (p * miss) + q);
        if t > T::ZERO { -slope } else { slope }
    }

    fn call(&self) -> Call {
        let (mut call, default) = (Call::new("focal_binary"), Self::default());
        if self.gamma != default.gamma {
            call = call.with("gamma", self.gamma);
        }
        if self.alpha == default.alpha { call } else { call.with("alpha", self.alpha) }
    }

    fn input(&self) -> Input {
        Input::Logits
    }

    fn targets(&self) -> Interval {
        Interval::closed(0.0, 1.0)
    }

    fn whole_targets(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SigmoidCrossEntropy;

    #[test]
    fn without_focus_it_is_the_cross_entropy() {
        let (focal, plain) = (BinaryFocal { gamma: 0.0, alpha: None }, SigmoidCrossEntropy::default());
        for z in [-1000.0, -3.0, -0.1, 0.0, 2.0, 50.0] {
            for t in [0.0, 1.0] {
                let (a, b): (f64, f64) = (focal.term(z, t, 1.0), plain.term(z, t, 1.0));
                assert!((a - b).abs() <= 1e-15 * b, "({z}, {t}): {a} instead of {b}");
                let (a, b): (f64, f64) = (focal.derivative(z, t, 1.0), plain.derivative(z, t, 1.0));
                assert!((a - b).abs() <= 1e-15 * b.abs(), "({z}, {t}): {a} instead of {b}");
            }
        }
    }

    #[test]
    fn a_flat_focus_has_a_finite_slope_where_all_is_right() {
        // (1 − p)^γ has an infinite slope at p = 1 for γ < 1; in z it has not.
        for (z, t) in [(1000.0_f32, 1.0), (-1000.0, 0.0)] {
            let focal = BinaryFocal { gamma: 0.1, alpha: None };
            assert_eq!((focal.term(z, t, 1.0), focal.derivative(z, t, 1.0).abs()), (0.0, 0.0));
        }
    }
}
