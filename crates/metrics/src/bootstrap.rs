//! How far a measured value can be trusted.

use backprop_registry::{Call, Interval, OptionError, OptionSpec, Options};
use backprop_tensor::{Key, Purpose, View, for_each};
use serde::Serialize;

use crate::{ClassMetric, Classified, Estimated, ValueMetric};

/// The bootstrap confidence interval of a metric, by percentiles.
///
/// ```text
/// θ*_b = metric of n samples drawn from the n samples with replacement        b = 1 … B
/// [low, high] = the (1 − level)/2 and (1 + level)/2 quantiles of θ*, linear between order statistics
/// ```
///
/// Resamples for which the metric is NaN, such as the ROC-AUC of samples of one class, do not count; the interval tells how many
/// they are. An interval of few samples is too narrow: with 20 samples, one of 95 % holds the true value in about 92 %.
///
/// Which samples are drawn is a function of `seed`, the number of the resample and the number of samples: the same on every
/// machine, for every metric and every number of threads. It uses the threads of the [pool](backprop_tensor::Pool::run) that it
/// runs in.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `resamples` | 1000 | [1, 1,000,000] | B, how many times samples are drawn |
/// | `level` | 0.95 | (0, 1) | which share of the resampled values the interval holds |
/// | `seed` | 0 | | where the random streams begin |
///
/// ```
/// use backprop_metrics::{Accuracy, Bootstrap, Classified};
/// use backprop_tensor::View;
/// // 90 of 100 are right: a standard error of √(0.9 · 0.1/100) = 0.03, and 1.96 times that to both sides.
/// let probabilities: Vec<f64> = (0..100).map(|i| f64::from(u8::from(i < 90))).collect();
/// let classified = Classified::new(View::new(&probabilities, 1, 100), &[1; 100]);
/// let interval = Bootstrap::default().of_classes(&Accuracy, &classified);
/// assert_eq!((interval.value, interval.undefined), (0.9, 0));
/// assert!((interval.low - 0.84).abs() < 0.015 && (interval.high - 0.96).abs() < 0.015);
/// ```
///
/// # References
/// B. Efron, R. J. Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13. <https://doi.org/10.1201/9780429246593>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrap {
    resamples: usize,
    level: f64,
    seed: u64,
}

const OPTIONS: [OptionSpec; 2] = [
    OptionSpec::integer("resamples", 1000.0, Interval::closed(1.0, 1e6), "how many times samples are drawn"),
    OptionSpec::number("level", 0.95, Interval::open(0.0, 1.0), "which share of the resampled values the interval holds"),
];

impl Default for Bootstrap {
    fn default() -> Self {
        Self { resamples: 1000, level: 0.95, seed: 0 }
    }
}

impl Bootstrap {
    /// This many resamples, this level, from this seed on.
    ///
    /// # Errors
    /// If a number is out of range.
    ///
    /// ```
    /// use backprop_metrics::Bootstrap;
    /// assert!(Bootstrap::new(200, 0.9, 7).is_ok());
    /// assert_eq!(
    ///     Bootstrap::new(200, 95.0, 7).unwrap_err().to_string(),
    ///     "`bootstrap`: level = 95 is not possible; it must be a number in (0, 1)"
    /// );
    /// ```
    pub fn new(resamples: usize, level: f64, seed: u64) -> Result<Self, OptionError> {
        Options::resolve(&Call::new("bootstrap").with("resamples", resamples).with("level", level), &OPTIONS)?;
        Ok(Self { resamples, level, seed })
    }

    /// The interval of a metric of classes.
    pub fn of_classes(&self, metric: &dyn ClassMetric, classified: &Classified<'_>) -> ConfidenceInterval {
        self.of(classified.samples(), |drawn| {
            let probabilities = gathered(classified.probabilities(), drawn);
            let target: Vec<u32> = drawn.iter().map(|&sample| classified.target()[sample]).collect();
            let rows = classified.probabilities().rows();
            metric.value(&Classified::new(View::new(&probabilities, rows, drawn.len()), &target))
        })
    }

    /// The interval of a metric of values.
    ///
    /// ```
    /// use backprop_metrics::{Bootstrap, Estimated, Mae};
    /// use backprop_tensor::View;
    /// // Every error is 1, and so is the mean of any of them.
    /// let (prediction, target) = (View::new(&[2.0, 5.0, 3.0], 1, 3), View::new(&[1.0, 4.0, 4.0], 1, 3));
    /// let interval = Bootstrap::default().of_values(&Mae, &Estimated::new(prediction, target));
    /// assert_eq!((interval.low, interval.high), (1.0, 1.0));
    /// ```
    pub fn of_values(&self, metric: &dyn ValueMetric, estimated: &Estimated<'_>) -> ConfidenceInterval {
        let (prediction, target) = (estimated.prediction(), estimated.target());
        self.of(target.cols(), |drawn| {
            let (p, t) = (gathered(prediction, drawn), gathered(target, drawn));
            let view = |data| View::new(data, target.rows(), drawn.len());
            metric.value(&Estimated::new(view(&p), view(&t)))
        })
    }

    /// The interval of anything that is measured on `samples` samples: `statistic` gets the numbers of those that are drawn.
    ///
    /// ```
    /// use backprop_metrics::Bootstrap;
    /// let data = [3.0, 4.0, 5.0];
    /// let mean = |drawn: &[usize]| drawn.iter().map(|&i| data[i]).sum::<f64>() / drawn.len() as f64;
    /// let interval = Bootstrap::default().of(3, mean);
    /// assert!(interval.value == 4.0 && interval.low >= 3.0 && interval.low < 4.0 && interval.high > 4.0);
    /// ```
    pub fn of(&self, samples: usize, statistic: impl Fn(&[usize]) -> f64 + Sync) -> ConfidenceInterval {
        let key = Key::new(self.seed, Purpose::Resampling);
        let mut values = vec![0.0; self.resamples];
        for_each(&mut values, true, &|b, value| {
            let mut stream = key.stream(b as u64);
            let drawn: Vec<usize> = (0..samples).map(|_| stream.below(samples as u64) as usize).collect();
            *value = statistic(&drawn);
        });
        values.retain(|value| !value.is_nan());
        values.sort_unstable_by(f64::total_cmp);
        let all: Vec<usize> = (0..samples).collect();
        ConfidenceInterval {
            value: statistic(&all),
            low: quantile(&values, 0.5 * (1.0 - self.level)),
            high: quantile(&values, 0.5 * (1.0 + self.level)),
            level: self.level,
            undefined: self.resamples - values.len(),
        }
    }
}

/// A measured value and between what it may lie; made by [`Bootstrap`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ConfidenceInterval {
    /// The value of the samples themselves. It can lie outside: the interval is not built around it.
    pub value: f64,
    /// The lower end; NaN if no resample has a value.
    pub low: f64,
    /// The upper end; NaN if no resample has a value.
    pub high: f64,
    /// Which share of the resampled values it holds.
    pub level: f64,
    /// How many resamples have no value, and do not count.
    pub undefined: usize,
}

/// The columns that are drawn.
fn gathered(columns: View<'_, f64>, drawn: &[usize]) -> Vec<f64> {
    drawn.iter().flat_map(|&sample| columns.column(sample)).copied().collect()
}

/// The `q` quantile of ascending numbers; NaN if there are none.
///
/// ```text
/// Q(q) = x_⌊h⌋ + (h − ⌊h⌋)(x_⌊h⌋₊₁ − x_⌊h⌋)        h = (n − 1) q, counted from 0
/// ```
///
/// R. J. Hyndman, Y. Fan, *Sample Quantiles in Statistical Packages*, 1996, definition 7.
/// <https://doi.org/10.1080/00031305.1996.10473566>
fn quantile(ascending: &[f64], q: f64) -> f64 {
    let Some(last) = ascending.len().checked_sub(1) else { return f64::NAN };
    let h = last as f64 * q;
    let below = (h as usize).min(last);
    let (a, b, part) = (ascending[below], ascending[(below + 1).min(last)], h - below as f64);
    // (1 − f) a + f b, where a difference of infinities would be NaN.
    if a == b || part == 0.0 { a } else { (1.0 - part) * a + part * b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_by_hand() {
        let numbers = [1.0, 2.0, 4.0, 8.0, 16.0];
        assert_eq!([0.0, 0.25, 0.5, 1.0].map(|q| quantile(&numbers, q)), [1.0, 2.0, 4.0, 16.0]);
        assert_eq!((quantile(&numbers, 0.375), quantile(&numbers, 0.8125)), (3.0, 10.0));
        assert_eq!(quantile(&[7.0], 0.3), 7.0);
        assert!(quantile(&[], 0.5).is_nan());
        assert!(
            (0..1000).all(|i| quantile(&[0.1; 7], f64::from(i) / 1000.0) == 0.1),
            "equal numbers have no other between them"
        );
    }

    #[test]
    fn quantiles_of_infinite_numbers() {
        let infinity = f64::INFINITY;
        assert_eq!(quantile(&[infinity; 3], 0.3), infinity);
        assert_eq!(quantile(&[1.0, infinity], 0.0), 1.0);
        assert_eq!(quantile(&[1.0, infinity], 0.3), infinity);
        assert_eq!(quantile(&[-f64::MAX, f64::MAX], 0.5), 0.0);
    }
}
