//! The table of all activation functions.

use std::marker::PhantomData;

use backprop_registry::{Call, Entry, OptionError, OptionSpec, Options, Preset, Registry, Waiver};
use backprop_tensor::Scalar;

use crate::{
    Activation, Celu, Elu, Gelu, GeluTanh, Glu, HardShrink, HardSigmoid, HardSwish, HardTanh, Identity, LeakyRelu, LogSigmoid,
    LogSoftmax, Mish, Relu, Relu6, Selu, Sigmoid, Silu, SoftShrink, Softmax, Softmin, Softplus, Softsign, Sparsemax,
    Squareplus, Tanh, TanhShrink, Threshold,
};

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
        entry("elu", "x if x > 0, else alpha (eˣ − 1)", Elu::OPTIONS, |o| Ok(Box::new(Elu::from_options(o)))),
        entry("celu", "x if x > 0, else alpha (e^(x/alpha) − 1)", Celu::OPTIONS, |o| Ok(Box::new(Celu::from_options(o)))),
        entry("selu", "elu with the scale at which a deep network normalises itself", &[], |_| Ok(Box::new(Selu))),
        Entry {
            waives: FALLS,
            ..entry("gelu", "x Φ(x): x times how likely a normal number is below it", &[], |_| Ok(Box::new(Gelu)))
        },
        Entry { waives: FALLS, ..entry("gelu_tanh", "gelu by way of tanh", &[], |_| Ok(Box::new(GeluTanh))) },
        Entry { waives: FALLS, ..entry("silu", "x σ(x), also called swish", &[], |_| Ok(Box::new(Silu))) },
        Entry { waives: FALLS, ..entry("mish", "x tanh(ln(1 + eˣ))", &[], |_| Ok(Box::new(Mish))) },
        entry("softplus", "ln(1 + e^(beta·x))/beta: relu with a soft bend", Softplus::OPTIONS, |o| {
            Ok(Box::new(Softplus::from_options(o)))
        }),
        entry("squareplus", "(x + √(x² + b))/2: relu with a soft bend, without exponentials", Squareplus::OPTIONS, |o| {
            Ok(Box::new(Squareplus::from_options(o)))
        }),
        entry("softsign", "x/(1 + |x|): from −1 to 1, slowly", &[], |_| Ok(Box::new(Softsign))),
        entry("relu6", "min(max(0, x), 6)", &[], |_| Ok(Box::new(Relu6))),
        entry("hard_sigmoid", "min(max(0, x + 3), 6)/6: sigmoid in straight pieces", &[], |_| Ok(Box::new(HardSigmoid))),
        Entry { waives: FALLS, ..entry("hard_swish", "x hard_sigmoid(x)", &[], |_| Ok(Box::new(HardSwish))) },
        entry("hard_tanh", "min(max(min, x), max): tanh in straight pieces", HardTanh::OPTIONS, |o| {
            Ok(Box::new(HardTanh::from_options(o)?))
        }),
        entry("hard_shrink", "x if |x| > lambd, else 0", HardShrink::OPTIONS, |o| Ok(Box::new(HardShrink::from_options(o)))),
        entry("soft_shrink", "x drawn towards 0 by lambd", SoftShrink::OPTIONS, |o| Ok(Box::new(SoftShrink::from_options(o)))),
        entry("tanh_shrink", "x − tanh x", &[], |_| Ok(Box::new(TanhShrink))),
        entry("threshold", "x if x > threshold, else value", Threshold::OPTIONS, |o| Ok(Box::new(Threshold::from_options(o)))),
        entry("log_sigmoid", "ln σ(x): the logarithm of sigmoid", &[], |_| Ok(Box::new(LogSigmoid))),
        entry("softmax", "eˣ/Σ eˣ of each column: probabilities", &[], |_| Ok(Box::new(Softmax))),
        entry("log_softmax", "x − ln Σ eˣ of each column: their logarithms", &[], |_| Ok(Box::new(LogSoftmax))),
        entry("softmin", "softmax of −x: the smallest number gets the largest share", &[], |_| Ok(Box::new(Softmin))),
        entry("sparsemax", "the nearest probabilities to each column, most of them 0", &[], |_| Ok(Box::new(Sparsemax))),
        entry("glu", "a σ(b), a and b the halves of each column: half as many rows", &[], |_| Ok(Box::new(Glu))),
    ];
}

/// The call of a function with these values of its options: those that differ from their defaults are named.
pub(crate) fn call(name: &str, options: &[OptionSpec], values: &[f64]) -> Call {
    let differing = options.iter().zip(values).filter(|(option, value)| option.default != Preset::Number(**value));
    differing.fold(Call::new(name), |call, (option, &value)| call.with(option.name, value))
}

/// For functions with a dip on the left.
const FALLS: &[Waiver] = &[Waiver { law: "monotone", reason: "it falls a little below 0 before it rises" }];

type Build<I> = fn(&Options) -> Result<I, OptionError>;

/// An entry that keeps every law.
const fn entry<I>(name: &'static str, summary: &'static str, options: &'static [OptionSpec], build: Build<I>) -> Entry<I> {
    Entry { name, summary, options, build, waives: &[] }
}
