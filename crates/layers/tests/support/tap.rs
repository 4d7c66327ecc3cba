//! A layer that shows the gradient of a network's input.

use backprop_layers::{Layer, LayerError, Mode, Shape, Step};
use backprop_tensor::{Role, Scalar, Span, View, ViewMut};

/// Passes its input on. It has one parameter for each value of a batch, which it never reads and whose "gradient" is dx: as the first
/// layer of a network it puts the gradient of the input at the head of the gradient vector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tap {
    pub(crate) rows: usize,
    pub(crate) batch: usize,
}

impl<T: Scalar> Layer<T> for Tap {
    fn output_shape(&self, input: &Shape) -> Result<Shape, LayerError> {
        Ok(input.clone())
    }

    fn label(&self) -> String {
        format!("Tap({})", self.rows)
    }

    fn spans(&self) -> Vec<Span> {
        vec![Span::new("dx", &[self.rows, self.batch], Role::Weight)]
    }

    fn forward(&self, _params: &[T], _state: &[T], x: View<'_, T>, mut y: ViewMut<'_, T>, _cache: ViewMut<'_, T>, _mode: Mode) {
        y.copy_from(x);
    }

    fn input_gradient(&self, step: Step<'_, T>, mut dx: ViewMut<'_, T>) {
        dx.copy_from(step.dy);
    }

    fn param_gradient(&self, step: Step<'_, T>, dparams: &mut [T]) {
        dparams.copy_from_slice(step.dy.as_slice());
    }
}
