//! Multi-class cross-entropy from logits.

use backprop_registry::{Call, Interval};
use backprop_tensor::{Scalar, View, ViewMut, vectorize};

use crate::labels::Labels;
use crate::target::sample_weight;
use crate::{Input, Loss, Target, TargetError, lanes};

/// The softmax and the multi-class cross-entropy in one.
///
/// ```text
/// l(z, q) = Σ_c q_c (lse − z_c)        lse = m + ln Σ_c e^(z_c − m),  m = max_c z_c
/// ∂l/∂z_c = Q p_c − q_c                p = softmax(z) = e^(z − lse),  Q = Σ_c q_c
/// q_c     = w_c ((1 − ε) t_c + ε/C)    t one-hot for a label y, or a column of probabilities
/// L       = Σᵢ sᵢ lᵢ / Σᵢ sᵢ w_{yᵢ}    s the sample weights;  Σᵢ sᵢ in the denominator for probabilities
/// ```
///
/// Without weights and smoothing l = −ln `p_y` and ∂l/∂z = p − t. For classes of which exactly one is true. Computed from
/// log-sum-exp, so that it is finite and exact for any finite logits; PyTorch's `CrossEntropyLoss`.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `class_weights` (option `weight`) | empty | \[0, ∞\) each | w, one for each class; empty: 1 for each |
/// | `label_smoothing` | 0 | \[0, 1\] | ε, the part of the target that is spread over all classes |
/// | `ignore_index` | none (option: −100) | a class | a label that does not count, beside [`IGNORED`](crate::IGNORED) |
///
/// # Shapes
/// `y` (logits), target values (probabilities), `dy`: `(classes, batch)`; target labels: `batch`.
///
/// # Panics
/// If the shapes do not fit, or a label is out of range. A column with NaN, ∞ or nothing but −∞ gives NaN.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, SoftmaxCrossEntropy, Target};
/// use backprop_tensor::{View, ViewMut};
/// let z = View::new(&[0.0_f64, 0.0, 1000.0, 0.0], 2, 2);                                    // probabilities (½, ½) and (1, 0)
/// let mut dz = [0.0; 4];
/// let loss = SoftmaxCrossEntropy::default();
/// let value = loss.value_and_gradient(z, Target::Classes(&[0, 1]), None, ViewMut::new(&mut dz, 2, 2));
/// assert_eq!(value, (2.0_f64.ln() + 1000.0) / 2.0);
/// assert_eq!(dz, [-0.25, 0.25, 0.5, -0.5]);                                                 // (p − t)/2
/// ```
///
/// # References
/// J. S. Bridle, *Probabilistic Interpretation of Feedforward Classification Network Outputs*, 1990.
/// <https://doi.org/10.1007/978-3-642-76153-9_28>. Label smoothing: C. Szegedy et al., *Rethinking the Inception Architecture*,
/// 2016. <https://arxiv.org/abs/1512.00567>
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SoftmaxCrossEntropy {
    /// w: one for each class; empty: 1 for each.
    pub class_weights: Vec<f64>,
    /// ε: the part of the target that is spread over all classes.
    pub label_smoothing: f64,
    /// A label that does not count, beside [`IGNORED`](crate::IGNORED).
    pub ignore_index: Option<u32>,
}

impl SoftmaxCrossEntropy {
    fn labels(&self) -> Labels<'_> {
        Labels { class_weights: &self.class_weights, ignore_index: self.ignore_index }
    }

    /// Calls `f(c, q_c)` for every class with `q_c` ≠ 0: without smoothing that is one class for a label.
    fn masses<T: Scalar>(&self, target: Target<'_, T>, j: usize, rows: usize, mut f: impl FnMut(usize, f64)) {
        let labels = self.labels();
        let kept = 1.0 - self.label_smoothing;
        let spread = self.label_smoothing / rows as f64;
        // q_c = w_c ((1 − ε) t_c + ε/C)
        let mut visit = |c: usize, t: f64| match labels.class_weight(c) * (kept * t + spread) {
            0.0 => {}
            q => f(c, q),
        };
        match target {
            Target::Classes(classes) if spread == 0.0 => visit(classes[j] as usize, 1.0),
            Target::Classes(classes) => (0..rows).for_each(|c| visit(c, if c == classes[j] as usize { 1.0 } else { 0.0 })),
            Target::Values(values) => values.column(j).iter().enumerate().for_each(|(c, t)| visit(c, t.to_f64())),
        }
    }
}

impl<T: Scalar> Loss<T> for SoftmaxCrossEntropy {
    fn call(&self) -> Call {
        let call = self.labels().call("cross_entropy");
        if self.label_smoothing == 0.0 { call } else { call.with("label_smoothing", self.label_smoothing) }
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
        mut dy: ViewMut<'_, T>,
    ) -> f64 {
        target.assert_fits(y, weights, &dy);
        if divisor == 0.0 || y.as_slice().is_empty() {
            dy.fill(T::ZERO);
            return 0.0;
        }
        let (rows, labels) = (y.rows(), self.labels());
        // sⱼ/divisor; 0 for a column that does not count.
        let share = |j: usize| match target {
            Target::Classes(classes) if labels.ignores(classes[j]) => 0.0,
            Target::Classes(classes) if self.label_smoothing == 0.0 && labels.weight(classes[j]) == 0.0 => 0.0,
            _ => sample_weight(weights, j) / divisor,
        };
        let mut sum = 0.0;
        // dZ ← Z − m, and Σ q (m − z)
        for j in 0..y.cols() {
            let (z, dz, share) = (y.column(j), dy.column_mut(j), share(j));
            if share == 0.0 {
                dz.fill(T::ZERO);
                continue;
            }
            let m = lanes::largest(z);
            dz.iter_mut().zip(z).for_each(|(dz, &z)| *dz = z - m);
            // In double precision m − z is exact where f32 would overflow.
            self.masses(target, j, rows, |c, q| sum += share * q * (m.to_f64() - z[c].to_f64()));
        }
        // dZ ← e^(Z − m), all columns at once, however short they are
        vectorize!(dy.as_mut_slice().iter_mut().for_each(|dz| *dz = dz.exp()));
        // dZ ← Q p − q, and Q ln Σ e^(z − m)
        for j in 0..y.cols() {
            let (dz, share) = (dy.column_mut(j), share(j));
            if share == 0.0 {
                dz.fill(T::ZERO);
                continue;
            }
            let total = lanes::sum(dz);
            let mut mass = 0.0;
            self.masses(target, j, rows, |_, q| mass += q);
            sum += share * mass * total.ln();
            let factor = T::from_f64(share * mass / total);
            dz.iter_mut().for_each(|dz| *dz *= factor);
            self.masses(target, j, rows, |c, q| dz[c] -= T::from_f64(share * q));
        }
        sum
    }

    fn check(&self, rows: usize, target: Target<'_, T>) -> Result<(), TargetError> {
        match target {
            Target::Classes(classes) => self.labels().check("cross_entropy", rows, classes),
            Target::Values(values) => {
                self.labels().check("cross_entropy", rows, &[])?;
                TargetError::check_range("cross_entropy", values, Interval::closed(0.0, 1.0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<T: Scalar>(z: &[f64], label: u32) -> f64 {
        let z: Vec<T> = z.iter().map(|&z| T::from_f64(z)).collect();
        SoftmaxCrossEntropy::default().value(View::new(&z, z.len(), 1), Target::Classes(&[label]), None)
    }

    #[test]
    fn extreme_logits() {
        let values: [(&[f64], u32, f64); 12] = [
            (&[0.0, 0.0, 0.0], 0, 1.098_612_288_668_109_7),
            (&[1000.0, 1001.0, 1002.0], 0, 2.407_605_964_444_38),
            (&[1000.0, 1001.0, 1002.0], 2, 0.407_605_964_444_380_3),
            (&[-1000.0, -1001.0, -1002.0], 0, 0.407_605_964_444_380_3),
            (&[1e4, -1e4], 1, 20_000.0),
            (&[1e30, 0.0], 1, 1e30),
            (&[88.8, -88.8, 0.0], 1, 177.6),
            (&[89.0, 0.0, 0.0], 0, 0.0),
            (&[1e38, 1e38, -1e38], 2, 2e38),
            (&[1e38, 1e38, -1e38], 0, std::f64::consts::LN_2),
            (&[3e38, -3e38], 1, 6e38),
            (&[f64::NEG_INFINITY, 0.0, 1.0], 1, 1.313_261_687_518_222_8),
        ];
        for (z, label, exact) in values {
            let (double, single) = (value::<f64>(z, label), value::<f32>(z, label));
            assert!((double - exact).abs() <= 1e-15 * exact + 1e-38, "f64, {z:?}, {label}: {double} instead of {exact}");
            assert!((single - exact).abs() <= 2e-7 * exact + 1e-38, "f32, {z:?}, {label}: {single} instead of {exact}");
        }
        assert_eq!(value::<f32>(&[f64::NEG_INFINITY, 0.0], 0), f64::INFINITY);
    }

    #[test]
    fn probabilities_of_extreme_logits() {
        // The gradient is p − t.
        let softmax = |z: [f32; 3], label: u32| {
            let mut dz = [0.0; 3];
            let dy = ViewMut::new(&mut dz, 3, 1);
            SoftmaxCrossEntropy::default().value_and_gradient(View::new(&z, 3, 1), Target::Classes(&[label]), None, dy);
            dz[label as usize] += 1.0;
            dz
        };
        for (z, p) in [
            ([1000.0, 1001.0, 1002.0], [0.090_030_57, 0.244_728_46, 0.665_240_94]),
            ([-1000.0, -1001.0, -1002.0], [0.665_240_94, 0.244_728_46, 0.090_030_57]),
            ([89.0, 0.0, 0.0], [1.0, 2.2e-39, 2.2e-39]),
            ([1e38, 1e38, -1e38], [0.5, 0.5, 0.0]),
            ([f32::NEG_INFINITY, 0.0, 1.0], [0.0, 0.268_941_43, 0.731_058_6]),
        ] {
            let got = softmax(z, 2);
            assert!(got.iter().zip(p).all(|(got, p): (&f32, f32)| (got - p).abs() <= 2e-7), "{z:?}: {got:?}");
        }
    }

    #[test]
    fn no_numbers_give_not_a_number() {
        for z in [[f64::NEG_INFINITY; 3], [f64::INFINITY, 0.0, 1.0], [f64::NAN, 0.0, 1.0], [0.0, 1.0, f64::NAN]] {
            assert!((0..3).all(|label| value::<f32>(&z, label).is_nan()), "{z:?}");
        }
    }
}
