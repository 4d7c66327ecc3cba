//! An activation as a layer of its own.

use std::sync::Arc;

use backprop_activations::Activation;
use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut};

use crate::description::nested;
use crate::{Layer, LayerError, Mode, Nonlinearity, Shape, Step};

/// An activation function as a layer: behind a normalisation, say, or one that changes the number of rows.
///
/// ```text
/// Y = f(X)      dX = J(X)ᵀ dY
/// ```
///
/// Behind a weighted sum, [`Dense::activation`](crate::Dense::activation) does the same in one pass less.
///
/// # Shapes
/// `x`: `(features, batch)`. `y`: the same, unless the function says otherwise. No parameters. A number of features that the function
/// cannot take, such as an odd one before `glu`, is refused when the network is built.
///
/// # Examples
/// ```
/// use backprop_activations::Softmax;
/// use backprop_layers::{Activated, Network, Sequential};
/// use backprop_tensor::View;
///
/// let network = Network::<f32>::new(2, Sequential::new().then(Activated::new(Softmax)))?;
/// assert_eq!(network.predict(&[], &[], View::new(&[1.0, 1.0], 2, 1)).as_slice(), &[0.5, 0.5]);
/// # Ok::<(), backprop_layers::ShapeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Activated<T: Scalar = f32>(Arc<dyn Activation<T>>);

impl<T: Scalar> Activated<T> {
    /// The layer that applies `activation`.
    pub fn new(activation: impl Activation<T> + 'static) -> Self {
        Self(Arc::new(activation))
    }

    /// The layer that applies an activation which others use too.
    pub fn shared(activation: Arc<dyn Activation<T>>) -> Self {
        Self(activation)
    }
}

impl<T: Scalar> Layer<T> for Activated<T> {
    fn output_shape(&self, input: &Shape) -> Result<Shape, LayerError> {
        if let Some(reason) = self.0.refusal(input.len()) {
            return Err(LayerError::Setting(reason));
        }
        let rows = self.0.output_rows(input.len());
        Ok(if rows == input.len() { input.clone() } else { rows.into() })
    }

    fn label(&self) -> String {
        format!("Activated({})", self.0.call())
    }

    fn call(&self) -> Option<Call> {
        Some(Call::new("activation").with("function", nested(&self.0.call())))
    }

    fn nonlinearity(&self) -> Option<Nonlinearity> {
        Some(Nonlinearity { name: self.0.call().to_string(), family: self.0.family(), gain: self.0.gain() })
    }

    fn forward(&self, _params: &[T], _state: &[T], x: View<'_, T>, y: ViewMut<'_, T>, _cache: ViewMut<'_, T>, _mode: Mode) {
        self.0.forward(x, y);
    }

    fn input_gradient(&self, step: Step<'_, T>, dx: ViewMut<'_, T>) {
        self.0.input_gradient(step.x, step.y, step.dy, dx);
    }
}
