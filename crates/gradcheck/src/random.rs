//! Directions, cotangents and inputs for checks.

/// A small generator of test data: SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, *Fast Splittable Pseudorandom Number
/// Generators*, 2014, <https://doi.org/10.1145/2660193.2660195>).
///
/// ```
/// use backprop_gradcheck::Random;
/// assert_eq!(Random::new(7).next(), Random::new(7).next());
/// ```
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A generator that always starts the same way for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from (−1, 1).
    #[allow(clippy::should_implement_trait)] // it never ends, and an `Option` around each number would say nothing
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((z >> 11) as f64 + 0.5) / (1_u64 << 52) as f64 - 1.0
    }

    /// `len` numbers from (−scale, scale).
    pub fn vector(&mut self, len: usize, scale: f64) -> Vec<f64> {
        (0..len).map(|_| scale * self.next()).collect()
    }

    /// `len` numbers from (−scale, scale), none nearer than `distance` to one of `kinks`.
    ///
    /// # Panics
    /// If the kinks leave no room.
    pub fn vector_away_from(&mut self, len: usize, scale: f64, kinks: &[f64], distance: f64) -> Vec<f64> {
        let mut draw = || {
            (0..1000)
                .map(|_| scale * self.next())
                .find(|x| kinks.iter().all(|kink| (x - kink).abs() >= distance))
                .expect("there is room between the kinks")
        };
        (0..len).map(|_| draw()).collect()
    }
}
