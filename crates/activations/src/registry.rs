//! The table of all activation functions.

use std::marker::PhantomData;

use backprop_registry::{Entry, OptionError, OptionSpec, Options, Registry, Waiver};
use backprop_tensor::Scalar;

use crate::{Activation, Gelu, GeluTanh, Identity, LeakyRelu, LogSoftmax, Relu, Sigmoid, Softmax, Tanh};

/// All activation functions of this crate, by name.
///
/// ```
/// let leaky = backprop_activations::registry::<f32>().parse("leaky_relu:slope=0.2")?;
/// assert_eq!(leaky.call().to_string(), "leaky_relu:slope=0.2");
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
pub fn registry<T: Scalar>() -> Registry<Box<dyn Activation<T>>> {
    Registry { kind: "activation", entries: Table::<T>::ENTRIES }
}

/// A generic constant needs a generic type to stand in.
struct Table<T>(PhantomData<T>);

impl<T: Scalar> Table<T> {
    /// One line for each function. Where a law does not hold: `Entry { waives: &[Waiver { .. }], ..entry(..) }`.
    const ENTRIES: &[Entry<Box<dyn Activation<T>>>] = &[
        entry("identity", "x", &[], |_| Ok(Box::new(Identity))),
        entry("sigmoid", "1/(1 + e⁻ˣ): from 0 to 1", &[], |_| Ok(Box::new(Sigmoid))),
        entry("tanh", "tanh x: from −1 to 1", &[], |_| Ok(Box::new(Tanh))),
        entry("relu", "max(0, x)", &[], |_| Ok(Box::new(Relu))),
        entry("leaky_relu", "x if x > 0, else slope·x", LeakyRelu::OPTIONS, |o| Ok(Box::new(LeakyRelu::from_options(o)))),
        Entry {
            waives: FALLS,
            ..entry("gelu", "x Φ(x): x times how likely a normal number is below it", &[], |_| Ok(Box::new(Gelu)))
        },
        Entry { waives: FALLS, ..entry("gelu_tanh", "gelu by way of tanh", &[], |_| Ok(Box::new(GeluTanh))) },
        entry("softmax", "eˣ/Σ eˣ of each column: probabilities", &[], |_| Ok(Box::new(Softmax))),
        entry("log_softmax", "x − ln Σ eˣ of each column: their logarithms", &[], |_| Ok(Box::new(LogSoftmax))),
    ];
}

/// For functions with a dip on the left.
const FALLS: &[Waiver] = &[Waiver { law: "monotone", reason: "it falls from 0 to −0.17 before it rises" }];

type Build<I> = fn(&Options) -> Result<I, OptionError>;

/// An entry that keeps every law.
const fn entry<I>(name: &'static str, summary: &'static str, options: &'static [OptionSpec], build: Build<I>) -> Entry<I> {
    Entry { name, summary, options, build, waives: &[] }
}
