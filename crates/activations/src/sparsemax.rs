//! Sparsemax: scores become probabilities, most of them 0.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut, lanes, vectorize};

use crate::{Activation, Family};

/// Sparsemax: the nearest column of probabilities; scores that are far behind get exactly 0.
///
/// ```text
/// y  = argmin ‖p − x‖² over p ≥ 0, Σ p = 1
///    = max(0, x − τ), with the τ for which Σⱼ max(0, xⱼ − τ) = 1
/// dx = s ⊙ (dy − Σⱼ sⱼ dyⱼ / Σⱼ sⱼ)      s = 1 where y > 0, else 0
/// ```
///
/// τ is the root of g(τ) = Σ max(0, xⱼ − τ) − 1, which is convex, falls, and is not negative at max x − 1. Newton's steps from
/// there, τ ← τ + g/n with n numbers above τ, never pass the root, and end on it exactly: as soon as n stays the same. No
/// sorting, no memory. Each step makes g or n half as large (g′/g + n′/n ≤ 1 for the new ones), so that there are at most
/// log₂(rows/ε) of them: the effort is O(rows log rows) for any column, and a handful of passes for most.
///
/// Sums are in `f64`. A score of −∞ has probability 0. A column that holds NaN or +∞, or nothing but −∞, has no sparsemax: it
/// becomes NaN, and no other column does. Where a score is just about to leave 0 the gradient jumps; there its share counts as
/// 0.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(classes, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Sparsemax};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[1.0_f32, 0.5, -1.0], 3, 1); // τ = ¼: 0.75 + 0.25 = 1
/// let mut y = [9.0; 3];
/// Sparsemax.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y, [0.75, 0.25, 0.0]);
///
/// let mut dx = [9.0; 3];
/// let dy = View::new(&[4.0, 2.0, 9.0], 3, 1); // mean over the two that count: 3
/// Sparsemax.input_gradient(x, View::new(&y, 3, 1), dy, ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [1.0, -1.0, 0.0]);
/// ```
///
/// # References
/// A. F. T. Martins and R. F. Astudillo, *From Softmax to Sparsemax: A Sparse Model of Attention and Multi-Label
/// Classification*, 2016. <https://arxiv.org/abs/1602.02068>. The steps: C. Michelot, *A Finite Algorithm for Finding the
/// Projection of a Point onto the Canonical Simplex of ℝⁿ*, 1986, <https://doi.org/10.1007/BF00938486>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sparsemax;

impl<T: Scalar> Activation<T> for Sparsemax {
    fn forward(&self, x: View<'_, T>, mut y: ViewMut<'_, T>) {
        assert_eq!((x.rows(), x.cols()), (y.rows(), y.cols()), "x and y have the same shape");
        let rows = x.rows().max(1);
        vectorize!({
            for (y, x) in y.as_mut_slice().chunks_exact_mut(rows).zip(x.as_slice().chunks_exact(rows)) {
                y.copy_from_slice(x);
                project(y);
            }
        });
    }

    fn input_gradient(&self, _x: View<'_, T>, y: View<'_, T>, dy: View<'_, T>, mut dx: ViewMut<'_, T>) {
        assert_eq!((y.rows(), y.cols()), (dx.rows(), dx.cols()), "y and dx have the same shape");
        dx.copy_from(dy);
        self.pull_back(y, y, dx, &mut []);
    }

    fn call(&self) -> Call {
        Call::new("sparsemax")
    }

    fn family(&self) -> Family {
        Family::Saturating
    }

    fn range(&self) -> RangeInclusive<f64> {
        0.0..=1.0
    }

    fn needs_input(&self) -> bool {
        false
    }

    fn biased_in_place(&self, bias: &[T], mut y: ViewMut<'_, T>) {
        assert_eq!(bias.len(), y.rows(), "one bias for each row");
        vectorize!({
            for y in y.as_mut_slice().chunks_exact_mut(bias.len().max(1)) {
                y.iter_mut().zip(bias).for_each(|(y, &b)| *y += b);
                project(y);
            }
        });
    }

    fn pull_back(&self, _x: View<'_, T>, y: View<'_, T>, mut dy: ViewMut<'_, T>, _scratch: &mut [T]) {
        assert_eq!((y.rows(), y.cols()), (dy.rows(), dy.cols()), "y and dy have the same shape");
        let rows = y.rows().max(1);
        vectorize!({
            for (dy, y) in dy.as_mut_slice().chunks_exact_mut(rows).zip(y.as_slice().chunks_exact(rows)) {
                // dx = s ⊙ (dy − Σ s dy / Σ s)
                dy.iter_mut().zip(y).for_each(|(dy, &y)| *dy *= support(y));
                let mean = T::from_f64(lanes::sum(dy) / count_above(y, T::ZERO));
                dy.iter_mut().zip(y).for_each(|(dy, &y)| *dy -= support(y) * mean);
            }
        });
    }
}

/// 1 for a share, 0 for none.
#[inline(always)]
fn support<T: Scalar>(y: T) -> T {
    if y > T::ZERO { T::ONE } else { T::ZERO }
}

/// A column of scores becomes its nearest probabilities.
#[inline(always)]
fn project<T: Scalar>(y: &mut [T]) {
    let largest = lanes::largest(y);
    y.iter_mut().for_each(|y| *y -= largest);
    // τ of what is left; the largest is 0 now.
    let (mut tau, mut before) = (-1.0, f64::INFINITY);
    loop {
        let threshold = T::from_f64(tau);
        let count = count_above(y, threshold);
        tau += (excess(y, threshold) - 1.0) / count;
        // Also if there is NaN, which then reaches the whole column.
        if count >= before || tau.is_nan() {
            break;
        }
        before = count;
    }
    let tau = T::from_f64(tau);
    y.iter_mut().for_each(|y| *y = (*y - tau).at_least(T::ZERO));
}

/// How many of some numbers are above τ.
#[inline(always)]
fn count_above<T: Scalar>(y: &[T], tau: T) -> f64 {
    f64::from(y.iter().map(|&y| u32::from(y > tau)).sum::<u32>())
}

/// Σ max(0, y − τ) in double precision, in lanes, so that it is vector code; NaN if there is NaN.
#[inline(always)]
fn excess<T: Scalar>(y: &[T], tau: T) -> f64 {
    let above = |y: T| (y - tau).at_least(T::ZERO).to_f64();
    let mut lanes = [0.0; 32];
    let (blocks, tail) = y.as_chunks::<32>();
    for block in blocks {
        lanes.iter_mut().zip(block).for_each(|(lane, &y)| *lane += above(y));
    }
    lanes.iter().sum::<f64>() + tail.iter().map(|&y| above(y)).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of<T: Scalar>(x: &[T]) -> Vec<T> {
        let mut y = vec![T::ZERO; x.len()];
        Sparsemax.forward(View::new(x, x.len(), 1), ViewMut::new(&mut y, x.len(), 1));
        y
    }

    /// By sorting, as in the paper: the largest k with 1 + k x₍ₖ₎ > Σ x₍ⱼ₎ over j ≤ k gives τ = (Σ − 1)/k.
    fn by_sorting(x: &[f64]) -> Vec<f64> {
        let mut sorted = x.to_vec();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let (mut sum, mut tau) = (0.0, f64::NAN);
        for (k, x) in (1_u32..).zip(sorted) {
            sum += x;
            if 1.0 + f64::from(k) * x > sum {
                tau = (sum - 1.0) / f64::from(k);
            }
        }
        x.iter().map(|x| (x - tau).max(0.0)).collect()
    }

    #[test]
    fn a_column_without_a_sparsemax_is_nan() {
        let infinity = f32::INFINITY;
        for x in [[-infinity; 3], [infinity, 0.0, 1.0], [0.0, 1.0, f32::NAN]] {
            assert!(of(&x).iter().all(|y| y.is_nan()), "{x:?}");
        }
        assert_eq!(of(&[-infinity, 2.0, 2.0]), [0.0, 0.5, 0.5]);
        assert_eq!(of(&[f32::MAX, f32::MIN, f32::MAX]), [0.5, 0.0, 0.5]);
    }

    /// The columns that take Newton's steps longest: powers of a half, which each step leaves a few of.
    #[test]
    fn columns_made_to_take_long_are_exact_too() {
        for n in [2, 10, 60, 1000, 5000] {
            let powers: Vec<f64> = (0..n).map(|k| -(0.5_f64.powi(60.min(k) - 8))).collect();
            let harmonic: Vec<f64> = (0..n).map(|k| -1.0 / f64::from(k + 1)).collect();
            let line: Vec<f64> = (0..n).map(|k| f64::from(k) / f64::from(n)).collect();
            for x in [powers, harmonic, line, vec![3.0; n as usize]] {
                for (y, exact) in of(&x).iter().zip(by_sorting(&x)) {
                    assert!((y - exact).abs() <= 1e-12, "{n}: {y} and {exact}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn it_is_the_projection_that_sorting_finds(
            x in prop::collection::vec(-3.0..3.0_f64, 1..200),
            scale in 0.01..100.0_f64,
        ) {
            let x: Vec<f64> = x.iter().map(|x| x * scale).collect();
            let y = of(&x);
            prop_assert!((y.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            for (y, exact) in y.iter().zip(by_sorting(&x)) {
                prop_assert!((y - exact).abs() <= 1e-12, "{} and {}", y, exact);
            }
            let single: Vec<f32> = x.iter().map(|&x| x as f32).collect();
            let wide: Vec<f64> = single.iter().map(|&x| f64::from(x)).collect();
            for (y, exact) in of(&single).iter().zip(by_sorting(&wide)) {
                prop_assert!((f64::from(*y) - exact).abs() <= 2e-7 * (1.0 + scale), "{} and {}", y, exact);
            }
        }
    }
}
