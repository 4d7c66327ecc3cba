//! A network by name: what a file says, and what a file is read back into.

use std::sync::Arc;

use backprop_activations::Activation;
use backprop_registry::{Call, Entry, Interval, OptionError, OptionSpec, Options, Registry};
use backprop_tensor::Scalar;

use crate::{Activated, Dense, Dropout, InputNormalizer, Layer, Part, Sequential, Unnamed, initializers};

/// A layer by name, or a block of them.
///
/// ```
/// use backprop_layers::{Description, Network, Sequential};
///
/// let layers = [
///     Description::Layer("dense:inputs=4,outputs=4,activation=tanh".parse()?),
///     Description::Residual(vec![Description::Layer("dense:inputs=4,outputs=4".parse()?)]),
/// ];
/// let network = Network::<f32>::new(4, Description::build(&layers)?).expect("the shapes fit");
/// assert_eq!(network.describe().expect("all layers have names"), layers);
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Description {
    /// A layer of the registry.
    Layer(Call),
    /// Layers whose output is added to their input.
    Residual(Vec<Description>),
}

impl Description {
    /// The layers that these descriptions name.
    ///
    /// # Errors
    /// If a name or an option is unknown, or a value is not acceptable.
    pub fn build<T: Scalar>(descriptions: &[Description]) -> Result<Sequential<T>, OptionError> {
        descriptions.iter().try_fold(Sequential::new(), |sequential, description| {
            Ok(match description {
                Description::Layer(call) => sequential.shared(registry::<T>().build(call)?),
                Description::Residual(inner) => sequential.residual(Self::build(inner)?),
            })
        })
    }

    /// The descriptions of these layers; `index` counts them.
    pub(crate) fn of<T: Scalar>(sequential: &Sequential<T>, index: &mut usize) -> Result<Vec<Self>, Unnamed> {
        let mut describe = |part: &Part<T>| match part {
            Part::Layer(layer) => {
                // A name that the registry does not know would be written, and never read back.
                let readable = |call: &Call| registry::<T>().build(call).is_ok();
                let call = layer.call().filter(readable).ok_or_else(|| Unnamed { index: *index, layer: layer.label() })?;
                *index += 1;
                Ok(Description::Layer(call))
            }
            Part::Residual(inner) => Ok(Description::Residual(Self::of(inner, index)?)),
        };
        sequential.parts().iter().map(&mut describe).collect()
    }
}

/// All layers by name.
///
/// ```
/// use backprop_layers::registry;
/// let dense = registry::<f32>().parse("dense:inputs=3,outputs=2,activation=leaky_relu:slope=0.1").unwrap();
/// assert_eq!(dense.label(), "Dense(3 → 2, leaky_relu:slope=0.1)");
/// ```
pub fn registry<T: Scalar>() -> Registry<Arc<dyn Layer<T>>> {
    Registry { kind: "layer", entries: Table::<T>::ENTRIES }
}

const SIZE: Interval = Interval::closed(1.0, 16_777_216.0);

struct Table<T>(std::marker::PhantomData<T>);

impl<T: Scalar> Table<T> {
    const ENTRIES: &'static [Entry<Arc<dyn Layer<T>>>] = &[
        Entry {
            name: "dense",
            summary: "every output a weighted sum of all inputs plus a bias, through an activation",
            options: &[
                OptionSpec::integer("inputs", 0.0, SIZE, "features that go in").required(),
                OptionSpec::integer("outputs", 0.0, SIZE, "features that come out").required(),
                OptionSpec::text("activation", "identity", "an activation with its options"),
                OptionSpec::flag("bias", true, "whether a bias is added"),
                OptionSpec::text("initializer", "auto", "an initializer with its options"),
            ],
            build: |options| Ok(Arc::new(dense::<T>(options)?)),
            waives: &[],
        },
        Entry {
            name: "activation",
            summary: "an activation as a layer of its own",
            options: &[OptionSpec::text("function", "identity", "an activation with its options")],
            build: |options| Ok(Arc::new(Activated::shared(activation::<T>(options.text("function"))?))),
            waives: &[],
        },
        Entry {
            name: "dropout",
            summary: "leaves out values in training",
            options: &[OptionSpec::number("rate", 0.5, Interval::FRACTION, "share of the values that is left out")],
            build: |options| Ok(Arc::new(Dropout::new(options.number("rate")))),
            waives: &[],
        },
        Entry {
            name: "input_normalizer",
            summary: "inputs brought to mean 0 and variance 1 with counted figures",
            options: &[OptionSpec::integer("features", 0.0, SIZE, "features that go in").required()],
            build: |options| Ok(Arc::new(InputNormalizer::new(options.integer("features") as usize))),
            waives: &[],
        },
    ];
}

fn dense<T: Scalar>(options: &Options) -> Result<Dense<T>, OptionError> {
    let mut dense = Dense::new(options.integer("inputs") as usize, options.integer("outputs") as usize);
    if options.text("activation") != "identity" {
        dense = dense.shared_activation(activation(options.text("activation"))?);
    }
    if !options.flag("bias") {
        dense = dense.without_bias();
    }
    Ok(dense.shared_initializer(Arc::from(initializers().parse(unwrapped(options.text("initializer")))?)))
}

fn activation<T: Scalar>(text: &str) -> Result<Arc<dyn Activation<T>>, OptionError> {
    Ok(Arc::from(backprop_activations::registry::<T>().parse(unwrapped(text))?))
}

/// A nested call with several options stands in brackets, so that its commas are its own.
fn unwrapped(text: &str) -> &str {
    text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text)
}

/// A call as the value of an option of another.
pub(crate) fn nested(call: &Call) -> String {
    if call.options.len() > 1 { format!("[{call}]") } else { call.to_string() }
}
