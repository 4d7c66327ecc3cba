//! Negative log-likelihood of numbers whose spread is predicted too.

use std::f64::consts::TAU;

use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut, lanes, vectorize};

use crate::bounded::finite;
use crate::elementwise::BLOCK;
use crate::labels::Labels;
use crate::target::sample_weight;
use crate::{Input, Loss, Target, TargetError};

/// The negative log-likelihood of a normal distribution whose mean μ and variance are both predicted.
///
/// ```text
/// l(μ, var, t) = ½ (ln v + e²/v)           e = μ − t,  v = max(var, ε);  full: + ½ ln 2π
/// ∂l/∂μ        = e/v        ∂l/∂var = ½ (1/v − e²/v²), also below ε
/// ```
///
/// For a network that says how sure it is. The prediction has twice the rows of the target: **all means, then all variances**. The
/// loss of a sample is the mean over the rows of the target. A variance below ε counts as ε and keeps its slope, so that it is not
/// stuck there. Start variances about 1, by their biases or an activation that is positive: next to ε the gradient is about e²/ε²,
/// which an adaptive optimizer remembers for long. Beyond the range of the number type value and gradient are the largest finite
/// number. PyTorch's `GaussianNLLLoss`.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `full` | false | | whether the constant ½ ln 2π is added |
/// | `eps` | 10⁻⁶ | (0, ∞) | ε, the smallest variance |
///
/// # Shapes
/// Target values: `(features, batch)`; `y`, `dy`: `(2 · features, batch)`.
///
/// # Panics
/// If the shapes do not fit, or the target is labels.
///
/// # Examples
/// ```
/// use backprop_losses::{GaussianNll, Loss, Target};
/// use backprop_tensor::{View, ViewMut};
/// let (y, t) = (View::new(&[3.0_f64, 1.0], 2, 1), View::new(&[1.0], 1, 1));                 // mean 3, variance 1, target 1
/// let mut dy = [0.0; 2];
/// let value = GaussianNll::default().value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, 2, 1));
/// assert_eq!(value, 2.0);                                                                   // ½ (0 + 4)
/// assert_eq!(dy, [2.0, -1.5]);                                                              // ½ (1 − 4)
/// ```
///
/// # References
/// D. A. Nix, A. S. Weigend, *Estimating the mean and variance of the target probability distribution*, 1994.
/// <https://doi.org/10.1109/ICNN.1994.374138>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GaussianNll {
    /// Whether the constant ½ ln 2π is added.
    pub full: bool,
    /// ε: the smallest variance.
    pub eps: f64,
}

impl Default for GaussianNll {
    fn default() -> Self {
        Self { full: false, eps: 1e-6 }
    }
}

impl GaussianNll {
    /// l, ∂l/∂μ and ∂l/∂var.
    #[inline(always)]
    fn at<T: Scalar>(self, mean: T, var: T, t: T) -> [T; 3] {
        let half = T::from_f64(0.5);
        let constant = T::from_f64(if self.full { 0.5 * TAU.ln() } else { 0.0 });
        // An ε too small for the type would divide by 0.
        let v = var.at_least(T::from_f64(self.eps).at_least(T::MIN_POSITIVE));
        let (e, inverse) = (finite(mean - t), T::ONE / v);
        let slope = finite(e * inverse);
        let l = half * (v.ln() + finite(e * slope)) + constant;
        // ½ (1 − e²/v)/v: no v², which may be 0 where v is not
        [l, slope, finite(half * (T::ONE - e * slope) * inverse)]
    }

    /// dy ← w · scale · l′; Σ w l. Elements are gathered, computed together, and put back where their rows are.
    #[inline(always)]
    fn pass<T: Scalar>(self, y: &[T], t: View<'_, T>, weights: Option<&[T]>, scale: f64, dy: &mut [T]) -> f64 {
        let rows = t.rows();
        let (mut means, mut vars, mut scales) = ([T::ZERO; BLOCK], [T::ZERO; BLOCK], [T::ZERO; BLOCK]);
        let (mut terms, mut w, mut places) = ([0.0; BLOCK], [0.0; BLOCK], [0; BLOCK]);
        let (mut row, mut column, mut sum) = (0, 0, 0.0);
        for t in t.as_slice().chunks(BLOCK) {
            for k in 0..t.len() {
                if row == rows {
                    (row, column) = (0, column + 1);
                }
                let place = 2 * column * rows + row;
                let weight = sample_weight(weights, column);
                (places[k], means[k], vars[k]) = (place, y[place], y[place + rows]);
                (w[k], scales[k]) = (weight, T::from_f64(weight * scale));
                row += 1;
            }
            for (k, &t) in t.iter().enumerate() {
                let [l, dmean, dvar] = self.at(means[k], vars[k], t);
                // Not 0 · l, which would be NaN for a prediction of no use.
                terms[k] = if w[k] == 0.0 { 0.0 } else { w[k] * l.to_f64() };
                let counts = scales[k] != T::ZERO;
                means[k] = if counts { scales[k] * dmean } else { T::ZERO };
                vars[k] = if counts { scales[k] * dvar } else { T::ZERO };
            }
            for k in 0..t.len() {
                (dy[places[k]], dy[places[k] + rows]) = (means[k], vars[k]);
            }
            sum += lanes::sum(&terms[..t.len()]);
        }
        sum
    }
}

impl<T: Scalar> Loss<T> for GaussianNll {
    fn call(&self) -> Call {
        let mut call = Call::new("gaussian_nll");
        if self.full {
            call = call.with("full", true);
        }
        if self.eps == Self::default().eps { call } else { call.with("eps", self.eps) }
    }

    fn input(&self) -> Input {
        Input::Values
    }

    fn outputs_per_target(&self) -> usize {
        2
    }

    fn divisor(&self, target: Target<'_, T>, weights: Option<&[T]>) -> f64 {
        Labels::PLAIN.divisor(target, weights)
    }

    fn sum_and_gradient(
        &self,
        y: View<'_, T>,
        target: Target<'_, T>,
        weights: Option<&[T]>,
        divisor: f64,
        mut dy: ViewMut<'_, T>,
    ) -> f64 {
        target.assert_fits_blocks(2, y, weights, &dy);
        let Target::Values(t) = target else { panic!("the target of this loss is values") };
        if divisor == 0.0 || t.as_slice().is_empty() {
            dy.fill(T::ZERO);
            return 0.0;
        }
        let scale = 1.0 / (divisor * t.rows() as f64);
        vectorize!(scale * self.pass(y.as_slice(), t, weights, scale, dy.as_mut_slice()))
    }

    fn check(&self, _rows: usize, target: Target<'_, T>) -> Result<(), TargetError> {
        match target {
            Target::Values(_) => Ok(()),
            Target::Classes(_) => Err(TargetError::NeedsValues { loss: "gaussian_nll".to_owned() }),
        }
    }
}
