//! Which losses go with which outputs.

use backprop_activations::Activation;
use backprop_data::{Dataset, Outcome, Targets, Task};
use backprop_losses::{Input, Loss, Target, TargetError, check_target};
use backprop_registry::Call;
use backprop_tensor::View;

use crate::{Head, TrainingError};

/// A loss and the end of a network that fit each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairing {
    /// The loss.
    pub loss: Call,
    /// The activation at the end of the network, if there is one.
    pub output: Option<Call>,
    /// Outputs of the network.
    pub outputs: usize,
    /// What the outputs mean.
    pub head: Head,
    /// What was changed and why, for people to read.
    pub note: Option<String>,
}

impl Pairing {
    /// Fits loss and output to what is to be predicted.
    ///
    /// Left open, classes get cross-entropy from logits and numbers the mean squared error. The textbook pairs *softmax with
    /// cross-entropy* and *sigmoid with binary cross-entropy* are computed from the logits, which is the same and never overflows.
    ///
    /// | classes, loss | output | becomes | outputs mean |
    /// | :--- | :--- | :--- | :--- |
    /// | `cross_entropy`, `focal_categorical` | none, `softmax` | as it is, none | [`Softmax`](Head::Softmax) |
    /// | `multi_margin` | none | as it is | [`Softmax`](Head::Softmax) |
    /// | `categorical_cross_entropy` | `softmax` | `cross_entropy`, none | [`Softmax`](Head::Softmax) |
    /// | `nll` | `log_softmax` | `cross_entropy`, none | [`Softmax`](Head::Softmax) |
    /// | `kl_div` | `log_softmax` | as it is | [`Softmax`](Head::Softmax) |
    /// | `bce_with_logits` | none | as it is | [`Sigmoid`](Head::Sigmoid); one output for two classes |
    /// | `focal_binary` | none | as it is | [`Sigmoid`](Head::Sigmoid); one output for two classes |
    /// | `bce` | `sigmoid` | `bce_with_logits`, none | [`Sigmoid`](Head::Sigmoid); one output for two classes |
    /// | `mse`, `hinge` and others on values | `softmax` | as it is | [`Probabilities`](Head::Probabilities) |
    /// | `mse`, `hinge` and others on values | any other but `log_softmax` | as it is | [`Scores`](Head::Scores) |
    ///
    /// | `poisson_nll` of logarithms, `gamma_deviance`, `tweedie_deviance`, of numbers | none | as it is | [`Logarithms`](Head::Logarithms) |
    ///
    /// `hinge` and `squared_hinge` end in [`Softmax`](Head::Softmax) with any output but `softmax`, `sigmoid` and `log_softmax`. Numbers
    /// take the last three and `mape`, in units of their mean, and the losses on values that know no bounds, such as `mse`, `mae` and `huber`, and several of them `cosine`, with any
    /// output but `softmax`, `log_softmax`, `softmin` and `sparsemax`; all other pairs are refused: numbers are learned with mean 0 and
    /// deviation 1, and a model gives one for each. `glu`, which halves the outputs, is refused everywhere.
    ///
    /// # Errors
    /// If a name or option is unknown, or the two are a mistake together, such as softmax twice; the message says what to write
    /// instead.
    ///
    /// ```
    /// use backprop_data::Outcome;
    /// use backprop_registry::Call;
    /// use backprop_training::{Head, Pairing};
    ///
    /// let species = Outcome::Classes { column: "species".into(), classes: vec!["Adelie".into(), "Gentoo".into()] };
    /// let pairing = Pairing::new(&species, None, None)?;
    /// assert_eq!((pairing.loss, pairing.outputs, pairing.head), (Call::new("cross_entropy"), 2, Head::Softmax));
    ///
    /// let twice = Pairing::new(&species, Some(&Call::new("cross_entropy")), Some(&Call::new("log_softmax")));
    /// assert!(twice.unwrap_err().to_string().contains("a second time"));
    /// # Ok::<(), backprop_training::TrainingError>(())
    /// ```
    pub fn new(outcome: &Outcome, loss: Option<&Call>, output: Option<&Call>) -> Result<Self, TrainingError> {
        let task = if outcome.classes().is_empty() { Task::Regression } else { Task::Classification };
        let output = output.filter(|call| call.name != "identity").cloned();
        // A name with a typing error is told as such, before it is taken for a mistaken pair.
        let activation = output.as_ref().map(|call| backprop_activations::registry::<f32>().build(call)).transpose()?;
        if let Some(activation) = activation.as_ref().filter(|activation| activation.output_rows(2) != 2) {
            let name = activation.call().name;
            return Err(mistake(format!("{name} changes the number of outputs; leave --output-activation away")));
        }
        let loss = loss.cloned().unwrap_or_else(|| {
            Call::new(match (task, output.as_ref().map(|call| call.name.as_str())) {
                (Task::Regression, _) => "mse",
                (Task::Classification, Some("sigmoid")) => "bce",
                (Task::Classification, _) => "cross_entropy",
            })
        });
        let built = backprop_losses::registry::<f32>().build(&loss)?;
        match task {
            Task::Regression => {
                let note = activation.and_then(|activation| out_of_reach(activation.as_ref()));
                numbers(outcome, loss, output, built.as_ref(), note)
            }
            Task::Classification => classes(outcome, loss, output, built.as_ref()),
        }
    }
}

/// What is to be said if an output cannot take the values that numbers have once they are standardised.
fn out_of_reach(activation: &dyn Activation<f32>) -> Option<String> {
    let range = activation.range();
    // Three deviations either way: nearly all numbers.
    (*range.start() > -3.0 || *range.end() < 3.0).then(|| {
        format!(
            "numbers are learned with mean 0 and deviation 1, but {} does not reach far to both sides of 0; \
             leave --output-activation away to reach all of them",
            activation.call().name
        )
    })
}

/// Whether the loss can be taken of everything that may be the truth: every class, or numbers with mean 0 and deviation 1.
pub(crate) fn check_loss(loss: &dyn Loss<f32>, outcome: &Outcome, outputs: usize) -> Result<(), TargetError> {
    if outcome.classes().is_empty() {
        return [-1.0, 2.0].into_iter().try_for_each(|number| check_number(loss, number, outputs));
    }
    let every: Vec<u32> = (0..outcome.outputs() as u32).collect();
    check_target(outputs, loss, Target::Classes(&every))
}

/// Whether the loss can be taken of this number, in every row.
fn check_number(loss: &dyn Loss<f32>, number: f32, outputs: usize) -> Result<(), TargetError> {
    check_target(outputs, loss, Target::Values(View::new(&vec![number; outputs], outputs, 1)))
}

/// Whether the loss goes by ratios of numbers, so that 0 has to stay where it is.
pub(crate) fn of_ratios(loss: &dyn Loss<f32>) -> bool {
    loss.input() == Input::Logarithms || loss.call().name == "mape"
}

/// Refuses numbers that a loss of logarithms is not defined for, in their own units.
pub(crate) fn check_numbers(loss: &dyn Loss<f32>, outcome: &Outcome, data: &Dataset<f32>) -> Result<(), TrainingError> {
    let (Outcome::Numbers { columns, scale, .. }, Targets::Values(values)) = (outcome, &data.targets) else { return Ok(()) };
    match check_target(outcome.outputs(), loss, Target::Values(View::from(values))) {
        Err(TargetError::Value { loss, row, value, range, .. }) => Err(mistake(format!(
            "{loss} needs numbers in {range}, but {} has {}; write --loss mse, mae or huber",
            columns[row],
            (value * scale[row]) as f32
        ))),
        _ => Ok(()), // what else is wrong is told before training
    }
}

fn numbers(
    outcome: &Outcome,
    loss: Call,
    output: Option<Call>,
    built: &dyn Loss<f32>,
    note: Option<String>,
) -> Result<Pairing, TrainingError> {
    let columns = match outcome.columns() {
        [column] => format!("{column} is a number"),
        columns => format!("{} are numbers", columns.join(", ")),
    };
    if built.outputs_per_target() > 1 {
        return Err(mistake(format!(
            "{} takes several outputs for each number, but a model of a table gives one; write --loss mse, mae or huber",
            loss.name
        )));
    }
    let outputs = outcome.outputs();
    if built.input() == Input::Logarithms {
        if let Some(output) = output {
            return Err(mistake(format!(
                "{} takes logarithms, which may be any numbers, but {} ends the network; leave --output-activation away",
                loss.name, output.name
            )));
        }
        return Ok(Pairing { loss, output, outputs, head: Head::Logarithms, note });
    }
    let impossible =
        |number| matches!(check_number(built, number, outputs), Err(TargetError::Value { .. } | TargetError::Fraction { .. }));
    if !impossible(2.0) && impossible(-1.0) {
        return Err(mistake(format!(
            "{columns} and learned with mean 0 and deviation 1, but {} takes no negative ones; write --loss mse, mae or huber",
            loss.name
        )));
    }
    if built.input() != Input::Values || impossible(2.0) {
        return Err(mistake(format!(
            "{} compares classes, but {columns}; write --loss mse, mae or huber, or --task classification",
            loss.name
        )));
    }
    if loss.name == "cosine" && outcome.outputs() == 1 {
        return Err(mistake(format!(
            "cosine compares directions, but {columns}, which has none; write --loss mse, mae or huber"
        )));
    }
    let name = output.as_ref().map(|call| call.name.as_str());
    if let Some(output @ ("softmax" | "log_softmax" | "softmin" | "sparsemax")) = name {
        return Err(mistake(format!("{output} gives probabilities, but {columns}; leave --output-activation away")));
    }
    Ok(Pairing { loss, output, outputs: outcome.outputs(), head: Head::Values, note })
}

fn classes(outcome: &Outcome, loss: Call, output: Option<Call>, built: &dyn Loss<f32>) -> Result<Pairing, TrainingError> {
    let end = output.as_ref().map_or("identity", |call| call.name.as_str());
    let binary = matches!(loss.name.as_str(), "bce" | "bce_with_logits" | "focal_binary");
    let outputs = if binary && outcome.outputs() == 2 { 1 } else { outcome.outputs() };
    let of_numbers = matches!(check_loss(built, outcome, outputs), Err(TargetError::NeedsValues { .. }));
    // Relative to a target of 0, or of logarithms of outputs that may be negative.
    let of_positive = matches!(loss.name.as_str(), "mape" | "msle" | "poisson_nll");
    let of_a_class = || {
        Err(mistake(format!(
            "{} compares numbers, but {} is a class; write --loss cross_entropy, or --task regression",
            loss.name,
            outcome.columns().join(", ")
        )))
    };
    if of_numbers || of_positive {
        return of_a_class();
    }
    let pairing = |loss: Call, output: Option<Call>, head, note: Option<&str>| {
        Ok(Pairing { loss, output, outputs, head, note: note.map(str::to_owned) })
    };
    let holds_softmax = matches!(loss.name.as_str(), "cross_entropy" | "focal_categorical");
    let renamed = |name: &str| Call { name: name.to_owned(), options: loss.options.clone() };
    let from_logits = |name: &str| Some(format!("{end} and {} are computed together from the logits, as {name}", loss.name));
    match (built.input(), end) {
        (Input::Logarithms, _) => of_a_class(),
        (Input::Logits, "identity") if binary => pairing(loss, None, Head::Sigmoid, None),
        (Input::Logits, "identity") => pairing(loss, None, Head::Softmax, None),
        (Input::Logits, "softmax") if holds_softmax => {
            let note = from_logits(&loss.name);
            pairing(loss, None, Head::Softmax, note.as_deref())
        }
        (Input::Probabilities, "softmax") if !binary => {
            pairing(renamed("cross_entropy"), None, Head::Softmax, from_logits("cross_entropy").as_deref())
        }
        // The softmax of its logarithms is the softmax.
        (Input::LogProbabilities, "log_softmax") if loss.name == "kl_div" => pairing(loss, output, Head::Softmax, None),
        (Input::LogProbabilities, "log_softmax") => {
            pairing(renamed("cross_entropy"), None, Head::Softmax, from_logits("cross_entropy").as_deref())
        }
        (Input::Probabilities, "sigmoid") if binary => {
            pairing(renamed("bce_with_logits"), None, Head::Sigmoid, from_logits("bce_with_logits").as_deref())
        }
        (Input::Values, "softmax" | "sigmoid") => {
            let head = if end == "softmax" { Head::Probabilities } else { Head::Scores };
            pairing(loss, output, head, None)
        }
        (Input::Values, "log_softmax") => Err(mistake(format!(
            "{} compares numbers with 0 and 1, but log_softmax gives logarithms; write --output-activation softmax",
            loss.name
        ))),
        // Margins, and no numbers between 0 and 1.
        (Input::Values, _) if matches!(loss.name.as_str(), "hinge" | "squared_hinge") => {
            pairing(loss, output, Head::Softmax, None)
        }
        (Input::Values, _) => pairing(loss, output, Head::Scores, None),
        (Input::Logits, "log_softmax") if loss.name == "cross_entropy" => Err(mistake(format!(
            "{} takes logits and would apply softmax to log_softmax a second time; leave --output-activation away, or write --loss nll",
            loss.name
        ))),
        (Input::Logits, "sigmoid") if binary => Err(mistake(format!(
            "{} takes logits and would apply the sigmoid a second time; leave --output-activation away, or write --loss bce",
            loss.name
        ))),
        (Input::Logits, _) => Err(mistake(format!(
            "{} takes logits, any number at all, not the output of {end}; leave --output-activation away",
            loss.name
        ))),
        (Input::Probabilities, _) => {
            let (fitting, other) = if binary { ("sigmoid", "bce_with_logits") } else { ("softmax", "cross_entropy") };
            Err(mistake(format!("{} takes probabilities; write --output-activation {fitting}, or --loss {other}", loss.name)))
        }
        (Input::LogProbabilities, _) => Err(mistake(format!(
            "{} takes logarithms of probabilities; write --output-activation log_softmax, or --loss cross_entropy",
            loss.name
        ))),
    }
}

fn mistake(message: String) -> TrainingError {
    TrainingError::Pairing(message)
}
