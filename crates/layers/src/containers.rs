//! Layers in sequence, and blocks that are added to their input: descriptions only.

use std::sync::Arc;

use backprop_tensor::Scalar;

use crate::Layer;

/// A layer, or a block of layers.
#[derive(Clone, Debug)]
pub enum Part<T: Scalar = f32> {
    /// One layer.
    Layer(Arc<dyn Layer<T>>),
    /// Layers whose output is added to their input.
    Residual(Sequential<T>),
}

/// Layers one after the other.
///
/// ```
/// use backprop_activations::Relu;
/// use backprop_layers::{Dense, Dropout, Network, Sequential};
///
/// let layers = Sequential::new().then(Dense::new(64, 128).activation(Relu)).then(Dropout::new(0.2)).then(Dense::new(128, 10));
/// let network = Network::<f32>::new(64, layers)?;
/// assert_eq!(network.param_count(), 64 * 128 + 128 + 128 * 10 + 10);
/// # Ok::<(), backprop_layers::ShapeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sequential<T: Scalar = f32> {
    parts: Vec<Part<T>>,
}

impl<T: Scalar> Sequential<T> {
    /// No layer yet.
    pub fn new() -> Self {
        Self { parts: Vec::new() }
    }

    /// The same layers, and one more behind them.
    #[must_use]
    pub fn then(self, layer: impl Layer<T> + 'static) -> Self {
        self.shared(Arc::new(layer))
    }

    /// The same layers, and behind them one that others use too.
    #[must_use]
    pub fn shared(mut self, layer: Arc<dyn Layer<T>>) -> Self {
        self.parts.push(Part::Layer(layer));
        self
    }

    /// The same layers, and behind them a block whose output is added to its input.
    ///
    /// ```text
    /// y = x + f(x)      dx = dy + J_f(x)ᵀ dy
    /// ```
    ///
    /// K. He, X. Zhang, S. Ren and J. Sun, *Deep Residual Learning for Image Recognition*, 2015,
    /// <https://arxiv.org/abs/1512.03385>.
    ///
    /// ```
    /// use backprop_activations::Identity;
    /// use backprop_layers::{Activated, Network, Sequential};
    /// use backprop_tensor::View;
    ///
    /// let layers = Sequential::new().residual(Sequential::new().then(Activated::new(Identity)));
    /// let network = Network::<f32>::new(1, layers)?;
    /// assert_eq!(network.predict(&[], &[], View::new(&[3.0], 1, 1)).as_slice(), &[6.0]);
    /// # Ok::<(), backprop_layers::ShapeError>(())
    /// ```
    #[must_use]
    pub fn residual(mut self, f: Sequential<T>) -> Self {
        self.parts.push(Part::Residual(f));
        self
    }

    /// The same layers, and those of `other` behind them.
    #[must_use]
    pub fn append(mut self, other: Sequential<T>) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// Its parts, in order.
    pub fn parts(&self) -> &[Part<T>] {
        &self.parts
    }
}

impl<T: Scalar> Default for Sequential<T> {
    fn default() -> Self {
        Self::new()
    }
}
