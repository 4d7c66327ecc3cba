//! What can be wrong with a target.

use backprop_registry::Interval;
use backprop_tensor::{Scalar, View};

/// Why a target cannot be used with a loss. Samples and rows count from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// The mean of nothing.
    #[error("there is no sample; a loss needs at least one")]
    Empty,
    /// Prediction and target differ in their rows.
    #[error("the target has {got} rows, but the prediction has {expected}; give the last layer {got} outputs")]
    Rows {
        /// Rows of the prediction.
        expected: usize,
        /// Rows of the target.
        got: usize,
    },
    /// A loss with several outputs for each target has too many or too few.
    #[error(
        "`{loss}` takes {each} outputs for each row of the target, which has {target}, but the prediction has {got} rows; \
         give the last layer {} outputs",
        each * target
    )]
    Outputs {
        /// The name of the loss.
        loss: String,
        /// Outputs for each row of the target.
        each: usize,
        /// Rows of the target.
        target: usize,
        /// Rows of the prediction.
        got: usize,
    },
    /// A label that is no class.
    #[error(
        "sample {sample} has the label {label}, but labels go from 0 to {last}; give the last layer more outputs, or correct the label"
    )]
    Label {
        /// Which sample.
        sample: usize,
        /// Its label.
        label: u32,
        /// The last class.
        last: usize,
    },
    /// A value that is NaN or infinite, or that the loss is not defined for.
    #[error("sample {sample}, row {row}: the target {value} is not possible; `{loss}` needs numbers in {range}")]
    Value {
        /// The name of the loss.
        loss: String,
        /// Which sample.
        sample: usize,
        /// Which row of it.
        row: usize,
        /// The value there.
        value: f64,
        /// What is possible.
        range: Interval,
    },
    /// A fraction, where the loss tells sides or classes apart.
    #[error("sample {sample}, row {row}: the target {value} is not possible; `{loss}` needs whole numbers in {range}")]
    Fraction {
        /// The name of the loss.
        loss: String,
        /// Which sample.
        sample: usize,
        /// Which row of it.
        row: usize,
        /// The value there.
        value: f64,
        /// What is possible.
        range: Interval,
    },
    /// Labels, where the loss needs values.
    #[error("`{loss}` compares with values, not with labels; give numbers, or use cross_entropy for labels")]
    NeedsValues {
        /// The name of the loss.
        loss: String,
    },
    /// Values, where the loss needs labels.
    #[error("`{loss}` compares with labels, not with values; give labels, or use cross_entropy for probabilities")]
    NeedsClasses {
        /// The name of the loss.
        loss: String,
    },
    /// Labels, where the loss needs logarithms of probabilities.
    #[error("`{loss}` with log_target compares with logarithms, not with labels; leave out the option log_target")]
    NeedsLogarithms {
        /// The name of the loss.
        loss: String,
    },
    /// Class weights, where there are no classes.
    #[error("`{loss}` has class weights, but the target is values; give labels, or leave out the option weight")]
    WeightsWithoutClasses {
        /// The name of the loss.
        loss: String,
    },
    /// Too many or too few class weights.
    #[error(
        "`{loss}` has {given} class weights, but there are {expected} classes; give the option {option} one number for each"
    )]
    ClassWeightCount {
        /// The name of the loss.
        loss: String,
        /// Which option they are.
        option: &'static str,
        /// How many it has.
        given: usize,
        /// How many are needed.
        expected: usize,
    },
    /// An option with one number for each row is meant for another number of rows.
    #[error(
        "`{loss}` has an option for {given} rows, but the prediction has {expected}; give it one number for all, or one for each"
    )]
    SettingCount {
        /// The name of the loss.
        loss: String,
        /// For how many rows.
        given: usize,
        /// Rows of the prediction.
        expected: usize,
    },
    /// Too many or too few sample weights.
    #[error("there are {given} sample weights for {samples} samples; give one for each")]
    SampleWeightCount {
        /// How many there are.
        given: usize,
        /// How many samples there are.
        samples: usize,
    },
    /// A sample weight that is negative, infinite or NaN.
    #[error("sample {sample} has the weight {weight}; a weight is a number in {}", Interval::NON_NEGATIVE)]
    SampleWeight {
        /// Which sample.
        sample: usize,
        /// Its weight.
        weight: f64,
    },
}

impl TargetError {
    /// Whether all values lie in `range`.
    pub(crate) fn check_range<T: Scalar>(loss: &str, values: View<'_, T>, range: Interval) -> Result<(), Self> {
        let Some(k) = values.as_slice().iter().position(|value| !range.contains(value.to_f64())) else { return Ok(()) };
        let (sample, row) = (k / values.rows(), k % values.rows());
        Err(Self::Value { loss: loss.to_owned(), sample, row, value: values.at(row, sample).to_f64(), range })
    }

    /// Whether all values are whole numbers; `range` is where they are known to lie.
    pub(crate) fn check_whole<T: Scalar>(loss: &str, values: View<'_, T>, range: Interval) -> Result<(), Self> {
        let Some(k) = values.as_slice().iter().position(|value| value.to_f64().fract() != 0.0) else { return Ok(()) };
        let (sample, row) = (k / values.rows(), k % values.rows());
        Err(Self::Fraction { loss: loss.to_owned(), sample, row, value: values.at(row, sample).to_f64(), range })
    }
}
