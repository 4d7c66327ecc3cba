//! The logarithm of softmax.

use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut};

use crate::{Activation, Family, columnwise};

/// The logarithm of [`Softmax`](crate::Softmax), exact where the probability itself would be rounded to 0 or 1.
///
/// ```text
/// yᵢ = (xᵢ − m) − ln Σⱼ eˣʲ⁻ᵐ      m = maxⱼ xⱼ
/// dx = dy − eʸ Σⱼ dyⱼ
/// ```
///
/// The sum is taken in `f64` without its largest term, which is 1 and stands in ln(1 + …). A score of −∞ stays −∞. A column that
/// holds NaN or +∞, or nothing but −∞, has no softmax: it becomes NaN, and no other column does.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(classes, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, LogSoftmax};
/// use backprop_tensor::{View, ViewMut};
///
/// // two equal scores: ln ½ each; and a hopeless one, whose probability e⁻¹⁰⁰⁰ is below the smallest number
/// let x = View::new(&[7.0_f32, 7.0, 0.0, -1000.0], 2, 2);
/// let mut y = [9.0; 4];
/// LogSoftmax.forward(x, ViewMut::new(&mut y, 2, 2));
/// assert!((y[0] - 0.5_f32.ln()).abs() < 1e-6 && y[0] == y[1]);
/// assert_eq!(y[2..], [0.0, -1000.0]);
///
/// let mut dx = [9.0; 2];
/// let dy = View::new(&[3.0, 1.0], 2, 1); // Σ dy = 4
/// LogSoftmax.input_gradient(x.columns(1..2), View::new(&y[2..], 2, 1), dy, ViewMut::new(&mut dx, 2, 1));
/// assert_eq!(dx, [-1.0, 1.0]);
/// ```
///
/// # References
/// P. Blanchard, D. J. Higham and N. J. Higham, *Accurately computing the log-sum-exp and softmax functions*, 2021.
/// <https://doi.org/10.1093/imanum/draa038>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogSoftmax;

impl<T: Scalar> Activation<T> for LogSoftmax {
    fn forward(&self, x: View<'_, T>, y: ViewMut<'_, T>) {
        columnwise::forward(x, y, log_softmax);
    }

    fn input_gradient(&self, _x: View<'_, T>, y: View<'_, T>, dy: View<'_, T>, dx: ViewMut<'_, T>) {
        columnwise::input_gradient(y, dy, dx, pull_back_column);
    }

    fn call(&self) -> Call {
        Call::new("log_softmax")
    }

    /// Scores minus a number that they share: their scale stays.
    fn family(&self) -> Family {
        Family::Linear
    }

    fn needs_input(&self) -> bool {
        false
    }

    fn biased_in_place(&self, bias: &[T], y: ViewMut<'_, T>) {
        columnwise::biased_in_place(bias, y, log_softmax);
    }

    fn pull_back(&self, _x: View<'_, T>, y: View<'_, T>, dy: ViewMut<'_, T>, _scratch: &mut [T]) {
        columnwise::pull_back(y, dy, pull_back_column);
    }
}

/// The logarithm of the softmax of one column, in place: y = (x − m) − ln Σ eˣ⁻ᵐ.
#[inline(always)]
fn log_softmax<T: Scalar>(column: &mut [T]) {
    let maximum = column.iter().copied().fold(-T::INFINITY, T::at_least);
    // One of the terms is e⁰ = 1: ln_1p of the others keeps their digits when they are small.
    let log_sum = T::from_f64(sum_of_exponentials(column, maximum) - 1.0).ln_1p();
    for y in column {
        *y = (*y - maximum) - log_sum;
    }
}

/// Σ eˣ⁻ᵐ in eight partial sums side by side, so that the exponentials become vector code; their order is fixed.
#[inline(always)]
fn sum_of_exponentials<T: Scalar>(column: &[T], maximum: T) -> f64 {
    let mut lanes = [0.0; 8];
    let mut add = |part: &[T]| lanes.iter_mut().zip(part).for_each(|(lane, &x)| *lane += (x - maximum).exp().to_f64());
    let (parts, rest) = column.as_chunks::<8>();
    for part in parts {
        add(part);
    }
    add(rest);
    lanes.iter().sum()
}

/// dx = dy − eʸ Σ dy, in place of dy.
#[inline(always)]
fn pull_back_column<T: Scalar>(y: &[T], dy: &mut [T]) {
    let sum = T::from_f64(dy.iter().map(|dy| dy.to_f64()).sum());
    dy.iter_mut().zip(y).for_each(|(dy, &y)| *dy -= y.exp() * sum);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Softmax;

    fn of<T: Scalar>(x: &[T]) -> Vec<T> {
        let mut y = x.to_vec();
        log_softmax(&mut y);
        y
    }

    #[test]
    fn a_column_without_a_softmax_is_nan() {
        let infinity = f32::INFINITY;
        for x in [[-infinity; 3], [infinity, 0.0, 1.0], [f32::NAN, 0.0, 1.0]] {
            assert!(of(&x).iter().all(|y| y.is_nan()), "{x:?}");
        }
        assert_eq!(of(&[-infinity, 2.0]), [-infinity, 0.0]);
    }

    #[test]
    fn the_winner_keeps_its_digits() {
        // ln(1 + e⁻²⁰) = 2.061 153 620 314 381e-9; 1 + e⁻²⁰ is 1 in f32.
        let [winner, loser] = of(&[20.0_f32, 0.0])[..] else { unreachable!("two scores") };
        assert!((f64::from(winner) / -2.061_153_620_314_381e-9 - 1.0).abs() < 1e-6, "{winner:e}");
        assert_eq!(loser, -20.0);
    }

    proptest! {
        #[test]
        fn it_is_the_logarithm_of_softmax(x in prop::collection::vec(-20.0..20.0_f64, 1..20)) {
            let mut y = vec![0.0; x.len()];
            Softmax.forward(View::new(&x, x.len(), 1), ViewMut::new(&mut y, x.len(), 1));
            for (log, y) in of(&x).iter().zip(&y) {
                prop_assert!((log - y.ln()).abs() < 1e-12, "{} and ln {}", log, y);
            }
        }
    }
}
