//! `trainer summary`.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

use backprop_data::{Feature, Preprocessing};
use backprop_tensor::Pool;

use crate::config::Config;
use crate::console::{BOLD, WIDTH, headed};
use crate::failure::Failure;
use crate::figures::{count, cut, figure, listing};
use crate::overview::{self, Line};
use crate::{model_path, train};

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) subject: PathBuf,
}

/// So many columns are described one by one.
const MAX_COLUMNS: usize = 30;

/// Describes a model, or what a config would train.
pub(crate) fn run(request: &Request) -> Result<(), Failure> {
    let is_config = request.subject.extension().is_some_and(|extension| extension == "toml");
    let text = if is_config { of_config(&request.subject)? } else { of_model(&request.subject)? };
    let mut stdout = anstream::stdout().lock();
    write!(stdout, "{text}")?;
    Ok(stdout.flush()?)
}

fn of_config(path: &Path) -> Result<String, Failure> {
    let config = Config::read(Some(path), &[], &[])?;
    let (source, loaded, prepared) = train::prepare(&config, &Pool::new(config.threads)?)?;
    let mut text = lines(&overview::of_data(&source.label(), &loaded.data, &prepared.preprocessing, &prepared.split));
    text += &lines(&prepared.notes.iter().map(|note| ("note", note.clone())).collect::<Vec<_>>());
    let _ = writeln!(text, "\n{}\n", prepared.network.summary());
    text += &lines(&overview::of_training(&prepared));
    Ok(text + "\n" + &columns(&prepared.preprocessing))
}

fn of_model(path: &Path) -> Result<String, Failure> {
    let model = model_path::load(path)?;
    let preprocessing = model.preprocessing();
    let file = model_path::file_of(path).display().to_string();
    let loss = model.loss().to_string();
    let mut text = lines(&[("model", file), ("target", overview::of_target(preprocessing)), ("loss", loss)]);
    text += &lines(&preprocessing.notes.iter().map(|note| ("note", note.clone())).collect::<Vec<_>>());
    let _ = writeln!(text, "\n{}\n", model.network().summary());
    Ok(text + &columns(preprocessing))
}

fn lines(lines: &[Line]) -> String {
    lines.iter().map(|(heading, text)| headed(heading, text)).collect::<Vec<_>>().concat()
}

/// The columns that the input is made of, and what becomes of missing values.
fn columns(preprocessing: &Preprocessing) -> String {
    let features = &preprocessing.features;
    if let Some((rows, columns)) = preprocessing.image {
        let all = count(rows * columns, "column");
        return lines(&[("columns", format!("{all}: {rows} × {columns} pixels, standardised"))]);
    }
    let width = features.iter().map(|feature| feature.name().chars().count()).max().unwrap_or(0).clamp(6, 30);
    let heading = format!("{:<width$}  {:<10}  {:<12}  mean ± deviation, or categories", "column", "kind", "missing");
    let mut text = format!("{BOLD}{heading}{BOLD:#}\n");
    for feature in features.iter().take(MAX_COLUMNS) {
        let (kind, missing, values) = description(feature);
        let name = cut(feature.name(), width);
        text += &(cut(&format!("{name:<width$}  {kind:<10}  {missing:<12}  {values}"), WIDTH) + "\n");
    }
    if features.len() > MAX_COLUMNS {
        let _ = writeln!(text, "… and {}", count(features.len() - MAX_COLUMNS, "more column"));
    }
    text
}

/// What a column holds, what stands in for a missing value, and what is known of its values.
fn description(feature: &Feature) -> (&'static str, &'static str, String) {
    match feature {
        Feature::Numeric { mean, scale, missing_flag, .. } => {
            let missing = if *missing_flag { "mean, marked" } else { "mean" };
            ("number", missing, format!("{} ± {}", figure(*mean), figure(*scale)))
        }
        Feature::Categorical { categories, missing, .. } => {
            let missing = if *missing { "marked" } else { "all zero" };
            ("category", missing, format!("{}: {}", categories.len(), listing(categories)))
        }
    }
}
