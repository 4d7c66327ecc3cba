//! The parts of the data, and what a model makes of them.

use backprop_data::Dataset;
use backprop_training::{Evaluation, Model};

use crate::history::AllScores;

/// Some rows of a table with their answers.
#[derive(Debug)]
pub(crate) struct Part {
    /// `train`, `validation`, `test` or `data`.
    pub(crate) name: &'static str,
    /// Which rows of the table.
    pub(crate) rows: Vec<usize>,
    /// What the model makes of them; `None` if there are no rows.
    pub(crate) evaluation: Option<Evaluation>,
}

impl Part {
    /// Measures the model on the rows, which are preprocessed already.
    pub(crate) fn measure(name: &'static str, rows: Vec<usize>, data: &Dataset<f32>, model: &Model) -> Self {
        Self { name, rows, evaluation: (!data.is_empty()).then(|| model.evaluate_dataset(data)) }
    }

    /// The scores for JSON: `null` without rows.
    pub(crate) fn scores(&self) -> Option<AllScores<'_>> {
        self.evaluation.as_ref().map(|evaluation| AllScores(&evaluation.scores))
    }
}
