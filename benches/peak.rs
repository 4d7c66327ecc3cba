//! How fast the machine could be: fused multiply-adds, and next to nothing else.

use std::hint::black_box;
use std::time::Instant;

use backprop_tensor::{for_each, vectorize};

/// Numbers under way at once: many more than fit the registers, few enough for the first cache.
const NUMBERS: usize = 1024;
/// Multiply-adds from a load to the store: enough to hide both, and short enough for the core to work on several chains at a time.
const CHAIN: usize = 8;
/// Passes over the numbers: a millisecond's work.
const PASSES: usize = 1 << 13;

/// The floating-point operations a second, in 10⁹, that `threads` threads of the pool reach together if they do nothing but
/// `a ← a m + c`: what no product can surpass.
///
/// Takes a few milliseconds. A CPU without fused multiply-add has no such limit: there the number is far too low.
///
/// ```
/// let pool = backprop_tensor::Pool::new(1)?;
/// assert!(pool.run(|| benches::peak_gflops(1)) > 0.0);
/// # Ok::<(), backprop_tensor::PoolError>(())
/// ```
///
/// # Panics
/// If there is no thread.
pub fn peak_gflops(threads: usize) -> f64 {
    assert!(threads > 0, "a peak is that of one thread at least");
    let mut numbers = vec![[1.0_f32; NUMBERS]; threads];
    let (m, c) = (black_box(0.999), black_box(0.001));
    let start = Instant::now();
    for_each(&mut numbers, true, &|_, numbers| chains(numbers, m, c));
    let seconds = start.elapsed().as_secs_f64();
    black_box(numbers);
    2.0 * (NUMBERS * CHAIN * PASSES * threads) as f64 / seconds / 1e9
}

fn chains(numbers: &mut [f32; NUMBERS], m: f32, c: f32) {
    for _ in 0..PASSES {
        vectorize!({
            for a in numbers.iter_mut() {
                *a = (0..CHAIN).fold(*a, |a, _| a.mul_add(m, c));
            }
        });
    }
}
