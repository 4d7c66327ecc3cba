//! Agreement beyond chance.

use backprop_registry::{Call, OptionSpec, Options};

use crate::{ClassMetric, Classified, ConfusionMatrix};

/// How far apart two classes are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum KappaWeights {
    /// Different is different: 1 for any two classes.
    #[default]
    None,
    /// |i − j|: classes in an order, such as grades.
    Linear,
    /// (i − j)²: the same, far misses worse.
    Quadratic,
}

impl KappaWeights {
    /// The option of Cohen's κ.
    pub(crate) const OPTION: OptionSpec = OptionSpec::optional_one_of(
        "weights",
        &["linear", "quadratic"],
        "what a mistake costs: the same, the distance of the classes, or its square",
    );

    /// As set in `options`.
    pub(crate) fn from_options(options: &Options) -> Self {
        match options.optional_text("weights") {
            None => Self::None,
            Some("linear") => Self::Linear,
            Some(_) => Self::Quadratic,
        }
    }

    /// What it costs to take class `i` for class `j`.
    fn cost(self, i: usize, j: usize) -> f64 {
        let distance = i.abs_diff(j) as f64;
        match self {
            Self::None => distance.min(1.0),
            Self::Linear => distance,
            Self::Quadratic => distance * distance,
        }
    }
}

/// Cohen's κ: 1 if all is right, 0 for what chance would give, below 0 for less.
///
/// ```text
/// κ = 1 − Σ wᵢⱼ nᵢⱼ/Σ wᵢⱼ tᵢ pⱼ/n        wᵢⱼ = 1 if i ≠ j, else 0;  or |i − j|;  or (i − j)²
///     nᵢⱼ samples of class i are predicted as j;  tᵢ samples are of class i, and pⱼ predicted as j
/// ```
///
/// NaN without samples, and if there is but one class in targets and predictions together: chance is then as good as anything.
///
/// # Panics
/// If the lengths differ, or a label is not below 32,768.
///
/// ```
/// use backprop_metrics::{KappaWeights, cohen_kappa};
/// // One mistake of four, where chance makes (2 · 1 + 2 · 3)/4 = 2.
/// assert_eq!(cohen_kappa(&[0, 0, 0, 1], &[0, 0, 1, 1], KappaWeights::None), 0.5);
/// // The mistake is off by 2 classes, those of chance by 2 (1 · 2 + 3 · 2)/4 = 4.
/// assert_eq!(cohen_kappa(&[0, 2, 2, 0], &[0, 2, 2, 2], KappaWeights::Linear), 0.5);
/// ```
///
/// # References
/// J. Cohen, *A Coefficient of Agreement for Nominal Scales*, 1960. <https://doi.org/10.1177/001316446002000104>; with weights:
/// *Weighted Kappa*, 1968. <https://doi.org/10.1037/h0026256>
pub fn cohen_kappa(prediction: &[u32], target: &[u32], weights: KappaWeights) -> f64 {
    of(&ConfusionMatrix::from_labels(prediction, target), weights)
}

fn of(matrix: &ConfusionMatrix, weights: KappaWeights) -> f64 {
    let (n, tallies) = (matrix.total() as f64, matrix.tallies());
    let (mut observed, mut expected) = (0.0, 0.0);
    for (i, of) in tallies.iter().enumerate() {
        for (j, taken_for) in tallies.iter().enumerate() {
            let cost = weights.cost(i, j);
            observed += cost * matrix.count(i, j) as f64;
            expected += cost * (of.support() as f64 * taken_for.predicted() as f64 / n);
        }
    }
    // κ = 1 − Σ wᵢⱼ nᵢⱼ/Σ wᵢⱼ tᵢ pⱼ/n
    1.0 - observed / expected
}

/// [`cohen_kappa()`] as a metric.
///
/// | field | default | meaning |
/// | :--- | :--- | :--- |
/// | `weights` | `None` | how far apart two classes are |
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CohenKappa {
    /// How far apart two classes are.
    pub weights: KappaWeights,
}

impl ClassMetric for CohenKappa {
    fn call(&self) -> Call {
        let call = Call::new("cohen_kappa");
        match self.weights {
            KappaWeights::None => call,
            KappaWeights::Linear => call.with("weights", "linear"),
            KappaWeights::Quadratic => call.with("weights", "quadratic"),
        }
    }

    fn value(&self, classified: &Classified<'_>) -> f64 {
        of(&classified.confusion_matrix(), self.weights)
    }

    fn higher_is_better(&self) -> bool {
        true
    }
}
