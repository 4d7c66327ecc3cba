//! Reductions in a fixed number of lanes: vector code, and the same result on every machine.

use backprop_tensor::Scalar;

/// How many running results a reduction has. Each element goes to a lane that depends on its place and the length alone; the lanes
/// are combined by halves at the end.
pub(crate) const LANES: usize = 16;

/// Σ xₖ in double precision. To be called within `vectorize!`.
#[inline(always)]
pub(crate) fn sum<T: Scalar>(x: &[T]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (blocks, tail) = x.as_chunks::<LANES>();
    for block in blocks {
        lanes.iter_mut().zip(block).for_each(|(lane, x)| *lane += x.to_f64());
    }
    if let Some(last) = x.last_chunk::<LANES>() {
        // The last vector reaches back into the blocks: what was added already counts as 0.
        for (k, (lane, x)) in lanes.iter_mut().zip(last).enumerate() {
            *lane += if k + tail.len() >= LANES { x.to_f64() } else { 0.0 };
        }
    } else {
        lanes.iter_mut().zip(tail).for_each(|(lane, x)| *lane += x.to_f64());
    }
    fold(&lanes, |a, b| a + b)
}

/// The largest of some numbers. NaN among them may pass unseen. To be called within `vectorize!`.
///
/// # Panics
/// If there is none.
#[inline(always)]
pub(crate) fn largest<T: Scalar>(x: &[T]) -> T {
    // Seeded from the first element: there is no smallest number to start from if all are −∞.
    let mut lanes = [x[0]; LANES];
    // The last vector may see elements a second time.
    for block in x.as_chunks::<LANES>().0.iter().chain(x.last_chunk()) {
        lanes.iter_mut().zip(block).for_each(|(lane, &x)| *lane = lane.at_least(x));
    }
    if x.len() < LANES {
        lanes.iter_mut().zip(x).for_each(|(lane, &x)| *lane = lane.at_least(x));
    }
    fold(&lanes, T::at_least)
}

/// Combines all lanes, halves at a time. To be called within `vectorize!`.
#[inline(always)]
pub(crate) fn fold<T: Copy>(x: &[T; LANES], combine: impl Fn(T, T) -> T + Copy) -> T {
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
        for len in 1..70_usize {
            let x: Vec<f32> = (0..len).map(|k| ((k * 37) % 101) as f32 - 150.0).collect();
            assert_eq!(sum(&x), x.iter().map(|&x| f64::from(x)).sum::<f64>());
            for k in 0..len {
                let mut x = x.clone();
                x[k] = -1.0;
                assert_eq!(largest(&x), -1.0, "{k} of {len}");
            }
        }
    }

    #[test]
    fn the_largest_of_infinities() {
        assert_eq!(largest(&[f64::NEG_INFINITY; 20]), f64::NEG_INFINITY);
        assert_eq!(largest(&[f64::NEG_INFINITY, 3.0, f64::INFINITY]), f64::INFINITY);
    }
}
