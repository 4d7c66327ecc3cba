//! Filling in missing numbers.

/// What is filled in for a missing number.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Fill {
    /// The mean of the numbers that are there.
    Mean,
    /// Their median; of an even number of them the mean of the two in the middle.
    Median,
    /// The most frequent number, the smallest of several.
    MostFrequent,
    /// This number.
    Constant(f64),
}

/// Fills in missing numbers of a column.
///
/// ```
/// use backprop_data::{Fill, SimpleImputer};
/// let values = [1.0, f64::NAN, 2.0, 2.0, 7.0];
/// let fill = |fill| SimpleImputer::fit(&values, fill).unwrap().value(f64::NAN);
/// assert_eq!([fill(Fill::Mean), fill(Fill::Median), fill(Fill::MostFrequent), fill(Fill::Constant(-1.0))], [3.0, 2.0, 2.0, -1.0]);
/// assert_eq!(SimpleImputer::fit(&[f64::NAN], Fill::Mean), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimpleImputer {
    /// What is filled in.
    pub fill: f64,
}

impl SimpleImputer {
    /// Learns from `values`, NaN where one is missing. `None` if there is nothing to learn from and the fill is not a constant.
    pub fn fit(values: &[f64], fill: Fill) -> Option<Self> {
        let mut present: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
        if let Fill::Constant(fill) = fill {
            return Some(Self { fill });
        }
        if present.is_empty() {
            return None;
        }
        let fill = match fill {
            Fill::Mean => present.iter().sum::<f64>() / present.len() as f64,
            Fill::Median => {
                present.sort_by(f64::total_cmp);
                let (low, high) = (present[(present.len() - 1) / 2], present[present.len() / 2]);
                low + (high - low) / 2.0
            }
            Fill::MostFrequent => {
                present.sort_by(f64::total_cmp);
                // The first of the longest runs: `max_by_key` gives the last, hence from the back.
                present.chunk_by(|a, b| a == b).rev().max_by_key(|run| run.len())?[0]
            }
            Fill::Constant(fill) => fill,
        };
        Some(Self { fill })
    }

    /// `x`, or what is filled in for it.
    #[inline]
    pub fn value(&self, x: f64) -> f64 {
        if x.is_nan() { self.fill } else { x }
    }
}
