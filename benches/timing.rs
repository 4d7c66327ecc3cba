//! Taking times.

use std::time::{Duration, Instant};

/// Calls too short for the clock are timed together until they take this long.
const LEAST: Duration = Duration::from_micros(50);

/// The middle of some numbers, or between the two in the middle.
///
/// ```
/// assert_eq!(benches::median(&mut [3.0, 9.0, 1.0]), 3.0);
/// assert_eq!(benches::median(&mut [3.0, 9.0, 1.0, 5.0]), 4.0);
/// ```
///
/// # Panics
/// If there are none.
pub fn median(numbers: &mut [f64]) -> f64 {
    assert!(!numbers.is_empty(), "no numbers have no median");
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 { numbers[middle] } else { f64::midpoint(numbers[middle - 1], numbers[middle]) }
}

/// How long a call takes: one number for each time that it was taken.
///
/// ```
/// let mut calls = 0;
/// let mut timer = benches::Timer::new(&mut || calls += 1);
/// timer.run(std::time::Duration::ZERO, &mut || calls += 1);
/// assert!(calls > 2 && timer.median() >= 0.0);
/// ```
#[derive(Clone, Debug)]
pub struct Timer {
    /// Calls in one sample.
    calls: u32,
    /// Seconds a call, one for each sample.
    seconds: Vec<f64>,
}

impl Timer {
    /// Makes a few calls, untimed, to see how many the clock needs.
    pub fn new(call: &mut impl FnMut()) -> Self {
        let (mut calls, mut took) = (0_u32, Duration::ZERO);
        let start = Instant::now();
        // Three at least: the first ones find cold caches, and may make what the others find made.
        while calls < 3 || took < 10 * LEAST {
            call();
            calls += 1;
            took = start.elapsed();
        }
        let one = (took / calls).max(Duration::from_nanos(1));
        Self { calls: LEAST.div_duration_f64(one).ceil() as u32, seconds: Vec::new() }
    }

    /// Takes times for so long, and once at least.
    pub fn run(&mut self, time: Duration, call: &mut impl FnMut()) {
        let begin = Instant::now();
        loop {
            let start = Instant::now();
            (0..self.calls).for_each(|_| call());
            self.seconds.push(start.elapsed().as_secs_f64() / f64::from(self.calls));
            if begin.elapsed() >= time {
                return;
            }
        }
    }

    /// Seconds a call.
    ///
    /// # Panics
    /// If no time was taken.
    pub fn median(&self) -> f64 {
        median(&mut self.seconds.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;

    use super::*;

    #[test]
    fn a_long_call_is_timed_alone() {
        let mut call = || sleep(Duration::from_millis(1));
        let mut timer = Timer::new(&mut call);
        timer.run(Duration::from_millis(5), &mut call);
        assert_eq!(timer.calls, 1);
        assert!((1..=5).contains(&timer.seconds.len()), "{:?}", timer.seconds);
        assert!(timer.median() >= 1e-3, "{:?}", timer.seconds);
    }

    #[test]
    fn short_calls_are_timed_together() {
        let calls_in_sample = || {
            let mut calls = 0_u64;
            Timer::new(&mut || calls = std::hint::black_box(calls + 1)).calls
        };
        // A machine that is busy elsewhere may stop the first look, not all of them.
        assert!((0..20).any(|_| calls_in_sample() > 100));
    }

    #[test]
    fn a_median_does_not_mind_an_outlier() {
        assert_eq!(median(&mut [2.0, f64::INFINITY, 1.0, 2.0, 3.0]), 2.0);
    }
}
