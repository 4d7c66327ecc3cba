//! Means in `f64`.

/// The mean, 1/n Σ xᵢ; NaN of nothing.
///
/// Where the sum is larger than any number, though the mean is not, it is Σ xᵢ/n.
pub(crate) fn mean(numbers: impl IntoIterator<Item = f64, IntoIter: Clone>) -> f64 {
    let numbers = numbers.into_iter();
    let (sum, count) = numbers.clone().fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0));
    if sum.is_finite() { sum / count } else { numbers.map(|x| x / count).sum() }
}

/// The mean of the squared distances from the mean.
///
/// ```text
/// v = 1/n Σ (xᵢ − m)²        m = m₀ + 1/n Σ (xᵢ − m₀),  m₀ = 1/n Σ xᵢ
/// ```
///
/// The mean is corrected once, so that the mean of equal numbers is that number to the last bit: Σ xᵢ/n of ten times 0.1 is not
/// 0.1, and its distance from 0.1 would pass for a variance.
pub(crate) fn variance(numbers: impl Iterator<Item = f64> + Clone) -> f64 {
    let m = mean(numbers.clone());
    let m = m + mean(numbers.clone().map(|x| x - m));
    mean(numbers.map(|x| (x - m).powi(2)))
}

/// Predictions and targets side by side.
///
/// # Panics
/// If the lengths differ.
pub(crate) fn pairs<'a>(prediction: &'a [f64], target: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + Clone + 'a {
    assert_eq!(prediction.len(), target.len(), "one prediction for each target");
    prediction.iter().copied().zip(target.iter().copied())
}

/// The errors `p − t`.
///
/// # Panics
/// If the lengths differ.
pub(crate) fn errors<'a>(prediction: &'a [f64], target: &'a [f64]) -> impl Iterator<Item = f64> + Clone + 'a {
    pairs(prediction, target).map(|(p, t)| p - t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_has_no_variance() {
        for x in [0.1, 1e9 / 3.0, -7e-12] {
            for n in [1, 3, 10, 1000, 100_000] {
                assert_eq!(variance(std::iter::repeat_n(x, n)), 0.0, "{n} times {x}");
            }
        }
        assert_ne!(mean([0.1; 10]), 0.1, "the plain mean has the trap that this test is about");
    }

    #[test]
    fn far_from_zero() {
        // The variance of 0, 1, 2, 3 around 1e9, which Σx²/n − m² would lose entirely.
        assert_eq!(variance([1e9, 1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0].into_iter()), 1.25);
    }

    #[test]
    fn a_sum_beyond_the_largest_number() {
        assert_eq!(mean([1e308, 1.5e308, 0.5e308, 1e308]), 1e308);
        assert_eq!(mean([f64::MAX; 2]), f64::MAX);
        assert_eq!(mean([f64::INFINITY, 1.0]), f64::INFINITY);
        assert!(mean([f64::INFINITY, f64::NEG_INFINITY]).is_nan() && mean([]).is_nan());
    }
}
