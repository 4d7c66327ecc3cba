//! Cosine distance: the direction of a column counts, its length does not.

use backprop_registry::Call;
use backprop_tensor::lanes::{self, LANES};
use backprop_tensor::{Scalar, View, ViewMut, vectorize};

use crate::elementwise::write_targets;
use crate::labels::Labels;
use crate::{Input, Loss, Target, TargetError};

/// One minus the cosine of the angle between prediction and target.
///
/// ```text
/// l(y, t) = 1 − cos          cos = y·t / (Y T),  Y = max(‖y‖, ε),  T = max(‖t‖, ε)
/// ∂l/∂y   = −(t/T − cos y/Y)/Y        where ‖y‖ > ε
///         = −t/(T Y)                  where ‖y‖ ≤ ε
///         = 0                         where y·y = 0: it has no direction
/// ```
///
/// From 0, the same direction, over 1, a right angle, to 2. For vectors whose length means nothing, such as embeddings; of classes
/// the target is one-hot. A prediction of one row has no angle: its loss is 0, 1 or 2, and its gradient 0.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `eps` | 1e-8 | \[1e-30, ∞\) | ε: a shorter vector is taken for one of this length |
/// | `class_weights` (option `weight`) | empty | \[0, ∞\) each | as in [`ClassWeighted`](crate::ClassWeighted) |
///
/// # Shapes
/// `y`, target values, `dy`: `(features, batch)`; target labels: `batch`.
///
/// # Panics
/// If the shapes do not fit, or class weights are given and the target is values.
///
/// # Examples
/// ```
/// use backprop_losses::{CosineDistance, Loss, Target};
/// use backprop_tensor::{View, ViewMut};
/// let (y, t) = (View::new(&[3.0_f64, 4.0], 2, 1), View::new(&[2.0, 0.0], 2, 1));
/// let mut dy = [0.0; 2];
/// let value = CosineDistance::default().value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, 2, 1));
/// assert!((value - (1.0 - 0.6)).abs() < 1e-15);                                             // 6/(5 · 2)
/// assert!((dy[0] + (1.0 - 0.6 * 0.6) / 5.0).abs() < 1e-15);                                 // −(1 − 0.6 · 3/5)/5
/// assert!((dy[1] - 0.6 * 0.8 / 5.0).abs() < 1e-15);                                         // −(0 − 0.6 · 4/5)/5
/// ```
///
/// # References
/// PyTorch, `cosine_similarity`. <https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cosine_similarity.html>.
/// Of classes: B. Barz, J. Denzler, *Deep Learning on Small Datasets without Pre-Training using Cosine Loss*, 2020.
/// <https://arxiv.org/abs/1901.09054>
#[derive(Clone, Debug, PartialEq)]
pub struct CosineDistance {
    /// ε: a shorter vector is taken for one of this length.
    pub eps: f64,
    /// One for each class; empty: 1 for each.
    pub class_weights: Vec<f64>,
}

impl Default for CosineDistance {
    fn default() -> Self {
        Self { eps: 1e-8, class_weights: Vec::new() }
    }
}

/// By what a vector is multiplied whose square would be infinite.
const SHRINK: f64 = 1e-160;

impl CosineDistance {
    fn labels(&self) -> Labels<'_> {
        Labels { class_weights: &self.class_weights, ignore_index: None }
    }

    /// share (1 − cos) of one column, and dY ← its gradient; the target stands in dY. To be called within `vectorize!`.
    #[inline(always)]
    fn column<T: Scalar>(&self, y: &[T], dy: &mut [T], share: f64) -> f64 {
        // y and t are multiplied by a and b; neither cos nor y/Y and t/T feel it.
        let (mut a, mut b) = (1.0, 1.0);
        let mut dots = products(y, dy, a, b);
        if !(dots[0] < 1e300 && dots[1] < 1e300) {
            a = if dots[0] < 1e300 { 1.0 } else { SHRINK };
            b = if dots[1] < 1e300 { 1.0 } else { SHRINK };
            dots = products(y, dy, a, b);
        }
        let [yy, tt, yt] = dots;
        let (norm, least) = (yy.sqrt(), a * self.eps);
        // a Y and b T
        let (long, long_t) = (norm.at_least(least), tt.sqrt().at_least(b * self.eps));
        let cos = yt / (long * long_t);
        // 1/Y and 1/T: all products stay within the range of the type
        let (over_y, over_t) = (a / long, b / long_t);
        let scale = if yy == 0.0 { 0.0 } else { share * over_y };
        let turn = if norm > least { cos } else { 0.0 };
        for (dy, &y) in dy.iter_mut().zip(y) {
            // −(t/T − cos y/Y)/Y
            *dy = T::from_f64(scale * (turn * (y.to_f64() * over_y) - dy.to_f64() * over_t));
        }
        share * (1.0 - cos).at_least(0.0)
    }
}

/// y·y, t·t and y·t of a y and b t, in double precision.
#[inline(always)]
fn products<T: Scalar>(y: &[T], t: &[T], a: f64, b: f64) -> [f64; 3] {
    let (mut yy, mut tt, mut yt) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    for (y, t) in y.chunks(LANES).zip(t.chunks(LANES)) {
        for (k, (y, t)) in y.iter().zip(t).enumerate() {
            let (y, t) = (a * y.to_f64(), b * t.to_f64());
            yy[k] += y * y;
            tt[k] += t * t;
            yt[k] += y * t;
        }
    }
    [yy, tt, yt].map(|lanes| lanes::fold(&lanes, |a, b| a + b))
}

impl<T: Scalar> Loss<T> for CosineDistance {
    fn call(&self) -> Call {
        let call = self.labels().call("cosine");
        #[expect(clippy::float_cmp, reason = "the default, as it was written")]
        if self.eps == Self::default().eps { call } else { call.with("eps", self.eps) }
    }

    fn input(&self) -> Input {
        Input::Values
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
        let by_class = matches!(target, Target::Classes(_));
        assert!(by_class || self.class_weights.is_empty(), "with class weights the target is labels");
        write_targets(target, dy.reborrow());
        vectorize!({
            let mut sum = 0.0;
            for j in 0..y.cols() {
                let w = self.labels().sample(target, weights, j);
                if w == 0.0 || divisor == 0.0 {
                    dy.column_mut(j).fill(T::ZERO);
                } else {
                    sum += self.column(y.column(j), dy.column_mut(j), w / divisor);
                }
            }
            sum
        })
    }

    fn check(&self, rows: usize, target: Target<'_, T>) -> Result<(), TargetError> {
        self.labels().check_either("cosine", rows, target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<T: Scalar>(y: &[f64], t: &[f64]) -> (f64, Vec<f64>) {
        let cast = |x: &[f64]| x.iter().map(|&x| T::from_f64(x)).collect::<Vec<T>>();
        let (y, t, mut dy) = (cast(y), cast(t), vec![T::ZERO; y.len()]);
        let rows = y.len();
        let target = Target::Values(View::new(&t, rows, 1));
        let value =
            CosineDistance::default().value_and_gradient(View::new(&y, rows, 1), target, None, ViewMut::new(&mut dy, rows, 1));
        (value, dy.iter().map(|dy| dy.to_f64()).collect())
    }

    #[test]
    fn a_vector_of_zeros_has_no_direction() {
        for (y, t) in [([0.0, 0.0], [1.0, 2.0]), ([0.0, -0.0], [1e30, 0.0]), ([1.0, 2.0], [0.0, 0.0]), ([0.0; 2], [0.0; 2])] {
            assert_eq!([at::<f32>(&y, &t), at::<f64>(&y, &t)], [(1.0, vec![0.0; 2]), (1.0, vec![0.0; 2])], "{y:?}, {t:?}");
        }
        // One too short: y·t/(ε T), and its derivative.
        let (value, dy) = at::<f64>(&[1e-9, 0.0], &[3.0, 4.0]);
        assert!((value - (1.0 - 0.06)).abs() < 1e-15 && (dy[0] + 0.6e8).abs() < 1e-6 && (dy[1] + 0.8e8).abs() < 1e-6, "{dy:?}");
    }

    #[test]
    fn length_means_nothing() {
        let (value, dy) = at::<f64>(&[3.0, 4.0], &[2.0, 0.0]);
        for (y_scale, t_scale) in [(1e-6, 1.0), (1e150, 1e-6), (1e200, 1e250), (3e307, 3e307), (1e30, 1e30)] {
            let (scaled, gradient) = at::<f64>(&[3.0 * y_scale, 4.0 * y_scale], &[2.0 * t_scale, 0.0]);
            assert!((scaled - value).abs() < 1e-15, "{y_scale}, {t_scale}: {scaled}");
            for (scaled, dy) in gradient.iter().zip(&dy) {
                assert!((scaled * y_scale - dy).abs() < 1e-14 * dy.abs() + 1e-16, "{y_scale}, {t_scale}: {gradient:?}");
            }
        }
        let max = f64::from(f32::MAX);
        assert!((at::<f32>(&[max, max], &[-max, -max]).0 - 2.0).abs() < 1e-15);
    }
}
