//! Steps divided by the root of a running mean of squared gradients.

use backprop_registry::{Call, Interval, OptionError, OptionSpec, Options};
use backprop_tensor::{Scalar, vectorize};

use super::positive;
use crate::written::written;
use crate::{Clock, Decay, Rule, Slots};

/// RMSprop: AdaGrad that forgets.
///
/// ```text
/// g ← g + weight_decay·p
/// s ← alpha·s + (1 − alpha)·g²
/// d = √s + eps
/// ḡ ← alpha·ḡ + (1 − alpha)·g,  d = √(s − ḡ²) + eps      if centered
/// p ← p − lr·g/d                                          without momentum
/// b ← momentum·b + g/d,  p ← p − lr·b                     with momentum
/// ```
///
/// `eps` stands outside the root, as in PyTorch (Keras has it inside). s − ḡ², a variance, is at least 0 but for rounding, and is
/// taken as 0 where rounding makes it negative; PyTorch gives NaN there.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `lr` | 0.01 | [0, ∞) | learning rate |
/// | `alpha` | 0.99 | [0, 1) | share of the means that is kept |
/// | `eps` | 1e-8 | (0, ∞) | keeps the quotient finite |
/// | `weight_decay` | 0 | [0, ∞) | [L2](Decay::L2) |
/// | `momentum` | 0 | [0, 1) | share of the velocity that is kept |
/// | `centered` | false | | divide by the standard deviation instead |
///
/// State: `square_mean` (s); `mean` (ḡ) if centered; `velocity` (b) if there is momentum.
///
/// # Examples
/// ```
/// use backprop_optimizers::{Optimizer, Rmsprop, Stepper, Tick};
/// use backprop_tensor::{Role, Span};
/// let rule = Rmsprop { alpha: 0.75, ..Rmsprop::default() };
/// let mut rmsprop = Stepper::new(rule, &[Span::new("w", &[1], Role::Weight)], false)?;
/// let mut p = [1.0_f32];
/// rmsprop.step(Tick::rate(0.25), &mut p, &[4.0]);                        // s = 4, p = 1 − 0.25·4/2
/// assert!((p[0] - 0.5).abs() < 1e-7);
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
///
/// # References
/// T. Tieleman, G. Hinton, *Lecture 6.5 – rmsprop*, Coursera: Neural Networks for Machine Learning, 2012.
/// <https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf>;
/// centered: A. Graves, *Generating Sequences With Recurrent Neural Networks*, 2013. <https://arxiv.org/abs/1308.0850>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rmsprop {
    /// Learning rate.
    pub lr: f64,
    /// Share of the running means that is kept from step to step.
    pub alpha: f64,
    /// Keeps the quotient finite.
    pub eps: f64,
    /// L2 weight decay.
    pub weight_decay: f64,
    /// Share of the velocity that is kept from step to step.
    pub momentum: f64,
    /// Divide by the standard deviation of the gradient instead of its root mean square.
    pub centered: bool,
}

impl Default for Rmsprop {
    fn default() -> Self {
        Self { lr: 1e-2, alpha: 0.99, eps: 1e-8, weight_decay: 0.0, momentum: 0.0, centered: false }
    }
}

pub(crate) const OPTIONS: [OptionSpec; 6] = [
    OptionSpec::number("lr", 1e-2, Interval::NON_NEGATIVE, "learning rate"),
    OptionSpec::number("alpha", 0.99, Interval::FRACTION, "share of the running means that is kept"),
    OptionSpec::number("eps", 1e-8, Interval::POSITIVE, "keeps the quotient finite"),
    OptionSpec::number("weight_decay", 0.0, Interval::NON_NEGATIVE, "L2 weight decay"),
    OptionSpec::number("momentum", 0.0, Interval::FRACTION, "share of the velocity that is kept"),
    OptionSpec::flag("centered", false, "divide by the standard deviation instead of the root mean square"),
];

impl Rmsprop {
    pub(crate) fn read(options: &Options) -> Self {
        Self {
            lr: options.number("lr"),
            alpha: options.number("alpha"),
            eps: options.number("eps"),
            weight_decay: options.number("weight_decay"),
            momentum: options.number("momentum"),
            centered: options.flag("centered"),
        }
    }
}

impl Rule for Rmsprop {
    fn slots(&self) -> [Option<&'static str>; 3] {
        [Some("square_mean"), self.centered.then_some("mean"), (self.momentum > 0.0).then_some("velocity")]
    }

    fn rate(&self) -> f64 {
        self.lr
    }

    fn decay(&self) -> Decay {
        Decay::L2(self.weight_decay)
    }

    fn call(&self) -> Call {
        let Self { lr, alpha, eps, weight_decay, momentum, centered } = *self;
        let [lr, alpha, eps, weight_decay, momentum] = [lr, alpha, eps, weight_decay, momentum].map(Into::into);
        written("rmsprop", &OPTIONS, [lr, alpha, eps, weight_decay, momentum, centered.into()])
    }

    fn check(&self) -> Result<(), OptionError> {
        Options::resolve(&self.call(), &OPTIONS).map(drop)
    }

    fn update<T: Scalar>(&self, clock: Clock, params: &mut [T], gradients: &[T], slots: Slots<'_, T>) {
        let number = T::from_f64;
        let element = Element {
            rate: number(clock.rate),
            decay: number(clock.decay.l2()),
            keep: number(self.alpha),
            take: number(1.0 - self.alpha),
            momentum: number(clock.momentum.unwrap_or(self.momentum)),
            eps: positive(self.eps),
        };
        let [squares, means, velocities] = slots;
        let triples = params.iter_mut().zip(gradients).zip(squares);
        // Only a small closure becomes vector code: one loop each.
        match (self.centered, self.momentum > 0.0) {
            (false, false) => vectorize!(triples.for_each(|((p, &g), s)| element.step(p, g, s, None, None))),
            (true, false) => {
                let all = triples.zip(means);
                vectorize!(all.for_each(|(((p, &g), s), mean)| element.step(p, g, s, Some(mean), None)));
            }
            (false, true) => {
                let all = triples.zip(velocities);
                vectorize!(all.for_each(|(((p, &g), s), b)| element.step(p, g, s, None, Some(b))));
            }
            (true, true) => {
                let all = triples.zip(means).zip(velocities);
                vectorize!(all.for_each(|((((p, &g), s), mean), b)| element.step(p, g, s, Some(mean), Some(b))));
            }
        }
    }
}

/// The numbers of a step, in the type of the parameters.
#[derive(Clone, Copy)]
struct Element<T> {
    rate: T,
    decay: T,
    keep: T,
    take: T,
    momentum: T,
    eps: T,
}

impl<T: Scalar> Element<T> {
    #[inline(always)]
    fn step(self, p: &mut T, g: T, s: &mut T, mean: Option<&mut T>, velocity: Option<&mut T>) {
        let g = g + self.decay * *p; //                                     g ← g + weight_decay·p
        *s = self.keep * *s + self.take * g * g; //                         s ← alpha·s + (1 − alpha)·g²
        let mut variance = *s;
        if let Some(mean) = mean {
            *mean = self.keep * *mean + self.take * g; //                   ḡ ← alpha·ḡ + (1 − alpha)·g
            variance = (*s - *mean * *mean).at_least(T::ZERO); //            s − ḡ²
        }
        let mut direction = g / (variance.sqrt() + self.eps); //            g/d
        if let Some(b) = velocity {
            *b = self.momentum * *b + direction; //                         b ← momentum·b + g/d
            direction = *b;
        }
        *p -= self.rate * direction; //                                     p ← p − lr·b
    }
}
