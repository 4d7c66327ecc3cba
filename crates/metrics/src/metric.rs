//! What a metric is.

use std::fmt::Debug;

use backprop_registry::Call;

use crate::mean::mean;
use crate::{Classified, Estimated};

/// A measure of the predictions of a classifier.
///
/// Laws, held by tests over the registry: the order of the samples does not matter; no samples give NaN; perfect predictions of
/// samples of two classes or more give 1 if higher is better, else 0, and nothing gives a better value.
///
/// ```
/// use backprop_metrics::{ClassMetric, Classified};
/// use backprop_registry::Call;
/// use backprop_tensor::View;
///
/// /// The share of the samples that the classifier puts into class 0.
/// #[derive(Debug)]
/// struct FirstClass;
///
/// impl ClassMetric for FirstClass {
///     fn call(&self) -> Call { Call::new("first_class") }
///     fn value(&self, classified: &Classified<'_>) -> f64 {
///         let predicted = classified.predicted();
///         predicted.iter().filter(|&&class| class == 0).count() as f64 / predicted.len() as f64
///     }
///     fn higher_is_better(&self) -> bool { true }
/// }
///
/// let probabilities = [0.9, 0.1, 0.4, 0.6];
/// assert_eq!(FirstClass.value(&Classified::new(View::new(&probabilities, 2, 2), &[0, 0])), 0.5);
/// ```
pub trait ClassMetric: Debug + Send + Sync {
    /// Its name and the options that differ from their defaults, as its registry reads them back.
    fn call(&self) -> Call;

    /// The measure of these predictions.
    fn value(&self, classified: &Classified<'_>) -> f64;

    /// Whether a larger value is a better one.
    fn higher_is_better(&self) -> bool;
}

/// A measure of estimated values.
///
/// A metric is defined for one output; several outputs give one value each, and their mean is the value of the metric.
///
/// Laws, held by tests over the registry: the order of the samples does not matter; no samples give NaN; perfect estimates give
/// 1 if higher is better, else 0, and nothing gives a better value.
///
/// ```
/// use backprop_metrics::{Estimated, Mae, ValueMetric};
/// use backprop_tensor::View;
/// // Two outputs, two samples: the first output is off by 1 and 2, the second by 0 and 4.
/// let prediction = [1.0, 5.0, 2.0, 5.0];
/// let target = [0.0, 5.0, 0.0, 1.0];
/// let estimated = Estimated::new(View::new(&prediction, 2, 2), View::new(&target, 2, 2));
/// assert_eq!(Mae.per_output(&estimated), [1.5, 2.0]);
/// assert_eq!(Mae.value(&estimated), 1.75);
/// ```
pub trait ValueMetric: Debug + Send + Sync {
    /// Its name and the options that differ from their defaults, as its registry reads them back.
    fn call(&self) -> Call;

    /// The measure of one output; `prediction` and `target` have one value for each sample.
    fn output(&self, prediction: &[f64], target: &[f64]) -> f64;

    /// The measure of each output.
    fn per_output(&self, estimated: &Estimated<'_>) -> Vec<f64> {
        estimated.map_outputs(|prediction, target| self.output(prediction, target))
    }

    /// The measure of all outputs: the mean of [`per_output`](Self::per_output), unless the metric says otherwise.
    fn value(&self, estimated: &Estimated<'_>) -> f64 {
        mean(self.per_output(estimated))
    }

    /// Whether a larger value is a better one.
    fn higher_is_better(&self) -> bool;
}

/// A metric of the [registry](crate::registry()).
#[derive(Debug)]
pub enum Metric {
    /// Of classes.
    Class(Box<dyn ClassMetric>),
    /// Of values.
    Value(Box<dyn ValueMetric>),
}

impl Metric {
    /// Its name and the options that differ from their defaults, as the registry reads them back.
    pub fn call(&self) -> Call {
        match self {
            Metric::Class(metric) => metric.call(),
            Metric::Value(metric) => metric.call(),
        }
    }

    /// Whether a larger value is a better one.
    pub fn higher_is_better(&self) -> bool {
        match self {
            Metric::Class(metric) => metric.higher_is_better(),
            Metric::Value(metric) => metric.higher_is_better(),
        }
    }
}
