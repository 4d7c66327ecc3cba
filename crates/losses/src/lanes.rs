//! Reductions in a fixed number of lanes: vector code, and the same result on every machine.

use backprop_tensor::{Scalar, vectorize};

/// Running results of a reduction: element k goes to lane k mod `LANES`, the lanes are combined in order at the end.
const LANES: usize = 16;

/// Σ xₖ in double precision.
pub(crate) fn sum<T: Scalar>(x: &[T]) -> f64 {
    let mut lanes = [0.0; LANES];
    vectorize!({
        let (blocks, tail) = x.as_chunks::<LANES>();
        for block in blocks {
            lanes.iter_mut().zip(block).for_each(|(lane, x)| *lane += x.to_f64());
        }
        lanes.iter_mut().zip(tail).for_each(|(lane, x)| *lane += x.to_f64());
    });
    lanes[..x.len().min(LANES)].iter().sum()
}

/// The largest of some numbers. NaN among them may pass unseen.
///
/// # Panics
/// If there is none.
pub(crate) fn largest<T: Scalar>(x: &[T]) -> T {
    // Seeded from the first element: there is no smallest number to start from if all are −∞.
    let mut lanes = [x[0]; LANES];
    vectorize!({
        let (blocks, tail) = x.as_chunks::<LANES>();
        for block in blocks {
            lanes.iter_mut().zip(block).for_each(|(lane, &x)| *lane = lane.at_least(x));
        }
        lanes.iter_mut().zip(tail).for_each(|(lane, &x)| *lane = lane.at_least(x));
    });
    lanes[..x.len().min(LANES)].iter().fold(x[0], |largest, &x| largest.at_least(x))
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
