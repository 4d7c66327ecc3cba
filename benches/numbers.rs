//! Inputs that are the same in every run.

use backprop_tensor::{Key, Purpose, Stream};

fn stream(index: u64) -> Stream {
    Key::new(0, Purpose::User).stream(index)
}

/// `len` numbers from the standard normal distribution; another `index`, other numbers.
///
/// ```
/// assert_eq!(benches::normal(3, 0), benches::normal(3, 0));
/// assert_ne!(benches::normal(3, 0), benches::normal(3, 1));
/// ```
pub fn normal(len: usize, index: u64) -> Vec<f32> {
    let mut stream = stream(index);
    (0..len).map(|_| stream.normal() as f32).collect()
}

/// `len` labels from 0 to `classes` − 1; another `index`, other labels.
///
/// ```
/// assert!(benches::labels(100, 3, 0).iter().all(|&label| label < 3));
/// ```
///
/// # Panics
/// If there is no class.
pub fn labels(len: usize, classes: usize, index: u64) -> Vec<u32> {
    let mut stream = stream(index);
    (0..len).map(|_| stream.below(classes as u64) as u32).collect()
}
