//! Running means of the gradient and of its square.

use backprop_registry::{Call, Interval, OptionError, OptionSpec, Options};
use backprop_tensor::{Scalar, vectorize};

use super::positive;
use crate::written::written;
use crate::{Clock, Decay, Rule, Slots};

/// Adam, and with [decoupled](Decay::Decoupled) decay AdamW.
///
/// ```text
/// g ← g + weight_decay·p                                L2          (adam)
/// p ← p (1 − lr·weight_decay)                           Decoupled   (adamw)
/// m ← β₁ m + (1 − β₁) g
/// v ← β₂ v + (1 − β₂) g²
/// v* ← max(v*, v), in place of v below                  if amsgrad
/// p ← p − lr · (m/β̂₁) / (√(v/β̂₂) + eps)                β̂ = 1 − βᵗ
/// ```
///
/// The first step is lr·g/(|g| + eps): its length is the rate, whatever the size of the gradient. `eps` stands outside the root and
/// after the correction (PyTorch and Algorithm 1 of the paper; Keras adds an "ε̂" before the correction). The corrections β̂ are
/// computed in `f64`. The square is taken as ((1 − β₂)·g)·g, so that in `f32` a gradient of 1e20, whose square overflows, does not
/// stop its parameter for ever.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `lr` | 0.001 | [0, ∞) | learning rate |
/// | `betas` | [0.9, 0.999] | [0, 1) | shares of m and of v that are kept; a schedule may drive the first |
/// | `eps` | 1e-8 | (0, ∞) | keeps the quotient finite |
/// | `decay` | none; [0.01 decoupled](Adam::adamw) as `adamw` | [0, ∞) | option `weight_decay` of `adam` and `adamw` |
/// | `amsgrad` | false | | divide by the largest v so far |
///
/// State: `m`, `v`; `v_max` (v*) with `amsgrad`.
///
/// # Examples
/// ```
/// use backprop_optimizers::{Adam, Optimizer, Stepper, Tick};
/// use backprop_tensor::{Role, Span};
/// let mut adam = Stepper::new(Adam::default(), &[Span::new("w", &[2], Role::Weight)], false)?;
/// let mut p = [1.0, 1.0];
/// adam.step(Tick::rate(0.1), &mut p, &[5.0, -0.001]);                    // 0.1 against the sign of g
/// assert!((p[0] - 0.9_f64).abs() < 1e-8 && (p[1] - 1.1).abs() < 1e-5);
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
///
/// # References
/// D. P. Kingma, J. Ba, *Adam: A Method for Stochastic Optimization*, 2015. <https://arxiv.org/abs/1412.6980>;
/// `adamw`: I. Loshchilov, F. Hutter, *Decoupled Weight Decay Regularization*, 2019. <https://arxiv.org/abs/1711.05101>;
/// `amsgrad`: S. J. Reddi, S. Kale, S. Kumar, *On the Convergence of Adam and Beyond*, 2018. <https://arxiv.org/abs/1904.09237>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// Learning rate.
    pub lr: f64,
    /// β₁ and β₂: shares of m and of v that are kept from step to step.
    pub betas: [f64; 2],
    /// Keeps the quotient finite.
    pub eps: f64,
    /// L2 or decoupled weight decay.
    pub decay: Decay,
    /// Divide by the largest v so far.
    pub amsgrad: bool,
}

impl Default for Adam {
    fn default() -> Self {
        Self { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, decay: Decay::NONE, amsgrad: false }
    }
}

const fn options(weight_decay: f64, meaning: &'static str) -> [OptionSpec; 5] {
    [
        OptionSpec::number("lr", 1e-3, Interval::NON_NEGATIVE, "learning rate"),
        OptionSpec::numbers("betas", &[0.9, 0.999], Interval::FRACTION, "shares of the two running means that are kept"),
        OptionSpec::number("eps", 1e-8, Interval::POSITIVE, "keeps the quotient finite"),
        OptionSpec::number("weight_decay", weight_decay, Interval::NON_NEGATIVE, meaning),
        OptionSpec::flag("amsgrad", false, "divide by the largest mean square so far"),
    ]
}

pub(crate) const ADAM: [OptionSpec; 5] = options(0.0, "L2 weight decay");
pub(crate) const ADAMW: [OptionSpec; 5] = options(0.01, "decoupled weight decay");

impl Adam {
    /// AdamW with its defaults: a decoupled decay of 0.01.
    ///
    /// ```
    /// use backprop_optimizers::{Adam, Decay, Rule};
    /// assert_eq!(Adam::adamw(), Adam { decay: Decay::Decoupled(0.01), ..Adam::default() });
    /// assert_eq!(Adam::adamw().call().to_string(), "adamw");
    /// ```
    pub fn adamw() -> Self {
        Self { decay: Decay::Decoupled(0.01), ..Self::default() }
    }

    pub(crate) fn read(options: &Options, decay: fn(f64) -> Decay) -> Self {
        let betas = options.numbers("betas");
        Self {
            lr: options.number("lr"),
            betas: [betas[0], betas[1]], // the table admits exactly two
            eps: options.number("eps"),
            decay: decay(options.number("weight_decay")),
            amsgrad: options.flag("amsgrad"),
        }
    }

    fn table(&self) -> (&'static str, &'static [OptionSpec; 5]) {
        match self.decay {
            Decay::L2(_) => ("adam", &ADAM),
            Decay::Decoupled(_) => ("adamw", &ADAMW),
        }
    }
}

impl Rule for Adam {
    fn slots(&self) -> [Option<&'static str>; 3] {
        [Some("m"), Some("v"), self.amsgrad.then_some("v_max")]
    }

    // β̂ = 1 − βᵗ
    fn corrections(&self, t: u64, momentum: Option<f64>) -> [f64; 2] {
        [momentum.unwrap_or(self.betas[0]), self.betas[1]].map(|beta| 1.0 - beta.powf(t as f64))
    }

    fn rate(&self) -> f64 {
        self.lr
    }

    fn decay(&self) -> Decay {
        self.decay
    }

    fn call(&self) -> Call {
        let (name, options) = self.table();
        let Self { lr, betas, eps, decay, amsgrad } = *self;
        let values = [lr.into(), betas.to_vec().into(), eps.into(), decay.weight().into(), amsgrad.into()];
        written(name, options, values)
    }

    fn check(&self) -> Result<(), OptionError> {
        Options::resolve(&self.call(), self.table().1).map(drop)
    }

    fn update<T: Scalar>(&self, clock: Clock, params: &mut [T], gradients: &[T], [m, v, v_max]: Slots<'_, T>) {
        let [beta1, beta2] = [clock.momentum.unwrap_or(self.betas[0]), self.betas[1]];
        let [correction1, correction2] = clock.corrections;
        let number = T::from_f64;
        let element = Element {
            shrink: number(clock.decay.shrink(clock.rate)),
            decay: number(clock.decay.l2()),
            keep: [beta1, beta2].map(number),
            take: [1.0 - beta1, 1.0 - beta2].map(number),
            rate: number(clock.rate / correction1),
            scale: number(1.0 / correction2.sqrt()),
            eps: positive(self.eps),
        };
        let quadruples = params.iter_mut().zip(gradients).zip(m).zip(v);
        // Only a small closure becomes vector code: one loop each.
        if self.amsgrad {
            let all = quadruples.zip(v_max);
            vectorize!(all.for_each(|((((p, &g), m), v), v_max)| element.step(p, g, m, v, Some(v_max))));
        } else {
            vectorize!(quadruples.for_each(|(((p, &g), m), v)| element.step(p, g, m, v, None)));
        }
    }
}

/// The numbers of a step, in the type of the parameters.
#[derive(Clone, Copy)]
struct Element<T> {
    shrink: T,
    decay: T,
    keep: [T; 2],
    take: [T; 2],
    rate: T,
    scale: T,
    eps: T,
}

impl<T: Scalar> Element<T> {
    #[inline(always)]
    fn step(self, p: &mut T, g: T, m: &mut T, v: &mut T, v_max: Option<&mut T>) {
        let g = g + self.decay * *p; //                                     g ← g + weight_decay·p
        let mean = self.keep[0] * *m + self.take[0] * g; //                 m ← β₁ m + (1 − β₁) g
        let square = self.keep[1] * *v + self.take[1] * g * g; //           v ← β₂ v + ((1 − β₂) g) g
        let mut largest = square;
        if let Some(v_max) = v_max {
            largest = v_max.at_least(square); //                             v* ← max(v*, v)
            *v_max = largest;
        }
        let step = self.rate * mean / (largest.sqrt() * self.scale + self.eps); // lr/β̂₁·m / (√v/√β̂₂ + eps)
        *p = *p * self.shrink - step; //                                    p ← p (1 − lr·weight_decay) − step
        *m = mean;
        *v = square;
    }
}
