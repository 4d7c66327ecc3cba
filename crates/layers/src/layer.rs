//! What a layer is.

use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

use backprop_activations::Family;
use backprop_registry::Call;
use backprop_tensor::{Key, Scalar, Span, Stream, View, ViewMut};

use crate::{Initializer, LayerError, Shape};

/// What a layer does with noise: nothing in inference, the noise of a step in training.
///
/// Noise is a function of (seed, epoch, step, layer, column): how a batch is cut into slices cannot change it.
#[derive(Clone, Copy, Debug)]
pub enum Mode {
    /// Training: draw the noise of each column from its own stream.
    Train(Noise),
    /// Inference: no noise.
    Infer,
}

/// The noise of one layer in one step.
#[derive(Clone, Copy, Debug)]
pub struct Noise {
    /// Seed, epoch and step.
    pub key: Key,
    /// The layer, counted from 0.
    pub layer: usize,
    /// Where the slice at hand starts in the batch.
    pub first_column: usize,
}

impl Noise {
    /// The random stream of one column of the slice.
    pub fn stream(&self, column: usize) -> Stream {
        self.key.stream(self.index(column))
    }

    /// The random words of columns of `rows` rows, from `column` of the slice on, without the first `skip` of each: those of
    /// [`stream`](Self::stream), drawn together.
    ///
    /// # Panics
    /// As [`Key::fill_columns`].
    pub fn fill_columns(&self, column: usize, skip: usize, rows: usize, words: &mut [u32]) {
        self.key.fill_columns(self.index(column), skip, rows, words);
    }

    fn index(&self, column: usize) -> u64 {
        ((self.layer as u64) << 32) | (self.first_column + column) as u64
    }
}

/// The function that a layer's output goes through before the next weights: what `auto` initialization goes by.
#[derive(Clone, Debug, PartialEq)]
pub struct Nonlinearity {
    /// Its name, for the summary.
    pub name: String,
    /// How it bends.
    pub family: Family,
    /// The factor that keeps the variance of a signal.
    pub gain: f64,
}

impl Nonlinearity {
    /// No function at all.
    pub fn none() -> Self {
        Self { name: "nothing".to_owned(), family: Family::Linear, gain: 1.0 }
    }
}

/// What the gradients of a layer are computed from.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a, T = f32> {
    /// The layer's part of the parameter vector.
    pub params: &'a [T],
    /// The layer's part of the state vector.
    pub state: &'a [T],
    /// Its input.
    pub x: View<'a, T>,
    /// Its output.
    pub y: View<'a, T>,
    /// The gradient of the loss with respect to the output, after [`Layer::local_gradient`].
    pub dy: View<'a, T>,
    /// What [`Layer::forward`] kept.
    pub cache: View<'a, T>,
}

/// A layer is a description: sizes and settings. Parameters, gradients and buffers are handed in, so that threads share one
/// network and any layer can be checked alone.
///
/// ```text
/// y = f(x; θ)        forward
/// dx = Jₓᵀ dy        input_gradient
/// dθ = J_θᵀ dy       param_gradient
/// ```
///
/// Laws, held by tests over the registry: each column on its own (so slices of a batch give what the batch gives), outputs
/// overwritten and never read, `infer` without randomness, `forward` twice the same, gradients those of finite differences.
pub trait Layer<T: Scalar>: Debug + Send + Sync {
    /// The shape of the output for an input of this shape.
    ///
    /// # Errors
    /// If the layer cannot take such an input, or a setting is impossible.
    fn output_shape(&self, input: &Shape) -> Result<Shape, LayerError>;

    /// How it was made, for messages and the summary: `Dense(784 → 128, relu)`.
    fn label(&self) -> String;

    /// Its name and options, as the registry reads them back; `None` if it has no place there and cannot be saved.
    fn call(&self) -> Option<Call> {
        None
    }

    /// Its parameters, starting at 0 and without gaps.
    fn spans(&self) -> Vec<Span> {
        Vec::new()
    }

    /// Its state (what is learned by counting), starting at 0 and without gaps.
    fn state_spans(&self) -> Vec<Span> {
        Vec::new()
    }

    /// How many numbers it keeps for each sample from `forward` to its gradients.
    fn cache_rows(&self, input: &Shape) -> usize {
        let _ = input;
        0
    }

    /// The function that its output goes through, if it ends in one or is one.
    fn nonlinearity(&self) -> Option<Nonlinearity> {
        None
    }

    /// The same layer without the activation that it ends in: with the same spans, and an output of the same shape. `None` if it ends
    /// in none. What [`Network::lsuv`](crate::Network::lsuv) measures.
    fn without_activation(&self) -> Option<Arc<dyn Layer<T>>> {
        None
    }

    /// The rule by which its weights start; `None` without weights, or if they start in a way of their own.
    fn weight_initializer(&self) -> Option<&dyn Initializer> {
        None
    }

    /// How its weights start, in words, given the function that follows; `None` without weights.
    fn initialization(&self, next: &Nonlinearity) -> Option<String> {
        self.weight_initializer().map(|initializer| initializer.explain(next))
    }

    /// Writes the first parameters. `next` is the function that the output goes through.
    fn init(&self, params: &mut [T], next: &Nonlinearity, stream: &mut Stream) {
        let _ = (params, next, stream);
    }

    /// Writes the first state.
    fn init_state(&self, state: &mut [T]) {
        let _ = state;
    }

    /// y = f(x; θ), for any columns of a batch. `cache` has [`cache_rows`](Self::cache_rows) rows.
    fn forward(&self, params: &[T], state: &[T], x: View<'_, T>, y: ViewMut<'_, T>, cache: ViewMut<'_, T>, mode: Mode);

    /// Once before the other gradients, in place: turns dy into what both of them need, such as dz ← σ′(z) ⊙ dy.
    fn local_gradient(&self, y: View<'_, T>, cache: ViewMut<'_, T>, dy: ViewMut<'_, T>) {
        let _ = (y, cache, dy);
    }

    /// `dx = Jₓᵀ dy`, for any columns of a batch; `dx` is overwritten.
    fn input_gradient(&self, step: Step<'_, T>, dx: ViewMut<'_, T>);

    /// `dθ = J_θᵀ dy`, over all columns of a batch; `dparams` is overwritten.
    ///
    /// # Panics
    /// If the layer has parameters and leaves this out.
    fn param_gradient(&self, step: Step<'_, T>, dparams: &mut [T]) {
        let _ = step;
        assert!(dparams.is_empty(), "{} has parameters, so it needs a param_gradient", self.label());
    }

    /// Parts of the parameters whose gradients can be computed apart from one another, in order and without gaps. One part unless
    /// the layer says otherwise; one that does implements [`block_gradient`](Self::block_gradient) too.
    fn blocks(&self) -> Vec<Range<usize>> {
        let end = self.spans().last().map_or(0, |span| span.range.end);
        std::iter::once(0..end).filter(|all| !all.is_empty()).collect()
    }

    /// The gradient of one of the [`blocks`](Self::blocks): what [`param_gradient`](Self::param_gradient) writes there.
    /// `dparams` is that part alone, and is overwritten.
    fn block_gradient(&self, block: Range<usize>, step: Step<'_, T>, dparams: &mut [T]) {
        let _ = block;
        self.param_gradient(step, dparams);
    }
}
