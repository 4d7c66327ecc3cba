//! The table of all settings: what flags, config files, `--set`, help and suggestions walk.

use std::path::PathBuf;

use backprop_data::Task;
use backprop_registry::nearest;
use backprop_training::{BatchSize, ClassWeight};
use toml::Value;

use crate::config::Config;
use crate::given::{Given, Refusal, expected};
use crate::run_folder;

/// More units than this in a layer is a typing error.
const MAX_UNITS: u64 = 1 << 20;
/// More layers than this too.
const MAX_LAYERS: usize = 1000;
/// The largest integer of TOML.
const MAX_WHOLE: u64 = i64::MAX as u64;
/// So many steps of a schedule can still be counted.
const MAX_EPOCHS: u64 = 1_000_000;

/// One setting.
pub(crate) struct Setting {
    /// Its place in a config file: section and key.
    pub(crate) key: &'static str,
    /// Its flag without the dashes.
    pub(crate) flag: &'static str,
    /// What stands for its value in help.
    pub(crate) value: &'static str,
    /// What it is, in a line.
    pub(crate) help: &'static str,
    /// What it is when nothing is said and [`get`](Self::get) of the default configuration is nothing.
    pub(crate) unset: &'static str,
    /// Takes a value.
    pub(crate) set: fn(&mut Config, Given<'_>) -> Result<(), Refusal>,
    /// Gives the value for a config file; `None` if it is left open.
    pub(crate) get: fn(&Config) -> Option<Value>,
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key)
    }
}

impl Setting {
    /// The section of a config file where it stands, and its key there.
    pub(crate) fn place(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').expect("every key has a section, and a test says so")
    }

    /// The default as help shows it.
    pub(crate) fn default(&self) -> String {
        match (self.get)(&Config::default()) {
            None => self.unset.to_owned(),
            Some(Value::String(text)) => text,
            Some(Value::Array(items)) => items.iter().map(Value::to_string).collect::<Vec<_>>().join(","),
            Some(value) => value.to_string(),
        }
    }

    /// Whether it is switched on and off: its flag may stand alone.
    pub(crate) fn is_switch(&self) -> bool {
        matches!((self.get)(&Config::default()), Some(Value::Boolean(_)))
    }
}

/// The setting called `key`, or a message with the nearest one.
pub(crate) fn find(key: &str) -> Result<&'static Setting, String> {
    SETTINGS.iter().find(|setting| setting.key == key).ok_or_else(|| {
        let hint = suggestion(key).map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
        format!("unknown key `{key}`{hint}")
    })
}

/// The key most like `key`, by all of it or, for a bare word, by what follows the section.
fn suggestion(key: &str) -> Option<&'static str> {
    let last = |key: &'static str| key.rsplit('.').next().unwrap_or(key);
    let by_last = |word: &str| {
        let near = nearest(word, SETTINGS.iter().map(|setting| last(setting.key)))?;
        SETTINGS.iter().map(|setting| setting.key).find(|key| last(key) == near)
    };
    match key.rsplit_once('.') {
        None => by_last(key),
        Some((section, word)) => {
            // The right section first: `train.epoch` is not `model.hidden`.
            let of_section = SETTINGS.iter().filter(|setting| setting.place().0 == section).map(|setting| setting.key);
            let in_section = nearest(word, of_section.clone().map(last));
            let in_section = in_section.and_then(|near| of_section.clone().find(|key| last(key) == near));
            in_section.or_else(|| by_last(word)).or_else(|| nearest(key, SETTINGS.iter().map(|setting| setting.key)))
        }
    }
}

fn share(given: Given<'_>) -> Result<f64, Refusal> {
    given.number("a share from 0 to less than 1", |x| (0.0..1.0).contains(&x))
}

fn positive(given: Given<'_>) -> Result<Option<f64>, Refusal> {
    if given.is("none") {
        return Ok(None);
    }
    given.number("a finite number greater than 0, or none", |x| x.is_finite() && x > 0.0).map(Some)
}

fn whole_value(number: u64) -> Option<Value> {
    i64::try_from(number).ok().map(Value::Integer)
}

fn texts(items: &[String]) -> Value {
    Value::Array(items.iter().cloned().map(Value::String).collect())
}

/// All settings, section by section.
pub(crate) static SETTINGS: &[Setting] = &[
    Setting {
        key: "data.source",
        flag: "data",
        value: "FILE|FOLDER|SET",
        help: "What to learn from: a CSV file (.csv, .csv.gz, .tsv), a folder of images in IDX files as MNIST has them, or a built-in \
               set with options, moons:noise=0.2",
        unset: "",
        set: |config, given| given.text().map(|text| config.source = text),
        get: |config| Some(config.source.clone().into()),
    },
    Setting {
        key: "data.target",
        flag: "target",
        value: "A,B",
        help: "The column to predict, or several columns of numbers",
        unset: "that of the set; a file needs one",
        set: |config, given| {
            let names = given.list().into_iter().map(Given::text).collect::<Result<Vec<_>, _>>();
            config.recipe.target = names.ok().filter(|names| !names.is_empty()).ok_or_else(|| expected("names of columns"))?;
            Ok(())
        },
        get: |config| Some(&config.recipe.target).filter(|target| !target.is_empty()).map(|target| texts(target)),
    },
    Setting {
        key: "data.task",
        flag: "task",
        value: "TASK",
        help: "Whether to predict classes or numbers: classification or regression",
        unset: "decided from the target",
        set: |config, given| {
            config.recipe.task = match given {
                _ if given.is("classification") => Some(Task::Classification),
                _ if given.is("regression") => Some(Task::Regression),
                _ => return Err(expected("classification or regression")),
            };
            Ok(())
        },
        get: |config| config.recipe.task.map(|task| task.to_string().into()),
    },
    Setting {
        key: "data.classes",
        flag: "classes",
        value: "A,B",
        help: "Names of the classes of a folder of images: that of label 0, that of label 1, …",
        unset: "the labels",
        set: |config, given| {
            let names = given.list().into_iter().map(Given::text).collect::<Result<Vec<_>, _>>();
            let names = names.ok().filter(|names| names.len() >= 2);
            config.classes = Some(names.ok_or_else(|| expected("the names of two or more classes"))?);
            Ok(())
        },
        get: |config| config.classes.as_deref().map(texts),
    },
    Setting {
        key: "data.noise",
        flag: "noise",
        value: "X",
        help: "Deviation of the noise in a generated set",
        unset: "that of the set",
        set: |config, given| {
            config.noise = Some(given.number("a number from 0", |x| x.is_finite() && x >= 0.0)?);
            Ok(())
        },
        get: |config| config.noise.map(Value::Float),
    },
    Setting {
        key: "data.samples",
        flag: "samples",
        value: "N",
        help: "Samples of a generated set",
        unset: "that of the set",
        set: |config, given| {
            config.samples = Some(given.whole(1..=10_000_000)?);
            Ok(())
        },
        get: |config| config.samples.and_then(whole_value),
    },
    Setting {
        key: "data.validation",
        flag: "validation",
        value: "SHARE",
        help: "Share of the rows that decides when to stop",
        unset: "",
        set: |config, given| share(given).map(|share| config.recipe.fractions.validation = share),
        get: |config| Some(config.recipe.fractions.validation.into()),
    },
    Setting {
        key: "data.test",
        flag: "test",
        value: "SHARE",
        help: "Share of the rows that is looked at once, at the end; a folder of images has its own",
        unset: "",
        set: |config, given| share(given).map(|share| config.recipe.fractions.test = share),
        get: |config| Some(config.recipe.fractions.test.into()),
    },
    Setting {
        key: "model.hidden",
        flag: "hidden",
        value: "N,N",
        help: "Units of the hidden layers; none for no hidden layer",
        unset: "",
        set: |config, given| {
            let widths = if given.is("none") { Vec::new() } else { given.list() };
            let what = || expected(format!("numbers of units from 1 to {MAX_UNITS}, such as 128,64, or none"));
            let widths = widths.into_iter().map(|width| width.whole(1..=MAX_UNITS).map(|width| width as usize));
            let widths = widths.collect::<Result<Vec<_>, _>>().ok().filter(|widths| widths.len() <= MAX_LAYERS);
            config.recipe.hidden = widths.ok_or_else(what)?;
            Ok(())
        },
        get: |config| Some(config.recipe.hidden.iter().map(|&width| Value::Integer(width as i64)).collect::<Vec<_>>().into()),
    },
    Setting {
        key: "model.activation",
        flag: "activation",
        value: "NAME",
        help: "Activation of the hidden layers, such as leaky_relu:slope=0.1",
        unset: "",
        set: |config, given| {
            config.recipe.activation = given.call(|call| backprop_activations::registry::<f32>().build(call))?;
            Ok(())
        },
        get: |config| Some(config.recipe.activation.to_string().into()),
    },
    Setting {
        key: "model.dropout",
        flag: "dropout",
        value: "SHARE",
        help: "Share of the units that is left out behind each hidden layer while training",
        unset: "0.3 for classes, 0 for numbers",
        set: |config, given| share(given).map(|share| config.recipe.dropout = Some(share)),
        get: |config| config.recipe.dropout.map(Value::Float),
    },
    Setting {
        key: "model.output",
        flag: "output-activation",
        value: "NAME",
        help: "Activation at the end of the network; the loss knows what it needs, so that none is right most often",
        unset: "none",
        set: |config, given| {
            let call = |call: &_| backprop_activations::registry::<f32>().build(call);
            config.recipe.output = if given.is("none") { None } else { Some(given.call(call)?) };
            Ok(())
        },
        get: |config| config.recipe.output.as_ref().map(|call| call.to_string().into()),
    },
    Setting {
        key: "model.initializer",
        flag: "init",
        value: "NAME",
        help: "How the weights start; auto goes by the activation that follows, lsuv by the first samples",
        unset: "",
        set: |config, given| {
            config.recipe.initializer = given.call(|call| backprop_layers::initializers().build(call))?;
            Ok(())
        },
        get: |config| Some(config.recipe.initializer.to_string().into()),
    },
    Setting {
        key: "model.residual",
        flag: "residual",
        value: "BOOL",
        help: "Adds the input of a hidden layer to its output where both have as many units",
        unset: "",
        set: |config, given| given.flag().map(|flag| config.recipe.residual = flag),
        get: |config| Some(config.recipe.residual.into()),
    },
    Setting {
        key: "train.loss",
        flag: "loss",
        value: "NAME",
        help: "What is made small",
        unset: "cross_entropy for classes, mse for numbers",
        set: |config, given| {
            config.recipe.loss = Some(given.call(|call| backprop_losses::registry::<f32>().build(call))?);
            Ok(())
        },
        get: |config| config.recipe.loss.as_ref().map(|call| call.to_string().into()),
    },
    Setting {
        key: "train.optimizer",
        flag: "optimizer",
        value: "NAME",
        help: "How the weights follow the gradient, such as sgd:momentum=0.9",
        unset: "",
        set: |config, given| {
            config.recipe.optimizer = given.call(|call| backprop_optimizers::registry::<f32>().build(call))?;
            Ok(())
        },
        get: |config| Some(config.recipe.optimizer.to_string().into()),
    },
    Setting {
        key: "train.lr",
        flag: "lr",
        value: "X",
        help: "Learning rate",
        unset: "that of the optimizer",
        set: |config, given| {
            config.recipe.rate = Some(given.number("a finite number from 0", |x| x.is_finite() && x >= 0.0)?);
            Ok(())
        },
        get: |config| config.recipe.rate.map(Value::Float),
    },
    Setting {
        key: "train.schedule",
        flag: "schedule",
        value: "NAME",
        help: "How the learning rate changes over the run, such as one_cycle or reduce_on_plateau:patience=5",
        unset: "",
        set: |config, given| {
            config.recipe.schedule = given.call(|call| backprop_optimizers::schedules().build(call))?;
            Ok(())
        },
        get: |config| Some(config.recipe.schedule.to_string().into()),
    },
    Setting {
        key: "train.warmup",
        flag: "warmup",
        value: "STEPS",
        help: "Steps in which the learning rate rises from a tenth of it",
        unset: "",
        set: |config, given| given.whole(0..=MAX_WHOLE).map(|steps| config.recipe.warmup = steps),
        get: |config| whole_value(config.recipe.warmup),
    },
    Setting {
        key: "train.batch_size",
        flag: "batch-size",
        value: "N|full",
        help: "Samples in a step: 1 is stochastic gradient descent, full is plain gradient descent",
        unset: "",
        set: |config, given| {
            config.recipe.settings.batch_size = if given.is("full") {
                BatchSize::Full
            } else {
                let samples = given.whole(1..=MAX_WHOLE).map_err(|_| expected("a whole number from 1, or full"))?;
                BatchSize::Samples(samples as usize)
            };
            Ok(())
        },
        get: |config| match config.recipe.settings.batch_size {
            BatchSize::Full => Some("full".into()),
            BatchSize::Samples(samples) => whole_value(samples as u64),
        },
    },
    Setting {
        key: "train.epochs",
        flag: "epochs",
        value: "N",
        help: "Passes over the training rows at most",
        unset: "",
        set: |config, given| given.whole(0..=MAX_EPOCHS).map(|epochs| config.recipe.settings.epochs = epochs as usize),
        get: |config| whole_value(config.recipe.settings.epochs as u64),
    },
    Setting {
        key: "train.patience",
        flag: "patience",
        value: "N|none",
        help: "Epochs without a better validation loss before it stops",
        unset: "",
        set: |config, given| {
            config.recipe.settings.patience = if given.is("none") {
                None
            } else {
                Some(given.whole(1..=MAX_EPOCHS).map_err(|_| expected("a whole number from 1, or none"))? as usize)
            };
            Ok(())
        },
        get: |config| config.recipe.settings.patience.map_or(Some("none".into()), |epochs| whole_value(epochs as u64)),
    },
    Setting {
        key: "train.clip_norm",
        flag: "clip-norm",
        value: "X",
        help: "Scales all gradients down to this norm",
        unset: "none",
        set: |config, given| positive(given).map(|limit| config.clip_norm = limit),
        get: |config| config.clip_norm.map(Value::Float),
    },
    Setting {
        key: "train.clip_value",
        flag: "clip-value",
        value: "X",
        help: "Cuts every gradient off at this magnitude",
        unset: "none",
        set: |config, given| positive(given).map(|limit| config.clip_value = limit),
        get: |config| config.clip_value.map(Value::Float),
    },
    Setting {
        key: "train.decay_all",
        flag: "decay-all",
        value: "BOOL",
        help: "Lets the weight decay of the optimizer act on biases too",
        unset: "",
        set: |config, given| given.flag().map(|flag| config.recipe.decay_all = flag),
        get: |config| Some(config.recipe.decay_all.into()),
    },
    Setting {
        key: "train.class_weight",
        flag: "class-weight",
        value: "HOW",
        help: "How much a sample of a rare class counts: uniform (as any other) or balanced (more)",
        unset: "",
        set: |config, given| {
            config.recipe.class_weight = match given {
                _ if given.is("uniform") => ClassWeight::Uniform,
                _ if given.is("balanced") => ClassWeight::Balanced,
                _ => return Err(expected("uniform or balanced")),
            };
            Ok(())
        },
        get: |config| Some(if config.recipe.class_weight == ClassWeight::Balanced { "balanced" } else { "uniform" }.into()),
    },
    Setting {
        key: "train.metrics",
        flag: "metrics",
        value: "NAME,NAME",
        help: "What is measured in the end beside the usual, such as f1:average=macro,roc_auc",
        unset: "none",
        set: |config, given| {
            let none = given.is("none");
            config.metrics = if none { Vec::new() } else { given.calls(|call| backprop_metrics::registry().build(call))? };
            Ok(())
        },
        get: |config| {
            let names = || config.metrics.iter().map(|call| Value::String(call.to_string())).collect();
            (!config.metrics.is_empty()).then(|| Value::Array(names()))
        },
    },
    Setting {
        key: "run.seed",
        flag: "seed",
        value: "N",
        help: "Where random numbers start: the split, the weights, the order of samples, dropout, generated sets",
        unset: "",
        set: |config, given| given.whole(0..=MAX_WHOLE).map(|seed| config.recipe.settings.seed = seed),
        get: |config| whole_value(config.recipe.settings.seed),
    },
    Setting {
        key: "run.threads",
        flag: "threads",
        value: "N",
        help: "Threads, 0 for all cores; the results are the same for any number",
        unset: "",
        set: |config, given| given.whole(0..=1024).map(|threads| config.threads = threads as usize),
        get: |config| whole_value(config.threads as u64),
    },
    Setting {
        key: "run.out",
        flag: "out",
        value: "DIR",
        help: "Where run folders are made",
        unset: "",
        set: |config, given| given.text().map(|text| config.out = PathBuf::from(text)),
        get: |config| Some(config.out.display().to_string().into()),
    },
    Setting {
        key: "run.name",
        flag: "name",
        value: "NAME",
        help: "Name of the run folder",
        unset: "that of the data or the config, with a number if taken",
        set: |config, given| {
            let name = given.text()?;
            run_folder::check_name(&name).map_err(expected)?;
            config.name = Some(name);
            Ok(())
        },
        get: |config| config.name.clone().map(Value::String),
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config_file;

    #[test]
    fn keys_and_flags_are_unique() {
        let distinct = |name: fn(&Setting) -> &'static str| SETTINGS.iter().map(name).collect::<BTreeSet<_>>().len();
        assert_eq!((distinct(|setting| setting.key), distinct(|setting| setting.flag)), (SETTINGS.len(), SETTINGS.len()));
        for setting in SETTINGS {
            let (section, key) = setting.place();
            assert!(["data", "model", "train", "run"].contains(&section) && !key.contains('.'), "{setting:?}");
            assert!(!setting.help.is_empty() && !setting.default().is_empty(), "{setting:?} tells what it is by default");
        }
    }

    /// A value other than the default for every setting.
    const OTHERS: [(&str, &str); 31] = [
        ("data.source", "some \"where\".csv"),
        ("data.target", "a b,c"),
        ("data.task", "regression"),
        ("data.classes", "a b,c"),
        ("data.noise", "0.25"),
        ("data.samples", "50"),
        ("data.validation", "0.3"),
        ("data.test", "0"),
        ("model.hidden", "[3,2]"),
        ("model.activation", "leaky_relu:slope=0.001"),
        ("model.dropout", "0.5"),
        ("model.output", "tanh"),
        ("model.initializer", "xavier_uniform"),
        ("model.residual", "true"),
        ("train.loss", "huber:delta=0.5"),
        ("train.optimizer", "adam:betas=[0.5,0.9]"),
        ("train.lr", "1e-7"),
        ("train.schedule", "cosine_annealing"),
        ("train.warmup", "7"),
        ("train.batch_size", "full"),
        ("train.epochs", "3"),
        ("train.patience", "none"),
        ("train.clip_norm", "2"),
        ("train.clip_value", "0.5"),
        ("train.decay_all", "true"),
        ("train.class_weight", "balanced"),
        ("train.metrics", "f_beta:beta=2,average=macro,roc_auc"),
        ("run.seed", "9223372036854775807"),
        ("run.threads", "3"),
        ("run.out", "else where"),
        ("run.name", "me.1"),
    ];

    #[test]
    fn every_setting_survives_the_way_to_a_file_and_back() {
        assert_eq!(OTHERS.map(|(key, _)| key).as_slice(), SETTINGS.iter().map(|setting| setting.key).collect::<Vec<_>>());
        let mut all = Config::default();
        for (key, text) in OTHERS {
            let mut one = Config::default();
            for config in [&mut one, &mut all] {
                (find(key).unwrap().set)(config, Given::Text(text)).unwrap_or_else(|refusal| panic!("{key}: {refusal:?}"));
            }
            assert_ne!(one, Config::default(), "{key}");
            assert_eq!(read_back(&one), one, "{key}");
        }
        assert_eq!(read_back(&all), all);
        assert_eq!(read_back(&Config::default()), Config::default());
    }

    fn read_back(config: &Config) -> Config {
        let mut back = Config::default();
        let text = config_file::write(config);
        assert_eq!(config_file::read_into(&mut back, &text, "it"), Vec::<String>::new(), "{text}");
        back
    }

    #[test]
    fn what_is_decided_later_is_what_help_says() {
        let decided = |source: &str| {
            let config = Config { source: source.to_owned(), samples: Some(20), ..Config::default() };
            let (_, _, prepared) = crate::train::prepare(&config, &backprop_tensor::Pool::new(1).unwrap()).unwrap();
            (prepared.dropout(), prepared.pairing.loss)
        };
        let (classes, numbers) = (decided("moons"), decided("sine"));
        assert_eq!(find("model.dropout").unwrap().unset, format!("{} for classes, {} for numbers", classes.0, numbers.0));
        assert_eq!(find("train.loss").unwrap().unset, format!("{} for classes, {} for numbers", classes.1, numbers.1));
    }

    #[test]
    fn suggestions() {
        for (wrong, right) in [
            ("train.epoch", "train.epochs"),
            ("epochs", "train.epochs"),
            ("trian.epochs", "train.epochs"),
            ("model.lr", "train.lr"),
        ] {
            assert_eq!(find(wrong).unwrap_err(), format!("unknown key `{wrong}`, did you mean `{right}`?"));
        }
        assert_eq!(find("zzzz").unwrap_err(), "unknown key `zzzz`");
    }
}
