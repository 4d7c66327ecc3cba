//! The table of all losses.

use std::marker::PhantomData;

use backprop_registry::{Entry, Interval, OptionSpec, Options, Registry, Waiver};
use backprop_tensor::Scalar;

use crate::{
    BinaryCrossEntropy, CategoricalCrossEntropy, ClassWeighted, CosineDistance, Elementwise, FocalCategorical, Huber,
    KlDivergence, Loss, MeanAbsolute, MeanSquared, MultiMargin, NegativeLogLikelihood, SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
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
                    Interval::FRACTION,
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
        Entry {
            name: "focal_categorical",
            summary: "cross-entropy that counts a sample less, the better it is told apart",
            options: &[
                CLASS_WEIGHTS,
                IGNORE_INDEX,
                OptionSpec::number(
                    "gamma",
                    2.0,
                    Interval::closed(0.0, 100.0),
                    "how much less a sample counts that is told apart",
                ),
                OptionSpec::optional_numbers(
                    "alpha",
                    Interval::NON_NEGATIVE,
                    "class weights by which the mean is not divided, one for each class",
                ),
            ],
            build: |options| {
                Ok(Box::new(FocalCategorical {
                    class_weights: options.numbers("weight").to_vec(),
                    ignore_index: ignore_index(options),
                    gamma: options.number("gamma"),
                    alpha: options.optional_numbers("alpha").unwrap_or_default().to_vec(),
                }))
            },
            waives: &[],
        },
        Entry {
            name: "multi_margin",
            summary: "hinge loss: the score of the class is to lead the others by a margin",
            options: &[
                CLASS_WEIGHTS,
                IGNORE_INDEX,
                OptionSpec::integer("p", 1.0, Interval::closed(1.0, 2.0), "the power of a margin that is missed"),
                OptionSpec::number("margin", 1.0, Interval::NON_NEGATIVE, "by how much the class is to lead"),
            ],
            build: |options| {
                Ok(Box::new(MultiMargin {
                    class_weights: options.numbers("weight").to_vec(),
                    ignore_index: ignore_index(options),
                    squared: options.integer("p") == 2,
                    margin: options.number("margin"),
                }))
            },
            waives: &[Waiver { law: "class_weights", reason: "as PyTorch's, its mean is not divided by the class weights" }],
        },
        Entry {
            name: "kl_div",
            summary: "Kullback–Leibler divergence of log-probabilities from a distribution",
            options: &[
                CLASS_WEIGHTS,
                OptionSpec::flag("log_target", false, "whether the target is logarithms of probabilities"),
            ],
            build: |options| {
                let class_weights = options.numbers("weight").to_vec();
                Ok(Box::new(KlDivergence { log_target: options.flag("log_target"), class_weights }))
            },
            waives: &[Waiver { law: "non_negative", reason: "not negative for distributions alone, whose sum is 1" }],
        },
        Entry {
            name: "cosine",
            summary: "one minus the cosine of the angle between prediction and target",
            options: &[
                CLASS_WEIGHTS,
                OptionSpec::number("eps", 1e-8, Interval::half_open(1e-30, f64::INFINITY), "the least length of a vector"),
            ],
            build: |options| {
                let class_weights = options.numbers("weight").to_vec();
                Ok(Box::new(CosineDistance { eps: options.number("eps"), class_weights }))
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
