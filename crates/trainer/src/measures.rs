//! Metrics that are asked for beside those that are always measured.

use backprop_metrics::{Metric, registry};
use backprop_registry::{Call, OptionError};
use backprop_training::Evaluation;

use crate::failure::Failure;

/// Metrics to measure, each called as it was asked for.
#[derive(Debug, Default)]
pub(crate) struct Measures(Vec<(String, Metric)>);

impl Measures {
    /// The metrics that these calls name.
    pub(crate) fn new<'a>(calls: impl IntoIterator<Item = &'a Call>) -> Result<Self, OptionError> {
        calls.into_iter().map(|call| Ok((call.to_string(), registry().build(call)?))).collect::<Result<_, _>>().map(Self)
    }

    /// Refuses metrics of classes where numbers are predicted, and the other way round.
    pub(crate) fn check(&self, classification: bool) -> Result<(), Failure> {
        let fits = |metric: &Metric| matches!(metric, Metric::Class(_)) == classification;
        let (of, predicted) = if classification { ("numbers", "classes") } else { ("classes", "numbers") };
        let known: Vec<&str> = registry()
            .entries
            .iter()
            .filter(|entry| entry.build_default().is_ok_and(|m| fits(&m)))
            .map(|entry| entry.name)
            .collect();
        let mistake =
            |name: &str| format!("{name} is a metric of {of}, but {predicted} are predicted; there are {}", known.join(", "));
        let mistakes: Vec<String> = self.0.iter().filter(|(_, metric)| !fits(metric)).map(|(name, _)| mistake(name)).collect();
        if mistakes.is_empty() { Ok(()) } else { Err(Failure::Settings(mistakes)) }
    }

    /// Adds what they are to the scores of an evaluation; what is measured always stays as it is.
    pub(crate) fn add_to(&self, evaluation: &mut Evaluation) {
        for (name, metric) in &self.0 {
            let known = evaluation.scores.metric(name).is_some();
            if let Some(value) = evaluation.measure(metric).filter(|_| !known) {
                evaluation.scores.metrics.push((name.clone(), value));
            }
        }
    }
}
