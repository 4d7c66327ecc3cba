//! The parts of the data, and what a model makes of them.

use backprop_data::Dataset;
use backprop_training::{Evaluation, Model};

use crate::history::AllScores;
use crate::measures::Measures;

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
    pub(crate) fn measure(
        name: &'static str,
        rows: Vec<usize>,
        data: &Dataset<f32>,
        model: &Model,
        measures: &Measures,
    ) -> Self {
        let evaluate = || {
            let mut evaluation = model.evaluate_dataset(data);
            measures.add_to(&mut evaluation);
            evaluation
        };
        Self { name, rows, evaluation: (!data.is_empty()).then(evaluate) }
    }

    /// The scores for JSON: `null` without rows.
    pub(crate) fn scores(&self) -> Option<AllScores<'_>> {
        self.evaluation.as_ref().map(|evaluation| AllScores(&evaluation.scores))
    }
}
