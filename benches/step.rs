//! What a training step takes, and how near that is to what the machine can do.

use std::fmt;
use std::time::{Duration, Instant};

use backprop_tensor::{Pool, PoolError};
use serde::Serialize;

use crate::{Timer, Trainee, Workload, peak_gflops};

/// Between two looks at the peak.
const ROUND: Duration = Duration::from_millis(50);
/// Fewer looks than this may all have been disturbed.
const ROUNDS: usize = 5;

/// The time of one training step of a [`Workload`], beside the peak that the same threads reached in the same seconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepTime {
    /// The name of the workload.
    pub workload: &'static str,
    /// Threads of the pool.
    pub threads: usize,
    /// Microseconds a step, the median.
    pub median_us: f64,
    /// [`Workload::flops`] in that time.
    pub gflops: f64,
    /// [`peak_gflops`], the highest: what another program takes away from the peak is no limit of the machine.
    pub peak_gflops: f64,
    /// Part of the peak.
    pub fraction: f64,
}

impl StepTime {
    /// Times steps for so long, in turn with the peak.
    ///
    /// # Errors
    /// If the operating system does not grant that many threads.
    pub fn measure(workload: &Workload, threads: usize, time: Duration) -> Result<Self, PoolError> {
        let (seconds, peak) = Pool::new(threads)?.run(|| {
            let mut trainee = Trainee::new(workload);
            let mut step = || _ = trainee.step();
            let mut timer = Timer::new(&mut step);
            let (mut rounds, mut peak) = (0, 0.0_f64);
            let start = Instant::now();
            while rounds < ROUNDS || start.elapsed() < time {
                peak = peak.max(peak_gflops(threads));
                timer.run(ROUND.min(time), &mut step);
                rounds += 1;
            }
            (timer.median(), peak)
        });
        Ok(Self::new(workload, threads, seconds, peak))
    }

    fn new(workload: &Workload, threads: usize, seconds: f64, peak_gflops: f64) -> Self {
        let gflops = workload.flops() as f64 / seconds / 1e9;
        Self { workload: workload.name, threads, median_us: seconds * 1e6, gflops, peak_gflops, fraction: gflops / peak_gflops }
    }
}

impl fmt::Display for StepTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { workload, threads, median_us, gflops, peak_gflops, fraction } = self;
        let percent = 100.0 * fraction;
        write!(f, "{workload:<12} T{threads} {median_us:>10.2} µs {gflops:>7.1} GFLOP/s = {percent:>5.1} % of {peak_gflops:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_set_against_the_peak() {
        let fashion = Workload::find("fashion").unwrap();
        let time = StepTime::new(&fashion, 2, 1e-3, 200.0);
        assert_eq!(
            serde_json::to_string(&time).unwrap(),
            r#"{"workload":"fashion","threads":2,"median_us":1000.0,"gflops":128.909312,"peak_gflops":200.0,"fraction":0.64454656}"#
        );
        assert_eq!(time.to_string(), "fashion      T2    1000.00 µs   128.9 GFLOP/s =  64.5 % of 200");
    }

    #[test]
    fn a_measurement_has_sensible_numbers() {
        let xor = Workload::find("xor").unwrap();
        let StepTime { median_us, fraction, .. } = StepTime::measure(&xor, 1, Duration::from_millis(1)).unwrap();
        assert!(median_us > 0.0 && median_us < 1e6, "{median_us} µs");
        assert!(fraction > 0.0 && fraction < 1.0, "{fraction} of the peak");
    }
}
