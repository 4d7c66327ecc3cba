//! Standardisation: mean 0 and variance 1.

use backprop_tensor::{Matrix, vectorize};

/// Moves a column of numbers to mean 0 and scales it to variance 1.
///
/// ```text
/// y = (x − mean) / scale        mean = Σxᵢ / n        scale = √(Σ(xᵢ − mean)² / n)
/// x = y · scale + mean
/// ```
///
/// The variance is the biased one, as scikit-learn's, and computed in two passes. A column whose deviation is nothing but rounding,
/// below `10 ε max(|mean|, 1)`, is constant: its scale is 1, so that it becomes 0 and not noise.
///
/// ```
/// use backprop_data::StandardScaler;
/// let scaler = StandardScaler::fit(&[1.0, 3.0, 5.0, 7.0], true, true);
/// assert_eq!((scaler.mean, scaler.scale), (4.0, 5.0_f64.sqrt()));
/// assert_eq!(scaler.inverse(scaler.value(9.0)), 9.0);
///
/// let constant = StandardScaler::fit(&[0.1; 1000], true, true);
/// assert_eq!((constant.value(0.1), constant.scale), (0.0, 1.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StandardScaler {
    /// What is subtracted.
    pub mean: f64,
    /// What is divided by.
    pub scale: f64,
}

impl StandardScaler {
    /// Learns from `values`. Without `with_mean` nothing is subtracted, without `with_std` nothing is divided; nor is anything
    /// if there are no values.
    pub fn fit(values: &[f64], with_mean: bool, with_std: bool) -> Self {
        let (mean, deviation) = moments(values);
        let scale = if with_std && !is_rounding(mean, deviation) { deviation } else { 1.0 };
        Self { mean: if with_mean { mean } else { 0.0 }, scale }
    }

    /// Learns from all values of some columns: those of an image, say. Bits do not depend on the machine.
    pub(crate) fn fit_columns(x: &Matrix<f32>, columns: &[usize]) -> Self {
        let n = (x.nrows() * columns.len()).max(1) as f64;
        let of_column = |j: usize| &x.as_slice()[j * x.nrows()..][..x.nrows()];
        let mean = columns.iter().map(|&j| lane_sum(of_column(j), |x| x)).sum::<f64>() / n;
        let mean = mean + columns.iter().map(|&j| lane_sum(of_column(j), |x| x - mean)).sum::<f64>() / n;
        let squares = columns.iter().map(|&j| lane_sum(of_column(j), |x| (x - mean) * (x - mean))).sum::<f64>();
        let deviation = (squares / n).sqrt();
        Self { mean, scale: if is_rounding(mean, deviation) { 1.0 } else { deviation } }
    }

    /// (x − mean) / scale.
    #[inline]
    pub fn value(&self, x: f64) -> f64 {
        (x - self.mean) / self.scale
    }

    /// y · scale + mean.
    #[inline]
    pub fn inverse(&self, y: f64) -> f64 {
        y * self.scale + self.mean
    }
}

/// Σ f(xᵢ) in eight sums side by side, which become vector code.
#[inline(always)]
fn lane_sum(x: &[f32], f: impl Fn(f64) -> f64) -> f64 {
    let mut sums = [0.0; 8];
    vectorize!({
        let (lanes, rest) = x.as_chunks::<8>();
        for lane in lanes {
            sums.iter_mut().zip(lane).for_each(|(sum, &x)| *sum += f(f64::from(x)));
        }
        sums.iter_mut().zip(rest).for_each(|(sum, &x)| *sum += f(f64::from(x)));
    });
    sums.iter().sum()
}

/// Whether all values are the same but for rounding.
pub(crate) fn is_constant(values: &[f64]) -> bool {
    let (mean, deviation) = moments(values);
    is_rounding(mean, deviation)
}

/// Whether a deviation is nothing but rounding.
pub(crate) fn is_rounding(mean: f64, deviation: f64) -> bool {
    deviation < 10.0 * f64::EPSILON * mean.abs().max(1.0)
}

/// Mean and standard deviation.
pub(crate) fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    // The rounding of a long sum, seen from the mean, is small enough to be taken back. A constant column needs this.
    let mean = mean + values.iter().map(|x| x - mean).sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    (mean, variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_far_mean_costs_no_digits() {
        // 16 numbers, mean + i · 1e-3: variance 2.125e-5, which one pass would lose.
        for mean in [0.0, 1.0, 100.0, 1e4] {
            let values: Vec<f64> = (0..16).map(|i| mean + f64::from(i) * 1e-3).collect();
            let variance = StandardScaler::fit(&values, true, true).scale.powi(2);
            assert!((variance / 2.125e-5 - 1.0).abs() < 1e-8, "{mean}: {variance:e}");
        }
    }

    #[test]
    fn constant_columns_of_any_size_keep_scale_one() {
        for x in [0.0, 0.1, 1e30, -7.3, 1e-300, 123_456.789] {
            for n in [1, 7, 1000, 53_940] {
                let scaler = StandardScaler::fit(&vec![x; n], true, true);
                assert_eq!(scaler.scale, 1.0, "{n} times {x:e}");
                assert!(scaler.value(x).abs() <= x.abs() * 1e-15);
            }
        }
        assert!(is_constant(&[0.3; 9]) && !is_constant(&[0.3, 0.300_001]));
    }
}
