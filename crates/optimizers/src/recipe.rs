//! The optimizers that configs and the command line can name.

use std::fmt::Debug;
use std::sync::Arc;

use backprop_registry::{Call, Entry, OptionError, Registry};
use backprop_tensor::{Scalar, Span};

use crate::rule::{ADAGRAD, ADAM, ADAMW, RMSPROP, SGD};
use crate::{Adagrad, Adam, Decay, Optimizer, Rmsprop, Rule, Sgd, Stepper};

/// An optimizer that has its settings but not yet its parameters.
///
/// ```
/// use backprop_optimizers::{Adam, Recipe, registry};
/// let adam = registry::<f32>().parse("adam:lr=0.01")?;
/// assert_eq!(adam.rate(), 0.01);
/// assert_eq!(adam.call(), Recipe::<f32>::new(Adam { lr: 0.01, ..Adam::default() })?.call());
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Recipe<T: Scalar>(Arc<dyn Make<T>>);

impl<T: Scalar> Recipe<T> {
    /// The recipe for a rule of any kind.
    ///
    /// # Errors
    /// If a setting of the rule is out of range, or settings do not go together.
    pub fn new(rule: impl Rule) -> Result<Self, OptionError> {
        rule.check()?;
        Ok(Self::of_checked(rule))
    }

    fn of_checked(rule: impl Rule) -> Self {
        Self(Arc::new(rule))
    }

    /// The learning rate of the settings (the option `lr`): the base rate of a schedule.
    pub fn rate(&self) -> f64 {
        self.0.rate()
    }

    /// The weight decay of the settings.
    pub fn decay(&self) -> Decay {
        self.0.decay()
    }

    /// Its name and the options that differ from their defaults, as [`registry`] reads them back.
    pub fn call(&self) -> Call {
        self.0.call()
    }

    /// The optimizer for the parameters that `spans` describe. Only weights and embeddings decay, unless `decay_all` is set.
    ///
    /// # Panics
    /// If the spans do not follow one another without gap from 0.
    pub fn build(&self, spans: &[Span], decay_all: bool) -> Box<dyn Optimizer<T>> {
        self.0.build(spans, decay_all)
    }

    const ENTRIES: &'static [Entry<Self>] = &[
        Entry {
            name: "sgd",
            summary: "gradient descent, with momentum if asked",
            options: &SGD,
            build: |options| Sgd::read(options).map(Self::of_checked),
            waives: &[],
        },
        Entry {
            name: "adagrad",
            summary: "steps divided by the root of all squared gradients so far",
            options: &ADAGRAD,
            build: |options| Ok(Self::of_checked(Adagrad::read(options))),
            waives: &[],
        },
        Entry {
            name: "rmsprop",
            summary: "steps divided by the root mean square of recent gradients",
            options: &RMSPROP,
            build: |options| Ok(Self::of_checked(Rmsprop::read(options))),
            waives: &[],
        },
        Entry {
            name: "adam",
            summary: "running means of the gradient and of its square",
            options: &ADAM,
            build: |options| Ok(Self::of_checked(Adam::read(options, Decay::L2))),
            waives: &[],
        },
        Entry {
            name: "adamw",
            summary: "Adam with decoupled weight decay",
            options: &ADAMW,
            build: |options| Ok(Self::of_checked(Adam::read(options, Decay::Decoupled))),
            waives: &[],
        },
    ];
}

/// All optimizers by name, for parameters of type `T`.
///
/// ```
/// use backprop_optimizers::registry;
/// let error = registry::<f32>().parse("sgd:nesterov=true").unwrap_err();
/// assert_eq!(error.to_string(), "`sgd`: nesterov needs a momentum, such as momentum=0.9");
/// ```
pub fn registry<T: Scalar>() -> Registry<Recipe<T>> {
    Registry { kind: "optimizer", entries: Recipe::<T>::ENTRIES }
}

/// A [`Rule`] behind a pointer.
trait Make<T: Scalar>: Debug + Send + Sync {
    fn rate(&self) -> f64;
    fn decay(&self) -> Decay;
    fn call(&self) -> Call;
    fn build(&self, spans: &[Span], decay_all: bool) -> Box<dyn Optimizer<T>>;
}

impl<T: Scalar, R: Rule> Make<T> for R {
    fn rate(&self) -> f64 {
        Rule::rate(self)
    }

    fn decay(&self) -> Decay {
        Rule::decay(self)
    }

    fn call(&self) -> Call {
        Rule::call(self)
    }

    fn build(&self, spans: &[Span], decay_all: bool) -> Box<dyn Optimizer<T>> {
        Box::new(Stepper::of_checked(*self, spans, decay_all))
    }
}
