//! How much the labels of a target count.

use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut};

use crate::target::sample_weight;
use crate::{IGNORED, Target, TargetError};

/// Class weights and the label that is left out: what all losses on labels share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Labels<'a> {
    /// One for each class; empty: 1 for each.
    pub(crate) class_weights: &'a [f64],
    /// A label that does not count, beside [`IGNORED`].
    pub(crate) ignore_index: Option<u32>,
}

impl Labels<'_> {
    /// All classes count alike.
    pub(crate) const PLAIN: Self = Self { class_weights: &[], ignore_index: None };

    /// The call of a loss with these options.
    pub(crate) fn call(&self, name: &str) -> Call {
        let mut call = Call::new(name);
        if !self.class_weights.is_empty() {
            call = call.with("weight", self.class_weights.to_vec());
        }
        match self.ignore_index {
            Some(label) => call.with("ignore_index", f64::from(label)),
            None => call,
        }
    }

    pub(crate) fn ignores(&self, label: u32) -> bool {
        label == IGNORED || self.ignore_index == Some(label)
    }

    pub(crate) fn class_weight(&self, class: usize) -> f64 {
        if self.class_weights.is_empty() { 1.0 } else { self.class_weights[class] }
    }

    /// The weight of the class, 0 if it is ignored.
    pub(crate) fn weight(&self, label: u32) -> f64 {
        if self.ignores(label) { 0.0 } else { self.class_weight(label as usize) }
    }

    /// wᵢ = sample weight × class weight.
    pub(crate) fn sample<T: Scalar>(&self, target: Target<'_, T>, weights: Option<&[T]>, j: usize) -> f64 {
        let class_weight = match target {
            Target::Values(_) => 1.0,
            Target::Classes(classes) => self.weight(classes[j]),
        };
        class_weight * sample_weight(weights, j)
    }

    /// Whether every sample of the target has the weight 1.
    pub(crate) fn all_alike<T: Scalar>(&self, target: Target<'_, T>) -> bool {
        match target {
            Target::Values(_) => true,
            Target::Classes(classes) => self.class_weights.is_empty() && !classes.iter().any(|&label| self.ignores(label)),
        }
    }

    /// Σ wᵢ.
    pub(crate) fn divisor<T: Scalar>(&self, target: Target<'_, T>, weights: Option<&[T]>) -> f64 {
        assert!(weights.is_none_or(|weights| weights.len() == target.len()), "one weight for each sample");
        (0..target.len()).map(|j| self.sample(target, weights, j)).sum()
    }

    /// A loss of one element, that of the label: Σ wᵢ f(yᵢ) / divisor, and f′ in its place of dY.
    pub(crate) fn sum_and_gradient<T: Scalar>(
        &self,
        y: View<'_, T>,
        target: Target<'_, T>,
        weights: Option<&[T]>,
        divisor: f64,
        mut dy: ViewMut<'_, T>,
        f: impl Fn(T) -> (T, T),
    ) -> f64 {
        target.assert_fits(y, weights, &dy);
        let Target::Classes(classes) = target else { panic!("the target of this loss is labels") };
        dy.fill(T::ZERO);
        if divisor == 0.0 {
            return 0.0;
        }
        let mut sum = 0.0;
        for (j, &label) in classes.iter().enumerate() {
            let w = self.sample(target, weights, j);
            if w != 0.0 {
                let (value, derivative) = f(y.column(j)[label as usize]);
                sum += w * value.to_f64();
                dy.column_mut(j)[label as usize] = T::from_f64(w / divisor) * derivative;
            }
        }
        sum / divisor
    }

    /// [`check`](Self::check) of a loss that has no use for values.
    pub(crate) fn check_labels<T: Scalar>(&self, loss: &str, rows: usize, target: Target<'_, T>) -> Result<(), TargetError> {
        match target {
            Target::Classes(labels) => self.check(loss, rows, labels),
            Target::Values(_) => Err(TargetError::NeedsClasses { loss: loss.to_owned() }),
        }
    }

    /// [`check`](Self::check) of a loss that takes values as well, but no class weights with them. One row tells two classes apart.
    pub(crate) fn check_either<T: Scalar>(&self, loss: &str, rows: usize, target: Target<'_, T>) -> Result<(), TargetError> {
        match target {
            Target::Classes(labels) => self.check(loss, rows.max(2), labels),
            Target::Values(_) if self.class_weights.is_empty() => Ok(()),
            Target::Values(_) => Err(TargetError::WeightsWithoutClasses { loss: loss.to_owned() }),
        }
    }

    /// Whether an option that has a number for each class, or none at all, has as many as there are classes.
    pub(crate) fn check_count(loss: &str, option: &'static str, given: usize, classes: usize) -> Result<(), TargetError> {
        if given == 0 || given == classes {
            return Ok(());
        }
        Err(TargetError::ClassWeightCount { loss: loss.to_owned(), option, given, expected: classes })
    }

    /// Whether all labels that count lie below `classes`, and there are as many class weights.
    pub(crate) fn check(&self, loss: &str, classes: usize, labels: &[u32]) -> Result<(), TargetError> {
        Self::check_count(loss, "weight", self.class_weights.len(), classes)?;
        match labels.iter().position(|&label| !self.ignores(label) && label as usize >= classes) {
            Some(sample) => Err(TargetError::Label { sample, label: labels[sample], last: classes.saturating_sub(1) }),
            None => Ok(()),
        }
    }
}
