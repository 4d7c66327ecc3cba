//! `trainer evaluate`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use backprop_data::usable_rows;
use backprop_metrics::registry;
use backprop_registry::{Call, OptionError};
use backprop_tensor::Pool;
use backprop_training::{Evaluation, Model};
use serde::Serialize;

use crate::console::Console;
use crate::failure::Failure;
use crate::figures::count;
use crate::history::AllScores;
use crate::json_lines::JsonLines;
use crate::measures::Measures;
use crate::parts::Part;
use crate::results::Shown;
use crate::source::{Data, Source};
use crate::{model_path, results};

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) model: PathBuf,
    pub(crate) data: String,
    pub(crate) thresholds: Vec<Threshold>,
    /// What is measured beside the usual.
    pub(crate) metrics: Vec<Call>,
    pub(crate) json: bool,
    pub(crate) quiet: bool,
    pub(crate) seed: u64,
    pub(crate) threads: usize,
}

/// `accuracy=0.95`: what a score must reach.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Threshold {
    pub(crate) metric: Call,
    least: f64,
}

impl FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = |why: &str| {
            format!("--fail-under {text} is not possible; it must be METRIC=X with a number X, such as accuracy=0.95{why}")
        };
        let (metric, least) = text.rsplit_once('=').ok_or_else(|| refused(""))?;
        let least = least.trim().parse().ok().filter(|least: &f64| least.is_finite()).ok_or_else(|| refused(""))?;
        let metric: Call = metric.parse().map_err(|error: OptionError| refused(&format!("; {error}")))?;
        let built = registry().build(&metric).map_err(|error| refused(&format!("; {error}")))?;
        if !built.higher_is_better() {
            return Err(refused(&format!("; and {metric} is better when it is lower")));
        }
        Ok(Self { metric, least })
    }
}

impl Threshold {
    /// Why it is missed, if it is.
    fn missed(&self, evaluation: &Evaluation) -> Option<String> {
        let Self { metric, least } = self;
        match evaluation.scores.metric(&metric.to_string()) {
            None => Some(format!("there is no {metric} of what this model predicts; it has {}", known(evaluation))),
            Some(value) if value >= *least => None,
            Some(value) => Some(format!("{metric} {value:.6} is below {least}")),
        }
    }
}

fn known(evaluation: &Evaluation) -> String {
    evaluation.scores.metrics.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
}

/// The line of `--json`.
#[derive(Serialize)]
struct ResultLine<'a> {
    event: &'static str,
    model: String,
    data: String,
    rows: usize,
    scores: AllScores<'a>,
}

/// Measures a model.
pub(crate) fn run(request: &Request) -> Result<(), Failure> {
    let console = Console { quiet: request.quiet || request.json };
    let pool = Pool::new(request.threads)?;
    let model = model_path::load(&request.model)?;
    let source = Source::find_or_stdin(&request.data)?;
    let loaded = source.load(request.seed)?;
    let (rows, mut evaluation, data) = match loaded.data {
        Data::Table(table) => {
            let rows = usable_rows(&table, model.preprocessing().outcome.columns())?;
            let evaluation = pool.run(|| model.evaluate(&table, &rows))?;
            let left_out = table.rows() - rows.len();
            if left_out > 0 {
                console.say("note", format_args!("{} without a value in the target", count(left_out, "row")));
            }
            (rows, evaluation, Data::Table(table))
        }
        Data::Images(images) => {
            let data = model.preprocessing().image_dataset(images)?;
            let evaluation = pool.run(|| model.evaluate_dataset(&data));
            ((0..data.len()).collect(), evaluation, Data::Images(data))
        }
    };
    if let Some(trained) = trained_on(&request.model, &loaded.sha256) {
        console.say("note", format_args!("the model was trained on {trained} of these rows; new rows tell more"));
    }
    let shown = match &data {
        Data::Table(table) => Shown::Rows { table, noun: source.row_noun() },
        Data::Images(data) => Shown::Images(data),
    };

    let measures = Measures::new(&request.metrics)?;
    measures.check(evaluation.predictions.is_classification())?;
    measures.add_to(&mut evaluation);
    Measures::new(request.thresholds.iter().map(|threshold| &threshold.metric))?.add_to(&mut evaluation);

    let part = Part { name: "data", rows, evaluation: Some(evaluation) };
    let evaluation = part.evaluation.as_ref().expect("it was put there in the line above");
    let mut json = JsonLines::new(request.json);
    json.object(&ResultLine {
        event: "result",
        model: request.model.display().to_string(),
        data: source.label(),
        rows: part.rows.len(),
        scores: AllScores(&evaluation.scores),
    });
    json.finish()?;
    if !request.json {
        print(&part, shown, &model)?;
    }
    let missed: Vec<String> = request.thresholds.iter().filter_map(|threshold| threshold.missed(evaluation)).collect();
    if missed.is_empty() { Ok(()) } else { Err(Failure::Missed(missed)) }
}

fn print(part: &Part, shown: Shown<'_>, model: &Model) -> Result<(), Failure> {
    let look = results::closer_look(part, shown, model);
    let mut stdout = anstream::stdout().lock();
    write!(stdout, "{}{look}", results::scores(std::slice::from_ref(part)))?;
    Ok(stdout.flush()?)
}

/// On how many of these very rows the model was trained, if the record beside it says so.
fn trained_on(model: &Path, sha256: &str) -> Option<u64> {
    let record = std::fs::read_to_string(model_path::file_of(model).with_file_name("run.json")).ok()?;
    let record: serde_json::Value = serde_json::from_str(&record).ok()?;
    let data = record.get("data")?;
    (data.get("sha256")?.as_str()? == sha256).then(|| data.get("train_rows")?.as_u64())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds() {
        assert_eq!("accuracy=0.9".parse(), Ok(Threshold { metric: Call::new("accuracy"), least: 0.9 }));
        let macro_f1 = Call::new("f1").with("average", "macro");
        assert_eq!("f1:average=macro=0.5".parse(), Ok(Threshold { metric: macro_f1, least: 0.5 }));
        for wrong in ["accuracy", "accuracy=", "accuracy=nan", "mae=3", "=1", "acuracy=1", "f1:average=big=1"] {
            assert!(wrong.parse::<Threshold>().unwrap_err().contains("--fail-under"), "{wrong}");
        }
    }
}
