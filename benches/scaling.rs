//! How the cost grows with the size of the work, and shrinks with the number of threads.

use std::time::Duration;

use backprop_tensor::{Pool, PoolError};

use crate::{Plot, Series, Timer, Trainee, Workload};

/// What is varied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// The width of the hidden layer of 784-w-10.
    Width,
    /// The number of layers of 256 nodes.
    Depth,
    /// The samples in a step of 784-256-128-10.
    Batch,
    /// The samples in an epoch of 784-256-128-10.
    Samples,
    /// The threads of a step of some workloads.
    Threads,
}

const WIDTHS: [[usize; 3]; 7] =
    [[784, 32, 10], [784, 64, 10], [784, 128, 10], [784, 256, 10], [784, 512, 10], [784, 1024, 10], [784, 2048, 10]];
const LAYERS: [usize; 33] = [256; 33];
const BASE: Workload = Workload {
    name: "fashion",
    sizes: &[784, 256, 128, 10],
    batch: 128,
    samples: 4096,
    activation: "relu",
    dropout: 0.0,
    loss: "cross_entropy",
    optimizer: "adam",
};

impl Axis {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Width, Self::Depth, Self::Batch, Self::Samples, Self::Threads];

    /// What its plot is called.
    ///
    /// ```
    /// assert_eq!(benches::Axis::ALL.map(|axis| axis.name()), ["width", "depth", "batch", "samples", "threads"]);
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::Width => "width",
            Self::Depth => "depth",
            Self::Batch => "batch",
            Self::Samples => "samples",
            Self::Threads => "threads",
        }
    }

    /// The sizes, each with its workload; of [`Axis::Threads`] none.
    fn sizes(self) -> Vec<(usize, Workload)> {
        match self {
            Self::Width => WIDTHS.iter().map(|sizes| (sizes[1], Workload { sizes, ..BASE })).collect(),
            Self::Depth => [1, 2, 4, 8, 16, 32].map(|depth| (depth, Workload { sizes: &LAYERS[..=depth], ..BASE })).to_vec(),
            Self::Batch => [1, 4, 16, 64, 256, 1024, 4096].map(|batch| (batch, Workload { batch, ..BASE })).to_vec(),
            Self::Samples => {
                [512, 1024, 2048, 4096, 8192, 16_384, 32_768].map(|samples| (samples, Workload { samples, ..BASE })).to_vec()
            }
            Self::Threads => Vec::new(),
        }
    }

    /// Title, x axis, y axis.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Width => ("Cost against width: 784-w-10, batch 128", "width w, nodes", "time a step"),
            Self::Depth => ("Cost against depth: layers of 256, batch 128", "depth, layers", "time a step"),
            Self::Batch => ("Cost against batch: 784-256-128-10", "batch, samples", "time a step"),
            Self::Samples => ("Cost against samples: 784-256-128-10, batch 128", "data set, samples", "time an epoch"),
            Self::Threads => ("Cost against threads", "threads", "time a step"),
        }
    }
}

/// How the measurements are made.
#[derive(Clone, Copy, Debug)]
pub struct Scaling {
    /// Threads at most.
    pub threads: usize,
    /// How long each point is measured.
    pub time: Duration,
}

impl Scaling {
    /// Measures along an axis.
    ///
    /// # Errors
    /// If the operating system does not grant that many threads.
    pub fn plot(&self, axis: Axis) -> Result<Plot, PoolError> {
        let (title, x, y) = axis.words();
        let series = match axis {
            Axis::Threads => self.against_threads(),
            _ => self.against_size(axis),
        };
        let slope = if axis == Axis::Threads { -1 } else { 1 };
        Ok(Plot { title: title.to_owned(), x, y, slope, series: series? })
    }

    /// One series for one thread, and one for all.
    fn against_size(&self, axis: Axis) -> Result<Vec<Series>, PoolError> {
        let threads = if self.threads > 1 { vec![1, self.threads] } else { vec![1] };
        let whole_epochs = axis == Axis::Samples;
        let series = threads.into_iter().map(|threads| {
            let pool = Pool::new(threads)?;
            let points =
                axis.sizes().into_iter().map(|(size, workload)| (size as f64, self.seconds(&pool, &workload, whole_epochs)));
            let label = if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
            Ok(Series { label, points: points.collect() })
        });
        series.collect()
    }

    /// One series for each workload.
    fn against_threads(&self) -> Result<Vec<Series>, PoolError> {
        let pools: Vec<Pool> = (1..=self.threads).map(Pool::new).collect::<Result<_, _>>()?;
        let workloads =
            Workload::all().filter(|workload| ["wide", "fashion", "deep_narrow", "tabular"].contains(&workload.name));
        let series = workloads.map(|workload| {
            let points = pools.iter().map(|pool| (pool.threads() as f64, self.seconds(pool, &workload, false)));
            Series { label: workload.name.to_owned(), points: points.collect() }
        });
        Ok(series.collect())
    }

    /// Seconds a step, or an epoch.
    fn seconds(&self, pool: &Pool, workload: &Workload, whole_epochs: bool) -> f64 {
        pool.run(|| {
            let mut trainee = Trainee::new(workload);
            let steps = if whole_epochs { trainee.steps_in_epoch() } else { 1 };
            let mut call = || (0..steps).for_each(|_| _ = trainee.step());
            let mut timer = Timer::new(&mut call);
            timer.run(self.time, &mut call);
            timer.median()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_grows_as_the_axis_says() {
        for axis in [Axis::Width, Axis::Depth, Axis::Batch] {
            let sizes = axis.sizes();
            let flops = |i: usize| sizes[i].1.flops() as f64 / sizes[i].0 as f64;
            let (first, last) = (flops(0), flops(sizes.len() - 1));
            // The first layer of a network has a product less.
            assert!((1.0..=1.5).contains(&(last / first)), "{axis:?}: {first} operations for each at first, {last} at last");
        }
        assert!(Axis::Samples.sizes().iter().all(|&(samples, workload)| workload.samples == samples));
    }

    #[test]
    fn a_longer_epoch_takes_longer() {
        let scaling = Scaling { threads: 1, time: Duration::ZERO };
        let pool = Pool::new(1).unwrap();
        let seconds = |samples| {
            let workload = Workload { samples, ..Workload::find("xor").unwrap() };
            (0..3).map(|_| scaling.seconds(&pool, &workload, true)).fold(f64::INFINITY, f64::min)
        };
        let (short, long) = (seconds(40), seconds(4000));
        assert!(long > 10.0 * short, "10 steps take {short} s, 1000 take {long} s");
    }
}
