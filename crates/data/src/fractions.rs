//! How much of the data is kept from training.

use crate::DataError;

/// The parts of the samples that are kept from training.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `validation` | 0.1 | [0, 1) | to decide when to stop and what to keep |
/// | `test` | 0.2 | [0, 1) | to say at the end how good the result is |
///
/// Both together must stay below 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fractions {
    /// Part of the samples to decide with when to stop.
    pub validation: f64,
    /// Part of the samples to say with how good the result is.
    pub test: f64,
}

impl Default for Fractions {
    fn default() -> Self {
        Self { validation: 0.1, test: 0.2 }
    }
}

impl Fractions {
    /// Checked fractions.
    ///
    /// # Errors
    /// If one is out of range.
    pub fn new(validation: f64, test: f64) -> Result<Self, DataError> {
        let fractions = Self { validation, test };
        if fractions.hold() { Ok(fractions) } else { Err(DataError::Fractions { validation, test }) }
    }

    fn hold(&self) -> bool {
        let range = 0.0..1.0;
        range.contains(&self.validation) && range.contains(&self.test) && self.validation + self.test < 1.0
    }

    /// How many of `n` samples go to training, validation and test.
    ///
    /// The test gets `⌈n · test⌉` and the validation `⌈n · validation⌉` samples, but one sample stays for training in any case, and
    /// the test comes first if there is not enough for both.
    ///
    /// ```
    /// use backprop_data::Fractions;
    /// let sizes = |n| Fractions::default().sizes(n);
    /// assert_eq!([sizes(100), sizes(10), sizes(3), sizes(2), sizes(1)], [[70, 10, 20], [7, 1, 2], [1, 1, 1], [1, 0, 1], [1, 0, 0]]);
    /// ```
    ///
    /// # Panics
    /// If a fraction is out of range.
    pub fn sizes(&self, n: usize) -> [usize; 3] {
        assert!(self.hold(), "{}", DataError::Fractions { validation: self.validation, test: self.test });
        // The small difference takes back the rounding of the product: 0.07 · 100 is 7.000000000000001.
        let part = |fraction: f64| (n as f64 * fraction - 1e-9).ceil() as usize;
        let test = part(self.test).min(n.saturating_sub(1));
        let validation = part(self.validation).min((n - test).saturating_sub(1));
        [n - test - validation, validation, test]
    }
}
