//! Threads that wait for work with open eyes: what a step hands out takes tens of microseconds, waking a thread takes as long.

use std::any::Any;
use std::cell::{RefCell, UnsafeCell};
use std::fmt;
use std::hint::black_box;
use std::mem::{forget, transmute};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

use super::gemm::make_room;
use crate::PoolError;

/// So long a worker watches for the next job before it goes to sleep: longer than what lies between two jobs of a training step.
const WATCH: Duration = Duration::from_micros(150);

/// The most threads of a pool: more than any machine has cores, few enough to count.
const MANY: usize = 1 << 14;

/// After so many looks in vain the core is offered to other threads.
const PATIENCE: u32 = 2000;

/// A fixed set of threads: the one that calls [`Pool::run`], and workers that help it.
///
/// Whatever runs inside [`Pool::run`] uses these threads; outside of it everything runs on the thread that calls. How the work is cut
/// never depends on their number, so results are the same, bit for bit, for any number of them.
///
/// Between two pieces of work that follow closely a worker stays awake, so that sharing work costs about a microsecond; after 150 µs
/// without work it sleeps.
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
pub struct Pool {
    desk: Arc<Desk>,
    workers: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Starts a pool of `threads`, the calling one among them; 0 means one for each core.
    ///
    /// # Errors
    /// If the operating system does not grant that many threads, or it is more than 16,384.
    pub fn new(threads: usize) -> Result<Self, PoolError> {
        let all = if threads == 0 { thread::available_parallelism().map_or(1, usize::from) } else { threads };
        if all > MANY {
            return Err(PoolError { threads: all, reason: format!("a pool has at most {MANY}") });
        }
        let desk = Desk {
            next: (0..all).map(|_| Counter::default()).collect(),
            asleep: Mutex::new(Vec::with_capacity(all)),
            ..Desk::default()
        };
        let mut pool = Self { desk: Arc::new(desk), workers: Vec::new() };
        for index in 1..all {
            let desk = Arc::clone(&pool.desk);
            let worker = thread::Builder::new().name(format!("backprop {index}")).spawn(move || desk.serve(index));
            pool.workers.push(worker.map_err(|error| PoolError { threads: all, reason: error.to_string() })?);
        }
        Ok(pool)
    }

    /// The number of threads, the calling one among them.
    pub fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Runs `work` on the calling thread, the workers ready to help.
    pub fn run<R>(&self, work: impl FnOnce() -> R) -> R {
        make_room();
        let outer = CURRENT.replace((!self.workers.is_empty()).then(|| Arc::clone(&self.desk)));
        // Back again even if `work` panics.
        let _back = Back(outer);
        work()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.desk.closed.store(true, Ordering::SeqCst);
        for worker in self.workers.drain(..) {
            worker.thread().unpark();
            // A worker catches what its work throws, and has nothing else to tell.
            let _ = worker.join();
        }
    }
}

thread_local! {
    /// Where the work of this thread is shared.
    static CURRENT: RefCell<Option<Arc<Desk>>> = const { RefCell::new(None) };
}

/// Puts back the pool that was in use before.
struct Back(Option<Arc<Desk>>);

impl Drop for Back {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// Calls `work(i)` once for each i < `count`, on all threads of the pool if `parallel` and none of them is busy with another job, else
/// one after the other. Takes no memory.
///
/// A thread takes the indices of its own share first, from `first(thread, threads)` to where the next one's begins. `first` must give
/// the same each time, rise with the thread, and be at most `count`: that each index is called once stands on it.
///
/// # Panics
/// If a part does: with the panic of one of them, once all have ended.
pub(super) fn for_each_index(
    count: usize,
    parallel: bool,
    first: &(dyn Fn(usize, usize) -> usize + Sync),
    work: &(dyn Fn(usize) + Sync),
) {
    let desk = if parallel && count > 1 { CURRENT.with_borrow(Clone::clone) } else { None };
    if !desk.is_some_and(|desk| desk.share(Job { count, first, work })) {
        (0..count).for_each(work);
    }
}

/// What a job consists of.
#[derive(Clone, Copy)]
struct Job<'a> {
    count: usize,
    first: &'a (dyn Fn(usize, usize) -> usize + Sync),
    work: &'a (dyn Fn(usize) + Sync),
}

/// Where one thread lays out a job and others come to take parts of it.
///
/// The gate holds the number of the job, whether it is open, and how many workers are at it:
///
/// ```text
/// gate = number · 2³² + open · 2³¹ + workers
/// ```
#[derive(Debug, Default)]
struct Desk {
    gate: AtomicU64,
    job: Slot,
    /// For each thread, the next part of its share of the job. The caller's comes first.
    next: Vec<Counter>,
    /// Held by the thread that has a job laid out.
    owner: Mutex<()>,
    /// The workers that sleep.
    asleep: Mutex<Vec<Thread>>,
    any_asleep: AtomicBool,
    /// What a worker's part has thrown.
    thrown: Mutex<Option<Box<dyn Any + Send>>>,
    /// Whether the pool is gone.
    closed: AtomicBool,
}

/// A counter on cache lines of its own: threads that count on different ones do not get into each other's way.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Counter(AtomicUsize);

const OPEN: u64 = 1 << 31;
const NUMBER: u64 = 1 << 32;

impl Desk {
    /// Does a job with the help of the workers. False if there is another under way: then nothing is done.
    fn share(&self, job: Job<'_>) -> bool {
        let _owner = match self.owner.try_lock() {
            Ok(owner) => owner,
            Err(TryLockError::Poisoned(owner)) => owner.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        // SAFETY: only the lifetime changes. Workers use the job between entering through the open gate and leaving; `share` closes
        // the gate and waits until all have left before it returns or unwinds, so that what the job borrows outlives every use.
        let borrowed = unsafe { transmute::<Job<'_>, Job<'static>>(job) };
        // SAFETY: the gate is closed and nobody is inside, and this thread owns the desk: nobody reads the slot.
        unsafe { self.job.set(borrowed) };
        self.next.iter().for_each(|next| next.0.store(0, Ordering::Relaxed));
        // Publishes the job.
        self.gate.fetch_add(NUMBER + OPEN, Ordering::SeqCst);
        if self.any_asleep.load(Ordering::SeqCst) {
            self.wake();
        }
        let mine = catch_unwind(AssertUnwindSafe(|| self.parts(0, job)));
        self.gate.fetch_sub(OPEN, Ordering::SeqCst);
        wait_until(|| self.gate.load(Ordering::Acquire).is_multiple_of(OPEN));
        let theirs = lock(&self.thrown).take();
        if let Some(thrown) = mine.err().or(theirs) {
            resume_unwind(thrown);
        }
        true
    }

    /// Takes parts of the job until there are none left: first the thread's own share, then what others have left of theirs.
    ///
    /// Shares are the same from job to job, so that a thread comes back to numbers that it has in its cache.
    fn parts(&self, thread: usize, Job { count, first, work }: Job<'_>) {
        let threads = self.next.len();
        let begin = |owner| if owner == 0 { 0 } else { first(owner, threads) };
        for owner in (thread..threads).chain(0..thread) {
            let share = begin(owner)..if owner + 1 == threads { count } else { begin(owner + 1) };
            loop {
                let index = share.start + self.next[owner].0.fetch_add(1, Ordering::Relaxed);
                if index >= share.end {
                    break;
                }
                work(index);
            }
        }
    }

    /// The life of worker `index`.
    fn serve(&self, index: usize) {
        make_room();
        let mut done = 0;
        while !self.closed.load(Ordering::SeqCst) {
            let gate = self.gate.load(Ordering::Acquire);
            if gate & OPEN == 0 || gate / NUMBER == done {
                self.watch(gate);
                continue;
            }
            if self.gate.compare_exchange(gate, gate + 1, Ordering::AcqRel, Ordering::Relaxed).is_err() {
                continue;
            }
            done = gate / NUMBER;
            // SAFETY: entered through the open gate: the job was laid out before, and is not changed until this worker has left.
            let job = unsafe { self.job.get() };
            if let Err(thrown) = catch_unwind(AssertUnwindSafe(|| self.parts(index, job))) {
                // One is enough, and to drop another could throw again.
                match &mut *lock(&self.thrown) {
                    first @ None => *first = Some(thrown),
                    Some(_) => forget(thrown),
                }
            }
            self.gate.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Watches for another state of the gate for a while, then sleeps until there is one.
    fn watch(&self, gate: u64) {
        let unchanged = || self.gate.load(Ordering::Acquire) == gate && !self.closed.load(Ordering::Relaxed);
        let start = Instant::now();
        while unchanged() {
            for _ in 0..64 {
                if !unchanged() {
                    return;
                }
                relax();
            }
            if start.elapsed() > WATCH {
                break;
            }
        }
        lock(&self.asleep).push(thread::current());
        self.any_asleep.store(true, Ordering::SeqCst);
        // Looked at once more after the flag is up: an owner that did not see the flag has changed the gate before.
        while self.gate.load(Ordering::SeqCst) == gate && !self.closed.load(Ordering::SeqCst) {
            thread::park();
        }
        lock(&self.asleep).retain(|other| other.id() != thread::current().id());
    }

    fn wake(&self) {
        let mut asleep = lock(&self.asleep);
        self.any_asleep.store(false, Ordering::SeqCst);
        asleep.drain(..).for_each(|worker| worker.unpark());
    }
}

/// Looks again and again; after a while other threads may use the core in between.
fn wait_until(done: impl Fn() -> bool) {
    let mut looks = 0;
    while !done() {
        looks += 1;
        if looks < PATIENCE { relax() } else { thread::yield_now() }
    }
}

/// A short rest between two looks. Not [`std::hint::spin_loop`]: a virtual machine takes a processor that keeps pausing for idle, and takes
/// it away for tens to hundreds of microseconds.
fn relax() {
    for i in 0..16 {
        black_box(i);
    }
}

/// A lock whose holder cannot have left anything half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The place of the job on the desk.
#[derive(Default)]
struct Slot(UnsafeCell<Option<Job<'static>>>);

// SAFETY: `set` and `get` do not overlap, by their contracts, and what the job borrows may be called from any thread (`Sync`).
unsafe impl Sync for Slot {}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

impl Slot {
    /// # Safety
    /// No other call of `set` or `get` at the same time.
    unsafe fn set(&self, job: Job<'static>) {
        // SAFETY: alone, by the contract.
        unsafe { *self.0.get() = Some(job) };
    }

    /// # Safety
    /// After a `set`, and none at the same time.
    unsafe fn get(&self) -> Job<'static> {
        // SAFETY: no `set` at the same time, by the contract.
        unsafe { *self.0.get() }.expect("a job is laid out before the gate opens")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    /// Shares of the same size.
    fn even(count: usize) -> impl Fn(usize, usize) -> usize + Sync {
        move |thread, threads| count * thread / threads
    }

    /// How often each index is called.
    fn calls(pool: &Pool, count: usize) -> Vec<u32> {
        let calls: Vec<AtomicU32> = (0..count).map(|_| AtomicU32::new(0)).collect();
        pool.run(|| {
            for_each_index(count, true, &even(count), &|i| {
                calls[i].fetch_add(1, Ordering::Relaxed);
            });
        });
        calls.into_iter().map(AtomicU32::into_inner).collect()
    }

    #[test]
    fn every_part_is_done_once() {
        for threads in [1, 2, 3, 8] {
            let pool = Pool::new(threads).unwrap();
            assert_eq!(pool.threads(), threads);
            for count in [0, 1, 2, 3, 7, 100] {
                for _ in 0..50 {
                    assert_eq!(calls(&pool, count), vec![1; count], "{threads} threads");
                }
            }
        }
    }

    #[test]
    fn shares_of_any_size_are_done() {
        let pool = Pool::new(3).unwrap();
        for shares in [[0, 0], [0, 10], [10, 10], [3, 4]] {
            let calls: Vec<AtomicU32> = (0..10).map(|_| AtomicU32::new(0)).collect();
            let count = |i: usize| {
                calls[i].fetch_add(1, Ordering::Relaxed);
            };
            pool.run(|| for_each_index(10, true, &|thread, _| shares[thread - 1], &count));
            assert!(calls.iter().all(|calls| calls.load(Ordering::Relaxed) == 1), "{shares:?}");
        }
    }

    #[test]
    fn workers_that_sleep_are_woken() {
        let pool = Pool::new(2).unwrap();
        for _ in 0..5 {
            thread::sleep(WATCH * 20);
            let both = std::sync::Barrier::new(2);
            // Each of the two parts waits for the other: they must run on two threads.
            pool.run(|| {
                for_each_index(2, true, &even(2), &|_| {
                    both.wait();
                });
            });
        }
    }

    #[test]
    fn work_within_work_runs_where_it_is() {
        let pool = Pool::new(3).unwrap();
        let sum = AtomicU32::new(0);
        pool.run(|| {
            for_each_index(10, true, &even(10), &|_| {
                let add = |_| {
                    sum.fetch_add(1, Ordering::Relaxed);
                };
                for_each_index(10, true, &even(10), &add);
                pool.run(|| for_each_index(10, true, &even(10), &add));
            });
        });
        assert_eq!(sum.into_inner(), 200);
    }

    #[test]
    fn two_threads_may_use_one_pool() {
        let pool = Pool::new(2).unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..200).for_each(|_| assert_eq!(calls(&pool, 20), [1; 20])));
            }
        });
    }

    #[test]
    fn what_a_part_throws_arrives_and_the_pool_goes_on() {
        let pool = Pool::new(4).unwrap();
        for culprit in [0, 5, 19] {
            let caught = catch_unwind(AssertUnwindSafe(|| {
                pool.run(|| for_each_index(20, true, &even(20), &|i| assert!(i != culprit, "part {i}")));
            }));
            assert_eq!(caught.unwrap_err().downcast_ref(), Some(&format!("part {culprit}")));
            assert_eq!(calls(&pool, 20), [1; 20]);
        }
    }

    #[test]
    fn outside_of_a_pool_work_stays_on_its_thread() {
        let here = thread::current().id();
        for_each_index(10, true, &even(10), &|_| assert_eq!(thread::current().id(), here));
        let pool = Pool::new(2).unwrap();
        pool.run(|| ());
        for_each_index(10, true, &even(10), &|_| assert_eq!(thread::current().id(), here));
    }
}
