//! `trainer list`: everything a setting can name, read off the registries.

use std::fmt::Write as _;
use std::io::Write;

use backprop_registry::{OptionSpec, Preset, Registry, Value};
use serde_json::{Value as Json, json};

use crate::console::{BOLD, WIDTH};
use crate::failure::Failure;
use crate::figures::{count, wrap};

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Request {
    /// One kind, or all of them in short.
    pub(crate) kind: Option<String>,
    /// Whether a program reads it.
    pub(crate) json: bool,
}

/// Items of one kind.
pub(crate) struct Kind {
    /// In the plural, as on the command line.
    pub(crate) name: &'static str,
    /// Where such a name is written.
    pub(crate) place: &'static str,
    /// The items, in the order of their registry.
    pub(crate) items: Vec<Item>,
}

/// An item of a registry.
pub(crate) struct Item {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) options: &'static [OptionSpec],
}

/// All kinds there are.
pub(crate) fn kinds() -> [Kind; 9] {
    [
        kind("activations", "--activation, --output-activation", backprop_activations::registry::<f32>()),
        kind("clips", "--clip-norm, --clip-value", backprop_optimizers::clips()),
        kind("initializers", "--init", backprop_layers::initializers()),
        kind("layers", "the layers in a model file", backprop_layers::registry::<f32>()),
        kind("losses", "--loss", backprop_losses::registry::<f32>()),
        kind("metrics", "--metrics", backprop_metrics::registry()),
        kind("optimizers", "--optimizer", backprop_optimizers::registry::<f32>()),
        kind("schedules", "--schedule", backprop_optimizers::schedules()),
        kind("sets", "--data", backprop_data::SETS),
    ]
}

fn kind<I>(name: &'static str, place: &'static str, registry: Registry<I>) -> Kind {
    let item = |entry: &backprop_registry::Entry<I>| Item { name: entry.name, summary: entry.summary, options: entry.options };
    Kind { name, place, items: registry.entries.iter().map(item).collect() }
}

/// Prints one kind with all options, or the names of all kinds.
pub(crate) fn run(request: &Request) -> Result<(), Failure> {
    let asked = |kind: &Kind| request.kind.as_ref().is_none_or(|name| name == kind.name);
    let mut text = String::new();
    for kind in kinds().iter().filter(|kind| asked(kind)) {
        if request.json {
            kind.items.iter().for_each(|item| text += &(item.json(kind.name).to_string() + "\n"));
        } else if request.kind.is_some() {
            text += &kind.in_full();
        } else {
            text += &kind.in_short();
        }
    }
    if !request.json && request.kind.is_none() {
        text += "trainer list KIND tells what each of them is, and its options.\n";
    }
    let mut stdout = anstream::stdout().lock();
    write!(stdout, "{text}")?;
    Ok(stdout.flush()?)
}

impl Kind {
    fn in_short(&self) -> String {
        let names: Vec<&str> = self.items.iter().map(|item| item.name).collect();
        let heading = format!("{BOLD}{} {}{BOLD:#} ({})\n", self.items.len(), self.name, self.place);
        wrap(&names.join(", "), WIDTH - 2).iter().fold(heading, |text, line| text + "  " + line + "\n") + "\n"
    }

    fn in_full(&self) -> String {
        let mut text = String::new();
        for item in &self.items {
            let _ = writeln!(text, "{BOLD}{}{BOLD:#}", item.name);
            wrap(item.summary, WIDTH - 4).iter().for_each(|line| text.extend(["    ", line, "\n"]));
            item.options.iter().for_each(|option| text += &option_in_full(option));
        }
        let example = self.items.iter().find_map(Item::example).map(|example| format!("; for example {example}"));
        let end = format!("{} for {}{}", count(self.items.len(), "name"), self.place, example.unwrap_or_default());
        wrap(&end, WIDTH).iter().fold(text + "\n", |text, line| text + line + "\n")
    }
}

impl Item {
    /// How it is written with its first option; `None` if there is none to show.
    fn example(&self) -> Option<String> {
        let option = self.options.first()?;
        let value = option.default.value().filter(|value| !matches!(value, Value::None | Value::Numbers(_)))?;
        Some(format!("{}:{}={value}", self.name, option.name))
    }

    fn json(&self, kind: &str) -> Json {
        let options: Vec<Json> = self
            .options
            .iter()
            .map(|option| {
                json!({
                    "name": option.name,
                    "accepts": option.domain.to_string(),
                    "required": option.default == Preset::Required,
                    "default": option.default.value().map_or(Json::Null, |value| default(&value)),
                    "meaning": option.meaning,
                })
            })
            .collect();
        json!({ "kind": kind, "name": self.name, "summary": self.summary, "options": options })
    }
}

/// `      slope=0.01   a number in (−∞, ∞): the slope for x ≤ 0`.
fn option_in_full(option: &OptionSpec) -> String {
    let default = match option.default.value() {
        None => "…".to_owned(),
        Some(Value::None) => "none".to_owned(),
        Some(value) => value.to_string(),
    };
    let required = if option.default == Preset::Required { " (must be given)" } else { "" };
    let setting = format!("{}={default}", option.name);
    let text = format!("{}{required}: {}", option.domain, option.meaning);
    let mut lines = String::new();
    for (i, line) in wrap(&text, WIDTH - 33).iter().enumerate() {
        let left = if i == 0 { setting.as_str() } else { "" };
        let _ = writeln!(lines, "      {left:<26} {line}");
    }
    lines
}

fn default(value: &Value) -> Json {
    match value {
        Value::Number(number) => json!(number),
        Value::Flag(flag) => json!(flag),
        Value::Text(text) => json!(text),
        Value::Numbers(numbers) => json!(numbers),
        Value::None => Json::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_of_every_item_is_told() {
        for kind in kinds() {
            let (short, full) = (kind.in_short(), kind.in_full());
            assert!(!kind.items.is_empty());
            for item in &kind.items {
                assert!(short.contains(item.name) && full.contains(item.name), "{} {}", kind.name, item.name);
                assert!(!item.summary.is_empty() && !item.summary.ends_with('.'), "{} {}", kind.name, item.name);
                let json = item.json(kind.name);
                for (option, told) in item.options.iter().zip(json["options"].as_array().unwrap()) {
                    assert!(full.contains(&format!("{}=", option.name)), "{} {}", item.name, option.name);
                    assert!(!option.meaning.is_empty(), "{} {}", item.name, option.name);
                    assert_eq!(told["required"], option.default == Preset::Required);
                }
            }
            assert!(full.lines().all(|line| line.chars().count() <= WIDTH + 20), "{full}");
        }
    }
}
