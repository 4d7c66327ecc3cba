//! Multi-class hinge loss.

use backprop_registry::Call;
use backprop_tensor::lanes::{self, LANES};
use backprop_tensor::{Scalar, View, ViewMut, vectorize};

use crate::bounded::finite;
use crate::labels::Labels;
use crate::target::sample_weight;
use crate::{Input, Loss, Target, TargetError};

/// The multi-class hinge loss: the score of the class is to lead those of all others by a margin.
///
/// ```text
/// l(z, y) = w_y/C Σ_{c ≠ y} h_c^p             h_c = max(0, margin − z_y + z_c),  p = 1 or 2
/// ∂l/∂z_c = w_y/C p h_c^(p − 1) [h_c > 0]     for c ≠ y;   ∂l/∂z_y = −Σ_{c ≠ y} ∂l/∂z_c
/// L       = Σᵢ sᵢ lᵢ / Σᵢ sᵢ                  s the sample weights
/// ```
///
/// A sample whose class leads by the margin costs nothing and teaches nothing: the support vector machine for several classes. As
/// PyTorch's `MultiMarginLoss` the mean is **not** divided by the class weights, unlike that of all other losses.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `class_weights` (option `weight`) | empty | \[0, ∞\) each | w, one for each class; empty: 1 for each |
/// | `ignore_index` | none (option: −100) | a class | a label that does not count, beside [`IGNORED`](crate::IGNORED) |
/// | `squared` (option `p`) | no (1) | yes or no (2 or 1) | whether the margins that are missed are squared |
/// | `margin` | 1 | \[0, ∞\) | by how much the class is to lead |
///
/// # Shapes
/// `y` (scores), `dy`: `(classes, batch)`; target labels: `batch`.
///
/// # Panics
/// If the shapes do not fit, the target is values, or a label is out of range.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, MultiMargin, Target};
/// use backprop_tensor::{View, ViewMut};
/// let z = View::new(&[2.0_f32, 1.5, 0.0, 4.0], 4, 1);
/// let mut dz = [0.0; 4];
/// let value = MultiMargin::default().value_and_gradient(z, Target::Classes(&[0]), None, ViewMut::new(&mut dz, 4, 1));
/// assert_eq!(value, (0.5 + 0.0 + 3.0) / 4.0);                                               // 1 − 2 + z_c, if that is above 0
/// assert_eq!(dz, [-0.5, 0.25, 0.0, 0.25]);
/// let squared = MultiMargin { squared: true, ..MultiMargin::default() };
/// assert_eq!(squared.value(z, Target::Classes(&[0]), None), (0.25 + 9.0) / 4.0);
/// ```
///
/// # References
/// K. Crammer, Y. Singer, *On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines*, 2001.
/// <https://www.jmlr.org/papers/v2/crammer01a.html>. J. Weston, C. Watkins, *Support Vector Machines for Multi-Class Pattern
/// Recognition*, 1999, whose sum over the classes this is.
#[derive(Clone, Debug, PartialEq)]
pub struct MultiMargin {
    /// w: one for each class; empty: 1 for each.
    pub class_weights: Vec<f64>,
    /// A label that does not count, beside [`IGNORED`](crate::IGNORED).
    pub ignore_index: Option<u32>,
    /// Whether the margins that are missed are squared: p = 2.
    pub squared: bool,
    /// By how much the class is to lead.
    pub margin: f64,
}

impl Default for MultiMargin {
    fn default() -> Self {
        Self { class_weights: Vec::new(), ignore_index: None, squared: false, margin: 1.0 }
    }
}

impl MultiMargin {
    fn labels(&self) -> Labels<'_> {
        Labels { class_weights: &self.class_weights, ignore_index: self.ignore_index }
    }

    /// Σ of all columns, and dZ ← its gradient, with `power(h)` for hᵖ and its derivative. To be called within `vectorize!`.
    #[inline(always)]
    fn columns<T: Scalar>(
        &self,
        z: View<'_, T>,
        classes: &[u32],
        weights: Option<&[T]>,
        divisor: f64,
        mut dz: ViewMut<'_, T>,
        power: impl Fn(f64) -> (f64, f64) + Copy,
    ) -> f64 {
        let mut sum = 0.0;
        for (j, &label) in classes.iter().enumerate() {
            let (z, dz, label) = (z.column(j), dz.column_mut(j), label as usize);
            let w = self.labels().weight(classes[j]) * sample_weight(weights, j);
            if w == 0.0 || divisor == 0.0 {
                dz.fill(T::ZERO);
                continue;
            }
            let scale = w / (divisor * z.len() as f64);
            // In double precision, where the differences of f32 neither overflow nor are rounded.
            let shift = self.margin - z[label].to_f64();
            let (mut values, mut slopes) = ([0.0; LANES], [0.0; LANES]);
            for others in [0..label, label + 1..z.len()] {
                others_of(&z[others.clone()], shift, scale, &mut dz[others], &mut values, &mut slopes, power);
            }
            dz[label] = finite(T::from_f64(-scale * lanes::fold(&slopes, |a, b| a + b)));
            sum += scale * lanes::fold(&values, |a, b| a + b);
        }
        sum
    }
}

/// hᵖ and its derivative of classes other than that of the label, each added to its lane; dZ ← scale times the derivative.
#[inline(always)]
fn others_of<T: Scalar>(
    z: &[T],
    shift: f64,
    scale: f64,
    dz: &mut [T],
    values: &mut [f64; LANES],
    slopes: &mut [f64; LANES],
    power: impl Fn(f64) -> (f64, f64),
) {
    for (z, dz) in z.chunks(LANES).zip(dz.chunks_mut(LANES)) {
        for (((z, dz), value), slope) in z.iter().zip(dz).zip(values.iter_mut()).zip(slopes.iter_mut()) {
            // max(0, margin − z_y + z_c)
            let (term, derivative) = power((shift + z.to_f64()).at_least(0.0));
            *value += term;
            *slope += derivative;
            *dz = finite(T::from_f64(scale * derivative));
        }
    }
}

impl<T: Scalar> Loss<T> for MultiMargin {
    fn call(&self) -> Call {
        let call = self.labels().call("multi_margin");
        let call = if self.squared { call.with("p", 2.0) } else { call };
        #[expect(clippy::float_cmp, reason = "the default, as it was written")]
        if self.margin == Self::default().margin { call } else { call.with("margin", self.margin) }
    }

    fn input(&self) -> Input {
        Input::Logits
    }

    // Σ sᵢ, whatever the class weights.
    fn divisor(&self, target: Target<'_, T>, weights: Option<&[T]>) -> f64 {
        Labels { class_weights: &[], ..self.labels() }.divisor(target, weights)
    }

    fn sum_and_gradient(
        &self,
        y: View<'_, T>,
        target: Target<'_, T>,
        weights: Option<&[T]>,
        divisor: f64,
        dy: ViewMut<'_, T>,
    ) -> f64 {
        target.assert_fits(y, weights, &dy);
        let Target::Classes(classes) = target else { panic!("the target of this loss is labels") };
        if self.squared {
            vectorize!(self.columns(y, classes, weights, divisor, dy, |h| (h * h, 2.0 * h)))
        } else {
            // 1 above 0; 0 and NaN stay.
            vectorize!(self.columns(y, classes, weights, divisor, dy, |h| (h, if h > 0.0 { 1.0 } else { h })))
        }
    }

    fn check(&self, rows: usize, target: Target<'_, T>) -> Result<(), TargetError> {
        self.labels().check_labels("multi_margin", rows, target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<T: Scalar>(squared: bool, z: &[f64], label: u32) -> (f64, Vec<f64>) {
        let z: Vec<T> = z.iter().map(|&z| T::from_f64(z)).collect();
        let mut dz = vec![T::ZERO; z.len()];
        let loss = MultiMargin { squared, ..MultiMargin::default() };
        let dy = ViewMut::new(&mut dz, z.len(), 1);
        let value = loss.value_and_gradient(View::new(&z, z.len(), 1), Target::Classes(&[label]), None, dy);
        (value, dz.iter().map(|dz| dz.to_f64()).collect())
    }

    #[test]
    fn a_tie_with_the_margin_costs_and_teaches_nothing() {
        for squared in [false, true] {
            assert_eq!(at::<f64>(squared, &[3.0, 2.0, 2.0, 2.0], 0), (0.0, vec![0.0; 4]));
            assert_eq!(at::<f32>(squared, &[3.0, 2.0, 2.0, 2.0], 0), (0.0, vec![0.0; 4]));
        }
        // Equal scores miss the whole margin.
        assert_eq!(at::<f64>(false, &[5.0; 4], 2), (0.75, vec![0.25, 0.25, -0.75, 0.25]));
        assert_eq!(at::<f64>(true, &[5.0; 4], 2), (0.75, vec![0.5, 0.5, -1.5, 0.5]));
    }

    #[test]
    fn scores_as_large_as_they_get() {
        let max = f64::from(f32::MAX);
        assert_eq!(at::<f32>(false, &[-max, max], 0), (max, vec![-0.5, 0.5]));
        assert_eq!(at::<f32>(true, &[-max, max], 0), (2.0 * max * max, vec![-max, max]));
        assert_eq!(at::<f32>(true, &[max, -max], 0), (0.0, vec![0.0, 0.0]));
        assert_eq!(at::<f64>(true, &[-f64::MAX, f64::MAX], 0), (f64::INFINITY, vec![-f64::MAX, f64::MAX]));
    }

    #[test]
    fn the_sum_of_the_others_however_many() {
        for rows in 1..70 {
            let z: Vec<f64> = (0..rows).map(|c| ((c * 37) % 101) as f64 * 0.25 - 12.0).collect();
            for label in [0, rows / 2, rows - 1] {
                let h = |c: usize| if c == label { 0.0 } else { (1.0 - z[label] + z[c]).max(0.0) };
                let (value, dz) = at::<f64>(true, &z, label as u32);
                let expected = (0..rows).map(|c| h(c) * h(c)).sum::<f64>() / rows as f64;
                assert!((value - expected).abs() <= 1e-14 * expected, "{rows} classes: {value}, not {expected}");
                let others: f64 = (0..rows).map(|c| 2.0 * h(c)).sum();
                for (c, dz) in dz.iter().enumerate() {
                    let expected = (if c == label { -others } else { 2.0 * h(c) }) / rows as f64;
                    assert!((dz - expected).abs() <= 1e-14 * expected.abs(), "{rows} classes, {c}");
                }
            }
        }
    }
}
