//! Random numbers that are a pure function of what they are for.

use std::fmt;

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

use crate::chacha;

/// What a random stream is for. Streams of different purposes have nothing to do with one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// First values of the parameters.
    Init = 1,
    /// Which sample goes to training, validation or test.
    Split = 2,
    /// The order of the samples in an epoch.
    Shuffle = 3,
    /// Noise of layers in training: dropout.
    Noise = 4,
    /// Generated data sets.
    Data = 5,
    /// Anything of the user's own.
    User = 6,
    /// Samples drawn again from samples, for the uncertainty of what is measured on them.
    Resampling = 7,
}

/// The key of a family of random streams: seed, purpose, epoch and step.
///
/// A stream is a pure function of its key and an index. Nothing is consumed and nothing has to be saved: to resume is to ask
/// again, and the order in which threads draw cannot matter. The generator is ChaCha8 (D. J. Bernstein, *ChaCha, a variant of
/// Salsa20*, 2008, <https://cr.yp.to/chacha.html>); the four numbers are its 256-bit key, the index is its nonce, so that no
/// two streams overlap.
///
/// ```
/// use backprop_tensor::{Key, Purpose};
/// let key = Key::new(42, Purpose::Noise);
/// let mut a = key.at(3, 7).stream(0);
/// let mut b = key.at(3, 7).stream(0);
/// assert_eq!(a.uniform(), b.uniform());
/// assert_ne!(key.at(3, 8).stream(0).uniform(), key.at(3, 7).stream(0).uniform());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    seed: u64,
    purpose: Purpose,
    epoch: u64,
    step: u64,
}

impl Key {
    /// The streams of `purpose` in a run with this seed, at epoch 0 and step 0.
    pub fn new(seed: u64, purpose: Purpose) -> Self {
        Self { seed, purpose, epoch: 0, step: 0 }
    }

    /// The streams of one step of one epoch.
    #[must_use]
    pub fn at(self, epoch: u64, step: u64) -> Self {
        Self { epoch, step, ..self }
    }

    /// The four numbers that are the key of the generator.
    fn parts(&self) -> [u64; 4] {
        [self.seed, self.purpose as u64, self.epoch, self.step]
    }

    /// Fills columns of `rows` words, each from a stream of its own: column j with what [`next_u32`](Stream::next_u32) of the stream
    /// `first` + j gives one by one, after the first `skip` of them. Vector code, many times faster than one word at a time.
    ///
    /// ```
    /// use backprop_tensor::{Key, Purpose};
    /// let key = Key::new(42, Purpose::Noise);
    /// let mut words = [0; 6];
    /// key.fill_columns(7, 0, 3, &mut words); // two columns of three rows
    /// let (mut a, mut b) = (key.stream(7), key.stream(8));
    /// assert_eq!(words[..3], [a.next_u32(), a.next_u32(), a.next_u32()]);
    /// assert_eq!(words[3..], [b.next_u32(), b.next_u32(), b.next_u32()]);
    /// ```
    ///
    /// # Panics
    /// If `words` is not made of whole columns, or `skip` of whole blocks of the generator, 16 words.
    pub fn fill_columns(&self, first: u64, skip: usize, rows: usize, words: &mut [u32]) {
        let mut key = [0; 8];
        for (pair, part) in key.chunks_exact_mut(2).zip(self.parts()) {
            pair.copy_from_slice(&[part as u32, (part >> 32) as u32]);
        }
        chacha::fill_columns(key, first, skip, rows, words);
    }

    /// Stream number `index` of this key.
    pub fn stream(&self, index: u64) -> Stream {
        let mut seed = [0; 32];
        for (bytes, part) in seed.chunks_exact_mut(8).zip(self.parts()) {
            bytes.copy_from_slice(&part.to_le_bytes());
        }
        let mut generator = ChaCha8Rng::from_seed(seed);
        generator.set_stream(index);
        Stream { generator, spare: None }
    }
}

/// A stream of random numbers, and the distributions drawn from it.
///
/// The samplers are ours and pinned by golden values: they do not change with the version of a dependency.
pub struct Stream {
    generator: ChaCha8Rng,
    spare: Option<f64>,
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}

impl Stream {
    /// 32 random bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        self.generator.next_u32()
    }

    /// 64 random bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// A number from [0, 1), each multiple of 2⁻⁵³ alike; never 1.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// A number from the normal distribution of mean 0 and variance 1.
    ///
    /// ```text
    /// n = √(−2 ln(1 − u)) · cos 2πv,  and √(−2 ln(1 − u)) · sin 2πv the next time
    /// ```
    /// G. E. P. Box and M. E. Muller, *A Note on the Generation of Random Normal Deviates*, 1958,
    /// <https://doi.org/10.1214/aoms/1177706645>.
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = (-2.0 * libm::log(1.0 - self.uniform())).sqrt();
        let (sine, cosine) = libm::sincos(std::f64::consts::TAU * self.uniform());
        self.spare = Some(radius * sine);
        radius * cosine
    }

    /// An integer from 0 to `n − 1`, all alike: the high half of a product, with the few uneven results rejected.
    ///
    /// D. Lemire, *Fast Random Integer Generation in an Interval*, 2019, <https://doi.org/10.1145/3230636>.
    ///
    /// # Panics
    /// If `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        assert!(n > 0, "there is no number below 0");
        let uneven = n.wrapping_neg() % n;
        loop {
            let wide = u128::from(self.next_u64()) * u128::from(n);
            if wide as u64 >= uneven {
                return (wide >> 64) as u64;
            }
        }
    }

    /// Puts `items` into a random order, all orders alike (Fisher and Yates, from the last to the first).
    pub fn shuffle<U>(&mut self, items: &mut [U]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i as u64 + 1) as usize);
        }
    }

    /// The numbers `0 .. n` in a random order.
    pub fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        self.shuffle(&mut order);
        order
    }
}
