//! Where long vectors are cut, so that several threads share a pass over them.

use std::array::from_fn;

use backprop_tensor::for_each;

/// The most pieces there are.
const MOST: usize = 32;

/// Pieces are at least half as long as this: shorter ones are not worth the meeting of two threads.
const LEAST: usize = 1 << 14;

/// Pieces are multiples of so many numbers, that fill whole cache lines.
const LINE: usize = 16;

/// What can be cut into pieces: a vector, or several of the same length.
pub(crate) trait Cut: Sized + Send {
    /// The number of elements.
    fn len(&self) -> usize;

    /// Takes the first `len` elements, or all if there are fewer.
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

/// Calls `work` on each piece of `whole`, on all threads if there are several pieces. Takes no memory.
pub(crate) fn for_each_piece<C: Cut>(whole: C, work: impl Fn(&mut C) + Sync) {
    let _ = map_pieces(whole, work);
}

/// The same, with the results in the order of the pieces. Where it is cut depends on the length only.
pub(crate) fn map_pieces<C: Cut, R: Copy + Default + Send>(
    mut whole: C,
    work: impl Fn(&mut C) -> R + Sync,
) -> impl Iterator<Item = R> {
    let len = whole.len();
    let count = (len / LEAST).next_power_of_two().min(MOST);
    let mut results = [R::default(); MOST];
    if count <= 1 {
        results[0] = work(&mut whole);
    } else {
        let each = len.div_ceil(count).next_multiple_of(LINE);
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
