//! Threads: every piece is worked on once, in its own place, and no pool changes a result.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use backprop_tensor::{Pool, for_each, for_each_block};
use proptest::prelude::*;

/// Something that depends on the block, the place in it, and what stood there.
fn mix(block: &Range<usize>, data: &mut [u64]) {
    for (i, x) in data.iter_mut().enumerate() {
        *x = x.wrapping_mul(31) + (block.start * 7 + block.end * 3 + i) as u64;
    }
}

fn blocks(cuts: &[usize], len: usize) -> Vec<Range<usize>> {
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut % (len + 1)).chain([len]).collect();
    ends.sort_unstable();
    ends.iter().scan(0, |start, &end| Some(std::mem::replace(start, end)..end)).collect()
}

proptest! {
    #[test]
    fn blocks_are_worked_on_once(len in 0..200_usize, cuts in prop::collection::vec(any::<usize>(), 0..30), parallel: bool) {
        let blocks = blocks(&cuts, len);
        let mut expected: Vec<u64> = (0..len as u64).collect();
        let mut got = expected.clone();
        blocks.iter().for_each(|block| mix(block, &mut expected[block.clone()]));
        for_each_block(&mut got, &blocks, parallel, |block, part| mix(&block, part));
        prop_assert_eq!(got, expected);
    }

    #[test]
    fn items_are_worked_on_once(len in 0..200_usize, parallel: bool) {
        let mut items = vec![(0, 0); len];
        for_each(&mut items, parallel, &|i, item| *item = (item.0 + 1, i));
        prop_assert!(items.into_iter().eq((0..len).map(|i| (1, i))));
    }
}

#[test]
fn any_pool_gives_the_same() {
    let blocks = blocks(&[3, 3, 40, 77, 512, 900], 1000);
    let work = || {
        let mut data: Vec<u64> = (0..1000).collect();
        for_each_block(&mut data, &blocks, true, |block, part| mix(&block, part));
        let mut sums = [0; 25];
        for_each(&mut sums, true, &|i, sum| *sum = data[i * 40..(i + 1) * 40].iter().sum::<u64>());
        (data, sums)
    };
    let expected = work();
    for threads in 1..=8 {
        let pool = Pool::new(threads).unwrap();
        assert_eq!(pool.threads(), threads);
        assert_eq!(pool.run(work), expected, "{threads} threads");
    }
    assert!(Pool::new(0).unwrap().threads() > 0);
}

#[test]
fn without_threads_the_order_is_that_of_the_data() {
    let order = Mutex::new(Vec::new());
    for_each_block(&mut [0; 6], &[0..1, 1..1, 1..4, 4..6], false, |block, part| {
        assert_eq!(part.len(), block.len());
        order.lock().unwrap().push(block);
    });
    assert_eq!(order.into_inner().unwrap(), [0..1, 1..1, 1..4, 4..6]);
    let order = Mutex::new(Vec::new());
    for_each(&mut [(); 5], false, &|i, ()| order.lock().unwrap().push(i));
    assert_eq!(order.into_inner().unwrap(), [0, 1, 2, 3, 4]);
}

#[test]
fn work_may_cut_its_own_work() {
    let mut table = [[0; 30]; 20];
    Pool::new(3).unwrap().run(|| {
        for_each(&mut table, true, &|i, row| for_each(row, true, &|j, x| *x = i * 100 + j));
    });
    for (i, row) in table.iter().enumerate() {
        assert!(row.iter().enumerate().all(|(j, &x)| x == i * 100 + j));
    }
}

#[test]
fn no_blocks_for_no_data() {
    for_each_block::<u8>(&mut [], &[], true, |_, _| unreachable!("there is no block"));
    let calls = AtomicUsize::new(0);
    for_each_block::<u8>(&mut [], &[0..0, 0..0], true, |_, part| {
        calls.fetch_add(1 + part.len(), Ordering::Relaxed);
    });
    assert_eq!(calls.into_inner(), 2);
}

/// What is said about these blocks of ten numbers.
fn complaint(blocks: &[Range<usize>]) -> String {
    let caught = std::panic::catch_unwind(|| {
        for_each_block(&mut [0; 10], blocks, true, |_, _| panic!("no work is done on blocks that do not fit"));
    });
    let panic = caught.expect_err("the blocks do not fit");
    panic.downcast_ref::<String>().cloned().unwrap_or_else(|| (*panic.downcast_ref::<&str>().unwrap()).to_owned())
}

#[test]
fn blocks_that_do_not_fit_are_refused_before_any_work() {
    #[allow(clippy::reversed_empty_ranges)] // one of the mistakes
    let wrong: [&[Range<usize>]; 6] =
        [&[0..4, 5..10], &[0..6, 4..10], &[1..10, 10..10], &[0..4, 4..2, 2..10], &[4..10, 0..4], &[0..10, 0..10]];
    for blocks in wrong {
        assert_eq!(complaint(blocks), "blocks cover the data in order, without gap", "{blocks:?}");
    }
    let incomplete: [&[Range<usize>]; 3] = [&[], &[0..9, 9..9], &[0..4, 4..11]];
    for blocks in incomplete {
        assert!(complaint(blocks).contains("blocks cover the data"), "{blocks:?}");
    }
}

#[test]
fn what_the_pool_runs_comes_back() {
    let pool = Pool::new(2).unwrap();
    let text = String::from("moved in");
    assert_eq!(pool.run(move || text + " and out"), "moved in and out");
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| pool.run(|| panic!("from a worker"))));
    assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"from a worker"));
    assert_eq!(pool.run(|| 3), 3);
}
