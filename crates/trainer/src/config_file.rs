//! Config files: TOML in, with the place of every mistake, and out, with a word on every setting.

use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::Config;
use crate::failure::Failure;
use crate::given::{Given, Refusal};
use crate::settings::{self, SETTINGS};

/// A longer file is something else.
const MAX_BYTES: u64 = 1 << 20;

/// The text of a config file.
pub(crate) fn text_of(path: &Path) -> Result<String, Failure> {
    let name = path.display().to_string();
    let wrong = |what: &str| Failure::Settings(vec![format!("{name} is no config: {what}")]);
    let lower = name.to_lowercase();
    if [".csv", ".tsv", ".gz"].iter().any(|ending| lower.ends_with(ending)) {
        return Err(wrong(&format!("it looks like data; write --data {name}")));
    }
    if lower.ends_with(".safetensors") {
        return Err(wrong("it looks like a model; train takes a config file, evaluate and predict take a model"));
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|reason| Failure::Io { verb: "read", path: name.clone(), reason })?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(wrong("it is longer than 1 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8 text"))
}

/// Sets what a file sets, and gives all its mistakes, each with its place.
pub(crate) fn read_into(config: &mut Config, text: &str, name: &str) -> Vec<String> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut file = Reading { config, text, name, mistakes: Vec::new() };
    for error in &errors {
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        file.complain(error.span().unwrap_or_default(), &message);
    }
    if errors.is_empty() {
        file.table("", table.get_ref());
    }
    file.mistakes.sort_by_key(|&(start, _)| start);
    file.mistakes.into_iter().map(|(_, message)| message).collect()
}

struct Reading<'a> {
    config: &'a mut Config,
    text: &'a str,
    name: &'a str,
    /// Where in the file, and what.
    mistakes: Vec<(usize, String)>,
}

impl Reading<'_> {
    /// Sets the keys of a table; `prefix` is its name with a dot.
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            match (settings::find(&name), value.get_ref()) {
                (Ok(setting), _) => {
                    if let Err(refusal) = (setting.set)(self.config, Given::Toml(value.get_ref())) {
                        self.refuse(&name, value, &refusal);
                    }
                }
                (Err(_), DeValue::Table(inner)) => self.table(&format!("{name}."), inner),
                (Err(message), _) => self.complain(key.span(), &message),
            }
        }
    }

    fn refuse(&mut self, name: &str, value: &Spanned<DeValue<'_>>, refusal: &Refusal) {
        let written = self.text.get(value.span()).unwrap_or_default();
        let message = refusal.message(&format!("{name} = {}", crate::figures::cut(written, 60)));
        self.complain(value.span(), &message);
    }

    fn complain(&mut self, span: Range<usize>, message: &str) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        self.mistakes.push((span.start, format!("{}:{line}:{column}: {message}", self.name)));
    }
}

/// The file that sets everything as it is set here.
pub(crate) fn write(config: &Config) -> String {
    let mut text = "# All settings of a run. To train it again: trainer train config.toml\n".to_owned();
    let mut section = "";
    for setting in SETTINGS {
        let (of_setting, key) = setting.place();
        if of_setting != section {
            section = of_setting;
            let _ = writeln!(text, "\n[{section}]");
        }
        let assignment = match (setting.get)(config) {
            Some(value) => format!("{key} = {value}"),
            None => format!("# {key} ="),
        };
        let _ = writeln!(text, "{assignment:<30} # {}", setting.help);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<String> {
        read_into(&mut Config::default(), text, "cfg.toml")
    }

    #[test]
    fn all_mistakes_with_their_places() {
        let text = "[data]\nsource = 3\n[train]\nepoch = 3\nlr = \"fast\"\noptimizer = { name = \"adamm\" }\n";
        let expected = [
            "cfg.toml:2:10: data.source = 3 is not possible; it must be text",
            "cfg.toml:4:1: unknown key `train.epoch`, did you mean `train.epochs`?",
            "cfg.toml:5:6: train.lr = \"fast\" is not possible; it must be a finite number from 0",
        ];
        let found = mistakes(text);
        assert_eq!(found[..3], expected);
        assert!(found[3].starts_with("cfg.toml:6:13: unknown optimizer `adamm`, did you mean `adam`?"), "{}", found[3]);
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn a_call_may_be_a_table() {
        let mut config = Config::default();
        let text = "model.activation = { name = \"leaky_relu\", slope = 0.5 }\ntrain.optimizer = { name = \"adam\", betas = [0.5, 0.9] }\ntrain.loss = { name = \"focal_binary\", alpha = \"none\" }";
        assert_eq!(read_into(&mut config, text, "it"), Vec::<String>::new());
        assert_eq!(config.recipe.activation.to_string(), "leaky_relu:slope=0.5");
        assert_eq!(config.recipe.optimizer.to_string(), "adam:betas=[0.5,0.9]");
        assert_eq!(config.recipe.loss.map(|loss| loss.to_string()).as_deref(), Some("focal_binary:alpha=none"));
    }

    #[test]
    fn what_is_no_toml_has_a_place_too() {
        assert!(mistakes("[train\nepochs = 3").first().unwrap().starts_with("cfg.toml:1:"));
        assert!(mistakes("train.epochs = ").first().unwrap().starts_with("cfg.toml:1:"));
        assert!(mistakes("a = 1\na = 2").first().unwrap().starts_with("cfg.toml:2:1"));
    }
}
