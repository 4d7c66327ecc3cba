//! Every buffer of a training step.

use backprop_tensor::{Arena, Scalar};

use crate::plan::{INPUT, Plan};

/// The buffers of passes over batches of up to a certain size. Made once; after that, a step takes no memory.
///
/// Made by [`Network::workspace`](crate::Network::workspace) for that network and its clones alone.
#[derive(Debug)]
pub struct Workspace<T: Scalar = f32> {
    pub(crate) arena: Arena<T>,
    pub(crate) places: Places,
    /// The loss of each slice, added up in order.
    pub(crate) partial_losses: Vec<f64>,
}

/// Which matrix of the arena holds what.
#[derive(Debug)]
pub(crate) struct Places {
    /// Each value; that of the input is empty, the input is the caller's.
    pub(crate) values: Vec<usize>,
    /// The gradient of each value; empty for inference.
    pub(crate) gradients: Vec<usize>,
    /// What each layer keeps.
    pub(crate) caches: Vec<usize>,
    /// Room for a gradient before it is added to another.
    pub(crate) scratch: Vec<usize>,
    /// Whether there is room for gradients.
    pub(crate) training: bool,
}

impl<T: Scalar> Workspace<T> {
    /// `training` adds room for gradients to what inference needs.
    pub(crate) fn new(plan: &Plan<T>, batch: usize, training: bool) -> Self {
        let mut rows = Vec::new();
        let mut matrices = |heights: Vec<usize>| -> Vec<usize> {
            let first = rows.len();
            rows.extend(heights);
            (first..rows.len()).collect()
        };
        let own: Vec<usize> =
            plan.rows.iter().enumerate().map(|(value, &rows)| if value == INPUT { 0 } else { rows }).collect();
        let for_training = |heights: &[usize]| heights.iter().map(|&rows| if training { rows } else { 0 }).collect();
        let places = Places {
            values: matrices(own.clone()),
            gradients: matrices(for_training(&own)),
            caches: matrices(plan.cache_rows.clone()),
            scratch: matrices(for_training(&plan.scratch_rows())),
            training,
        };
        Self { arena: Arena::new(&rows, batch), places, partial_losses: vec![0.0; batch.div_ceil(NARROWEST_SLICE)] }
    }

    /// The largest batch that fits.
    pub fn capacity(&self) -> usize {
        self.arena.columns()
    }

    /// The memory it takes, in bytes.
    pub fn bytes(&self) -> usize {
        self.arena.len() * size_of::<T>()
    }
}

/// Fewer columns than this are never handed to a thread of their own.
const NARROWEST_SLICE: usize = 16;

/// How many columns a thread takes at a time: a pure function of the batch, never of the number of threads.
///
/// Narrow enough for four threads to have something to do, wide enough for a product to run at speed. All of a batch that is not worth
/// sharing.
pub(crate) fn slice_width(columns: usize, shared: bool) -> usize {
    if !shared {
        return columns.max(1);
    }
    let slices = columns.div_ceil(128).max(4);
    columns.div_ceil(slices).max(NARROWEST_SLICE)
}
