//! Checks at the edge, so that the mathematics need not fail.

use backprop_registry::Interval;
use backprop_tensor::Scalar;

use crate::{Loss, Target, TargetError};

/// Whether `target` can be used with `loss` and a prediction of `rows` rows: once for a data set, before training.
///
/// ```
/// use backprop_losses::{SoftmaxCrossEntropy, Target, check_target};
/// let loss = SoftmaxCrossEntropy::default();
/// assert!(check_target::<f32>(3, &loss, Target::Classes(&[0, 2, 1])).is_ok());
/// assert_eq!(
///     check_target::<f32>(3, &loss, Target::Classes(&[0, 2, 3])).unwrap_err().to_string(),
///     "sample 2 has the label 3, but labels go from 0 to 2; give the last layer more outputs, or correct the label"
/// );
/// ```
///
/// # Errors
/// If there is no sample, the rows differ, a label is out of range, a value is NaN, infinite or one that the loss is not defined
/// for, the loss needs labels, or class weights do not fit.
pub fn check_target<T: Scalar>(rows: usize, loss: &dyn Loss<T>, target: Target<'_, T>) -> Result<(), TargetError> {
    if target.is_empty() {
        return Err(TargetError::Empty);
    }
    if let Target::Values(values) = target {
        let (each, got) = (loss.outputs_per_target(), values.rows());
        if each * got != rows {
            return Err(match each {
                1 => TargetError::Rows { expected: rows, got },
                _ => TargetError::Outputs { loss: loss.call().name, each, target: got, got: rows },
            });
        }
        TargetError::check_range(&loss.call().name, values, Interval::FINITE)?;
    }
    loss.check(rows, target)
}

/// Whether there is one weight for each sample, none of them negative, infinite or NaN.
///
/// ```
/// use backprop_losses::check_weights;
/// assert!(check_weights(&[1.0_f32, 0.0, 2.5], 3).is_ok());
/// assert_eq!(check_weights(&[1.0_f32, -1.0], 2).unwrap_err().to_string(), "sample 1 has the weight -1; a weight is a number in [0, ∞)");
/// ```
///
/// # Errors
/// If their number is another, or one of them is no weight.
pub fn check_weights<T: Scalar>(weights: &[T], samples: usize) -> Result<(), TargetError> {
    if weights.len() != samples {
        return Err(TargetError::SampleWeightCount { given: weights.len(), samples });
    }
    match weights.iter().position(|weight| !Interval::NON_NEGATIVE.contains(weight.to_f64())) {
        Some(sample) => Err(TargetError::SampleWeight { sample, weight: weights[sample].to_f64() }),
        None => Ok(()),
    }
}
