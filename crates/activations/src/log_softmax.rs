//! The logarithm of softmax.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::lanes::{self, LANES};
use backprop_tensor::{Scalar, View, ViewMut};

use crate::columnwise::{self, COLUMNS, LONG, SHORT_BLOCK};
use crate::{Activation, Family};

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
        columnwise::forward(
            x,
            y,
            #[inline(always)]
            |x| x,
            #[inline(always)]
            |block, rows| log_softmax(block, rows),
        );
    }

    fn input_gradient(&self, _x: View<'_, T>, y: View<'_, T>, dy: View<'_, T>, dx: ViewMut<'_, T>) {
        columnwise::input_gradient(
            y,
            dy,
            dx,
            #[inline(always)]
            |y, dy, rows| pull_back_block(y, dy, rows),
        );
    }

    fn call(&self) -> Call {
        Call::new("log_softmax")
    }

    /// Scores minus a number that they share: their scale stays.
    fn family(&self) -> Family {
        Family::Linear
    }

    fn range(&self) -> RangeInclusive<f64> {
        f64::NEG_INFINITY..=0.0
    }

    fn needs_input(&self) -> bool {
        false
    }

    fn biased_in_place(&self, bias: &[T], y: ViewMut<'_, T>) {
        columnwise::biased_in_place(
            bias,
            y,
            #[inline(always)]
            |x| x,
            #[inline(always)]
            |block, rows| log_softmax(block, rows),
        );
    }

    fn pull_back(&self, _x: View<'_, T>, y: View<'_, T>, dy: ViewMut<'_, T>, _scratch: &mut [T]) {
        columnwise::pull_back(
            y,
            dy,
            #[inline(always)]
            |y, dy, rows| pull_back_block(y, dy, rows),
        );
    }
}

/// The logarithm of the softmax of a block of columns, x − m in place: y = (x − m) − ln Σ eˣ⁻ᵐ.
#[inline(always)]
fn log_softmax<T: Scalar>(block: &mut [T], rows: usize) {
    let (mut totals, mut scratch) = ([0.0; COLUMNS], [T::ZERO; SHORT_BLOCK]);
    if rows < LONG {
        let exponentials = exponentials(block, &mut scratch);
        totals.iter_mut().zip(exponentials.chunks_exact(rows)).for_each(|(total, e)| *total = lanes::sum(e));
    } else {
        for (total, column) in totals.iter_mut().zip(block.chunks_exact(rows)) {
            for part in column.chunks(SHORT_BLOCK) {
                *total += lanes::sum(exponentials(part, &mut scratch));
            }
        }
    }
    // One of the terms is e⁰ = 1: ln_1p of the others keeps their digits when they are small.
    let mut logs = totals.map(|total| T::from_f64(total - 1.0));
    // As vectors: one costs no more than one number.
    let columns = (block.len() / rows).next_multiple_of(LANES);
    logs[..columns].iter_mut().for_each(|log| *log = log.ln_1p());
    for (column, &log) in block.chunks_exact_mut(rows).zip(&logs) {
        column.iter_mut().for_each(|y| *y -= log);
    }
}

/// dx = dy − eʸ Σ dy, in place of dy.
#[inline(always)]
fn pull_back_block<T: Scalar>(y: &[T], dy: &mut [T], rows: usize) {
    if rows < LONG {
        let mut scratch = [T::ZERO; SHORT_BLOCK];
        for (dy, e) in dy.chunks_exact_mut(rows).zip(exponentials(y, &mut scratch).chunks_exact(rows)) {
            let sum = T::from_f64(lanes::sum(dy));
            dy.iter_mut().zip(e).for_each(|(dy, &e)| *dy -= e * sum);
        }
    } else {
        for (dy, y) in dy.chunks_exact_mut(rows).zip(y.chunks_exact(rows)) {
            let sum = T::from_f64(lanes::sum(dy));
            dy.iter_mut().zip(y).for_each(|(dy, &y)| *dy -= y.exp_negative() * sum);
        }
    }
}

/// eˣ of no more numbers than fit.
#[inline(always)]
fn exponentials<'a, T: Scalar>(x: &[T], scratch: &'a mut [T; SHORT_BLOCK]) -> &'a [T] {
    let exponentials = &mut scratch[..x.len()];
    exponentials.iter_mut().zip(x).for_each(|(e, &x)| *e = x.exp_negative());
    exponentials
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Softmax;

    fn of<T: Scalar>(x: &[T]) -> Vec<T> {
        let mut y = vec![T::ZERO; x.len()];
        LogSoftmax.forward(View::new(x, x.len(), 1), ViewMut::new(&mut y, x.len(), 1));
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
