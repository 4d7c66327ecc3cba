//! Standardisation: mean 0 and variance 1.

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
