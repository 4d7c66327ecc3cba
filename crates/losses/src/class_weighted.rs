//! Class weights for elementwise losses.

use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut};

use crate::labels::Labels;
use crate::{Elementwise, Input, Loss, Target, TargetError, elementwise};

/// An elementwise loss in which some classes count more than others.
///
/// ```text
/// L = Σᵢ wᵢ lᵢ / Σᵢ wᵢ        ∂L/∂yᵢ = wᵢ ∂lᵢ/∂yᵢ / Σᵢ wᵢ        wᵢ = sample weight × class_weights[labelᵢ]
/// ```
///
/// The option `weight` of the elementwise losses in the registry. The target must be labels.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `loss` | | | the loss |
/// | `class_weights` | | \[0, ∞\) each | one for each class, two for a prediction of one row |
///
/// # Panics
/// If the target is values, or a label has no weight.
///
/// # Examples
/// ```
/// use backprop_losses::{ClassWeighted, Loss, MeanSquared, Target};
/// use backprop_tensor::View;
/// let loss = ClassWeighted { loss: MeanSquared, class_weights: vec![1.0, 3.0] };
/// let y = View::new(&[0.5_f64, 0.0], 1, 2);
/// // (1 · 0.5² + 3 · 1²)/(1 + 3)
/// assert_eq!(loss.value(y, Target::Classes(&[0, 1]), None), 0.8125);
/// assert_eq!(Loss::<f64>::call(&loss).to_string(), "mse:weight=[1,3]");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ClassWeighted<L> {
    /// The loss.
    pub loss: L,
    /// One for each class.
    pub class_weights: Vec<f64>,
}

impl<L> ClassWeighted<L> {
    fn labels(&self) -> Labels<'_> {
        Labels { class_weights: &self.class_weights, ignore_index: None }
    }
}

impl<T: Scalar, L: Elementwise> Loss<T> for ClassWeighted<L> {
    fn call(&self) -> Call {
        let call = self.loss.call();
        if self.class_weights.is_empty() { call } else { call.with("weight", self.class_weights.clone()) }
    }

    fn input(&self) -> Input {
        self.loss.input()
    }

    fn outputs_per_target(&self) -> usize {
        self.loss.blocks()
    }

    fn divisor(&self, target: Target<'_, T>, weights: Option<&[T]>) -> f64 {
        self.labels().divisor(target, weights)
    }

    fn sum_and_gradient(
        &self,
        y: View<'_, T>,
        target: Target<'_, T>,
        weights: Option<&[T]>,
        divisor: f64,
        dy: ViewMut<'_, T>,
    ) -> f64 {
        let by_class = matches!(target, Target::Classes(_));
        assert!(by_class || self.class_weights.is_empty(), "with class weights the target is labels");
        elementwise::sum_and_gradient(&self.loss, self.labels(), y, target, weights, divisor, dy)
    }

    fn check(&self, rows: usize, target: Target<'_, T>) -> Result<(), TargetError> {
        elementwise::check(&self.loss, self.labels(), rows, target)
    }
}
