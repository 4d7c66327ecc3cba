//! Focal loss: cross-entropy that has no eye for what is well told apart.

use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut};

use crate::curve::Curve;
use crate::labels::Labels;
use crate::softmax_cross_entropy::{Batch, COLUMNS};
use crate::{Input, Loss, Target, TargetError};

/// The multi-class focal loss, from logits.
///
/// ```text
/// l(z, y) = −w_y α_y (1 − p_y)^γ ln p_y                          p = softmax(z)
///         = w_y α_y q^γ n                                        n = −ln p_y = lse(z) − z_y,  q = 1 − p_y = 1 − e⁻ⁿ
/// ∂l/∂z_c = w_y α_y q^γ (1 + γ p_y n/q) (p_c − [c = y])          n/q → 1 for q → 0
/// L       = Σᵢ sᵢ lᵢ / Σᵢ sᵢ w_{yᵢ}                              s the sample weights
/// ```
///
/// [`SoftmaxCrossEntropy`](crate::SoftmaxCrossEntropy) (γ = 0) in which a sample counts the less, the better it is told apart: with
/// γ = 2 one of `p_y` = 0.9 a hundredth. For many easy samples and few hard ones. Written so, no power of 1 − p has a negative
/// exponent, nor is 1 − p a difference: value and gradient are finite and exact for any finite logits and any γ.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `class_weights` (option `weight`) | empty | \[0, ∞\) each | w, one for each class; empty: 1 for each |
/// | `ignore_index` | none (option: −100) | a class | a label that does not count, beside [`IGNORED`](crate::IGNORED) |
/// | `gamma` | 2 | \[0, 100\] | γ, how much less a sample counts that is told apart |
/// | `alpha` | empty (option: none) | \[0, ∞\) each | α, one for each class, by which the mean is not divided; empty: 1 for each |
///
/// # Shapes
/// `y` (logits), `dy`: `(classes, batch)`; target labels: `batch`.
///
/// # Panics
/// If the shapes do not fit, the target is values, or a label is out of range. A column with NaN, ∞ or nothing but −∞ gives NaN.
///
/// # Examples
/// ```
/// use backprop_losses::{FocalCategorical, Loss, Target};
/// use backprop_tensor::{View, ViewMut};
/// let z = View::new(&[0.0_f64, 0.0, 1000.0, 0.0], 2, 2);                                    // p_y = ½ and 0
/// let mut dz = [0.0; 4];
/// let loss = FocalCategorical::default();
/// let value = loss.value_and_gradient(z, Target::Classes(&[0, 1]), None, ViewMut::new(&mut dz, 2, 2));
/// let ln_2 = 2.0_f64.ln();
/// assert!((value - (0.25 * ln_2 + 1000.0) / 2.0).abs() < 1e-12);                            // (½² ln 2 + 1² · 1000)/2
/// assert!((dz[0] - 0.25 * (1.0 + 2.0 * ln_2) * -0.5 / 2.0).abs() < 1e-15);                  // ½² (1 + 2 ln 2) (p − 1)/2
/// assert_eq!(dz[2..], [0.5, -0.5]);                                                         // (p − t)/2: all wrong
/// ```
///
/// # References
/// T.-Y. Lin et al., *Focal Loss for Dense Object Detection*, 2017. <https://arxiv.org/abs/1708.02002>
#[derive(Clone, Debug, PartialEq)]
pub struct FocalCategorical {
    /// w: one for each class; empty: 1 for each.
    pub class_weights: Vec<f64>,
    /// A label that does not count, beside [`IGNORED`](crate::IGNORED).
    pub ignore_index: Option<u32>,
    /// γ: how much less a sample counts that is told apart.
    pub gamma: f64,
    /// α: one for each class, by which the mean is not divided; empty: 1 for each.
    pub alpha: Vec<f64>,
}

impl Default for FocalCategorical {
    fn default() -> Self {
        Self { class_weights: Vec::new(), ignore_index: None, gamma: 2.0, alpha: Vec::new() }
    }
}

impl FocalCategorical {
    fn labels(&self) -> Labels<'_> {
        Labels { class_weights: &self.class_weights, ignore_index: self.ignore_index }
    }
}

impl<T: Scalar> Loss<T> for FocalCategorical {
    fn call(&self) -> Call {
        let call = self.labels().call("focal_categorical");
        #[expect(clippy::float_cmp, reason = "the default, as it was written")]
        let call = if self.gamma == Self::default().gamma { call } else { call.with("gamma", self.gamma) };
        if self.alpha.is_empty() { call } else { call.with("alpha", self.alpha.clone()) }
    }

    fn input(&self) -> Input {
        Input::Logits
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
        assert!(matches!(target, Target::Classes(_)), "the target of this loss is labels");
        let (labels, even_share) = (self.labels(), 1.0 / divisor);
        Batch { labels, curve: self, z: y, target, weights, divisor, even_share, kept: 1.0, spread: 0.0 }.sum_and_gradient(dy)
    }

    fn check(&self, rows: usize, target: Target<'_, T>) -> Result<(), TargetError> {
        Labels::check_count("focal_categorical", "alpha", self.alpha.len(), rows)?;
        self.labels().check_labels("focal_categorical", rows, target)
    }
}

impl Curve for &FocalCategorical {
    // α_y
    #[inline(always)]
    fn factor(&self, label: u32) -> f64 {
        if self.alpha.is_empty() { 1.0 } else { self.alpha[label as usize] }
    }

    #[inline(always)]
    fn bend<T: Scalar>(&self, values: &mut [f64; COLUMNS], masses: &[f64; COLUMNS]) -> [f64; COLUMNS] {
        // Without γ there is no power, and its logarithm would be 0 · ∞ for q = 0; a square is exact.
        let gamma = T::from_f64(self.gamma);
        match self.gamma {
            0.0 => bend(values, masses, gamma, |_| T::ONE),
            2.0 => bend(values, masses, gamma, |q| q * q),
            _ => bend(values, masses, gamma, |q| (gamma * q.ln()).exp_negative()),
        }
    }
}

/// w n → w q^γ n, and the slopes q^γ (1 + γ p n/q), with `power(q)` for q^γ.
#[inline(always)]
fn bend<T: Scalar>(values: &mut [f64; COLUMNS], masses: &[f64; COLUMNS], gamma: T, power: impl Fn(T) -> T) -> [f64; COLUMNS] {
    let mut slopes = [0.0; COLUMNS];
    for ((value, &mass), slope) in values.iter_mut().zip(masses).zip(&mut slopes) {
        let n = if mass == 0.0 { 0.0 } else { *value / mass };
        let rounded = T::from_f64(n);
        let (p, q) = ((-rounded).exp_negative(), -(-rounded).exp_m1());
        let power = power(q);
        // p is 0 long before n may be ∞.
        let ratio = if q > T::ZERO { p * rounded.at_most(T::from_f64(1000.0)) / q } else { T::ONE };
        *slope = (power * (T::ONE + gamma * ratio)).to_f64();
        *value = mass * (power.to_f64() * n);
    }
    slopes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<T: Scalar>(gamma: f64, z: &[f64]) -> (f64, Vec<T>) {
        let z: Vec<T> = z.iter().map(|&z| T::from_f64(z)).collect();
        let mut dz = vec![T::ZERO; z.len()];
        let loss = FocalCategorical { gamma, ..FocalCategorical::default() };
        let dy = ViewMut::new(&mut dz, z.len(), 1);
        (loss.value_and_gradient(View::new(&z, z.len(), 1), Target::Classes(&[0]), None, dy), dz)
    }

    #[test]
    fn certainty_is_free_if_right_and_cross_entropy_if_wrong() {
        for gamma in [0.0, 1e-3, 0.5, 1.0, 2.0, 3.5, 100.0] {
            for z in [40.0, 100.0, 1e4, 1e30, 3e38] {
                // The other classes take part of the mass, however little.
                for rows in [2, 3, 7, 20] {
                    let mut z = vec![-z; rows];
                    z[0] = 3e38;
                    let (single, dz) = at::<f32>(gamma, &z);
                    assert!(single == 0.0 && dz.iter().all(|&dz| dz == 0.0), "γ = {gamma}, {z:?}: {single}, {dz:?}");
                    z.swap(0, 1);
                    let expected = z[1] - z[0];
                    let (single, dz) = at::<f32>(gamma, &z);
                    assert!((single / expected - 1.0).abs() < 1e-6, "γ = {gamma}, {z:?}: {single}, not {expected}");
                    assert_eq!(dz[..2], [-1.0, 1.0], "γ = {gamma}, {z:?}");
                }
            }
        }
    }

    #[test]
    fn near_certainty_by_its_expansion() {
        // q = e⁻ᵃ/(1 + e⁻ᵃ), n = q + q²/2 + …: l = q^(γ + 1), and ∂l/∂z = −(γ + 1) q^(γ + 1), but for parts of q.
        for gamma in [0.25, 0.5, 1.0, 2.0, 3.5] {
            for a in [16.0, 20.0, 36.0, 60.0, 80.0] {
                let expected = (-a * (gamma + 1.0)).exp();
                let (double, dz) = at::<f64>(gamma, &[0.0, -a]);
                assert!((double / expected - 1.0).abs() < 1e-6 || a > 30.0, "γ = {gamma}, a = {a}: {double} not {expected}");
                assert!((dz[1] / ((gamma + 1.0) * expected) - 1.0).abs() < 1e-6 || a > 30.0, "γ = {gamma}, a = {a}: {dz:?}");
                let (single, dz) = at::<f32>(gamma, &[0.0, -a]);
                assert!(single.is_finite() && dz.iter().all(|dz| dz.is_finite()), "γ = {gamma}, a = {a}");
                assert!((single - expected).abs() <= 1e-5 * expected + 1e-20, "γ = {gamma}, a = {a}: {single} not {expected}");
            }
        }
    }
}
