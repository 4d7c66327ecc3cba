//! Reductions in a fixed number of lanes: vector code in any loop, and the same result on every machine.

use backprop_tensor::Scalar;

/// Running results: element k goes to lane k mod `LANES`, and the lanes are combined in order at the end.
const LANES: usize = 32;

/// The largest of some numbers, −∞ of none. NaN among them may pass unseen.
#[inline(always)]
pub(crate) fn largest<T: Scalar>(x: &[T]) -> T {
    let (blocks, tail) = x.as_chunks::<LANES>();
    let mut largest = tail.iter().copied().fold(-T::INFINITY, T::at_least);
    if let Some((first, blocks)) = blocks.split_first() {
        let mut lanes = *first;
        for block in blocks {
            for lane in 0..LANES {
                // A value first: a conditional write to memory would wait for the one before it.
                let larger = lanes[lane].at_least(block[lane]);
                lanes[lane] = larger;
            }
        }
        largest = lanes.into_iter().fold(largest, T::at_least);
    }
    largest
}

/// Σ xₖ in double precision.
#[inline(always)]
pub(crate) fn sum<T: Scalar>(x: &[T]) -> f64 {
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
#[inline(always)]
pub(crate) fn dot<T: Scalar>(x: &[T], y: &[T]) -> f64 {
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
    fn the_largest_of_infinities_and_of_nothing() {
        assert_eq!(largest(&[f64::NEG_INFINITY; 50]), f64::NEG_INFINITY);
        assert_eq!(largest(&[f64::NEG_INFINITY, 3.0, f64::INFINITY]), f64::INFINITY);
        assert_eq!(largest::<f32>(&[]), f32::NEG_INFINITY);
    }
}
