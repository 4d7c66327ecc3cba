//! A pass over a batch: forward, loss and backward for one slice of columns at a time, then the parameters' gradients.

use std::ops::Range;

use backprop_tensor::{Arena, Key, Scalar, Slice, View, ViewMut, add, for_each_block};

use crate::network::SliceLoss;
use crate::plan::{INPUT, Operation, Placed, Plan, Value};
use crate::workspace::{Places, slice_width};
use crate::{Mode, Noise, Step};

/// Everything that a pass reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run<'a, T: Scalar> {
    pub(crate) plan: &'a Plan<T>,
    pub(crate) params: &'a [T],
    pub(crate) state: &'a [T],
    pub(crate) x: View<'a, T>,
    /// The key of (seed, epoch, step) in training; nothing in inference.
    pub(crate) noise: Option<Key>,
    pub(crate) places: &'a Places,
}

impl<T: Scalar> Run<'_, T> {
    /// Computes every value of a slice from the input on.
    pub(crate) fn forward(&self, slice: &mut Slice<'_, T>) {
        for operation in &self.plan.operations {
            self.operate(operation, slice);
        }
    }

    /// Computes one value of a slice from those before it.
    pub(crate) fn operate(&self, operation: &Operation<T>, slice: &mut Slice<'_, T>) {
        match operation {
            Operation::Layer { place, from, to, cache, .. } => {
                let mode = self.noise.map_or(Mode::Infer, |key| {
                    Mode::Train(Noise { key, layer: place.index, first_column: slice.range().start })
                });
                let (params, state) = self.own(place);
                let (x, [y, cache]) = self.read(slice, *from, [self.places.values[*to], self.places.caches[*cache]]);
                place.layer.forward(params, state, x, y, cache, mode);
            }
            Operation::Add { a, b, to, .. } => {
                for (value, first) in [(*a, true), (*b, false)] {
                    let (source, [mut sum]) = self.read(slice, value, [self.places.values[*to]]);
                    contribute(sum.reborrow(), source, first);
                }
            }
        }
    }

    /// The loss of a slice; writes the gradient of the output.
    pub(crate) fn loss(&self, slice: &mut Slice<'_, T>, loss: SliceLoss<'_, T>) -> f64 {
        let range = slice.range();
        let output = self.plan.output;
        let ([y], [dy]) = slice.disjoint([self.places.values[output]], [self.places.gradients[output]]);
        loss(range, y, dy)
    }

    /// Computes the gradient of every value of a slice, from the output back to the first parameters.
    pub(crate) fn backward(&self, slice: &mut Slice<'_, T>) {
        let Places { values, gradients, caches, scratch, .. } = self.places;
        for operation in self.plan.operations.iter().rev() {
            match operation {
                Operation::Layer { place, from, to, cache, from_first } => {
                    if !self.plan.needs_gradient[*to] {
                        continue;
                    }
                    let ([y], [kept, dy]) = slice.disjoint([values[*to]], [caches[*cache], gradients[*to]]);
                    place.layer.local_gradient(y, kept, dy);
                    if !self.plan.needs_gradient[*from] {
                        continue;
                    }
                    let target = if *from_first { gradients[*from] } else { scratch[*from] };
                    let reads = [values[*from], values[*to], gradients[*to], caches[*cache]];
                    let ([x, y, dy, cache], [dx]) = slice.disjoint(reads, [target]);
                    let (params, state) = self.own(place);
                    place.layer.input_gradient(Step { params, state, x, y, dy, cache }, dx);
                    if !*from_first {
                        let ([more], [mut dx]) = slice.disjoint([scratch[*from]], [gradients[*from]]);
                        add(dx.as_mut_slice(), more.as_slice());
                    }
                }
                Operation::Add { a, b, to, a_first, b_first } => {
                    for (value, first) in [(*a, *a_first), (*b, *b_first)] {
                        if self.plan.needs_gradient[value] {
                            let ([dy], [dx]) = slice.disjoint([gradients[*to]], [gradients[value]]);
                            contribute(dx, dy, first);
                        }
                    }
                }
            }
        }
    }

    /// The gradients of all parameters over the whole batch, block by block.
    pub(crate) fn param_gradients(&self, arena: &Arena<T>, parallel: bool, gradients: &mut [T]) {
        let ranges = &self.plan.block_ranges;
        for_each_block(gradients, ranges, parallel, |range: Range<usize>, dparams: &mut [T]| {
            let block = &self.plan.blocks[ranges.partition_point(|other| other.start < range.start)];
            let Operation::Layer { place, from, to, cache, .. } = &self.plan.operations[block.operation] else {
                unreachable!("only layers have parameters");
            };
            let columns = self.x.cols();
            let matrix = |index: usize| arena.view(index, columns);
            let (params, state) = self.own(place);
            let x = if *from == INPUT { self.x } else { matrix(self.places.values[*from]) };
            let y = matrix(self.places.values[*to]);
            let dy = matrix(self.places.gradients[*to]);
            let cache = matrix(self.places.caches[*cache]);
            place.layer.block_gradient(block.local.clone(), Step { params, state, x, y, dy, cache }, dparams);
        });
    }

    /// The layer's own parameters and state.
    fn own(&self, place: &Placed<T>) -> (&[T], &[T]) {
        (&self.params[place.params.clone()], &self.state[place.state.clone()])
    }

    /// A value of the slice to read, and some matrices to write.
    fn read<'s, const W: usize>(
        &'s self,
        slice: &'s mut Slice<'_, T>,
        value: Value,
        writes: [usize; W],
    ) -> (View<'s, T>, [ViewMut<'s, T>; W]) {
        if value == INPUT {
            let x = self.x.columns(slice.range());
            let ([], writes) = slice.disjoint([], writes);
            (x, writes)
        } else {
            let ([x], writes) = slice.disjoint([self.places.values[value]], writes);
            (x, writes)
        }
    }
}

/// The first contribution overwrites, later ones are added.
fn contribute<T: Scalar>(mut sum: ViewMut<'_, T>, part: View<'_, T>, first: bool) {
    if first { sum.copy_from(part) } else { add(sum.as_mut_slice(), part.as_slice()) }
}

/// A forward pass that waits for the gradient of its output.
///
/// Made by [`Network::forward`](crate::Network::forward). [`ends`](Self::ends) gives the output to read and its gradient to write;
/// [`backward`](Self::backward) consumes the pass, so that going back twice, or before going forward, does not compile.
#[must_use = "a forward pass is for `ends` and `backward`; `Network::infer` is for predictions"]
#[derive(Debug)]
pub struct Pass<'a, T: Scalar = f32> {
    run: Run<'a, T>,
    arena: &'a mut Arena<T>,
    parallel: bool,
}

impl<'a, T: Scalar> Pass<'a, T> {
    pub(crate) fn new(run: Run<'a, T>, arena: &'a mut Arena<T>, parallel: bool) -> Self {
        Self { run, arena, parallel }
    }

    /// The output of the network, and where the gradient of the loss with respect to it goes.
    pub fn ends(&mut self) -> (View<'_, T>, ViewMut<'_, T>) {
        let Run { plan, places, x, .. } = self.run;
        let slice = self.arena.slice(x.cols());
        let ([y], [dy]) = slice.into_disjoint([places.values[plan.output]], [places.gradients[plan.output]]);
        (y, dy)
    }

    /// The gradients of all parameters; `gradients` is overwritten.
    ///
    /// # Panics
    /// If `gradients` has not one number for each parameter.
    pub fn backward(self, gradients: &mut [T]) {
        let Self { run, arena, parallel } = self;
        assert_eq!(gradients.len(), run.params.len(), "the gradient vector has one number for each parameter");
        let columns = run.x.cols();
        let width = slice_width(columns, parallel);
        // Places for nothing: a vector of units takes no memory.
        let mut nothing = vec![(); columns.div_ceil(width)];
        arena.for_each_slice(columns, width, parallel, &mut nothing, |slice| run.backward(slice));
        run.param_gradients(arena, parallel, gradients);
    }
}
