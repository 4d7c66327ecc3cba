//! Weights that balance classes reach every loss that tells classes apart.

use backprop_data::{Table, Targets};
use backprop_losses::{Input, balanced_weights};
use backprop_registry::{Call, Value};
use backprop_training::{BatchSize, ClassWeight, Head, Prepared, Recipe, Silent, TrainingError};

/// Many of the first kind, few of the last.
fn table(kinds: usize) -> Table {
    let row = |i: usize| {
        let kind = if i.is_multiple_of(5) { 1 + i / 5 % (kinds - 1) } else { 0 };
        format!("{},{},kind {kind}\n", (i * 7 % 13) as f64 * 0.25 + kind as f64, (i * 5 % 11) as f64 * 0.5)
    };
    let csv = "a,b,kind\n".to_owned() + &(0..80).map(row).collect::<String>();
    Table::from_csv(csv.as_bytes(), "kinds.csv").expect("it is a table")
}

/// One step on all rows, with the loss and the output that it takes.
fn recipe(loss: Call, class_weight: ClassWeight) -> Result<Recipe, TrainingError> {
    let mut recipe = Recipe::new(["kind"]);
    let output = match backprop_losses::registry::<f32>().build(&loss)?.input() {
        Input::Values | Input::Logits | Input::Logarithms => None,
        Input::Probabilities if loss.name == "bce" => Some("sigmoid"),
        Input::Probabilities => Some("softmax"),
        Input::LogProbabilities => Some("log_softmax"),
    };
    recipe.output = output.map(Call::new);
    recipe.hidden = vec![4];
    recipe.dropout = Some(0.0);
    recipe.loss = Some(loss);
    recipe.class_weight = class_weight;
    recipe.optimizer = Call::new("sgd");
    recipe.rate = Some(0.1);
    recipe.settings.batch_size = BatchSize::Full;
    recipe.settings.epochs = 1;
    Ok(recipe)
}

fn params(prepared: &Prepared) -> Vec<f32> {
    prepared.fit(&mut Silent).expect("it trains").params
}

#[test]
fn balanced_weights_are_those_of_the_loss() {
    for kinds in [2, 3] {
        let table = table(kinds);
        let mut tested = Vec::new();
        for name in backprop_losses::registry::<f32>().names() {
            let prepare = |loss: Call, class_weight| recipe(loss, class_weight).and_then(|recipe| recipe.prepare(&table));
            let balanced = match prepare(Call::new(name), ClassWeight::Balanced) {
                Ok(prepared) => prepared,
                // No loss for classes.
                Err(TrainingError::Pairing(_)) => continue,
                Err(error) => panic!("{name}: {error}"),
            };
            let Targets::Classes(labels) = &balanced.train.targets else { panic!("{name}: kinds are classes") };
            let of_class = balanced_weights(labels, kinds);
            let of_sample: Vec<f32> = labels.iter().map(|&label| of_class[label as usize] as f32).collect();
            assert_eq!(balanced.train.weights.as_deref(), Some(&of_sample[..]), "{name}");

            let uniform = prepare(Call::new(name), ClassWeight::Uniform).expect("with other weights it is the same");
            let of_loss = Call::new(name).with("weight", Value::Numbers(of_class));
            let of_loss = prepare(of_loss, ClassWeight::Uniform).expect("class weights are an option of every loss");
            let [balanced, uniform, of_loss] = [balanced, uniform, of_loss].map(|prepared| params(&prepared));
            let near = |a: &f32, b: &f32| (a - b).abs() <= 1e-5 * (1.0 + b.abs());
            assert!(balanced.iter().zip(&of_loss).all(|(a, b)| near(a, b)), "{name}: {balanced:?} {of_loss:?}");
            assert!(!balanced.iter().zip(&uniform).all(|(a, b)| near(a, b)), "{name}: the weights change nothing");
            tested.push(name);
        }
        let must = [
            "mse",
            "mae",
            "huber",
            "bce",
            "bce_with_logits",
            "cross_entropy",
            "categorical_cross_entropy",
            "nll",
            "focal_categorical",
            "multi_margin",
            "kl_div",
            "cosine",
        ];
        assert!(must.iter().all(|name| tested.contains(name)), "{tested:?}");
    }
}

#[test]
fn weights_of_classes_are_refused_where_there_are_none() {
    let refused = |loss: &str, class_weight| {
        let mut recipe = recipe(loss.parse().expect("a loss"), class_weight).expect("a loss");
        recipe.target = vec!["a".into()];
        recipe.output = None;
        recipe
            .prepare(&table(3))
            .and_then(|prepared| prepared.fit(&mut Silent))
            .map(|_| ())
            .expect_err("no classes")
            .to_string()
    };
    assert_eq!(
        refused("mse", ClassWeight::Balanced),
        "balanced class weights are for classes, but the target is a number; leave --class-weight away, or write --task classification"
    );
    let message = "has class weights, but the target is values; give labels, or leave out the option weight";
    for loss in ["mse:weight=[1,2,3]", "huber:weight=[1]"] {
        let error = refused(loss, ClassWeight::Uniform);
        assert!(error.contains(message), "{error}");
    }
    for (loss, message) in [
        ("focal_categorical", "focal_categorical compares classes, but a is a number; write --loss mse, mae or huber"),
        ("multi_margin:p=2", "multi_margin compares classes, but a is a number; write --loss mse, mae or huber"),
        ("kl_div", "kl_div compares classes, but a is a number; write --loss mse, mae or huber"),
        ("cosine", "cosine compares directions, but a is a number, which has none; write --loss mse, mae or huber"),
    ] {
        let error = refused(loss, ClassWeight::Uniform);
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn mistaken_options_of_losses_are_told_before_training() {
    let refused = |loss: &str, output: Option<&str>| {
        let mut recipe = recipe("mse".parse().expect("a loss"), ClassWeight::Uniform).expect("a loss");
        recipe.loss = Some(loss.parse().expect("a loss"));
        recipe.output = output.map(Call::new);
        recipe.prepare(&table(3)).and_then(|prepared| prepared.fit(&mut Silent)).map(|_| ()).expect_err("a mistake").to_string()
    };
    for (loss, output, message) in [
        ("cross_entropy:weight=[1,2]", None, "`cross_entropy` has 2 class weights, but there are 3 classes"),
        ("focal_categorical:alpha=[1,2]", None, "`focal_categorical` has 2 class weights, but there are 3 classes"),
        ("multi_margin:p=3", None, "p = 3 is not possible; it must be a whole number in [1, 2]"),
        ("kl_div:log_target=true", Some("log_softmax"), "leave out the option log_target"),
        ("kl_div", None, "kl_div takes logarithms of probabilities; write --output-activation log_softmax"),
        ("multi_margin", Some("softmax"), "multi_margin takes logits, any number at all, not the output of softmax"),
        ("focal_categorical", Some("log_softmax"), "leave --output-activation away"),
    ] {
        let error = refused(loss, output);
        assert!(error.contains(message), "{loss}: {error}");
    }
}

#[test]
fn balanced_weights_and_those_of_the_loss_exclude_each_other() {
    let recipe = recipe("mse:weight=[1,2,3]".parse().expect("a loss"), ClassWeight::Balanced).expect("a loss");
    let message = recipe.prepare(&table(3)).map(|_| ()).expect_err("one of the two").to_string();
    assert!(message.contains("the loss mse:weight=[1,2,3] has class weights of its own"), "{message}");
}

#[test]
fn hinge_scores_are_margins_around_zero() {
    for loss in ["hinge", "squared_hinge"] {
        let recipe = recipe(loss.parse().expect("a loss"), ClassWeight::Uniform).expect("a loss");
        assert_eq!(recipe.prepare(&table(3)).expect("it fits").pairing.head, Head::Softmax, "{loss}");
    }
}
