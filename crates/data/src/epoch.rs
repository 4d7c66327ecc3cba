//! The order of the samples in an epoch.

use backprop_tensor::{Key, Purpose};

/// Writes the order of the samples in an epoch: a permutation of `0 .. order.len()` that depends on seed, epoch and length only.
///
/// Whatever was in `order` is overwritten, so a run that resumes at any epoch sees the same batches. Takes no memory.
///
/// ```
/// use backprop_data::epoch_order;
/// let (mut a, mut b) = ([0; 10], [9; 10]);
/// epoch_order(&mut a, 42, 3);
/// epoch_order(&mut b, 42, 3);
/// assert_eq!(a, b);
/// epoch_order(&mut b, 42, 4);
/// assert_ne!(a, b);
/// a.sort();
/// assert_eq!(a, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
/// ```
pub fn epoch_order(order: &mut [usize], seed: u64, epoch: u64) {
    order.iter_mut().enumerate().for_each(|(i, sample)| *sample = i);
    Key::new(seed, Purpose::Shuffle).at(epoch, 0).stream(0).shuffle(order);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_do_not_change_between_versions() {
        let mut order = [0; 8];
        let orders = [0, 1].map(|epoch| {
            epoch_order(&mut order, 0, epoch);
            order
        });
        assert_eq!(orders, [[2, 5, 1, 3, 7, 4, 6, 0], [0, 2, 3, 4, 1, 7, 6, 5]]);
    }
}
