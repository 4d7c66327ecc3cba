//! The arena: every slice sees its own columns of every matrix, whatever the widths and the threads.

use std::sync::Mutex;

use backprop_tensor::{Arena, Pool, Scalar};
use proptest::prelude::*;

const ROWS: [usize; 5] = [3, 0, 1, 17, 64];

/// Adds 1 to every number of the batch, and to matrix 0 the number of its column.
fn count_up<T: Scalar>(arena: &mut Arena<T>, columns: usize, width: usize, parallel: bool) -> Vec<(usize, usize, usize)> {
    let mut results = vec![(0, 0, 0); columns.div_ceil(width)];
    arena.for_each_slice(columns, width, parallel, &mut results, |slice| {
        let range = slice.range();
        let ([], writes) = slice.disjoint([], [0, 1, 2, 3, 4]);
        for (mut matrix, rows) in writes.into_iter().zip(ROWS) {
            assert_eq!((matrix.rows(), matrix.cols()), (rows, range.len()));
            matrix.as_mut_slice().iter_mut().for_each(|x| *x += T::ONE);
        }
        let ([], [mut first]) = slice.disjoint([], [0]);
        for (j, column) in range.clone().enumerate() {
            first.column_mut(j).iter_mut().for_each(|x| *x += T::from_f64(column as f64));
        }
        (slice.index(), range.start, range.end)
    });
    results
}

fn check<T: Scalar>(capacity: usize, columns: usize, width: usize, parallel: bool) {
    let mut arena = Arena::<T>::new(&ROWS, capacity);
    let results = count_up(&mut arena, columns, width, parallel);
    for (i, result) in results.iter().enumerate() {
        assert_eq!(*result, (i, i * width, columns.min((i + 1) * width)));
    }
    for (index, rows) in ROWS.into_iter().enumerate() {
        let matrix = arena.view(index, capacity);
        assert_eq!((matrix.rows(), matrix.cols()), (rows, capacity));
        for j in 0..capacity {
            // Columns behind the batch are left alone.
            let expected = if j >= columns { 0.0 } else { 1.0 + if index == 0 { j as f64 } else { 0.0 } };
            assert!(matrix.column(j).iter().all(|x| x.to_f64() == expected), "column {j} of matrix {index}");
        }
    }
}

#[test]
fn slices_cover_every_column_once_in_any_pool() {
    for threads in 1..=8 {
        Pool::new(threads).unwrap().run(|| {
            for (columns, width) in [(0, 1), (1, 1), (1, 9), (33, 1), (33, 4), (33, 11), (33, 32), (33, 33), (33, usize::MAX)] {
                for parallel in [false, true] {
                    check::<f32>(33, columns, width, parallel);
                    check::<f64>(40, columns, width, parallel);
                }
            }
        });
    }
}

proptest! {
    #[test]
    fn slices_cover_every_column_once(capacity in 0..70_usize, share in 0.0..=1.0, width in 1..80_usize, parallel: bool) {
        check::<f32>(capacity, (capacity as f64 * share) as usize, width, parallel);
    }
}

#[test]
fn matrices_start_on_cache_lines_of_their_own() {
    fn check<T: Scalar>() {
        for columns in [1, 3, 64] {
            let arena = Arena::<T>::new(&ROWS, columns);
            for (index, rows) in ROWS.into_iter().enumerate() {
                let view = arena.view(index, columns);
                if rows > 0 {
                    assert_eq!(view.as_slice().as_ptr().addr() % 64, 0, "matrix {index} of {columns} columns");
                }
            }
            let numbers: usize = ROWS.iter().map(|rows| rows * columns).sum();
            let most = numbers + (ROWS.len() + 1) * (64 / size_of::<T>());
            assert!((numbers..most).contains(&arena.len()), "{} for {numbers}", arena.len());
        }
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn new_matrices_are_zero_and_keep_to_themselves() {
    let mut arena = Arena::<f32>::new(&ROWS, 5);
    for (index, rows) in ROWS.into_iter().enumerate() {
        assert_eq!(arena.view(index, 5).as_slice(), vec![0.0; 5 * rows]);
        arena.view_mut(index, 5).fill(index as f32 + 1.0);
    }
    for (index, rows) in ROWS.into_iter().enumerate() {
        assert_eq!(arena.view(index, 5).as_slice(), vec![index as f32 + 1.0; 5 * rows]);
        assert_eq!(arena.view(index, 2).as_slice(), vec![index as f32 + 1.0; 2 * rows]);
    }
    assert_eq!(arena.columns(), 5);
}

#[test]
fn an_arena_may_be_empty() {
    for (rows, columns) in [(&[][..], 4), (&[0, 0][..], 4), (&[3, 2][..], 0), (&[0][..], usize::MAX)] {
        let mut arena = Arena::<f64>::new(rows, columns);
        assert!(arena.is_empty());
        assert_eq!((arena.len(), arena.columns()), (0, columns));
        for (index, &rows) in rows.iter().enumerate() {
            assert_eq!((arena.view_mut(index, columns).rows(), arena.view(index, columns).cols()), (rows, columns));
        }
        let mut results = [false; 2];
        let width = columns.div_ceil(2).max(1);
        let slices = columns.div_ceil(width);
        arena.for_each_slice(columns, width, true, &mut results[..slices], |slice| slice.range().len() <= width);
        assert!(results[..slices].iter().all(|&fits| fits));
    }
    assert!(!Arena::<f32>::new(&[1], 1).is_empty());
}

#[test]
fn reads_may_repeat_and_all_results_live_together() {
    let mut arena = Arena::<f32>::new(&[1, 1, 1], 3);
    arena.view_mut(0, 3).as_mut_slice().copy_from_slice(&[1.0, 2.0, 3.0]);
    let mut slice = arena.slice(3);
    let ([a, b], [mut x, mut y]) = slice.disjoint([0, 0], [1, 2]);
    x.copy_from(a);
    y.copy_from(b);
    x.column_mut(0)[0] = 9.0;
    assert_eq!((a.as_slice(), y.as_slice()), (&[1.0, 2.0, 3.0][..], &[1.0, 2.0, 3.0][..]));
    let ([x], [z]) = slice.into_disjoint([1], [0]);
    assert_eq!((x.as_slice(), z.as_slice()), (&[9.0, 2.0, 3.0][..], &[1.0, 2.0, 3.0][..]));
}

#[test]
fn a_slice_that_was_swapped_covers_what_it_covered() {
    // A slice that lives for ever can be put in the place of one that was lent: both still stand for their own columns alone.
    let inner = Box::leak(Box::new(Arena::<f32>::new(&[1], 2))).slice(2);
    let stock = Mutex::new(Some(inner));
    let mut arena = Arena::<f32>::new(&[1], 4);
    let mut results = [0; 2];
    arena.for_each_slice(4, 2, true, &mut results, |slice| {
        let Some(other) = stock.lock().unwrap().take() else { return slice.disjoint([], [0]).1[0].cols() };
        let taken = std::mem::replace(slice, other);
        let ([], [mut mine]) = taken.into_disjoint([], [0]);
        let ([], [mut theirs]) = slice.disjoint([], [0]);
        mine.fill(1.0);
        theirs.fill(2.0);
        assert_eq!(mine.as_slice(), &[1.0, 1.0]);
        2
    });
    assert_eq!(results, [2, 2]);
    assert_eq!(arena.view(0, 4).as_slice().iter().sum::<f32>(), 2.0);
}

#[test]
fn a_panic_in_a_slice_passes_through_and_leaves_the_arena_usable() {
    let mut arena = Arena::<f32>::new(&[2], 8);
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        arena.for_each_slice(8, 2, true, &mut [(); 4], |slice| assert!(slice.index() != 2, "slice two"));
    }));
    assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"slice two"));
    arena.view_mut(0, 8).fill(1.0);
    assert_eq!(arena.slice(8).disjoint([0], []).0[0].as_slice(), [1.0; 16]);
}

/// What `work` panics with.
fn panic_of(work: impl FnOnce(&mut Arena<f32>)) -> String {
    let mut arena = Arena::<f32>::new(&[2, 3], 4);
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&mut arena)));
    let panic = caught.expect_err("it panics");
    panic.downcast_ref::<String>().cloned().unwrap_or_else(|| panic.downcast_ref::<&str>().unwrap().to_string())
}

#[test]
fn mistakes_panic() {
    let twice = "matrix 1 is named twice";
    assert_eq!(panic_of(|arena| _ = arena.slice(4).disjoint([], [1, 1])), twice);
    assert_eq!(panic_of(|arena| _ = arena.slice(4).disjoint([1], [1])), twice);
    assert_eq!(panic_of(|arena| _ = arena.slice(4).disjoint([0, 1], [1])), twice);
    assert_eq!(panic_of(|arena| _ = arena.slice(4).into_disjoint([1], [0, 1])), twice);
    // An empty part overlaps nothing, and is refused all the same.
    assert_eq!(panic_of(|arena| _ = arena.slice(0).disjoint([], [1, 1])), twice);
    let beyond = "5 columns of an arena of 4";
    assert_eq!(panic_of(|arena| _ = arena.slice(5)), beyond);
    assert_eq!(panic_of(|arena| _ = arena.view(0, 5).cols()), beyond);
    assert_eq!(panic_of(|arena| _ = arena.view_mut(0, 5).cols()), beyond);
    assert_eq!(panic_of(|arena| arena.for_each_slice(5, 1, false, &mut [(); 5], |_| ())), beyond);
    assert_eq!(panic_of(|arena| arena.for_each_slice(4, 0, false, &mut [(); 4], |_| ())), "a slice has at least one column");
    for places in [1, 3] {
        let message = panic_of(|arena| arena.for_each_slice(4, 2, false, &mut vec![(); places], |_| ()));
        assert!(message.contains("one result for each slice"), "{message}");
    }
    for message in [
        panic_of(|arena| _ = arena.slice(4).disjoint([2], [])),
        panic_of(|arena| _ = arena.view(2, 4).cols()),
        panic_of(|arena| _ = arena.view_mut(2, 4).cols()),
    ] {
        assert!(message.contains("the len is 2 but the index is 2"), "{message}");
    }
    let huge = usize::MAX / 2 + 2;
    // Twice that is 2 in wrapping arithmetic: matrices of such a size would lie on top of one another.
    assert_eq!(panic_of(|_| _ = Arena::<f32>::new(&[huge, 1], 2)), format!("{huge} × 2 numbers are more than memory can hold"));
    // One of these fits, two do not.
    let half = usize::MAX / 2;
    assert_eq!(
        panic_of(|_| _ = Arena::<f32>::new(&[half, half], 1)),
        format!("{half} × 1 numbers are more than memory can hold")
    );
}
