//! Where long passes over memory are cut, so that several threads share them.

use std::array::from_fn;

use crate::for_each;

/// The most pieces there are.
const MOST: usize = 32;

/// What can be cut into pieces: a vector, the columns of a matrix, or several of the same length.
///
/// ```
/// use backprop_tensor::Cut;
/// let mut rest = &[1, 2, 3][..];
/// assert_eq!(rest.split_front(2), [1, 2]);
/// assert_eq!((rest, Cut::len(&rest)), (&[3][..], 1));
/// ```
pub trait Cut: Sized + Send {
    /// Pieces have a multiple of so many elements, but for the last. Of a vector so many that they fill whole cache lines.
    const GRAIN: usize = 16;

    /// Pieces are at least half as long as this: shorter ones are not worth the meeting of two threads.
    fn least(&self) -> usize {
        1 << 14
    }

    /// The number of elements.
    fn len(&self) -> usize;

    /// Whether there is no element.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes the first `len` elements, or all if there are fewer.
    #[must_use]
    fn split_front(&mut self, len: usize) -> Self;
}

impl<T: Send> Cut for &mut [T] {
    fn len(&self) -> usize {
        (**self).len()
    }

    fn split_front(&mut self, len: usize) -> Self {
        let len = len.min(Cut::len(self));
        self.split_off_mut(..len).expect("no more than all")
    }
}

impl<T: Sync> Cut for &[T] {
    fn len(&self) -> usize {
        (**self).len()
    }

    fn split_front(&mut self, len: usize) -> Self {
        let len = len.min(Cut::len(self));
        self.split_off(..len).expect("no more than all")
    }
}

/// Calls `work` on each piece of `whole`, on all threads of the [pool](crate::Pool::run) if there are several. Takes no memory.
///
/// Where it is cut depends on the number of elements alone.
///
/// ```
/// use backprop_tensor::for_each_piece;
/// let mut x = vec![1.0_f32; 100_000];
/// for_each_piece(&mut x[..], |piece| piece.iter_mut().for_each(|x| *x += 1.0));
/// assert_eq!(x, vec![2.0; 100_000]);
/// ```
pub fn for_each_piece<C: Cut>(whole: C, work: impl Fn(&mut C) + Sync) {
    let _ = map_pieces(whole, work);
}

/// The same, with the results in the order of the pieces.
///
/// ```
/// use backprop_tensor::map_pieces;
/// let x = vec![1_u64; 100_000];
/// assert_eq!(map_pieces(&x[..], |piece| piece.iter().sum::<u64>()).sum::<u64>(), 100_000);
/// ```
pub fn map_pieces<C: Cut, R: Copy + Default + Send>(
    mut whole: C,
    work: impl Fn(&mut C) -> R + Sync,
) -> impl Iterator<Item = R> {
    let len = whole.len();
    let count = (len / whole.least().max(1)).next_power_of_two().min(MOST);
    let mut results = [R::default(); MOST];
    if count <= 1 {
        results[0] = work(&mut whole);
    } else {
        let each = len.div_ceil(count).next_multiple_of(C::GRAIN);
        let mut pieces: [(C, R); MOST] = from_fn(|_| (whole.split_front(each), R::default()));
        for_each(&mut pieces[..count], true, &|_, (piece, result)| *result = work(piece));
        results.iter_mut().zip(&pieces).for_each(|(result, piece)| *result = piece.1);
    }
    results.into_iter().take(count.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_lies_in_one_piece() {
        for len in [0, 1, 16_383, 16_384, 32_767, 32_768, 32_769, 100_003, 524_287, 1_000_000] {
            let mut seen = vec![0_u8; len];
            let lengths: Vec<usize> = map_pieces(&mut seen[..], |piece| {
                piece.iter_mut().for_each(|seen| *seen += 1);
                piece.len()
            })
            .collect();
            assert!(seen.iter().all(|&seen| seen == 1), "{len}");
            assert_eq!(lengths.iter().sum::<usize>(), len);
            let longest = lengths.iter().max().expect("there is a piece");
            assert!(lengths.len() == 1 || longest - lengths[0] == 0 && lengths.len().is_multiple_of(2), "{lengths:?}");
            assert_eq!(lengths.len(), map_pieces(&seen[..], |_| ()).count());
        }
    }
}
