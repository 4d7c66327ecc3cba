//! Steps divided by the root of all squared gradients so far.

use backprop_registry::{Call, Interval, OptionError, OptionSpec, Options};
use backprop_tensor::{Scalar, vectorize};

use super::positive;
use crate::written::written;
use crate::{Clock, Decay, Rule, Slots};

/// AdaGrad: each parameter has a rate of its own, which shrinks with the squared gradients that it has seen.
///
/// ```text
/// g ← g + weight_decay·p
/// s ← s + g²                                            from initial_accumulator_value
/// p ← p − lr/(1 + (t − 1)·lr_decay) · g/(√s + eps)
/// ```
///
/// Rare features get long steps, frequent ones short steps; s only grows, and with it training slows down. `eps` stands outside the
/// root. In `f32` a gradient beyond 1.8e19 has no finite square and ends the movement of its parameter: clip before.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `lr` | 0.01 | [0, ∞) | learning rate |
/// | `lr_decay` | 0 | [0, ∞) | how the rate falls with the steps |
/// | `weight_decay` | 0 | [0, ∞) | [L2](Decay::L2) |
/// | `initial_accumulator_value` | 0 | [0, ∞) | s at first: larger tames the first steps |
/// | `eps` | 1e-10 | (0, ∞) | keeps the quotient finite |
///
/// State: `sum` (s).
///
/// # Examples
/// ```
/// use backprop_optimizers::{Adagrad, Optimizer, Stepper, Tick};
/// use backprop_tensor::{Role, Span};
/// let mut adagrad = Stepper::new(Adagrad::default(), &[Span::new("w", &[1], Role::Weight)], false)?;
/// let mut p = [1.0_f32];
/// adagrad.step(Tick::rate(0.5), &mut p, &[3.0]);                         // s = 9, p = 1 − 0.5·3/3
/// adagrad.step(Tick::rate(0.5), &mut p, &[4.0]);                         // s = 25, p = 0.5 − 0.5·4/5
/// assert!((p[0] - 0.1).abs() < 1e-7);
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
///
/// # References
/// J. Duchi, E. Hazan, Y. Singer, *Adaptive Subgradient Methods for Online Learning and Stochastic Optimization*, 2011.
/// <https://jmlr.org/papers/v12/duchi11a.html>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adagrad {
    /// Learning rate.
    pub lr: f64,
    /// How the rate falls with the steps.
    pub lr_decay: f64,
    /// L2 weight decay.
    pub weight_decay: f64,
    /// The sum of squares at first.
    pub initial_accumulator_value: f64,
    /// Keeps the quotient finite.
    pub eps: f64,
}

impl Default for Adagrad {
    fn default() -> Self {
        Self { lr: 1e-2, lr_decay: 0.0, weight_decay: 0.0, initial_accumulator_value: 0.0, eps: 1e-10 }
    }
}

pub(crate) const OPTIONS: [OptionSpec; 5] = [
    OptionSpec::number("lr", 1e-2, Interval::NON_NEGATIVE, "learning rate"),
    OptionSpec::number("lr_decay", 0.0, Interval::NON_NEGATIVE, "how the rate falls with the steps"),
    OptionSpec::number("weight_decay", 0.0, Interval::NON_NEGATIVE, "L2 weight decay"),
    OptionSpec::number("initial_accumulator_value", 0.0, Interval::NON_NEGATIVE, "the sum of squares at first"),
    OptionSpec::number("eps", 1e-10, Interval::POSITIVE, "keeps the quotient finite"),
];

impl Adagrad {
    pub(crate) fn read(options: &Options) -> Self {
        Self {
            lr: options.number("lr"),
            lr_decay: options.number("lr_decay"),
            weight_decay: options.number("weight_decay"),
            initial_accumulator_value: options.number("initial_accumulator_value"),
            eps: options.number("eps"),
        }
    }
}

impl Rule for Adagrad {
    fn slots(&self) -> [Option<&'static str>; 3] {
        [Some("sum"), None, None]
    }

    fn initial(&self) -> f64 {
        self.initial_accumulator_value
    }

    fn rate(&self) -> f64 {
        self.lr
    }

    fn decay(&self) -> Decay {
        Decay::L2(self.weight_decay)
    }

    fn call(&self) -> Call {
        let Self { lr, lr_decay, weight_decay, initial_accumulator_value, eps } = *self;
        written("adagrad", &OPTIONS, [lr, lr_decay, weight_decay, initial_accumulator_value, eps].map(Into::into))
    }

    fn check(&self) -> Result<(), OptionError> {
        Options::resolve(&self.call(), &OPTIONS).map(drop)
    }

    fn update<T: Scalar>(&self, clock: Clock, params: &mut [T], gradients: &[T], [sum, ..]: Slots<'_, T>) {
        let rate = T::from_f64(clock.rate / (1.0 + (clock.t - 1) as f64 * self.lr_decay));
        let (decay, eps) = (T::from_f64(clock.decay.l2()), positive::<T>(self.eps));
        vectorize!({
            for ((p, &g), s) in params.iter_mut().zip(gradients).zip(sum) {
                let g = g + decay * *p; //                                  g ← g + weight_decay·p
                *s += g * g; //                                             s ← s + g²
                *p -= rate * g / (s.sqrt() + eps); //                       p ← p − rate·g/(√s + eps)
            }
        });
    }
}
