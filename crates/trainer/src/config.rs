//! Everything a training run is told: defaults, then a config file, then flags, then `--set`.

use std::path::{Path, PathBuf};

use backprop_data::Fractions;
use backprop_optimizers::Clip;
use backprop_registry::Call;
use backprop_training::Recipe;

use crate::failure::Failure;
use crate::given::Given;
use crate::settings::{self, Setting};
use crate::{config_file, source};

/// The settings of a run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Config {
    /// A file, a folder or a built-in set.
    pub(crate) source: String,
    /// Noise of a generated set, if not the set's own.
    pub(crate) noise: Option<f64>,
    /// Samples of a generated set, if not the set's own.
    pub(crate) samples: Option<u64>,
    /// Names of the classes of images, if not the labels themselves.
    pub(crate) classes: Option<Vec<String>>,
    /// Everything about network and training; no target means that of the set.
    pub(crate) recipe: Recipe,
    /// The largest norm of all gradients together.
    pub(crate) clip_norm: Option<f64>,
    /// The largest magnitude of a gradient.
    pub(crate) clip_value: Option<f64>,
    /// What is measured beside the usual.
    pub(crate) metrics: Vec<Call>,
    /// Threads; 0 means all cores.
    pub(crate) threads: usize,
    /// Where run folders are made.
    pub(crate) out: PathBuf,
    /// The name of the run, if not that of the data.
    pub(crate) name: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            source: "digits".to_owned(),
            noise: None,
            samples: None,
            classes: None,
            recipe: Recipe::new(Vec::<String>::new()),
            clip_norm: None,
            clip_value: None,
            metrics: Vec::new(),
            threads: 0,
            out: PathBuf::from("runs"),
            name: None,
        }
    }
}

impl Config {
    /// Lays the flags and the assignments of `--set` over the file over the defaults. All mistakes are found at once.
    pub(crate) fn read(file: Option<&Path>, flags: &[(&Setting, String)], assignments: &[String]) -> Result<Self, Failure> {
        let mut config = Self::default();
        let mut mistakes = Vec::new();
        if let Some(path) = file {
            let text = config_file::text_of(path)?;
            mistakes.extend(config_file::read_into(&mut config, &text, &path.display().to_string()));
            config.source = source::beside(path, &config.source);
        }
        for (setting, text) in flags {
            if let Err(refusal) = (setting.set)(&mut config, Given::Text(text)) {
                mistakes.push(refusal.message(&format!("--{} {text}", setting.flag)));
            }
        }
        mistakes.extend(assignments.iter().filter_map(|assignment| config.assign(assignment).err()));
        if mistakes.is_empty() { config.check().map(|()| config) } else { Err(Failure::Settings(mistakes)) }
    }

    /// `train.epochs=3`.
    fn assign(&mut self, assignment: &str) -> Result<(), String> {
        let Some((key, value)) = assignment.split_once('=') else {
            return Err(format!("--set {assignment} is not possible; it must be KEY=VALUE, such as train.epochs=20"));
        };
        let setting = settings::find(key.trim()).map_err(|message| format!("--set {assignment}: {message}"))?;
        (setting.set)(self, Given::Text(value)).map_err(|refusal| refusal.message(&format!("--set {assignment}")))
    }

    /// What no setting alone can know.
    fn check(&mut self) -> Result<(), Failure> {
        let mut mistakes = Vec::new();
        let Fractions { validation, test } = self.recipe.fractions;
        if validation + test >= 1.0 {
            mistakes.push(format!(
                "data.validation = {validation} and data.test = {test} leave nothing to train on; together they must stay below 1"
            ));
        }
        self.recipe.settings.clip = match (self.clip_norm, self.clip_value) {
            (Some(_), Some(_)) => {
                mistakes.push("train.clip_norm and train.clip_value exclude each other; set one of them to none".to_owned());
                None
            }
            (Some(norm), None) => Some(Clip::norm(norm, 2.0)?),
            (None, Some(value)) => Some(Clip::value(value)?),
            (None, None) => None,
        };
        if mistakes.is_empty() { Ok(()) } else { Err(Failure::Settings(mistakes)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_sources_win() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.toml");
        std::fs::write(&path, "train.epochs = 1\ntrain.lr = 0.1\nrun.seed = 1\ndata.source = \"table.csv\"\n").unwrap();
        let flag = |key, value: &str| (settings::find(key).unwrap(), value.to_owned());
        let flags = [flag("train.epochs", "2"), flag("train.lr", "0.2")];
        let config = Config::read(Some(&path), &flags, &["train.epochs=3".to_owned()]).unwrap();
        assert_eq!((config.recipe.settings.epochs, config.recipe.rate, config.recipe.settings.seed), (3, Some(0.2), 1));
        assert_eq!(Path::new(&config.source), folder.path().join("table.csv"), "a path in a config is relative to it");
    }

    #[test]
    fn settings_that_exclude_each_other() {
        let wrong = ["train.clip_norm=1", "train.clip_value=1", "data.test=0.6", "data.validation=0.5"].map(str::to_owned);
        let message = Config::read(None, &[], &wrong).unwrap_err().to_string();
        assert!(message.contains("exclude each other") && message.contains("leave nothing to train on"), "{message}");
    }
}
