//! How one class fared.

/// One class against the rest: how often it was found, taken for another, and seen where it is not.
///
/// ```text
/// precision = hits/(hits + false alarms)
/// recall    = hits/(hits + misses)
/// F_β       = (1 + β²) hits/((1 + β²) hits + β² misses + false alarms)        0/0 = 0
/// ```
///
/// F is the weighted harmonic mean of the two; recall counts β times as much as precision.
///
/// ```
/// use backprop_metrics::Tally;
/// let tally = Tally { hits: 3, false_alarms: 1, misses: 2 };
/// assert_eq!((tally.precision(), tally.recall()), (0.75, 0.6));
/// assert_eq!(tally.f_beta(1.0), 6.0 / 9.0);
/// assert_eq!(tally.f_beta(2.0), 15.0 / 24.0);
/// ```
///
/// # References
/// C. J. van Rijsbergen, *Information Retrieval*, 2nd edition, 1979, chapter 7.
/// <http://www.dcs.gla.ac.uk/Keith/Preface.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Samples of the class that were predicted as such: true positives.
    pub hits: u64,
    /// Samples of other classes that were predicted as this one: false positives.
    pub false_alarms: u64,
    /// Samples of the class that were predicted as another: false negatives.
    pub misses: u64,
}

impl Tally {
    /// The number of samples of the class.
    pub fn support(self) -> u64 {
        self.hits + self.misses
    }

    /// The number of samples that were predicted as this class.
    pub fn predicted(self) -> u64 {
        self.hits + self.false_alarms
    }

    /// The share of the predictions of this class that are right; 0 without any.
    pub fn precision(self) -> f64 {
        ratio(self.hits as f64, self.predicted() as f64)
    }

    /// The share of the samples of this class that are found; 0 without any.
    pub fn recall(self) -> f64 {
        ratio(self.hits as f64, self.support() as f64)
    }

    /// Precision and recall in one number, recall `beta` times as important; 0 if the class is neither there nor predicted.
    pub fn f_beta(self, beta: f64) -> f64 {
        let weight = beta * beta;
        let hits = (1.0 + weight) * self.hits as f64;
        ratio(hits, hits + weight * self.misses as f64 + self.false_alarms as f64)
    }
}

/// a/b, and 0/0 = 0.
pub(crate) fn ratio(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}
