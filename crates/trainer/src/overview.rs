//! What is about to be trained, line by line.

use backprop_data::{Outcome, Preprocessing, Split};
use backprop_training::{BatchSize, Prepared};

use crate::figures::{count, exact, figure, listing};
use crate::source::Data;

/// A heading and what it is about.
pub(crate) type Line = (&'static str, String);

/// The data and their parts.
pub(crate) fn of_data(label: &str, data: &Data<usize>, preprocessing: &Preprocessing, split: &Split) -> Vec<Line> {
    let pixels = preprocessing.image.map(|(rows, columns)| format!(" ({rows} × {columns} pixels)")).unwrap_or_default();
    let inputs = count(preprocessing.inputs(), "input");
    vec![
        ("data", format!("{label}: {}, {inputs}{pixels}", count(data.count(), data.noun()))),
        ("target", of_target(preprocessing)),
        (
            "parts",
            format!("{} to train, {} to validate, {} to test", split.train.len(), split.validation.len(), split.test.len()),
        ),
    ]
}

/// What is predicted.
pub(crate) fn of_target(preprocessing: &Preprocessing) -> String {
    match &preprocessing.outcome {
        Outcome::Classes { column, classes } => {
            format!("{column}: {} into {} classes ({})", preprocessing.task(), classes.len(), listing(classes))
        }
        Outcome::Numbers { columns, mean, scale } => {
            let each = columns.iter().zip(mean.iter().zip(scale));
            let each: Vec<String> = each
                .map(|(column, (mean, scale))| match mean {
                    0.0 => format!("{column} (in units of {})", figure(*scale)),
                    _ => format!("{column} ({} ± {})", figure(*mean), figure(*scale)),
                })
                .collect();
            format!("{}: {}", preprocessing.task(), listing(&each))
        }
    }
}

/// How it is trained.
pub(crate) fn of_training(prepared: &Prepared) -> Vec<Line> {
    let recipe = prepared.recipe();
    let settings = &recipe.settings;
    let samples = prepared.train.len();
    let steps = samples.div_ceil(settings.batch_size.of(samples).max(1));
    let schedule = match recipe.schedule.to_string() {
        name if name == "constant" => String::new(),
        name => format!(", {name}"),
    };
    let warmup =
        if recipe.warmup > 0 { format!(", warm-up over {}", count(recipe.warmup as usize, "step")) } else { String::new() };
    let decay = match (prepared.optimizer.decay(), recipe.decay_all) {
        (backprop_optimizers::Decay::L2(decay) | backprop_optimizers::Decay::Decoupled(decay), _) if decay == 0.0 => "",
        (_, true) => ", weight decay on all parameters",
        (_, false) => ", weight decay on weights, not on biases",
    };
    let clip = settings.clip.map(|clip| format!(", gradients clipped by {}", clip.call())).unwrap_or_default();
    let batch = match settings.batch_size {
        BatchSize::Full => "all rows in a step".to_owned(),
        BatchSize::Samples(samples) => format!("{} in a step", count(samples, "row")),
    };
    let patience = match settings.patience {
        Some(patience) if !prepared.validation.is_empty() => format!(", patience {patience}"),
        _ => String::new(),
    };
    let epochs = count(settings.epochs, "epoch");
    vec![
        ("loss", prepared.pairing.loss.to_string()),
        ("optimizer", format!("{}, learning rate {}{schedule}{warmup}{decay}{clip}", recipe.optimizer, exact(prepared.rate))),
        ("training", format!("up to {epochs} of {}, {batch}{patience}", count(steps, "step"))),
    ]
}
