//! The table of all losses.

use std::any::Any;
use std::marker::PhantomData;

use backprop_registry::{Entry, Interval, OptionError, OptionSpec, Options, Registry, Waiver};
use backprop_tensor::Scalar;

use crate::{
    BinaryCrossEntropy, BinaryFocal, CategoricalCrossEntropy, ClassWeighted, CosineDistance, Elementwise, FocalCategorical,
    GammaDeviance, GaussianNll, Hinge, Huber, KlDivergence, LogCosh, Loss, MeanAbsolute, MeanAbsolutePercentage, MeanSquared,
    MeanSquaredLogarithmic, MultiMargin, NegativeLogLikelihood, PoissonNll, Quantile, SigmoidCrossEntropy, SmoothL1,
    SoftmaxCrossEntropy, SquaredHinge, TweedieDeviance,
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
    let tables: [&dyn Any; 2] = [&SINGLE, &DOUBLE];
    *tables.iter().find_map(|table| table.downcast_ref()).expect("a scalar is f32 or f64")
}

/// The tables of both scalar types. As statics all losses are compiled with this crate, and not anew with everything that uses it.
static SINGLE: Registry<Box<dyn Loss<f32>>> = Registry { kind: "loss", entries: Table::<f32>::ENTRIES };
static DOUBLE: Registry<Box<dyn Loss<f64>>> = Registry { kind: "loss", entries: Table::<f64>::ENTRIES };

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
            name: "smooth_l1",
            summary: "absolute error with its corner rounded off",
            options: &[
                OptionSpec::number("beta", 1.0, Interval::NON_NEGATIVE, "where the loss turns linear; 0 is mae"),
                CLASS_WEIGHTS,
            ],
            build: |options| Ok(elementwise(SmoothL1 { beta: options.number("beta") }, options)),
            waives: &[],
        },
        Entry {
            name: "log_cosh",
            summary: "ln cosh(y − t): squared near the target, absolute far away, smooth throughout",
            options: &[CLASS_WEIGHTS],
            build: |options| Ok(elementwise(LogCosh, options)),
            waives: &[],
        },
        Entry {
            name: "quantile",
            summary: "pinball loss, whose best answer is a quantile of the target; of several, y has a block of rows for each",
            options: &[
                OptionSpec::number("quantile", 0.5, Interval::open(0.0, 1.0), "the share of targets below the prediction"),
                OptionSpec::numbers("quantiles", &[], Interval::open(0.0, 1.0), "several at once, instead of `quantile`"),
                CLASS_WEIGHTS,
            ],
            build: |options| Ok(elementwise(Quantile { quantiles: quantiles(options)? }, options)),
            waives: &[],
        },
        Entry {
            name: "mape",
            summary: "mean absolute percentage error, as a fraction: |y − t|/|t|",
            options: &[
                OptionSpec::number("epsilon", 1e-8, Interval::POSITIVE, "what an error is divided by at least"),
                CLASS_WEIGHTS,
            ],
            build: |options| Ok(elementwise(MeanAbsolutePercentage { epsilon: options.number("epsilon") }, options)),
            waives: &[],
        },
        Entry {
            name: "msle",
            summary: "squared error of ln(1 + y), for numbers from 0 on of any size",
            options: &[CLASS_WEIGHTS],
            build: |options| Ok(elementwise(MeanSquaredLogarithmic, options)),
            waives: &[Waiver { law: "finite", reason: "a prediction of −1 or below has no logarithm" }],
        },
        Entry {
            name: "poisson_nll",
            summary: "negative log-likelihood of counts, from the logarithm of their mean",
            options: &[
                OptionSpec::flag("log_input", true, "whether the prediction is the logarithm of the mean"),
                OptionSpec::flag("full", false, "whether the term of the target alone is added"),
                OptionSpec::number("eps", 1e-8, Interval::POSITIVE, "keeps the logarithm of a mean of 0 finite"),
                CLASS_WEIGHTS,
            ],
            build: |options| {
                let (log_input, full, eps) = (options.flag("log_input"), options.flag("full"), options.number("eps"));
                Ok(elementwise(PoissonNll { log_input, full, eps }, options))
            },
            waives: &[Waiver { law: "non_negative", reason: "e^y − t y is below 0 between its roots" }],
        },
        Entry {
            name: "gamma_deviance",
            summary: "half the gamma deviance, for positive amounts, from the logarithm of their mean",
            options: &[],
            build: |_| Ok(Box::new(GammaDeviance)),
            waives: &[],
        },
        Entry {
            name: "tweedie_deviance",
            summary: "half the Tweedie deviance, for amounts that are often 0, from the logarithm of their mean",
            options: &[
                OptionSpec::number("power", 1.5, Interval::closed(1.0, 2.0), "p of a variance that grows as μᵖ"),
                CLASS_WEIGHTS,
            ],
            build: |options| Ok(elementwise(TweedieDeviance { power: options.number("power") }, options)),
            waives: &[],
        },
        Entry {
            name: "gaussian_nll",
            summary: "negative log-likelihood of numbers; y holds their means, then their variances",
            options: &[
                OptionSpec::flag("full", false, "whether the constant ½ ln 2π is added"),
                OptionSpec::number("eps", 1e-6, Interval::POSITIVE, "the smallest variance"),
            ],
            build: |options| Ok(Box::new(GaussianNll { full: options.flag("full"), eps: options.number("eps") })),
            waives: &[Waiver { law: "non_negative", reason: "the density of a small variance is above 1" }],
        },
        Entry {
            name: "hinge",
            summary: "how far a score is from a margin of 1 on its side; targets are −1 and 1, or labels",
            options: &[CLASS_WEIGHTS],
            build: |options| Ok(elementwise(Hinge, options)),
            waives: &[],
        },
        Entry {
            name: "squared_hinge",
            summary: "the square of hinge",
            options: &[CLASS_WEIGHTS],
            build: |options| Ok(elementwise(SquaredHinge, options)),
            waives: &[],
        },
        Entry {
            name: "focal_binary",
            summary: "bce_with_logits in which samples that are right already count less",
            options: &[
                OptionSpec::number("gamma", 2.0, Interval::closed(0.0, 100.0), "how much less an easy sample counts"),
                OptionSpec::number_or_none(
                    "alpha",
                    0.25,
                    Interval::closed(0.0, 1.0),
                    "the weight of positives, the rest to 1 that of negatives; none: 1 for both",
                ),
                CLASS_WEIGHTS,
            ],
            build: |options| {
                let (gamma, alpha) = (options.number("gamma"), options.optional_number("alpha"));
                Ok(elementwise(BinaryFocal { gamma, alpha }, options))
            },
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

/// One quantile, or several.
fn quantiles(options: &Options) -> Result<Vec<f64>, OptionError> {
    let conflict = |reason: &str| Err(OptionError::Conflict { item: "quantile", reason: reason.to_owned() });
    match (options.number("quantile"), options.numbers("quantiles")) {
        (quantile, []) => Ok(vec![quantile]),
        (0.5, [_, _, ..]) if !options.numbers("weight").is_empty() => {
            conflict("class weights are for labels, which have one quantile; leave out weight, or give one quantile")
        }
        (0.5, quantiles) => Ok(quantiles.to_vec()),
        _ => conflict("give quantile or quantiles, not both"),
    }
}

/// A negative index is that of no class.
fn ignore_index(options: &Options) -> Option<u32> {
    Some(options.number("ignore_index")).filter(|&index| index >= 0.0).map(|index| index as u32)
}
