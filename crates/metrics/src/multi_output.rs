//! One share of explained variance for several outputs.

use backprop_registry::{Call, OptionSpec, Options};

use crate::mean::mean;
use crate::square::Square;

/// How the R² or explained variance of several outputs become one.
///
/// ```
/// use backprop_metrics::{Estimated, MultiOutput, R2, ValueMetric};
/// use backprop_tensor::View;
/// // The first output (0, 2) is estimated exactly; the second (0, 4) as its mean. Variances 1 and 4.
/// let (prediction, target) = ([0.0, 2.0, 2.0, 2.0], [0.0, 0.0, 2.0, 4.0]);
/// let estimated = Estimated::new(View::new(&prediction, 2, 2), View::new(&target, 2, 2));
/// assert_eq!(R2 { multioutput: MultiOutput::UniformAverage }.value(&estimated), 0.5);
/// assert_eq!(R2 { multioutput: MultiOutput::VarianceWeighted }.value(&estimated), 0.2);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MultiOutput {
    /// Each output counts the same.
    #[default]
    UniformAverage,
    /// Each output counts by the variance of its target; the same, if no target varies.
    VarianceWeighted,
}

impl MultiOutput {
    /// The option of R² and explained variance.
    pub(crate) const OPTION: OptionSpec = OptionSpec::one_of(
        "multioutput",
        "uniform_average",
        &["uniform_average", "variance_weighted"],
        "several outputs: each counts the same, or by the variance of its target",
    );

    /// As set in `options`.
    pub(crate) fn from_options(options: &Options) -> Self {
        match options.text("multioutput") {
            "variance_weighted" => Self::VarianceWeighted,
            _ => Self::UniformAverage,
        }
    }

    /// The call of `name` with this setting.
    pub(crate) fn call(self, name: &str) -> Call {
        match self {
            Self::UniformAverage => Call::new(name),
            Self::VarianceWeighted => Call::new(name).with("multioutput", "variance_weighted"),
        }
    }

    /// One share for all outputs.
    pub(crate) fn of(self, outputs: &[Parts]) -> f64 {
        // The largest of the variances, which the others are fractions of; none if no target varies.
        let largest = outputs.iter().map(|parts| &parts.variance).filter(|variance| !variance.is_zero());
        let largest = largest.reduce(|a, b| if a.over(b) >= 1.0 { a } else { b });
        match (self, largest) {
            (Self::VarianceWeighted, Some(largest)) => {
                // Σ vₖ (1 − uₖ/vₖ)/Σ vₖ, without the quotient that may be infinite where vₖ is very small.
                let explained = |parts: &Parts| {
                    if parts.variance.is_zero() {
                        0.0 * parts.share()
                    } else {
                        parts.variance.over(largest) - parts.unexplained.over(largest)
                    }
                };
                let sum = |term: &dyn Fn(&Parts) -> f64| outputs.iter().map(term).sum::<f64>();
                sum(&explained) / sum(&|parts| parts.variance.over(largest))
            }
            _ => mean(outputs.iter().map(Parts::share)),
        }
    }
}

/// The two variances of an output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    /// What is left of the variance when the prediction is taken away.
    pub(crate) unexplained: Square,
    /// The variance of the target.
    pub(crate) variance: Square,
}

impl Parts {
    /// 1 − unexplained/variance; of a constant target 1 if nothing is left, else 0.
    pub(crate) fn share(&self) -> f64 {
        match (self.unexplained.is_zero(), self.variance.is_zero()) {
            (true, _) => 1.0,
            (false, true) if self.unexplained.is_nan() => f64::NAN,
            (false, true) => 0.0,
            _ => 1.0 - self.unexplained.over(&self.variance),
        }
    }
}
