//! What a prediction takes.

use std::fmt;
use std::time::Duration;

use backprop_layers::{Network, Workspace};
use backprop_tensor::{Matrix, Pool, PoolError, View};
use serde::Serialize;

use crate::workload::mlp;
use crate::{Timer, UnknownError, normal};

/// A network with ReLU between its layers, and how many samples go through it in a call.
///
/// Its name is what it is: the sizes, a slash, the samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InferenceCase {
    /// Sizes and samples: what it is called in ids.
    pub name: &'static str,
    /// Inputs, hidden layers, outputs.
    pub sizes: &'static [usize],
    /// Samples in a call.
    pub samples: usize,
}

#[rustfmt::skip] // a table
const TABLE: [InferenceCase; 6] = [
    InferenceCase { name: "8-16-1/1",             sizes: &[8, 16, 1],          samples: 1 },
    InferenceCase { name: "64-128-10/1",          sizes: &[64, 128, 10],       samples: 1 },
    InferenceCase { name: "784-256-128-10/1",     sizes: &[784, 256, 128, 10], samples: 1 },
    InferenceCase { name: "8-16-1/10000",         sizes: &[8, 16, 1],          samples: 10_000 },
    InferenceCase { name: "64-128-10/10000",      sizes: &[64, 128, 10],       samples: 10_000 },
    InferenceCase { name: "784-256-128-10/10000", sizes: &[784, 256, 128, 10], samples: 10_000 },
];

impl InferenceCase {
    /// One sample and ten thousand, through a tiny, a small and a middling network.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.into_iter()
    }

    /// The case of this name.
    ///
    /// ```
    /// assert_eq!(benches::InferenceCase::find("8-16-1/1")?.samples, 1);
    /// # Ok::<(), benches::UnknownError>(())
    /// ```
    ///
    /// # Errors
    /// If there is none.
    pub fn find(name: &str) -> Result<Self, UnknownError> {
        let known = TABLE.iter().map(|case| case.name);
        Self::all().find(|case| case.name == name).ok_or_else(|| UnknownError::new("inference case", name, known))
    }
}

/// A network that predicts: parameters, inputs, buffers.
///
/// ```
/// let mut predictor = benches::Predictor::new(&benches::InferenceCase::find("8-16-1/1")?);
/// assert_eq!(predictor.call().rows(), 1);
/// # Ok::<(), benches::UnknownError>(())
/// ```
#[derive(Debug)]
pub struct Predictor {
    network: Network,
    params: Vec<f32>,
    workspace: Workspace,
    x: Matrix,
}

impl Predictor {
    /// Makes the network and its inputs.
    ///
    /// # Panics
    /// If a size is 0.
    pub fn new(case: &InferenceCase) -> Self {
        let network = mlp(case.sizes, "relu", 0.0).expect("a case has sizes from 1");
        let inputs = network.inputs();
        Self {
            params: network.init(0),
            workspace: network.inference_workspace(case.samples),
            x: Matrix::from_vec(inputs, case.samples, normal(inputs * case.samples, 0)),
            network,
        }
    }

    /// Predicts for all samples.
    pub fn call(&mut self) -> View<'_> {
        self.network.infer(&self.params, &[], View::from(&self.x), &mut self.workspace)
    }
}

/// The time of one call of [`Network::infer`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InferenceTime {
    /// The name of the case.
    pub workload: &'static str,
    /// Threads of the pool.
    pub threads: usize,
    /// Microseconds a call, the median.
    pub median_us: f64,
}

impl InferenceTime {
    /// Times calls for so long.
    ///
    /// # Errors
    /// If the operating system does not grant that many threads.
    pub fn measure(case: &InferenceCase, threads: usize, time: Duration) -> Result<Self, PoolError> {
        let seconds = Pool::new(threads)?.run(|| {
            let mut predictor = Predictor::new(case);
            let mut call = || _ = std::hint::black_box(predictor.call());
            let mut timer = Timer::new(&mut call);
            timer.run(time, &mut call);
            timer.median()
        });
        Ok(Self { workload: case.name, threads, median_us: seconds * 1e6 })
    }
}

impl fmt::Display for InferenceTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<20} T{} {:>10.3} µs", self.workload, self.threads, self.median_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_sizes_and_samples() {
        for case in TABLE {
            let sizes: Vec<String> = case.sizes.iter().map(ToString::to_string).collect();
            assert_eq!(case.name, format!("{}/{}", sizes.join("-"), case.samples));
            assert_eq!(InferenceCase::find(case.name), Ok(case));
        }
    }

    #[test]
    fn every_case_predicts() {
        for case in TABLE {
            let mut predictor = Predictor::new(&case);
            let y = predictor.call();
            assert_eq!((y.rows(), y.cols()), (case.sizes[case.sizes.len() - 1], case.samples));
            assert!(y.as_slice().iter().all(|y| y.is_finite()), "{}", case.name);
        }
    }

    #[test]
    fn a_time_is_one_line_of_json() {
        let time = InferenceTime { workload: "8-16-1/1", threads: 1, median_us: 0.125 };
        assert_eq!(serde_json::to_string(&time).unwrap(), r#"{"workload":"8-16-1/1","threads":1,"median_us":0.125}"#);
    }
}
