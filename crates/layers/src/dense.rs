//! The fully connected layer.

use std::ops::Range;
use std::sync::Arc;

use backprop_activations::Activation;
use backprop_registry::Call;
use backprop_tensor::{Accumulate, Role, Scalar, Span, Stream, View, ViewMut, add_bias, product, sum_columns};

use crate::description::nested;
use crate::{Auto, Fans, Initializer, Layer, LayerError, Mode, Nonlinearity, Shape, Step};

/// Every output is a weighted sum of all inputs plus a bias, sent through an activation.
///
/// ```text
/// Z = W X + b 1ᵀ,  Y = σ(Z)
/// dZ = σ′(Z) ⊙ dY     dX = Wᵀ dZ     dW = dZ Xᵀ     db = dZ 1
/// ```
///
/// | setting | default | meaning |
/// | :--- | :--- | :--- |
/// | `activation` | none | σ, applied together with the bias while the output is in cache |
/// | `bias` | yes | whether there is a b |
/// | `initializer` | [`Auto`] | how W starts; b starts at 0 |
///
/// # Shapes
/// `x`: `(inputs, batch)`. `y`: `(outputs, batch)`. Parameters: `w`, column-major `outputs × inputs`, then `b`.
///
/// # Examples
/// ```
/// use backprop_activations::Relu;
/// use backprop_layers::{Dense, Network, Sequential};
/// use backprop_tensor::View;
///
/// let network = Network::<f32>::new(2, Sequential::new().then(Dense::new(2, 2).activation(Relu)))?;
/// // W = [1 2; −1 1] by columns, b = [0.5, 0]
/// let params = [1.0, -1.0, 2.0, 1.0, 0.5, 0.0];
/// let y = network.predict(&params, &[], View::new(&[3.0, 1.0], 2, 1));
/// assert_eq!(y.as_slice(), &[5.5, 0.0]);
/// # Ok::<(), backprop_layers::ShapeError>(())
/// ```
///
/// D. E. Rumelhart, G. E. Hinton and R. J. Williams, *Learning Representations by Back-Propagating Errors*, 1986,
/// <https://doi.org/10.1038/323533a0>.
#[derive(Clone, Debug)]
pub struct Dense<T: Scalar = f32> {
    inputs: usize,
    outputs: usize,
    bias: bool,
    activation: Option<Arc<dyn Activation<T>>>,
    initializer: Arc<dyn Initializer>,
}

impl<T: Scalar> Dense<T> {
    /// A layer from `inputs` features to `outputs`, with bias and without activation.
    pub fn new(inputs: usize, outputs: usize) -> Self {
        Self { inputs, outputs, bias: true, activation: None, initializer: Arc::new(Auto) }
    }

    /// The same layer with an activation.
    #[must_use]
    pub fn activation(self, activation: impl Activation<T> + 'static) -> Self {
        self.shared_activation(Arc::new(activation))
    }

    /// The same layer with an activation that others use too.
    #[must_use]
    pub fn shared_activation(self, activation: Arc<dyn Activation<T>>) -> Self {
        Self { activation: Some(activation), ..self }
    }

    /// The same layer without bias.
    #[must_use]
    pub fn without_bias(self) -> Self {
        Self { bias: false, ..self }
    }

    /// The same layer with weights that start another way.
    #[must_use]
    pub fn initializer(self, initializer: impl Initializer + 'static) -> Self {
        self.shared_initializer(Arc::new(initializer))
    }

    /// The same layer with an initializer that others use too.
    #[must_use]
    pub fn shared_initializer(self, initializer: Arc<dyn Initializer>) -> Self {
        Self { initializer, ..self }
    }

    fn weights(&self) -> usize {
        self.inputs * self.outputs
    }

    /// W and b.
    fn split<'a>(&self, params: &'a [T]) -> (View<'a, T>, &'a [T]) {
        let (w, b) = params.split_at(self.weights());
        (View::new(w, self.outputs, self.inputs), b)
    }

    /// The activation, if it can work in place: with a bias to add, and Y alone enough for its gradient.
    fn in_place(&self) -> Option<&dyn Activation<T>> {
        self.activation.as_deref().filter(|activation| self.bias && !activation.needs_input())
    }

    /// The cache as Z and room for the activation to work in.
    fn kept<'a>(&self, cache: ViewMut<'a, T>) -> (ViewMut<'a, T>, &'a mut [T]) {
        let cols = cache.cols();
        let (z, room) = cache.into_slice().split_at_mut(self.outputs * cols);
        (ViewMut::new(z, self.outputs, cols), self.one_column(room))
    }

    /// The first column of some room; nothing if there is no column.
    fn one_column<'a>(&self, room: &'a mut [T]) -> &'a mut [T] {
        room.get_mut(..self.outputs).unwrap_or_default()
    }
}

/// Columns of W whose gradients are computed together: enough to be worth a thread's while, few enough that eight threads get some of a
/// wide layer; all blocks nearly alike. A pure function of the shape, and of no influence on the result.
fn block_columns(inputs: usize, outputs: usize) -> usize {
    let most = (2048 / outputs.max(1)).max(inputs.div_ceil(8)).max(1);
    inputs.div_ceil(inputs.div_ceil(most).max(1)).max(1)
}

impl<T: Scalar> Layer<T> for Dense<T> {
    fn output_shape(&self, input: &Shape) -> Result<Shape, LayerError> {
        if self.outputs == 0 {
            return Err(LayerError::Setting("needs at least one output".to_owned()));
        }
        if input.len() != self.inputs {
            return Err(LayerError::Rows { expected: self.inputs, got: input.len() });
        }
        if let Some(activation) = &self.activation {
            if activation.output_rows(self.outputs) != self.outputs {
                let reason = format!(
                    "cannot end in {}, which changes the number of rows; put it behind as a layer of its own",
                    activation.call()
                );
                return Err(LayerError::Setting(reason));
            }
            if let Some(reason) = activation.refusal(self.outputs) {
                return Err(LayerError::Setting(reason));
            }
        }
        Ok(self.outputs.into())
    }

    fn label(&self) -> String {
        let bias = if self.bias { "" } else { ", no bias" };
        let activation = self.activation.as_ref().map(|activation| format!(", {}", activation.call())).unwrap_or_default();
        format!("Dense({} → {}{activation}{bias})", self.inputs, self.outputs)
    }

    fn call(&self) -> Option<Call> {
        let mut call = Call::new("dense").with("inputs", self.inputs).with("outputs", self.outputs);
        let activation = self.activation.as_ref().map(|activation| activation.call());
        // The identity is the default, and is read back as no activation.
        if let Some(activation) = activation.filter(|activation| activation.name != "identity") {
            call = call.with("activation", nested(&activation));
        }
        if !self.bias {
            call = call.with("bias", false);
        }
        let initializer = self.initializer.call();
        if initializer.name != Auto.call().name {
            call = call.with("initializer", nested(&initializer));
        }
        Some(call)
    }

    fn spans(&self) -> Vec<Span> {
        let w = Span::new("w", &[self.outputs, self.inputs], Role::Weight);
        let b = self.bias.then(|| Span::new("b", &[self.outputs], Role::Bias).after(w.len()));
        std::iter::once(w).chain(b).collect()
    }

    fn cache_rows(&self, _input: &Shape) -> usize {
        match (&self.activation, self.in_place()) {
            (None, _) => 0,
            (Some(_), Some(_)) => self.outputs,  // room to work in
            (Some(_), None) => 2 * self.outputs, // Z, and room to work in
        }
    }

    fn nonlinearity(&self) -> Option<Nonlinearity> {
        let activation = self.activation.as_ref()?;
        Some(Nonlinearity { name: activation.call().to_string(), family: activation.family(), gain: activation.gain() })
    }

    fn without_activation(&self) -> Option<Arc<dyn Layer<T>>> {
        self.activation.as_ref().map(|_| Arc::new(Self { activation: None, ..self.clone() }) as Arc<dyn Layer<T>>)
    }

    fn weight_initializer(&self) -> Option<&dyn Initializer> {
        Some(self.initializer.as_ref())
    }

    fn init(&self, params: &mut [T], next: &Nonlinearity, stream: &mut Stream) {
        let fans = Fans { fan_in: self.inputs, fan_out: self.outputs };
        let mut weights = vec![0.0; self.weights()];
        self.initializer.fill(&mut weights, fans, next, stream);
        let (w, b) = params.split_at_mut(self.weights());
        w.iter_mut().zip(weights).for_each(|(w, value)| *w = T::from_f64(value));
        b.fill(T::ZERO);
    }

    fn forward(&self, params: &[T], _state: &[T], x: View<'_, T>, mut y: ViewMut<'_, T>, cache: ViewMut<'_, T>, _mode: Mode) {
        let (w, b) = self.split(params);
        match (&self.activation, self.in_place()) {
            (_, Some(activation)) => {
                product(y.reborrow(), Accumulate::Replace, w, x); // Z = W X
                activation.biased_in_place(b, y); //                 Y = σ(Z + b 1ᵀ)
            }
            (Some(activation), None) => {
                let (mut z, _) = self.kept(cache);
                product(z.reborrow(), Accumulate::Replace, w, x);
                if self.bias { activation.biased(b, z, y) } else { activation.forward(z.view(), y) }
            }
            (None, _) => {
                product(y.reborrow(), Accumulate::Replace, w, x);
                if self.bias {
                    add_bias(y, b);
                }
            }
        }
    }

    fn local_gradient(&self, y: View<'_, T>, cache: ViewMut<'_, T>, dy: ViewMut<'_, T>) {
        // dZ = σ′(Z) ⊙ dY
        if let Some(activation) = self.in_place() {
            activation.pull_back(y, y, dy, self.one_column(cache.into_slice()));
        } else if let Some(activation) = &self.activation {
            let (z, scratch) = self.kept(cache);
            activation.pull_back(z.view(), y, dy, scratch);
        }
    }

    fn input_gradient(&self, step: Step<'_, T>, dx: ViewMut<'_, T>) {
        let (w, _) = self.split(step.params);
        product(dx, Accumulate::Replace, w.t(), step.dy); // dX = Wᵀ dZ
    }

    fn param_gradient(&self, step: Step<'_, T>, dparams: &mut [T]) {
        for block in Layer::<T>::blocks(self) {
            self.block_gradient(block.clone(), step, &mut dparams[block]);
        }
    }

    fn blocks(&self) -> Vec<Range<usize>> {
        let columns = block_columns(self.inputs, self.outputs);
        let weights = (0..self.inputs).step_by(columns).map(|start| {
            let end = (start + columns).min(self.inputs);
            start * self.outputs..end * self.outputs
        });
        let bias = self.bias.then(|| self.weights()..self.weights() + self.outputs);
        weights.chain(bias).collect()
    }

    fn block_gradient(&self, block: Range<usize>, step: Step<'_, T>, dparams: &mut [T]) {
        if block.start == self.weights() {
            sum_columns(step.dy, dparams); // db = dZ 1
        } else {
            let columns = block.start / self.outputs..block.end / self.outputs;
            let dw = ViewMut::new(dparams, self.outputs, columns.len());
            product(dw, Accumulate::Replace, step.dy, step.x.rows_range(columns).t()); // dW = dZ Xᵀ, some columns of it
        }
    }
}
