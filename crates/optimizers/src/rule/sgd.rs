//! Gradient descent, with momentum.

use backprop_registry::{Call, Interval, OptionError, OptionSpec, Options};
use backprop_tensor::{Scalar, vectorize};

use crate::written::written;
use crate::{Clock, Decay, Rule, Slots};

/// Stochastic gradient descent with momentum.
///
/// ```text
/// g ← −g                                      if maximize
/// g ← g + weight_decay·p
/// b ← g                                       at the first step
/// b ← momentum·b + (1 − dampening)·g          later
/// p ← p − lr·b                                p ← p − lr·(g + momentum·b) if nesterov
/// ```
///
/// Without momentum (the default) it keeps no vector and is plain gradient descent, p ← p − lr·g. The rate stands outside b
/// (PyTorch, optax), so that a change of the rate acts at once; in the other form, b ← momentum·b − lr·g, it acts on new gradients
/// only.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `lr` | 0.001 | [0, ∞) | learning rate |
/// | `momentum` | 0 | [0, 1) | share of the velocity that is kept |
/// | `dampening` | 0 | [0, 1] | share of the gradient that is kept out of the velocity |
/// | `weight_decay` | 0 | [0, ∞) | [L2](Decay::L2) |
/// | `nesterov` | false | with `momentum` > 0, `dampening` = 0 | look ahead along the velocity |
/// | `maximize` | false | | climb instead of descending |
///
/// State: `velocity` (b), if there is momentum.
///
/// # Examples
/// ```
/// use backprop_optimizers::{Optimizer, Sgd, Stepper, Tick};
/// use backprop_tensor::{Role, Span};
/// let rule = Sgd { momentum: 0.5, ..Sgd::default() };
/// let mut sgd = Stepper::new(rule, &[Span::new("w", &[1], Role::Weight)], false)?;
/// let mut p = [1.0_f32];
/// sgd.step(Tick::rate(0.25), &mut p, &[1.0]);                            // b = 1, p = 1 − 0.25
/// sgd.step(Tick::rate(0.25), &mut p, &[1.0]);                            // b = 1.5, p = 0.75 − 0.375
/// assert_eq!(p, [0.375]);
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
///
/// # References
/// B. T. Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964.
/// <https://doi.org/10.1016/0041-5553(64)90137-5>;
/// I. Sutskever, J. Martens, G. Dahl, G. Hinton, *On the importance of initialization and momentum in deep learning*, 2013.
/// <https://proceedings.mlr.press/v28/sutskever13.html>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    /// Learning rate.
    pub lr: f64,
    /// Share of the velocity that is kept from step to step.
    pub momentum: f64,
    /// Share of the gradient that is kept out of the velocity.
    pub dampening: f64,
    /// L2 weight decay.
    pub weight_decay: f64,
    /// Look ahead along the velocity.
    pub nesterov: bool,
    /// Climb instead of descending.
    pub maximize: bool,
}

impl Default for Sgd {
    fn default() -> Self {
        Self { lr: 1e-3, momentum: 0.0, dampening: 0.0, weight_decay: 0.0, nesterov: false, maximize: false }
    }
}

pub(crate) const OPTIONS: [OptionSpec; 6] = [
    OptionSpec::number("lr", 1e-3, Interval::NON_NEGATIVE, "learning rate"),
    OptionSpec::number("momentum", 0.0, Interval::FRACTION, "share of the velocity that is kept"),
    OptionSpec::number("dampening", 0.0, Interval::closed(0.0, 1.0), "share of the gradient kept out of the velocity"),
    OptionSpec::number("weight_decay", 0.0, Interval::NON_NEGATIVE, "L2 weight decay"),
    OptionSpec::flag("nesterov", false, "look ahead along the velocity; needs momentum and no dampening"),
    OptionSpec::flag("maximize", false, "climb instead of descending"),
];

impl Sgd {
    pub(crate) fn read(options: &Options) -> Result<Self, OptionError> {
        let rule = Self {
            lr: options.number("lr"),
            momentum: options.number("momentum"),
            dampening: options.number("dampening"),
            weight_decay: options.number("weight_decay"),
            nesterov: options.flag("nesterov"),
            maximize: options.flag("maximize"),
        };
        let conflict = |reason: &str| Err(OptionError::Conflict { item: "sgd", reason: reason.to_owned() });
        if rule.nesterov && rule.momentum == 0.0 {
            return conflict("nesterov needs a momentum, such as momentum=0.9");
        }
        if rule.nesterov && rule.dampening != 0.0 {
            return conflict("nesterov and dampening do not go together; leave out one of them");
        }
        Ok(rule)
    }
}

impl Rule for Sgd {
    fn slots(&self) -> [Option<&'static str>; 3] {
        [(self.momentum > 0.0).then_some("velocity"), None, None]
    }

    fn rate(&self) -> f64 {
        self.lr
    }

    fn decay(&self) -> Decay {
        Decay::L2(self.weight_decay)
    }

    fn call(&self) -> Call {
        let Self { lr, momentum, dampening, weight_decay, nesterov, maximize } = *self;
        let numbers = [lr, momentum, dampening, weight_decay].map(Into::into);
        let [lr, momentum, dampening, weight_decay] = numbers;
        written("sgd", &OPTIONS, [lr, momentum, dampening, weight_decay, nesterov.into(), maximize.into()])
    }

    fn check(&self) -> Result<(), OptionError> {
        Self::read(&Options::resolve(&self.call(), &OPTIONS)?).map(drop)
    }

    fn update<T: Scalar>(&self, clock: Clock, params: &mut [T], gradients: &[T], [velocity, ..]: Slots<'_, T>) {
        let [rate, decay, sign] = [clock.rate, clock.decay.l2(), if self.maximize { -1.0 } else { 1.0 }].map(T::from_f64);
        if self.momentum == 0.0 {
            return vectorize!({
                for (p, &g) in params.iter_mut().zip(gradients) {
                    let g = sign * g + decay * *p; //                       g ← ±g + weight_decay·p
                    *p -= rate * g; //                                      p ← p − lr·g
                }
            });
        }
        let momentum = clock.momentum.unwrap_or(self.momentum);
        let (keep, take) = if clock.t == 1 { (0.0, 1.0) } else { (momentum, 1.0 - self.dampening) };
        let [momentum, keep, take] = [momentum, keep, take].map(T::from_f64);
        vectorize!({
            for ((p, &g), b) in params.iter_mut().zip(gradients).zip(velocity) {
                let g = sign * g + decay * *p; //                           g ← ±g + weight_decay·p
                *b = keep * *b + take * g; //                               b ← momentum·b + (1 − dampening)·g
                *p -= rate * if self.nesterov { g + momentum * *b } else { *b };
            }
        });
    }
}
