//! Reductions in a fixed number of lanes: vector code in any loop, and the same result on every machine.
//!
//! Each is to be called within [`vectorize!`](crate::vectorize). The order in which numbers are added up depends on how many there are,
//! and on nothing else:
//!
//! ```text
//! lane l    every sixteenth number from number l on, as far as there are sixteen
//! sum       (lane 0 + lane 1 + … + lane 15) + the rest, each from left to right
//! ```
//!
//! ```
//! use backprop_tensor::{lanes, vectorize};
//! let (x, y) = ([1.0_f32, -2.0, 3.0], [4.0, 5.0, 6.0]);
//! assert_eq!(vectorize!((lanes::sum(&x), lanes::dot(&x, &y), lanes::largest(&x))), (2.0, 12.0, 3.0));
//! ```

use crate::Scalar;

/// How many running results a reduction has.
pub const LANES: usize = 16;

/// Σ xₖ in double precision.
///
/// ```
/// use backprop_tensor::lanes;
/// assert_eq!(lanes::sum(&[0.5_f32; 100]), 50.0);
/// ```
#[inline(always)]
pub fn sum<T: Scalar>(x: &[T]) -> f64 {
    let (blocks, tail) = x.as_chunks::<LANES>();
    let tail = tail.iter().map(|x| x.to_f64()).sum();
    if blocks.is_empty() {
        return tail; // columns of a few classes skip the lanes
    }
    let mut lanes = [0.0; LANES];
    for block in blocks {
        lanes.iter_mut().zip(block).for_each(|(lane, x)| *lane += x.to_f64());
    }
    lanes.iter().sum::<f64>() + tail
}

/// Σ xₖ yₖ in double precision.
///
/// # Panics
/// If there are not as many of one as of the other.
///
/// ```
/// use backprop_tensor::lanes;
/// assert_eq!(lanes::dot(&[1.0_f32, 2.0], &[3.0, 4.0]), 11.0);
/// ```
#[inline(always)]
pub fn dot<T: Scalar>(x: &[T], y: &[T]) -> f64 {
    assert_eq!(x.len(), y.len(), "as many numbers in x as in y");
    let product = |(x, y): (&T, &T)| x.to_f64() * y.to_f64();
    let ((x_blocks, x_tail), (y_blocks, y_tail)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
    let tail = x_tail.iter().zip(y_tail).map(product).sum();
    if x_blocks.is_empty() {
        return tail;
    }
    let mut lanes = [0.0; LANES];
    for (x, y) in x_blocks.iter().zip(y_blocks) {
        lanes.iter_mut().zip(x.iter().zip(y)).for_each(|(lane, pair)| *lane += product(pair));
    }
    lanes.iter().sum::<f64>() + tail
}

/// The largest of some numbers, −∞ of none. NaN among them may pass unseen.
///
/// ```
/// use backprop_tensor::lanes;
/// assert_eq!([lanes::largest(&[1.0_f32, 3.0, -4.0]), lanes::largest(&[])], [3.0, f32::NEG_INFINITY]);
/// ```
#[inline(always)]
pub fn largest<T: Scalar>(x: &[T]) -> T {
    let Some(last) = x.last_chunk::<LANES>() else {
        return x.iter().copied().fold(-T::INFINITY, T::at_least);
    };
    let mut lanes = *last; // some are seen twice
    for block in x.as_chunks::<LANES>().0 {
        for lane in 0..LANES {
            // A value first: a conditional write to memory would wait for the one before it.
            let larger = lanes[lane].at_least(block[lane]);
            lanes[lane] = larger;
        }
    }
    fold(&lanes, T::at_least)
}

/// Combines all lanes, halves at a time.
///
/// ```
/// use backprop_tensor::lanes;
/// let x: [u32; 16] = std::array::from_fn(|k| k as u32);
/// assert_eq!(lanes::fold(&x, |a, b| a + b), 120);
/// ```
#[inline(always)]
pub fn fold<T: Copy>(x: &[T; LANES], combine: impl Fn(T, T) -> T + Copy) -> T {
    let eight = halve::<T, 8>(x, combine);
    let four = halve::<T, 4>(&eight, combine);
    let two = halve::<T, 2>(&four, combine);
    combine(two[0], two[1])
}

/// The first `HALF` combined with the rest.
#[inline(always)]
fn halve<T: Copy, const HALF: usize>(x: &[T], combine: impl Fn(T, T) -> T) -> [T; HALF] {
    let mut half = [x[0]; HALF];
    let (left, right) = x.split_at(HALF);
    half.iter_mut().zip(left).zip(right).for_each(|((half, &a), &b)| *half = combine(a, b));
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_is_seen_whatever_the_length() {
        for len in 0..140_usize {
            let x: Vec<f32> = (0..len).map(|k| ((k * 37) % 101) as f32 - 150.0).collect();
            let y: Vec<f32> = (0..len).map(|k| ((k * 53) % 89) as f32 - 40.0).collect();
            // Whole numbers: no order of summation rounds.
            assert_eq!(sum(&x), x.iter().map(|&x| f64::from(x)).sum::<f64>());
            assert_eq!(dot(&x, &y), x.iter().zip(&y).map(|(&x, &y)| f64::from(x) * f64::from(y)).sum::<f64>());
            for k in 0..len {
                let mut x = x.clone();
                x[k] = -1.0;
                assert_eq!(largest(&x), -1.0, "{k} of {len}");
            }
        }
    }

    #[test]
    fn the_order_is_part_of_the_contract() {
        for len in 0..100_usize {
            let x: Vec<f64> = (0..len).map(|k| (k as f64 * 0.7).sin()).collect();
            let whole = len / LANES * LANES;
            let rest = x[whole..].iter().sum::<f64>();
            let lane = |l: usize| x[..whole].iter().skip(l).step_by(LANES).sum::<f64>();
            let plain = if whole == 0 { rest } else { (0..LANES).map(lane).sum::<f64>() + rest };
            assert_eq!([sum(&x), dot(&x, &vec![1.0; len])].map(f64::to_bits), [plain.to_bits(); 2], "{len}");
        }
    }

    #[test]
    fn the_largest_of_infinities_and_of_nothing() {
        assert_eq!(largest(&[f64::NEG_INFINITY; 50]), f64::NEG_INFINITY);
        assert_eq!(largest(&[f64::NEG_INFINITY, 3.0, f64::INFINITY]), f64::INFINITY);
        assert_eq!(largest::<f32>(&[]), f32::NEG_INFINITY);
    }
}
