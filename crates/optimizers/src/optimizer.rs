//! What an optimizer is.

use std::fmt::Debug;
use std::ops::Range;

use backprop_tensor::Scalar;

use crate::RestoreError;

/// What holds during one step: what a [`Schedule`](crate::Schedule) says and an [`Optimizer`] is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    /// The learning rate.
    pub rate: f64,
    /// The momentum (β₁ of Adam), where the schedule drives it. A rule that was made without momentum has none to drive.
    pub momentum: Option<f64>,
}

impl Tick {
    /// A learning rate; the momentum is left to the rule.
    ///
    /// ```
    /// use backprop_optimizers::Tick;
    /// assert_eq!(Tick::rate(0.1), Tick { rate: 0.1, momentum: None });
    /// ```
    pub const fn rate(rate: f64) -> Self {
        Self { rate, momentum: None }
    }
}

/// Moves the parameters along their gradients, and remembers what its rule needs to remember.
///
/// It owns a clock and vectors as long as the parameters, and nothing else. Rate and momentum come in with each [`Tick`], so there
/// is no learning rate to set and none to restore. Nothing here takes memory after the optimizer is made.
///
/// Laws, held by tests over the registry: ranges may be updated one by one and give the bits of one update of all; from rest, a
/// gradient of 0 leaves a parameter without decay alone, bit by bit; a rate of 0 changes nothing; [`state`](Self::state) and
/// [`steps`](Self::steps) put into a fresh optimizer go on bit by bit.
///
/// ```
/// use backprop_optimizers::{Optimizer, Sgd, Stepper, Tick};
/// use backprop_tensor::{Role, Span};
///
/// let mut sgd = Stepper::<Sgd>::new(Sgd::default(), &[Span::new("w", &[2], Role::Weight)], false)?;
/// let mut params = [1.0, -1.0];
/// sgd.step(Tick::rate(0.5), &mut params, &[1.0, 2.0]);                   // p ← p − 0.5 g
/// assert_eq!(params, [0.5, -2.0]);
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
pub trait Optimizer<T: Scalar>: Debug + Send {
    /// Begins a step: the clock goes on by one, and `at` holds until the next tick.
    fn tick(&mut self, at: Tick);

    /// Updates the parameters in `range` of the flat vector, of which `params` and `gradients` are the parts. Between two ticks every
    /// parameter is updated once, in any order and any cut.
    ///
    /// # Panics
    /// If there was no tick yet, the lengths differ, or the range is not in the flat vector.
    fn update(&mut self, range: Range<usize>, params: &mut [T], gradients: &[T]);

    /// A whole step: [`tick`](Self::tick), then [`update`](Self::update) of all parameters.
    ///
    /// # Panics
    /// If `params` or `gradients` is not as long as the flat vector.
    fn step(&mut self, at: Tick, params: &mut [T], gradients: &[T]) {
        self.tick(at);
        self.update(0..params.len(), params, gradients);
    }

    /// The vectors it remembers, by name. With [`steps`](Self::steps) they are all that is needed to go on bit by bit.
    fn state(&self) -> Vec<(&'static str, &[T])>;

    /// Puts back a vector of [`state`](Self::state).
    ///
    /// # Errors
    /// If the optimizer keeps no vector of that name, or one of another length.
    fn restore(&mut self, name: &str, values: &[T]) -> Result<(), RestoreError>;

    /// The number of ticks so far.
    fn steps(&self) -> u64;

    /// Puts back the number of ticks.
    fn set_steps(&mut self, steps: u64);
}
