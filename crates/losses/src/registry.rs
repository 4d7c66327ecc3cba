//! The table of all losses.

use std::marker::PhantomData;

use backprop_registry::{Entry, Interval, OptionSpec, Options, Registry};
use backprop_tensor::Scalar;

use crate::{
    BinaryCrossEntropy, CategoricalCrossEntropy, ClassWeighted, Elementwise, Huber, Loss, MeanAbsolute, MeanSquared,
    NegativeLogLikelihood, SigmoidCrossEntropy, SoftmaxCrossEntropy,
};

/// Every loss by name.
///
/// ```
/// use backprop_losses::registry;
/// let loss = registry::<f32>().parse("huber:delta=0.5")?;
/// assert_eq!(loss.call().to_string(), "huber:delta=0.5");
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
pub fn registry<T: Scalar>() -> Registry<Box<dyn Loss<T>>> {
    Registry { kind: "loss", entries: Table::<T>::ENTRIES }
}

/// Carries the table for each scalar type: a static cannot be generic, an associated constant can.
struct Table<T>(PhantomData<T>);

const CLASS_WEIGHTS: OptionSpec =
    OptionSpec::numbers("weight", &[], Interval::NON_NEGATIVE, "class weights, one for each class; the target is labels");
const IGNORE_INDEX: OptionSpec = OptionSpec::integer(
    "ignore_index",
    -100.0,
    Interval::closed(i32::MIN as f64, u32::MAX as f64),
    "a label that does not count; a negative one is none",
);

impl<T: Scalar> Table<T> {
    const ENTRIES: &'static [Entry<Box<dyn Loss<T>>>] = &[
        Entry {
            name: "mse",
            summary: "mean squared error: (y − t)²",
            options: &[CLASS_WEIGHTS],
            build: |options| Ok(elementwise(MeanSquared, options)),
            waives: &[],
        },
        Entry {
            name: "mae",
            summary: "mean absolute error: |y − t|",
            options: &[CLASS_WEIGHTS],
            build: |options| Ok(elementwise(MeanAbsolute, options)),
            waives: &[],
        },
        Entry {
            name: "huber",
            summary: "squared error near the target, absolute error far away",
            options: &[OptionSpec::number("delta", 1.0, Interval::POSITIVE, "where the loss turns linear"), CLASS_WEIGHTS],
            build: |options| Ok(elementwise(Huber { delta: options.number("delta") }, options)),
            waives: &[],
        },
        Entry {
            name: "bce",
            summary: "binary cross-entropy of probabilities; prefer bce_with_logits",
            options: &[CLASS_WEIGHTS],
            build: |options| Ok(elementwise(BinaryCrossEntropy, options)),
            waives: &[],
        },
        Entry {
            name: "bce_with_logits",
            summary: "sigmoid and binary cross-entropy in one, for yes-or-no outputs",
            options: &[
                OptionSpec::numbers(
                    "pos_weight",
                    &[],
                    Interval::NON_NEGATIVE,
                    "how much a positive counts against a negative: one for all rows, or one for each",
                ),
                CLASS_WEIGHTS,
            ],
            build: |options| {
                Ok(elementwise(SigmoidCrossEntropy { pos_weight: options.numbers("pos_weight").to_vec() }, options))
            },
            waives: &[],
        },
        Entry {
            name: "cross_entropy",
            summary: "softmax and cross-entropy in one, for one class out of several",
            options: &[
                CLASS_WEIGHTS,
                IGNORE_INDEX,
                OptionSpec::number(
                    "label_smoothing",
                    0.0,
                    Interval::closed(0.0, 1.0),
                    "the part of the target that is spread over all classes",
                ),
            ],
            build: |options| {
                Ok(Box::new(SoftmaxCrossEntropy {
                    class_weights: options.numbers("weight").to_vec(),
                    label_smoothing: options.number("label_smoothing"),
                    ignore_index: ignore_index(options),
                }))
            },
            waives: &[],
        },
        Entry {
            name: "categorical_cross_entropy",
            summary: "cross-entropy of probabilities; prefer cross_entropy",
            options: &[CLASS_WEIGHTS, IGNORE_INDEX],
            build: |options| {
                let class_weights = options.numbers("weight").to_vec();
                Ok(Box::new(CategoricalCrossEntropy { class_weights, ignore_index: ignore_index(options) }))
            },
            waives: &[],
        },
        Entry {
            name: "nll",
            summary: "negative log-likelihood of log-probabilities; prefer cross_entropy",
            options: &[CLASS_WEIGHTS, IGNORE_INDEX],
            build: |options| {
                let class_weights = options.numbers("weight").to_vec();
                Ok(Box::new(NegativeLogLikelihood { class_weights, ignore_index: ignore_index(options) }))
            },
            waives: &[],
        },
    ];
}

fn elementwise<T: Scalar>(loss: impl Elementwise, options: &Options) -> Box<dyn Loss<T>> {
    match options.numbers("weight") {
        [] => Box::new(loss),
        class_weights => Box::new(ClassWeighted { loss, class_weights: class_weights.to_vec() }),
    }
}

/// A negative index is that of no class.
fn ignore_index(options: &Options) -> Option<u32> {
    Some(options.number("ignore_index")).filter(|&index| index >= 0.0).map(|index| index as u32)
}
