//! Pieces of one slice for many threads, each with a place of its own to write to.

use std::marker::PhantomData;
use std::ops::Range;

use super::pool::for_each_index;

/// Calls `work(i, &mut items[i])` for each item, on all threads of the [pool](crate::Pool::run) if `parallel`, else one after the other.
///
/// Takes no memory. `parallel` is for the caller to decide by the size of the work; it must not change what `work` does.
///
/// ```
/// use backprop_tensor::for_each;
/// let mut squares = [0; 4];
/// for_each(&mut squares, true, &|i, square| *square = i * i);
/// assert_eq!(squares, [0, 1, 4, 9]);
/// ```
pub fn for_each<U: Send>(items: &mut [U], parallel: bool, work: &(impl Fn(usize, &mut U) + Sync)) {
    let count = items.len();
    let items = Shared::new(items);
    for_each_index(count, parallel, &|thread, threads| share(count, thread, threads), &|i| {
        // SAFETY: each index is called once, and item i is handed out in the call of i alone.
        let item = unsafe { items.part_mut(i, 1) };
        work(i, &mut item[0]);
    });
}

/// Calls `work(block, part)` for each of `blocks`, where `part` is `data[block]`, on all threads of the [pool](crate::Pool::run) if
/// `parallel`, else one after the other. Takes no memory.
///
/// ```
/// use backprop_tensor::for_each_block;
/// let mut data = [0; 5];
/// for_each_block(&mut data, &[0..2, 2..5], true, |block, part| part.fill(block.start));
/// assert_eq!(data, [0, 0, 2, 2, 2]);
/// ```
///
/// # Panics
/// If the blocks do not follow one another without gap from 0 to the end of `data`.
pub fn for_each_block<T: Send>(
    data: &mut [T],
    blocks: &[Range<usize>],
    parallel: bool,
    work: impl Fn(Range<usize>, &mut [T]) + Sync,
) {
    let end = blocks.iter().fold(0, |end, block| {
        assert!(block.start == end && block.end >= end, "blocks cover the data in order, without gap");
        block.end
    });
    assert_eq!(end, data.len(), "blocks cover the data");
    let data = Shared::new(data);
    // Threads share the data evenly, so that for other blocks of the same data each comes back to about the same place.
    let first =
        |thread, threads| blocks.partition_point(|block| usize::midpoint(block.start, block.end) < share(end, thread, threads));
    for_each_index(blocks.len(), parallel, &first, &|i| {
        let block = blocks[i].clone();
        // SAFETY: each index is called once, and no two blocks overlap, as asserted above.
        let part = unsafe { data.part_mut(block.start, block.len()) };
        work(block, part);
    });
}

/// Where the share of `thread` of `threads` begins, in a whole of `len`: `len · thread / threads`, for any length.
fn share(len: usize, thread: usize, threads: usize) -> usize {
    len / threads * thread + len % threads * thread / threads
}

/// A mutable slice that hands out parts. Its user promises that they are disjoint.
#[derive(Debug)]
pub(super) struct Shared<'a, T> {
    start: *mut T,
    len: usize,
    lifetime: PhantomData<&'a mut [T]>,
}

impl<T> Clone for Shared<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<'_, T> {}

// SAFETY: `Shared` stands for the `&mut [T]` it was made from, which is `Send` when `T` is; the parts handed out are disjoint
// by the contract of `part` and `part_mut`.
unsafe impl<T: Send> Send for Shared<'_, T> {}
// SAFETY: as above. Sharing the handle gives no access by itself: every access goes through `part_mut`, or through `part`, which needs
// `T` to be `Sync`.
unsafe impl<T: Send> Sync for Shared<'_, T> {}

impl<'a, T> Shared<'a, T> {
    #[inline]
    fn check(&self, at: usize, len: usize) {
        if at > self.len || len > self.len - at {
            outside(at, len, self.len);
        }
    }

    pub(super) fn new(data: &'a mut [T]) -> Self {
        Self { start: data.as_mut_ptr(), len: data.len(), lifetime: PhantomData }
    }

    /// Elements `at .. at + len`.
    ///
    /// # Safety
    /// While the result lives, no [`part_mut`](Self::part_mut) that overlaps it may live.
    #[inline]
    pub(super) unsafe fn part(&self, at: usize, len: usize) -> &'a [T]
    where
        T: Sync,
    {
        self.check(at, len);
        // SAFETY: inside the buffer by the check; unaliased by the caller's promise; alive for 'a by construction.
        unsafe { std::slice::from_raw_parts(self.start.add(at), len) }
    }

    /// Elements `at .. at + len`, to write.
    ///
    /// # Safety
    /// While the result lives, no other part that overlaps it may live.
    #[inline]
    pub(super) unsafe fn part_mut(&self, at: usize, len: usize) -> &'a mut [T] {
        self.check(at, len);
        // SAFETY: inside the buffer by the check; unaliased by the caller's promise; alive for 'a by construction.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(at), len) }
    }
}

/// Out of the way of the calls that go well.
#[cold]
fn outside(at: usize, len: usize, all: usize) -> ! {
    panic!("part {at}+{len} of a buffer of {all}");
}
