//! Threads that cannot change a result: work is cut by shape, and each piece has its own place to write to.

use std::ops::Range;

use crate::PoolError;

/// A fixed set of worker threads.
///
/// Whatever runs inside [`Pool::run`] uses these threads. How the work is cut never depends on their number, so results are
/// the same, bit for bit, for any number of them.
///
/// ```
/// use backprop_tensor::{Pool, for_each_block};
/// let square = |threads| {
///     let mut y = vec![0; 100];
///     Pool::new(threads).unwrap().run(|| {
///         for_each_block(&mut y, &[0..30, 30..100], true, |block, y| y.iter_mut().zip(block).for_each(|(y, i)| *y = i * i));
///     });
///     y
/// };
/// assert_eq!(square(1), square(3));
/// ```
#[derive(Debug)]
pub struct Pool(rayon::ThreadPool);

impl Pool {
    /// Starts `threads` workers; 0 means one for each core.
    ///
    /// # Errors
    /// If the operating system does not grant that many threads.
    pub fn new(threads: usize) -> Result<Self, PoolError> {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map(Self)
            .map_err(|error| PoolError { threads, reason: error.to_string() })
    }

    /// The number of workers.
    pub fn threads(&self) -> usize {
        self.0.current_num_threads()
    }

    /// Runs `work` on one of the workers, the others ready to help.
    pub fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        self.0.install(work)
    }
}

/// Calls `work(i, &mut items[i])` for each item, on all threads of the pool if `parallel`, else one after the other.
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
    from_index(items, 0, parallel, work);
}

fn from_index<U: Send>(items: &mut [U], first: usize, parallel: bool, work: &(impl Fn(usize, &mut U) + Sync)) {
    if !parallel || items.len() <= 1 {
        items.iter_mut().enumerate().for_each(|(i, item)| work(first + i, item));
        return;
    }
    let middle = items.len() / 2;
    let (left, right) = items.split_at_mut(middle);
    rayon::join(|| from_index(left, first, true, work), || from_index(right, first + middle, true, work));
}

/// Calls `work(block, part)` for each of `blocks`, where `part` is `data[block]`, on all threads of the pool if `parallel`, else one
/// after the other. Takes no memory.
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
    split_blocks(data, blocks, parallel, &work);
}

fn split_blocks<T: Send>(
    data: &mut [T],
    blocks: &[Range<usize>],
    parallel: bool,
    work: &(impl Fn(Range<usize>, &mut [T]) + Sync),
) {
    match blocks {
        [] => {}
        [block] => work(block.clone(), data),
        _ => {
            let (left, right) = blocks.split_at(blocks.len() / 2);
            let (first, second) = data.split_at_mut(right[0].start - left[0].start);
            if parallel {
                rayon::join(|| split_blocks(first, left, true, work), || split_blocks(second, right, true, work));
            } else {
                split_blocks(first, left, false, work);
                split_blocks(second, right, false, work);
            }
        }
    }
}
