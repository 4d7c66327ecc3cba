//! What is chosen for a table: small tables, odd settings, every pair of loss and output, and what the models answer.

use std::fmt::Write as _;

use backprop_data::{Fractions, Table, Targets, Task, epoch_order};
use backprop_registry::Call;
use backprop_tensor::{Key, Pool, Purpose, View};
use backprop_training::{
    BatchSize, ClassWeight, EvaluationTarget, Field, Head, Model, Pairing, Prepared, Recipe, Silent, Stop, TrainingError,
    digest,
};

/// So many rows with a number, a colour, a kind out of `kinds` and two numbers to predict.
fn table(rows: usize, kinds: usize) -> Table {
    let mut csv = String::from("size,colour,kind,y,z\n");
    let mut stream = Key::new(5, Purpose::Data).stream(0);
    for i in 0..rows {
        let (size, kind) = (stream.normal(), i % kinds);
        let colour = ["red", "green", ""][i % 3];
        writeln!(csv, "{},{colour},k{kind},{},{}", size + kind as f64, 2.0 * size - 1.0, kind as f64 + size).unwrap();
    }
    Table::from_csv(csv.as_bytes(), "things.csv").unwrap()
}

fn recipe(target: &[&str]) -> Recipe {
    let mut recipe = Recipe::new(target.iter().copied());
    recipe.hidden = vec![5];
    recipe.settings.epochs = 3;
    recipe.settings.batch_size = BatchSize::Samples(8);
    recipe
}

fn trained(recipe: &Recipe, table: &Table) -> (Model, Prepared) {
    let prepared = recipe.prepare(table).unwrap();
    let outcome = prepared.fit(&mut Silent).unwrap();
    (recipe.prepare(table).unwrap().into_model(outcome), prepared)
}

#[test]
fn a_table_of_few_rows_trains_or_says_why_not() {
    for (rows, words) in [(1, "only one row"), (2, "only 2 rows")] {
        for target in ["y", "kind"] {
            let error = recipe(&[target]).prepare(&table(rows, 2)).unwrap_err().to_string();
            assert!(error.contains(words) && error.contains("at least 3"), "{error}");
        }
    }
    for rows in 3..=5 {
        let (model, prepared) = trained(&recipe(&["y"]), &table(rows, 2));
        assert_eq!(prepared.train.len() + prepared.validation.len() + prepared.test.len(), rows);
        assert!(!prepared.train.is_empty());
        assert!(model.predict(&table(5, 2)).unwrap().number(0).unwrap().is_finite());
    }
    let error = recipe(&["kind"]).prepare(&table(3, 1)).unwrap_err().to_string();
    assert!(error.contains("the same class `k0`"), "{error}");
    for rows in 3..=6 {
        for class_weight in [ClassWeight::Uniform, ClassWeight::Balanced] {
            let (model, prepared) = trained(&Recipe { class_weight, ..recipe(&["kind"]) }, &table(rows, 2));
            assert_eq!(model.predict(&table(rows, 2)).unwrap().len(), rows);
            let Targets::Classes(classes) = &prepared.train.targets else { unreachable!() };
            let told = prepared.notes.iter().any(|note| note.contains("in no training row"));
            assert_eq!(told, [0, 1].iter().any(|class| !classes.contains(class)), "{rows} rows: {:?}", prepared.notes);
        }
    }
}

#[test]
fn a_class_that_training_never_sees_is_told() {
    let mut csv = String::from("x,kind\n0,once\n");
    (0..2).for_each(|i| writeln!(csv, "{i},a\n{i},b").unwrap());
    let table = Table::from_csv(csv.as_bytes(), "rare.csv").unwrap();
    let told = [0.0, 0.2, 0.4, 0.6].map(|test| {
        let mut recipe = recipe(&["kind"]);
        recipe.fractions = Fractions { validation: 0.0, test };
        recipe.class_weight = ClassWeight::Balanced;
        let (model, prepared) = trained(&recipe, &table);
        assert_eq!(model.predict([("x", 1.0.into())]).unwrap().names(), ["a", "b", "once"]);
        let Targets::Classes(classes) = &prepared.train.targets else { unreachable!() };
        let told = prepared.notes.iter().any(|note| note.contains("in no training row") && note.contains("once"));
        assert_eq!(told, !classes.contains(&2), "{:?}", prepared.notes);
        told
    });
    assert!(told.contains(&true) && !told[0], "{told:?}");
}

#[test]
fn without_validation_all_epochs_are_done_and_the_last_is_kept() {
    let mut recipe = recipe(&["kind"]);
    recipe.fractions = Fractions { validation: 0.0, test: 0.0 };
    recipe.settings.patience = Some(1);
    let prepared = recipe.prepare(&table(20, 2)).unwrap();
    assert_eq!((prepared.train.len(), prepared.validation.len(), prepared.test.len()), (20, 0, 0));
    let outcome = prepared.fit(&mut Silent).unwrap();
    assert_eq!((outcome.stop, outcome.best_epoch), (Stop::Epochs, 3));
    assert!(outcome.history.iter().all(|epoch| epoch.validation.is_none() && epoch.improved));
}

#[test]
fn settings_that_cannot_be_are_errors() {
    let refused = |change: fn(&mut Recipe), word: &str| {
        let mut recipe = recipe(&["kind"]);
        change(&mut recipe);
        let error = recipe.prepare(&table(30, 2)).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    };
    refused(|recipe| recipe.fractions = Fractions { validation: 0.6, test: 0.6 }, "both together below 1");
    refused(|recipe| recipe.fractions.test = f64::NAN, "no fractions");
    refused(|recipe| recipe.hidden = vec![4, 0], "a hidden layer has from 1 to");
    refused(|recipe| recipe.hidden = vec![usize::MAX], "a hidden layer has from 1 to");
    for dropout in [-0.5, 1.0, f64::NAN] {
        let error = Recipe { dropout: Some(dropout), ..recipe(&["kind"]) }.prepare(&table(30, 2)).unwrap_err().to_string();
        assert!(error.contains("not in [0, 1)"), "{error}");
    }
    refused(|recipe| recipe.settings.batch_size = BatchSize::Samples(0), "batch");
    refused(|recipe| recipe.settings.patience = Some(0), "patience");
    refused(|recipe| recipe.activation = Call::new("rleu"), "did you mean `relu`");
    refused(|recipe| recipe.output = Some(Call::new("sotfmax")), "did you mean `softmax`");
    refused(|recipe| recipe.loss = Some(Call::new("hubber")), "did you mean `huber`");
    refused(
        |recipe| (recipe.target, recipe.class_weight) = (vec!["size".into()], ClassWeight::Balanced),
        "balanced class weights are for classes",
    );
}

#[test]
fn odd_settings_that_can_be_work() {
    let table = table(40, 2);
    let mut linear = recipe(&["y"]);
    linear.hidden = Vec::new();
    let (model, prepared) = trained(&linear, &table);
    assert_eq!(model.params().len(), prepared.preprocessing.inputs() + 1, "w x + b");

    let mut residual = recipe(&["y"]);
    residual.residual = true;
    residual.hidden = vec![6, 6, 6, 3];
    let described = residual.prepare(&table).unwrap().network.describe().unwrap();
    let blocks = described.iter().filter(|layer| matches!(layer, backprop_layers::Description::Residual(_)));
    assert_eq!(blocks.count(), 2);

    let mut endless = recipe(&["y"]);
    endless.settings.epochs = usize::MAX;
    assert!(endless.prepare(&table).is_ok());

    let mut warm = recipe(&["y"]);
    warm.warmup = 1000;
    warm.rate = Some(1.0);
    let prepared = warm.prepare(&table).unwrap();
    assert!(prepared.notes.iter().any(|note| note.contains("warm-up of 1000 steps")), "{:?}", prepared.notes);
    let rates = [0, 5, 11].map(|step| prepared.schedule.at(step).rate);
    assert!((rates[0] - 0.1).abs() < 1e-12 && rates.is_sorted() && rates[2] < 0.2, "{rates:?}");
}

#[test]
fn a_plateau_lowers_the_rate_of_a_run() {
    let table = table(60, 2);
    let mut falling = recipe(&["y"]);
    falling.schedule = "reduce_on_plateau:factor=0.5,patience=2".parse().unwrap();
    (falling.warmup, falling.rate, falling.settings.epochs, falling.settings.patience) = (7, Some(0.05), 80, None);
    let prepared = falling.prepare(&table).unwrap();
    assert!(!prepared.notes.iter().any(|note| note.contains("plateau")), "{:?}", prepared.notes);
    let history = prepared.fit(&mut Silent).unwrap().history;
    let rates: Vec<f64> = history.iter().map(|epoch| epoch.rate).collect();
    assert!(rates[0] < 0.05 && rates.contains(&0.05) && rates.contains(&0.025), "{rates:?}");
    assert!(rates[rates.len() - 1] <= 0.025 && rates[2..].is_sorted_by(|a, b| a >= b), "{rates:?}");

    let note = |change: fn(&mut Recipe)| {
        let mut recipe = falling.clone();
        change(&mut recipe);
        recipe.prepare(&table).unwrap().notes.join("; ")
    };
    let without = note(|recipe| recipe.fractions.validation = 0.0);
    assert!(without.contains("no validation set, so that reduce_on_plateau goes by the training loss"), "{without}");
    let late = "training stops after 3 epochs without a better validation loss, before reduce_on_plateau with a patience of 2";
    let told = note(|recipe| recipe.settings.patience = Some(3));
    assert!(told.contains(late), "{told}");
    assert!(!note(|recipe| recipe.settings.patience = Some(4)).contains("plateau"));

    falling.schedule = "reduce_on_plateau:mode=max".parse().unwrap();
    let error = falling.prepare(&table).unwrap_err().to_string();
    assert!(error.contains("mode=max waits for it to rise; write mode=min"), "{error}");
}

#[test]
fn a_learning_rate_that_does_not_count_is_told() {
    let told = |schedule: &str, rate| {
        let recipe = Recipe { schedule: schedule.parse().unwrap(), rate, ..recipe(&["y"]) };
        recipe.prepare(&table(40, 2)).unwrap().notes.iter().any(|note| note.contains("does not count"))
    };
    for own in ["noam:model_size=64", "one_cycle:max_lr=0.1"] {
        assert!(told(own, Some(0.1)) && !told(own, None), "{own}");
    }
    for scaled in ["constant", "one_cycle", "cyclic:max_lr=0.5", "linear:start_factor=0", "reduce_on_plateau", "warmup_cosine"]
    {
        assert!(!told(scaled, Some(0.1)), "{scaled}");
    }
}

#[test]
fn dropout_is_for_classes_unless_said_otherwise() {
    let table = table(30, 2);
    let dropout = |target: &str, dropout| Recipe { dropout, ..recipe(&[target]) }.prepare(&table).unwrap().dropout();
    assert_eq!([dropout("kind", None), dropout("y", None), dropout("y", Some(0.2))], [0.3, 0.0, 0.2]);
}

#[test]
fn a_measured_table_is_a_measured_data_set() {
    let table = table(50, 3);
    for target in [&["kind"][..], &["y", "z"]] {
        let (model, prepared) = trained(&recipe(target), &table);
        let of_table = model.evaluate(&table, &prepared.split.test).unwrap();
        assert_eq!(of_table, model.evaluate_dataset(&prepared.test));
        match &of_table.target {
            EvaluationTarget::Classes(classes) => {
                let right = classes
                    .iter()
                    .enumerate()
                    .filter(|&(i, &class)| of_table.predictions.class_index(i) == Some(class as usize));
                let share = right.count() as f64 / classes.len() as f64;
                assert_eq!(of_table.scores.metric("accuracy"), Some(share));
            }
            EvaluationTarget::Numbers(numbers) => {
                let error = (numbers - of_table.predictions.matrix()).abs().mean();
                assert!((of_table.scores.metric("mae").unwrap() - error).abs() < 1e-12);
            }
        }
    }
}

#[test]
fn an_answer_depends_on_its_row_alone() {
    let table = table(33, 3);
    for target in ["kind", "y"] {
        let (model, prepared) = trained(&recipe(&[target]), &table);
        let inputs = |rows: &[usize]| prepared.preprocessing.transform::<f32>(&table, rows).unwrap();
        let all: Vec<usize> = (0..33).collect();
        let together = model.predict_inputs(View::from(&inputs(&all)));
        let backwards: Vec<usize> = (0..33).rev().collect();
        let reversed = model.predict_inputs(View::from(&inputs(&backwards)));
        for i in 0..33 {
            let alone = model.predict_inputs(View::from(&inputs(&[i])));
            for ((a, b), c) in together.values(i).zip(reversed.values(32 - i)).zip(alone.values(0)) {
                assert!((a.1 - b.1).abs() < 1e-6 && (a.1 - c.1).abs() < 1e-6, "{a:?} {b:?} {c:?}");
            }
        }
        assert!(model.predict_inputs(View::from(&inputs(&[]))).is_empty());
    }
}

#[test]
fn classes_are_those_that_accuracy_counts_even_where_probabilities_are_alike() {
    let (mut scores, mut logits) = (recipe(&["kind"]), recipe(&["kind"]));
    scores.loss = Some(Call::new("mse"));
    logits.loss = Some(Call::new("bce_with_logits"));
    for (recipe, outputs) in [(scores, [-3.0, -2.0, -1.0]), (logits, [50.0, 60.0, 70.0])] {
        let prepared = Recipe { hidden: Vec::new(), ..recipe }.prepare(&table(30, 3)).unwrap();
        // No weights, and a bias that is the output.
        let mut params = vec![0.0; prepared.network.param_count()];
        let bias = params.len() - 3;
        params[bias..].copy_from_slice(&outputs);
        let test = prepared.test.clone();
        let mut outcome = prepared.fit(&mut Silent).unwrap();
        outcome.params = params;
        let evaluation = prepared.into_model(outcome).evaluate_dataset(&test);
        assert_eq!(evaluation.predictions.class(0), Some("k2"));
        let Targets::Classes(classes) = &test.targets else { unreachable!() };
        let share = classes.iter().filter(|&&class| class == 2).count() as f64 / classes.len() as f64;
        assert_eq!(evaluation.scores.metric("accuracy"), Some(share));
    }
}

#[test]
fn rows_by_name_are_checked() {
    let (model, _) = trained(&recipe(&["kind"]), &table(30, 2));
    let full = |size: Field, colour: Field| [("size", size), ("colour", colour), ("y", 0.0.into()), ("z", 0.0.into())];
    for colour in [Field::Missing, "never seen".into(), 3.0.into()] {
        assert_eq!(model.predict(full(1.0.into(), colour)).unwrap().len(), 1);
    }
    assert!(model.predict(full(Field::Missing, None::<f64>.into())).is_ok());
    let refused = |row: &[(&str, Field)], word: &str| {
        let error = model.predict(row).unwrap_err().to_string();
        assert!(error.contains("the row") && error.contains(word), "{error}");
    };
    refused(&full(f64::INFINITY.into(), "red".into()), "not finite");
    refused(&full("big".into(), "red".into()), "`big` in column `size` is not a number");
    refused(&[], "no column");
    let mut twice = full(1.0.into(), "red".into()).to_vec();
    twice.push(("size", 2.0.into()));
    refused(&twice, "both called `size`");
}

#[test]
fn every_loss_with_every_output_trains_or_is_refused_with_a_flag() {
    let outputs: Vec<Option<Call>> = std::iter::once(None)
        .chain(backprop_activations::registry::<f32>().names().map(|name| Some(Call::new(name))))
        .collect();
    let tables =
        [(table(24, 2), &["kind"][..]), (table(24, 3), &["kind"]), (table(24, 2), &["y"]), (table(24, 2), &["y", "z"])];
    let mut fits = 0;
    for (table, target) in &tables {
        for loss in backprop_losses::registry::<f32>().names() {
            for output in &outputs {
                let mut recipe = recipe(target);
                recipe.hidden = Vec::new();
                recipe.settings.epochs = 1;
                recipe.rate = Some(1e-3);
                recipe.loss = Some(Call::new(loss));
                recipe.output.clone_from(output);
                let what = format!("{target:?} {loss} {output:?}");
                match recipe.prepare(table) {
                    Ok(prepared) => {
                        fits += 1;
                        let again = Pairing::new(
                            &prepared.preprocessing.outcome,
                            Some(&prepared.pairing.loss),
                            prepared.pairing.output.as_ref(),
                        );
                        assert_eq!(
                            again.map(|pairing| pairing.head).unwrap(),
                            prepared.pairing.head,
                            "{what}: it stays as it is"
                        );
                        let outcome = prepared.fit(&mut Silent).unwrap_or_else(|error| panic!("{what}: {error}"));
                        let test = prepared.test.clone();
                        let evaluation = prepared.into_model(outcome).evaluate_dataset(&test);
                        for i in 0..evaluation.predictions.len() {
                            let values: Vec<f64> = evaluation.predictions.values(i).map(|(_, value)| value).collect();
                            assert!(values.iter().all(|value| value.is_finite()), "{what}: {values:?}");
                            let sum = values.iter().sum::<f64>();
                            assert!(target != &["kind"] || (sum - 1.0).abs() < 1e-6, "{what}: {values:?}");
                        }
                    }
                    Err(error) => {
                        let told =
                            ["--loss", "--output-activation", "--task"].iter().any(|flag| error.to_string().contains(flag));
                        assert!(matches!(error, TrainingError::Pairing(_)) && told, "{what}: {error}");
                    }
                }
            }
        }
    }
    assert!(fits >= 94, "{fits}");
}

#[test]
fn an_output_that_cannot_reach_the_numbers_is_told() {
    let outcome = recipe(&["y"]).prepare(&table(20, 2)).unwrap().preprocessing.outcome;
    let note = |output: &str| Pairing::new(&outcome, None, Some(&Call::new(output))).unwrap().note;
    for output in ["relu", "sigmoid", "tanh"] {
        assert!(note(output).is_some_and(|note| note.contains(output) && note.contains("--output-activation")), "{output}");
    }
    assert_eq!([note("identity"), note("leaky_relu")], [None, None]);
}

#[test]
fn the_options_of_a_loss_go_with_it() {
    let mut recipe = recipe(&["kind"]);
    recipe.task = Some(Task::Classification);
    for (loss, output, becomes) in [
        ("categorical_cross_entropy:weight=[1,2]", "softmax", "cross_entropy:weight=[1,2]"),
        ("nll:weight=[1,2],ignore_index=1", "log_softmax", "cross_entropy:weight=[1,2],ignore_index=1"),
        ("bce:weight=[1,2]", "sigmoid", "bce_with_logits:weight=[1,2]"),
    ] {
        recipe.loss = Some(loss.parse().unwrap());
        recipe.output = Some(Call::new(output));
        let pairing = recipe.prepare(&table(20, 2)).unwrap().pairing;
        assert_eq!(pairing.loss.to_string(), becomes);
        assert!(pairing.note.is_some() && pairing.output.is_none() && pairing.head != Head::Values);
    }
}

/// A recipe whose weights the training data scale, at the start: no epoch is done.
fn lsuv(text: &str) -> Recipe {
    let mut recipe = recipe(&["kind"]);
    recipe.hidden = vec![40, 30];
    recipe.initializer = text.parse().unwrap();
    recipe.settings.epochs = 0;
    recipe
}

#[test]
fn lsuv_goes_by_the_samples_that_training_begins_with() {
    let table = table(600, 3);
    for (text, samples, tolerance) in [("lsuv", 1024, 0.1), ("lsuv:tolerance=0.001,samples=50", 50, 0.001)] {
        let prepared = lsuv(text).prepare(&table).unwrap();
        let params = prepared.fit(&mut Silent).unwrap().params;
        let mut order = vec![0; prepared.train.len()];
        epoch_order(&mut order, prepared.recipe().settings.seed, 1);
        order.truncate(samples);
        let first = prepared.train.select(&order);
        // The last layer has no activation, so that its sums are what the network gives.
        let y = prepared.network.predict(&params, &prepared.network.initial_state(), View::from(&first.x));
        let n = y.len() as f64;
        let mean = y.iter().map(|&y| f64::from(y)).sum::<f64>() / n;
        let variance = y.iter().map(|&y| (f64::from(y) - mean).powi(2)).sum::<f64>() / n;
        assert!((variance - 1.0).abs() <= tolerance + 1e-5, "{text}: {variance}");
        let orthogonal = prepared.network.init(prepared.recipe().settings.seed);
        assert_ne!(params, orthogonal, "{text}: something was scaled");
    }
}

#[test]
fn lsuv_gives_the_same_bits_on_any_number_of_threads() {
    let mut recipe = lsuv("lsuv:tolerance=0.01");
    recipe.hidden = vec![200, 100];
    recipe.settings.epochs = 2;
    let (table, prepared) = (table(900, 4), |table: &Table| recipe.prepare(table).unwrap());
    let digest_on = |threads| Pool::new(threads).unwrap().run(|| digest(&prepared(&table).fit(&mut Silent).unwrap().params));
    let single = digest_on(1);
    for threads in [2, 3, 8] {
        assert_eq!(digest_on(threads), single, "{threads} threads");
    }
    assert_eq!(digest_on(1), single, "a second run");
}

#[test]
fn a_model_that_started_with_lsuv_is_saved_and_read_back() {
    let (model, _) =
        trained(&Recipe { settings: recipe(&["kind"]).settings, ..lsuv("lsuv:samples=20,iterations=2") }, &table(60, 2));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    model.save(&path).unwrap();
    let again = Model::load(&path).unwrap();
    assert_eq!(again.network().describe().unwrap(), model.network().describe().unwrap());
    assert_eq!(again.params(), model.params(), "what was trained is not scaled a second time");
}

#[test]
fn lsuv_with_data_that_do_not_fit_is_told_as_ever() {
    let refused = |change: fn(&mut Prepared)| {
        let mut prepared = lsuv("lsuv").prepare(&table(60, 2)).unwrap();
        change(&mut prepared);
        prepared.fit(&mut Silent).unwrap_err().to_string()
    };
    let inputs = lsuv("lsuv").prepare(&table(60, 2)).unwrap().network.inputs();
    assert_eq!(refused(|prepared| prepared.train = prepared.train.select(&[])), "the training set has no samples");
    assert_eq!(
        refused(|prepared| prepared.train.x[(1, 2)] = f32::NAN),
        "the training set has the input NaN in row 1 of sample 2; give finite numbers only"
    );
    assert_eq!(
        refused(|prepared| prepared.train.x = prepared.train.x.clone().insert_row(0, 1.0)),
        format!("the training set has {} inputs, but the network takes {inputs}", inputs + 1)
    );
    let error = lsuv("lsuv:sample=3").prepare(&table(60, 2)).unwrap_err().to_string();
    assert_eq!(error, "`lsuv` has no option `sample`, did you mean `samples`? it has tolerance, iterations, samples");
}
