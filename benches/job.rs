//! A whole job: from the files to the accuracy on the test set.

use std::error::Error;
use std::path::Path;
use std::time::Instant;
use std::{fmt, fs};

use backprop_data::{ImageFolder, Preprocessing};
use backprop_losses::SoftmaxCrossEntropy;
use backprop_optimizers::Constant;
use backprop_tensor::Pool;
use backprop_training::{BatchSize, Evaluator, Fit, Head, Settings, Silent};
use serde::Serialize;

use crate::workload::mlp;

/// What the whole job took: Fashion-MNIST from its gzipped IDX files, 784-256-128-10 with ReLU, trained by Adam on batches of 128,
/// measured on the test set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JobTime {
    /// `job`.
    pub workload: &'static str,
    /// Threads of the pool.
    pub threads: usize,
    /// Where random numbers started.
    pub seed: u64,
    /// Passes over the training set.
    pub epochs: usize,
    /// Seconds until the data stood in memory.
    pub load_s: f64,
    /// Seconds an epoch, the mean.
    pub epoch_s: f64,
    /// Seconds for everything.
    pub total_s: f64,
    /// The share of the test set that is classified right.
    pub accuracy: f64,
    /// The most memory that the process held, in MiB; `None` where the system does not say.
    pub peak_mb: Option<f64>,
}

impl JobTime {
    /// Does the job. `start` is when the program began.
    ///
    /// # Errors
    /// If the four files are not there or not what they should be, training diverges, or the operating system does not grant that
    /// many threads.
    ///
    /// # Panics
    /// If Adam is not in the registry.
    pub fn measure(folder: &Path, epochs: usize, seed: u64, threads: usize, start: Instant) -> Result<Self, Box<dyn Error>> {
        let folder = ImageFolder::new(folder);
        let images = folder.train()?;
        let all: Vec<usize> = (0..images.len()).collect();
        let preprocessing = Preprocessing::fit_images(&images, &all, None)?;
        let (train, test) = (preprocessing.image_dataset(images)?, preprocessing.image_dataset(folder.test()?)?);
        let load_s = start.elapsed().as_secs_f64();
        let network = mlp(&[train.x.nrows(), 256, 128, 10], "relu", 0.0)?;
        let recipe = backprop_optimizers::registry().parse("adam").expect("Adam is in the registry");
        let mut optimizer = recipe.build(network.spans(), false);
        let (loss, head) = (SoftmaxCrossEntropy::default(), Head::Softmax);
        let settings = Settings { epochs, batch_size: BatchSize::Samples(128), patience: None, clip: None, seed };
        let schedule = Constant { base_rate: recipe.rate() };
        let fit = Fit { network: &network, loss: &loss, head, schedule: &schedule, settings: &settings };
        let (epoch_s, scores) = Pool::new(threads)?.run(|| {
            let (params, state) = (network.init(seed), network.initial_state());
            let outcome = fit.run(params, state, optimizer.as_mut(), &train, None, &mut Silent)?;
            let mut evaluator = Evaluator::new(&network, &loss, head, &test);
            Ok::<_, backprop_training::TrainingError>((
                outcome.seconds / epochs.max(1) as f64,
                evaluator.scores(&outcome.params, &outcome.state),
            ))
        })?;
        let accuracy = scores.metric("accuracy").ok_or("the test set has no label that counts")?;
        let total_s = start.elapsed().as_secs_f64();
        Ok(Self { workload: "job", threads, seed, epochs, load_s, epoch_s, total_s, accuracy, peak_mb: peak_mb() })
    }
}

impl fmt::Display for JobTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { threads, load_s, epoch_s, total_s, accuracy, .. } = self;
        write!(f, "T{threads} load {load_s:.2} s, epoch {epoch_s:.3} s, total {total_s:.2} s, accuracy {accuracy:.4}")?;
        self.peak_mb.map_or(Ok(()), |mb| write!(f, ", peak memory {mb:.0} MiB"))
    }
}

/// The high-water mark of the process, where Linux tells.
fn peak_mb() -> Option<f64> {
    high_water(&fs::read_to_string("/proc/self/status").ok()?)
}

/// `VmHWM:    12345 kB`, in MiB.
fn high_water(status: &str) -> Option<f64> {
    let kib = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(kib.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_says_how_much_memory_it_was() {
        assert_eq!(high_water("VmPeak:\t    9000 kB\nVmHWM:\t    2048 kB\n"), Some(2.0));
        assert_eq!(high_water("VmPeak:\t    9000 kB\n"), None);
        assert_eq!(peak_mb().is_some(), cfg!(target_os = "linux"));
    }

    #[test]
    fn a_folder_without_the_files_is_refused_by_name() {
        let error = JobTime::measure(Path::new("no-such-folder"), 1, 0, 1, Instant::now()).unwrap_err().to_string();
        assert!(error.contains("no-such-folder"), "{error}");
    }

    #[test]
    fn a_job_is_one_line_of_json() {
        let (load_s, epoch_s, total_s) = (0.5, 0.25, 2.0);
        let time = JobTime {
            workload: "job",
            threads: 2,
            seed: 0,
            epochs: 5,
            load_s,
            epoch_s,
            total_s,
            accuracy: 0.875,
            peak_mb: None,
        };
        assert_eq!(
            serde_json::to_string(&time).unwrap(),
            r#"{"workload":"job","threads":2,"seed":0,"epochs":5,"load_s":0.5,"epoch_s":0.25,"total_s":2.0,"accuracy":0.875,"peak_mb":null}"#
        );
        assert_eq!(time.to_string(), "T2 load 0.50 s, epoch 0.250 s, total 2.00 s, accuracy 0.8750");
    }
}
