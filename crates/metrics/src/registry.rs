//! The table of metrics.

use backprop_registry::{Entry, Interval, OptionError, OptionSpec, Options, Registry, Waiver};

use crate::{
    Accuracy, Average, AveragePrecision, BalancedAccuracy, Brier, ClassMetric, CohenKappa, ExpectedCalibrationError,
    ExplainedVariance, F1, FBeta, GammaDeviance, KappaWeights, LogLoss, Mae, Mape, Matthews, MaxError, MedianAbsoluteError,
    Metric, Mse, MultiOutput, Pinball, PoissonDeviance, Precision, R2, Recall, Rmse, RocAuc, TopKAccuracy, ValueMetric,
};

/// All metrics by name, with their options.
///
/// ```
/// use backprop_metrics::{Classified, Metric, registry};
/// use backprop_tensor::View;
/// let Metric::Class(metric) = registry().parse("recall:average=macro").unwrap() else { panic!("recall is of classes") };
/// let probabilities = [0.9, 0.1, 0.8, 0.2];
/// assert_eq!(metric.value(&Classified::new(View::new(&probabilities, 2, 2), &[0, 1])), 0.5);
/// assert!(metric.higher_is_better());
/// ```
pub fn registry() -> Registry<Metric> {
    Registry { kind: "metric", entries: ENTRIES }
}

type Build = fn(&Options) -> Result<Metric, OptionError>;

static ENTRIES: &[Entry<Metric>] = &[
    entry("accuracy", "share of right predictions", &[], |_| class(Accuracy)),
    entry("balanced_accuracy", "mean recall of the classes that occur", &[], |_| class(BalancedAccuracy)),
    entry("precision", "share of the predictions of a class that are right", &[Average::OPTION], |options| {
        class(Precision { average: Average::from_options(options) })
    }),
    entry("recall", "share of the samples of a class that are found", &[Average::OPTION], |options| {
        class(Recall { average: Average::from_options(options) })
    }),
    entry("f1", "harmonic mean of precision and recall", &[Average::OPTION], |options| {
        class(F1 { average: Average::from_options(options) })
    }),
    entry("f_beta", "mean of precision and recall, recall beta times as important", F_BETA, |options| {
        class(FBeta { beta: options.number("beta"), average: Average::from_options(options) })
    }),
    entry("matthews", "correlation of predicted and true classes", &[], |_| class(Matthews)),
    entry("cohen_kappa", "agreement of predicted and true classes beyond chance", &[KappaWeights::OPTION], |options| {
        class(CohenKappa { weights: KappaWeights::from_options(options) })
    }),
    entry("top_k_accuracy", "share of samples whose class is among the k most probable", TOP_K, |options| {
        // No network has more classes than this, on any machine.
        class(TopKAccuracy { k: usize::try_from(options.integer("k")).unwrap_or(usize::MAX) })
    }),
    Entry {
        waives: PROBABILITIES,
        ..entry("log_loss", "mean negative logarithm of the probability of the true class", &[], |_| class(LogLoss))
    },
    Entry { waives: PROBABILITIES, ..entry("brier", "mean squared error of the probabilities", &[], |_| class(Brier)) },
    Entry {
        waives: PROBABILITIES,
        ..entry(
            "expected_calibration_error",
            "distance of confidence and accuracy",
            &ExpectedCalibrationError::OPTIONS,
            // The range of the option ends far below the largest number of any machine.
            |options| class(ExpectedCalibrationError { bins: options.integer("bins") as usize }),
        )
    },
    entry("roc_auc", "probability that a positive outranks a negative", &RocAuc::OPTIONS, |options| {
        class(RocAuc::from_options(options))
    }),
    entry("average_precision", "area under precision over recall", &AveragePrecision::OPTIONS, |options| {
        class(AveragePrecision::from_options(options))
    }),
    entry("mae", "mean absolute error", &[], |_| value(Mae)),
    entry("mse", "mean squared error", &[], |_| value(Mse)),
    entry("rmse", "root of the mean squared error", &[], |_| value(Rmse)),
    entry("r2", "share of the variance explained", &[MultiOutput::OPTION], |options| {
        value(R2 { multioutput: MultiOutput::from_options(options) })
    }),
    entry("explained_variance", "share of the variance explained, an offset forgiven", &[MultiOutput::OPTION], |options| {
        value(ExplainedVariance { multioutput: MultiOutput::from_options(options) })
    }),
    entry("median_absolute_error", "median of the absolute errors", &[], |_| value(MedianAbsoluteError)),
    entry("max_error", "largest absolute error", &[], |_| value(MaxError)),
    entry("mape", "mean absolute error as a fraction of the target", &[], |_| value(Mape)),
    entry("pinball", "error of the estimate of a quantile", &Pinball::OPTIONS, |options| {
        value(Pinball { alpha: options.number("alpha") })
    }),
    Entry { waives: POSITIVE, ..entry("poisson_deviance", "error of estimated counts", &[], |_| value(PoissonDeviance)) },
    Entry { waives: POSITIVE, ..entry("gamma_deviance", "relative error of positive amounts", &[], |_| value(GammaDeviance)) },
];

/// The size of the probabilities matters.
const PROBABILITIES: &[Waiver] =
    &[Waiver { law: "any scores", reason: "measures probabilities, and refuses numbers that are none" }];
/// The deviance of a negative number has no meaning.
const POSITIVE: &[Waiver] = &[Waiver { law: "any values", reason: "defined for positive numbers; NaN for others" }];

const F_BETA: &[OptionSpec] = &[
    OptionSpec::number("beta", 1.0, Interval::open(0.0, 1000.0), "how many times as important recall is as precision"),
    Average::OPTION,
];
const TOP_K: &[OptionSpec] =
    &[OptionSpec::integer("k", 2.0, Interval::half_open(1.0, f64::INFINITY), "how many classes may be named")];

/// A metric that waives no law.
const fn entry(name: &'static str, summary: &'static str, options: &'static [OptionSpec], build: Build) -> Entry<Metric> {
    Entry { name, summary, options, build, waives: &[] }
}

#[allow(clippy::unnecessary_wraps)] // what `Entry::build` returns
fn class(metric: impl ClassMetric + 'static) -> Result<Metric, OptionError> {
    Ok(Metric::Class(Box::new(metric)))
}

#[allow(clippy::unnecessary_wraps)] // what `Entry::build` returns
fn value(metric: impl ValueMetric + 'static) -> Result<Metric, OptionError> {
    Ok(Metric::Value(Box::new(metric)))
}
