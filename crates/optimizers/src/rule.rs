//! What an update rule is: a formula over slices.

use std::fmt::Debug;

use backprop_registry::{Call, OptionError};
use backprop_tensor::Scalar;

use crate::Decay;

mod adagrad;
mod adam;
mod rmsprop;
mod sgd;

pub use adagrad::Adagrad;
pub use adam::Adam;
pub use rmsprop::Rmsprop;
pub use sgd::Sgd;

pub(crate) use adagrad::OPTIONS as ADAGRAD;
pub(crate) use adam::{ADAM, ADAMW};
pub(crate) use rmsprop::OPTIONS as RMSPROP;
pub(crate) use sgd::OPTIONS as SGD;

/// What holds during an update of one stretch of the parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// The number of this step: 1, 2, …
    pub t: u64,
    /// The learning rate.
    pub rate: f64,
    /// The momentum, where a schedule drives it.
    pub momentum: Option<f64>,
    /// The decay of this stretch: that of the rule, or [`Decay::NONE`] where it is left out.
    pub decay: Decay,
    /// What [`Rule::corrections`] says of this step.
    pub corrections: [f64; 2],
}

/// The vectors of a rule beside the parameters; empty where [`Rule::slots`] says `None`.
pub type Slots<'a, T> = [&'a mut [T]; 3];

/// An update rule: settings, and the formula by which a parameter moves.
///
/// The formula is elementwise: a parameter depends on its own gradient and its own numbers in the slots, so that any cut of the
/// vectors gives the same bits. Everything else (clock, slots, decay mask, threads, checkpoints) is [`Stepper`](crate::Stepper)'s.
///
/// ```
/// use backprop_optimizers::{Clock, Decay, Optimizer, Rule, Slots, Stepper, Tick};
/// use backprop_registry::{Call, OptionError};
/// use backprop_tensor::{Role, Scalar, Span};
///
/// /// p ← p − rate·sign g.
/// #[derive(Clone, Copy, Debug)]
/// struct SignDescent;
///
/// impl Rule for SignDescent {
///     fn slots(&self) -> [Option<&'static str>; 3] { [None; 3] }
///     fn rate(&self) -> f64 { 0.01 }
///     fn decay(&self) -> Decay { Decay::NONE }
///     fn call(&self) -> Call { Call::new("sign_descent") }
///     fn check(&self) -> Result<(), OptionError> { Ok(()) }
///     fn update<T: Scalar>(&self, clock: Clock, params: &mut [T], gradients: &[T], _: Slots<T>) {
///         let rate = T::from_f64(clock.rate);
///         for (p, &g) in params.iter_mut().zip(gradients) {
///             *p -= if g > T::ZERO { rate } else if g < T::ZERO { -rate } else { T::ZERO };
///         }
///     }
/// }
///
/// let mut optimizer = Stepper::new(SignDescent, &[Span::new("w", &[3], Role::Weight)], false)?;
/// let mut params = [1.0_f32, 1.0, 1.0];
/// optimizer.step(Tick::rate(0.5), &mut params, &[7.0, -1e-9, 0.0]);
/// assert_eq!(params, [0.5, 1.5, 1.0]);
/// # Ok::<(), OptionError>(())
/// ```
pub trait Rule: Copy + Debug + Send + Sync + 'static {
    /// The names of the vectors it keeps, each as long as the parameters. The settings decide which of the three are in use.
    fn slots(&self) -> [Option<&'static str>; 3];

    /// What the vectors are filled with at first.
    fn initial(&self) -> f64 {
        0.0
    }

    /// Two numbers that hold for the whole step and are computed once for all of its stretches: the 1 − βᵗ of
    /// [`Adam`]. The momentum is that of the schedule, where it drives one.
    fn corrections(&self, t: u64, momentum: Option<f64>) -> [f64; 2] {
        let _ = (t, momentum);
        [1.0; 2]
    }

    /// The learning rate of the settings: the base rate of a schedule.
    fn rate(&self) -> f64;

    /// The weight decay of the settings.
    fn decay(&self) -> Decay;

    /// Its name and the options that differ from their defaults, as the registry reads them back.
    fn call(&self) -> Call;

    /// Whether the settings are within their ranges and go together.
    ///
    /// # Errors
    /// If not; the message names the setting, its value and its range.
    fn check(&self) -> Result<(), OptionError>;

    /// The formula, over a stretch of the parameters: slices of the same length, apart from slots that are not in use.
    fn update<T: Scalar>(&self, clock: Clock, params: &mut [T], gradients: &[T], slots: Slots<'_, T>);
}

/// ε in the type of the parameters. One that rounds to 0 would turn the step of a gradient of 0 from 0/ε into 0/0.
fn positive<T: Scalar>(eps: f64) -> T {
    T::from_f64(eps).at_least(T::MIN_POSITIVE)
}
