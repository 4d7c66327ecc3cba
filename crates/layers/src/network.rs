//! A network: layers whose shapes fit, and the passes over it.

use std::ops::Range;

use backprop_tensor::{Arena, Key, Matrix, Purpose, Scalar, Slice, Span, View, ViewMut};

use crate::pass::Run;
use crate::plan::{INPUT, Plan};
use crate::workspace::slice_width;
use crate::{Description, Pass, Sequential, Shape, ShapeError, Summary, Unnamed, Workspace};

/// The loss of some columns of a batch: given their range and the network's output for them, writes the gradient with respect to
/// that output and returns the columns' share of the loss.
pub type SliceLoss<'a, T> = &'a (dyn Fn(Range<usize>, View<'_, T>, ViewMut<'_, T>) -> f64 + Sync);

/// Fewer multiplications than this in a forward pass are done on one thread: waking another would cost more.
const WORTH_SHARING: usize = 1 << 18;

/// How many samples [`Network::predict`] takes at a time.
const PREDICTION_BATCH: usize = 1024;

/// Layers whose shapes fit, flattened into a plan.
///
/// A network is a description. Parameters and state are flat vectors of the caller, buffers stand in a [`Workspace`]; so threads
/// share one network, a checkpoint is a copy, and an optimizer is a loop over slices.
///
/// # Examples
/// One step of gradient descent on ½(y − 1)² with y = w x + b:
/// ```
/// use backprop_layers::{Dense, Network, Sequential};
/// use backprop_tensor::{Key, Purpose, View};
///
/// let network = Network::<f64>::new(1, Sequential::new().then(Dense::new(1, 1)))?;
/// let mut params = vec![2.0, 0.0];                                  // w = 2, b = 0
/// let mut gradients = vec![0.0; 2];
/// let mut workspace = network.workspace(1);
/// let noise = Key::new(0, Purpose::Noise);
/// let x = [3.0];
/// let loss = network.gradients(&params, &[], View::new(&x, 1, 1), noise, &|_, y, mut dy| {
///     dy.as_mut_slice()[0] = y.at(0, 0) - 1.0;
///     0.5 * (y.at(0, 0) - 1.0).powi(2)
/// }, &mut workspace, &mut gradients);
/// assert_eq!(loss, 12.5);                                           // y = 6
/// assert_eq!(gradients, [15.0, 5.0]);                               // dw = (y − 1) x, db = y − 1
/// params.iter_mut().zip(&gradients).for_each(|(p, g)| *p -= 0.1 * g);
/// assert_eq!(params, [0.5, -0.5]);
/// # Ok::<(), backprop_layers::ShapeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Network<T: Scalar = f32> {
    input: Shape,
    layers: Sequential<T>,
    pub(crate) plan: Plan<T>,
}

impl<T: Scalar> Network<T> {
    /// The network that takes inputs of this shape through these layers.
    ///
    /// # Errors
    /// The one place where shapes can be wrong: the error names the layer, what it expects and what it gets.
    ///
    /// # Panics
    /// If a layer's spans or blocks overlap or leave a gap: a mistake in the layer.
    pub fn new(input: impl Into<Shape>, layers: Sequential<T>) -> Result<Self, ShapeError> {
        let input = input.into();
        let plan = Plan::new(&input, &layers)?;
        Ok(Self { input, layers, plan })
    }

    /// The shape of one input.
    pub fn input(&self) -> &Shape {
        &self.input
    }

    /// The number of inputs: rows of a batch.
    pub fn inputs(&self) -> usize {
        self.plan.rows[INPUT]
    }

    /// The number of outputs: rows of the result.
    pub fn outputs(&self) -> usize {
        self.plan.rows[self.plan.output]
    }

    /// The layers, as they were given.
    pub fn layers(&self) -> &Sequential<T> {
        &self.layers
    }

    /// The length of the parameter vector.
    pub fn param_count(&self) -> usize {
        self.plan.spans.last().map_or(0, |span| span.range.end)
    }

    /// The length of the state vector.
    pub fn state_count(&self) -> usize {
        self.plan.state_spans.last().map_or(0, |span| span.range.end)
    }

    /// Which part of the parameter vector is which.
    pub fn spans(&self) -> &[Span] {
        &self.plan.spans
    }

    /// Which part of the state vector is which.
    pub fn state_spans(&self) -> &[Span] {
        &self.plan.state_spans
    }

    /// Name, shape and values of each parameter, for printing.
    ///
    /// # Panics
    /// If `params` is too short.
    pub fn named_params<'a>(&'a self, params: &'a [T]) -> impl Iterator<Item = (&'a Span, &'a [T])> {
        self.spans().iter().map(|span| (span, &params[span.range.clone()]))
    }

    /// First parameters: each layer by its initializer, from random streams of `seed`. Where that is [`Lsuv`](crate::Lsuv),
    /// [`lsuv`](Self::lsuv) sets them right once there are data.
    pub fn init(&self, seed: u64) -> Vec<T> {
        let mut params = vec![T::ZERO; self.param_count()];
        for place in self.plan.layers() {
            let mut stream = Key::new(seed, Purpose::Init).stream(place.index as u64);
            place.layer.init(&mut params[place.params.clone()], &place.next, &mut stream);
        }
        params
    }

    /// First state.
    pub fn initial_state(&self) -> Vec<T> {
        let mut state = vec![T::ZERO; self.state_count()];
        for place in self.plan.layers() {
            place.layer.init_state(&mut state[place.state.clone()]);
        }
        state
    }

    /// Buffers for training on batches of up to `batch` samples.
    pub fn workspace(&self, batch: usize) -> Workspace<T> {
        Workspace::new(&self.plan, batch, true)
    }

    /// Buffers for inference on batches of up to `batch` samples: those of training without the gradients.
    pub fn inference_workspace(&self, batch: usize) -> Workspace<T> {
        Workspace::new(&self.plan, batch, false)
    }

    /// Layers, shapes, parameters and how they start.
    pub fn summary(&self) -> Summary {
        Summary::of(self)
    }

    /// Whether a pass over so many samples is worth other threads: each parameter costs a multiplication for each sample.
    pub(crate) fn shares_work(&self, columns: usize) -> bool {
        self.param_count().saturating_mul(columns) >= WORTH_SHARING
    }

    /// The loss and its gradient with respect to the parameters: forward, loss and backward for each slice of columns on one
    /// thread, one join, then the gradients of the parameters, block by block.
    ///
    /// `noise` is the key of (seed, epoch, step). `gradients` is overwritten. Takes no memory, uses the threads of the
    /// [`Pool`](backprop_tensor::Pool) that runs it, and gives the same bits for any number of them: how the work is cut depends on
    /// shapes alone.
    ///
    /// # Panics
    /// If a vector has the wrong length, `x` the wrong rows, or the batch does not fit a workspace for training.
    #[allow(clippy::too_many_arguments)] // the whole state of a training step, in the order of the pass
    pub fn gradients(
        &self,
        params: &[T],
        state: &[T],
        x: View<'_, T>,
        noise: Key,
        loss: SliceLoss<'_, T>,
        workspace: &mut Workspace<T>,
        gradients: &mut [T],
    ) -> f64 {
        self.check(params, state, x, workspace);
        assert!(workspace.places.training, "a workspace for inference has no room for gradients");
        assert_eq!(gradients.len(), params.len(), "the gradient vector has one number for each parameter");
        let columns = x.cols();
        let parallel = self.shares_work(columns);
        let width = slice_width(columns, parallel);
        let pass = Run { plan: &self.plan, params, state, x, noise: Some(noise), places: &workspace.places };
        let losses = &mut workspace.partial_losses[..columns.div_ceil(width)];
        workspace.arena.for_each_slice(columns, width, parallel, losses, |slice| {
            pass.forward(slice);
            let share = pass.loss(slice, loss);
            pass.backward(slice);
            share
        });
        let total = losses.iter().sum();
        pass.param_gradients(&workspace.arena, parallel, gradients);
        total
    }

    /// The forward half of [`gradients`](Self::gradients), to see what comes out before going back.
    ///
    /// # Panics
    /// As [`gradients`](Self::gradients).
    ///
    /// # Examples
    /// ```
    /// use backprop_layers::{Dense, Network, Sequential};
    /// use backprop_tensor::{Key, Purpose, View};
    ///
    /// let network = Network::<f64>::new(1, Sequential::new().then(Dense::new(1, 1)))?;
    /// let (params, x) = ([2.0, 0.0], [3.0]);
    /// let mut workspace = network.workspace(1);
    /// let mut gradients = [0.0; 2];
    /// let mut pass = network.forward(&params, &[], View::new(&x, 1, 1), Key::new(0, Purpose::Noise), &mut workspace);
    /// let (y, mut dy) = pass.ends();
    /// dy.as_mut_slice()[0] = y.at(0, 0) - 1.0;                      // the gradient of ½(y − 1)²
    /// pass.backward(&mut gradients);
    /// assert_eq!(gradients, [15.0, 5.0]);
    /// # Ok::<(), backprop_layers::ShapeError>(())
    /// ```
    pub fn forward<'a>(
        &'a self,
        params: &'a [T],
        state: &'a [T],
        x: View<'a, T>,
        noise: Key,
        workspace: &'a mut Workspace<T>,
    ) -> Pass<'a, T> {
        self.check(params, state, x, workspace);
        assert!(workspace.places.training, "a workspace for inference has no room for gradients");
        let Workspace { arena, places, .. } = workspace;
        let run = Run { plan: &self.plan, params, state, x, noise: Some(noise), places };
        let parallel = self.shares_work(x.cols());
        each_slice(arena, x.cols(), parallel, |slice| run.forward(slice));
        Pass::new(run, arena, parallel)
    }

    /// The output for a batch, without noise. It stands in the workspace until that is used again.
    ///
    /// # Panics
    /// If a vector has the wrong length, `x` the wrong rows, or the batch does not fit the workspace.
    pub fn infer<'a>(&self, params: &[T], state: &[T], x: View<'_, T>, workspace: &'a mut Workspace<T>) -> View<'a, T> {
        self.check(params, state, x, workspace);
        let Workspace { arena, places, .. } = workspace;
        let run = Run { plan: &self.plan, params, state, x, noise: None, places };
        each_slice(arena, x.cols(), self.shares_work(x.cols()), |slice| run.forward(slice));
        arena.view(places.values[self.plan.output], x.cols())
    }

    /// The output for any number of samples, without noise, in a matrix of its own.
    ///
    /// # Panics
    /// If a vector has the wrong length, or `x` the wrong rows.
    pub fn predict(&self, params: &[T], state: &[T], x: View<'_, T>) -> Matrix<T> {
        let mut y = Matrix::from_element(self.outputs(), x.cols(), T::ZERO);
        let mut workspace = self.inference_workspace(x.cols().min(PREDICTION_BATCH));
        for start in (0..x.cols()).step_by(PREDICTION_BATCH) {
            let columns = start..(start + PREDICTION_BATCH).min(x.cols());
            let part = self.infer(params, state, x.columns(columns.clone()), &mut workspace);
            ViewMut::from(&mut y).columns_mut(columns).copy_from(part);
        }
        y
    }

    /// The layers by name, as the registry reads them back.
    ///
    /// # Errors
    /// If a layer, its activation or its initializer has no name there.
    pub fn describe(&self) -> Result<Vec<Description>, Unnamed> {
        Description::of(&self.layers, &mut 0)
    }

    pub(crate) fn check(&self, params: &[T], state: &[T], x: View<'_, T>, workspace: &Workspace<T>) {
        assert_eq!(params.len(), self.param_count(), "the parameter vector has one number for each parameter");
        assert_eq!(state.len(), self.state_count(), "the state vector has one number for each state");
        assert_eq!(x.rows(), self.inputs(), "a sample has one row for each input");
        assert!(x.cols() <= workspace.capacity(), "{} samples in a workspace for {}", x.cols(), workspace.capacity());
    }
}

/// Calls `work` for each slice of a batch.
pub(crate) fn each_slice<T: Scalar>(
    arena: &mut Arena<T>,
    columns: usize,
    parallel: bool,
    work: impl Fn(&mut Slice<'_, T>) + Sync,
) {
    let width = slice_width(columns, parallel);
    // Places for nothing: a vector of units takes no memory.
    let mut nothing = vec![(); columns.div_ceil(width)];
    arena.for_each_slice(columns, width, parallel, &mut nothing, work);
}
