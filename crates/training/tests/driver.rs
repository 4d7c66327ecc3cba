//! What the loop promises: the best parameters, a reason to stop, and nothing lost when numbers run away.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use backprop_data::{Dataset, Table, Targets};
use backprop_layers::{Dense, Network, Sequential};
use backprop_losses::{IGNORED, Loss, MeanSquared, SoftmaxCrossEntropy};
use backprop_optimizers::{Clip, Constant, Optimizer, Pace, Schedule, schedules};
use backprop_tensor::{Key, Matrix, Purpose, View};
use backprop_training::{
    BatchSize, EpochReport, Evaluator, Fit, Head, Observer, Outcome, Progress, Recipe, Settings, Silent, Stop, TrainingError,
    digest,
};

/// y = 3x − 1 with noise.
fn line(samples: usize, noise: f64) -> Dataset<f64> {
    let mut stream = Key::new(1, Purpose::Data).stream(samples as u64);
    let x: Vec<f64> = (0..samples).map(|_| stream.normal()).collect();
    let y = x.iter().map(|x| 3.0 * x - 1.0 + noise * stream.normal()).collect();
    Dataset::new(Matrix::from_vec(1, samples, x), Targets::Values(Matrix::from_vec(1, samples, y)))
}

fn linear() -> Network<f64> {
    Network::new(1, Sequential::new().then(Dense::new(1, 1))).unwrap()
}

fn optimizer(call: &str, network: &Network<f64>) -> Box<dyn Optimizer<f64>> {
    backprop_optimizers::registry().parse(call).unwrap().build(network.spans(), false)
}

fn run(settings: &Settings, rate: f64, train: &Dataset<f64>, validation: Option<&Dataset<f64>>) -> Outcome<f64> {
    paced(settings, &Constant { base_rate: rate }, train, validation)
}

fn paced(
    settings: &Settings,
    schedule: &dyn Schedule,
    train: &Dataset<f64>,
    validation: Option<&Dataset<f64>>,
) -> Outcome<f64> {
    let network = linear();
    let fit = Fit { network: &network, loss: &MeanSquared, head: Head::Values, schedule, settings };
    fit.run(vec![0.0, 0.0], Vec::new(), optimizer("sgd", &network).as_mut(), train, validation, &mut Silent).unwrap()
}

#[test]
fn gradient_descent_over_the_whole_set_is_the_textbook_formula() {
    let train = line(10, 0.1);
    let settings = Settings { epochs: 5, batch_size: BatchSize::Full, ..Settings::default() };
    let outcome = run(&settings, 0.1, &train, None);
    let Targets::Values(t) = &train.targets else { unreachable!() };
    let (mut w, mut b) = (0.0, 0.0);
    for _ in 0..5 {
        let pairs = || train.x.iter().zip(t.iter());
        let dw = pairs().map(|(x, t)| 2.0 * (w * x + b - t) * x).sum::<f64>() / 10.0;
        let db = pairs().map(|(x, t)| 2.0 * (w * x + b - t)).sum::<f64>() / 10.0;
        (w, b) = (w - 0.1 * dw, b - 0.1 * db);
    }
    assert!((outcome.params[0] - w).abs() < 1e-12 && (outcome.params[1] - b).abs() < 1e-12);
    assert_eq!((outcome.steps, outcome.stop), (5, Stop::Epochs));
}

#[test]
fn one_sample_at_a_time_takes_a_step_for_each() {
    let settings = Settings { epochs: 2, batch_size: BatchSize::Samples(1), ..Settings::default() };
    assert_eq!(run(&settings, 0.01, &line(10, 0.1), None).steps, 20);
    let settings = Settings { batch_size: BatchSize::Samples(4), ..settings };
    assert_eq!(run(&settings, 0.01, &line(10, 0.1), None).steps, 6, "4 + 4 + 2");
}

#[test]
fn the_loss_of_an_epoch_counts_every_sample_alike() {
    // With a rate of 0 the loss of the epoch is that of the set, also when the last batch is smaller.
    let train = line(10, 0.5);
    let settings = Settings { epochs: 1, batch_size: BatchSize::Samples(4), ..Settings::default() };
    let Targets::Values(t) = &train.targets else { unreachable!() };
    let expected = t.iter().map(|t| t * t).sum::<f64>() / 10.0;
    assert!((run(&settings, 0.0, &train, None).history[0].train.loss - expected).abs() < 1e-12);
}

#[test]
fn the_loss_of_an_epoch_counts_every_sample_by_its_weight() {
    let weights: Vec<f64> = (0..10).map(|i| f64::from(i % 4)).collect();
    let train = line(10, 0.5).with_weights(weights.clone());
    let settings = Settings { epochs: 1, batch_size: BatchSize::Samples(4), ..Settings::default() };
    let Targets::Values(t) = &train.targets else { unreachable!() };
    let expected = t.iter().zip(&weights).map(|(t, w)| w * t * t).sum::<f64>() / weights.iter().sum::<f64>();
    let outcome = run(&settings, 0.0, &train, Some(&train));
    assert!((outcome.history[0].train.loss - expected).abs() < 1e-12);
    assert!((outcome.history[0].validation.as_ref().unwrap().loss - expected).abs() < 1e-12);
}

#[test]
fn a_batch_larger_than_the_set_is_the_set() {
    let of = |batch_size| {
        let settings = Settings { epochs: 3, batch_size, ..Settings::default() };
        let outcome = run(&settings, 0.1, &line(10, 0.1), None);
        (digest(&outcome.params), outcome.steps)
    };
    assert_eq!(of(BatchSize::Samples(1000)), of(BatchSize::Full));
    assert_eq!(of(BatchSize::Full).1, 3);
}

/// Three classes from two inputs, with a rate of 0 and parameters with which class 0 always wins.
fn class_zero(targets: Targets<f64>) -> Outcome<f64> {
    let network = Network::<f64>::new(2, Sequential::new().then(Dense::new(2, 3))).unwrap();
    let params =
        network.spans().iter().flat_map(|span| if span.len() == 3 { vec![1.0, 0.0, 0.0] } else { vec![0.0; span.len()] });
    let data = Dataset::new(Matrix::zeros(2, targets.len()), targets);
    let loss = SoftmaxCrossEntropy::default();
    let settings = Settings { epochs: 1, batch_size: BatchSize::Samples(2), ..Settings::default() };
    let schedule = Constant { base_rate: 0.0 };
    let fit = Fit { network: &network, loss: &loss, head: Head::Softmax, schedule: &schedule, settings: &settings };
    let mut sgd = optimizer("sgd", &network);
    fit.run(params.collect(), Vec::new(), sgd.as_mut(), &data, Some(&data), &mut Silent).unwrap()
}

#[test]
fn ignored_labels_are_neither_right_nor_wrong() {
    let outcome = class_zero(Targets::Classes(vec![0, IGNORED, 1, IGNORED, 0]));
    let epoch = &outcome.history[0];
    for scores in [&epoch.train, epoch.validation.as_ref().unwrap()] {
        assert_eq!(scores.metric("accuracy"), Some(2.0 / 3.0));
        let expected = (2.0_f64 + 1.0_f64.exp()).ln() - 2.0 / 3.0; // ln Σ e^z − z_y, its mean over the three
        assert!((scores.loss - expected).abs() < 1e-12, "{}", scores.loss);
    }
}

#[test]
fn probabilities_as_targets_have_no_accuracy() {
    let outcome = class_zero(Targets::Values(Matrix::from_element(3, 4, 1.0 / 3.0)));
    let epoch = &outcome.history[0];
    assert_eq!((&epoch.train.metrics, &epoch.validation.as_ref().unwrap().metrics), (&vec![], &vec![]));
}

#[test]
fn the_best_parameters_come_back() {
    // A rate that makes the loss swing: the best epoch is not the last.
    let (train, validation) = (line(20, 1.0), line(30, 1.0));
    let settings = Settings { epochs: 40, batch_size: BatchSize::Samples(2), patience: None, ..Settings::default() };
    let outcome = run(&settings, 0.35, &train, Some(&validation));
    let losses: Vec<f64> = outcome.history.iter().map(|epoch| epoch.validation.as_ref().unwrap().loss).collect();
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(losses[outcome.best_epoch - 1], best);
    assert_ne!(outcome.best_epoch, losses.len());
    let network = linear();
    let mut evaluator = Evaluator::new(&network, &MeanSquared, Head::Values, &validation);
    assert_eq!(evaluator.scores(&outcome.params, &[]).loss, best);
}

#[test]
fn patience_counts_epochs_since_the_best() {
    let settings = Settings { epochs: 500, patience: Some(3), ..Settings::default() };
    let outcome = run(&settings, 0.1, &line(40, 0.3), Some(&line(30, 0.3)));
    assert_eq!(outcome.stop, Stop::Patience);
    assert_eq!(outcome.history.len(), outcome.best_epoch + 3);
}

/// The rate of each epoch is the one that its losses lead to, and it does fall.
#[test]
fn on_a_plateau_of_the_loss_the_rate_falls() {
    let (train, validation) = (line(40, 0.3), line(30, 0.3));
    let settings = Settings { epochs: 60, batch_size: BatchSize::Samples(10), patience: None, ..Settings::default() };
    for text in [
        "reduce_on_plateau:factor=0.5,patience=3",
        "warmup:warmup=10,start_factor=0.1,then=[reduce_on_plateau:factor=0.5,patience=3]",
        "sequence:schedules=[constant,[reduce_on_plateau:factor=0.5,patience=3]],milestones=[10]",
    ] {
        let schedule = schedules().parse(text).unwrap().build(0.1, 240);
        for validation in [Some(&validation), None] {
            let outcome = paced(&settings, schedule.as_ref(), &train, validation);
            let mut pace = Pace::new(schedule.as_ref());
            for epoch in &outcome.history {
                assert_eq!(epoch.rate, pace.at(epoch.step - 1).rate, "{text}, epoch {}", epoch.epoch);
                pace.report(epoch.step, epoch.validation.as_ref().unwrap_or(&epoch.train).loss);
            }
            let rates: Vec<f64> = outcome.history.iter().map(|epoch| epoch.rate).collect();
            assert!(*rates.last().unwrap() < 0.03 && rates.contains(&0.1), "{text}: {rates:?}");
            let constant = run(&settings, 0.1, &train, validation);
            assert_ne!(digest(&outcome.params), digest(&constant.params), "{text}: what is reported is what is done");
        }
        let ramp: Vec<f64> = (0..10).map(|step| schedule.at(step).rate).collect();
        assert!(ramp.is_sorted(), "{text}: {ramp:?}");
    }
    // The ramp is not a plateau: it ends within epoch 3, and no epoch before counts.
    let text = "warmup:warmup=10,then=[reduce_on_plateau:factor=0.5,patience=0,threshold=1000,threshold_mode=abs]";
    let schedule = schedules().parse(text).unwrap().build(0.1, 240);
    let rates: Vec<f64> = paced(&settings, schedule.as_ref(), &train, None).history.iter().map(|epoch| epoch.rate).collect();
    assert!(rates[0] < rates[1] && rates[1] < rates[2]);
    assert_eq!(rates[2..6], [0.1, 0.1, 0.05, 0.025]);
}

#[test]
fn a_schedule_that_waits_for_the_loss_to_rise_is_refused() {
    let network = linear();
    let schedule = schedules().parse("warmup:then=[reduce_on_plateau:mode=max]").unwrap().build(0.1, 10);
    let fit = Fit {
        network: &network,
        loss: &MeanSquared,
        head: Head::Values,
        schedule: schedule.as_ref(),
        settings: &Settings::default(),
    };
    let mut sgd = optimizer("sgd", &network);
    let error = fit.run(vec![0.0; 2], Vec::new(), sgd.as_mut(), &line(10, 0.1), None, &mut Silent).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the schedule reduce_on_plateau is told the loss, which should fall, but mode=max waits for it to rise; write mode=min, \
         or leave it away"
    );
}

#[test]
fn no_epoch_leaves_the_first_parameters() {
    let outcome = run(&Settings { epochs: 0, ..Settings::default() }, 0.1, &line(4, 0.1), None);
    assert_eq!((outcome.params, outcome.best_epoch, outcome.steps), (vec![0.0, 0.0], 0, 0));
}

#[test]
fn a_run_that_diverges_stops_with_finite_parameters() {
    let settings = Settings { epochs: 100, batch_size: BatchSize::Full, ..Settings::default() };
    let outcome = run(&settings, 1e30, &line(10, 0.1), Some(&line(5, 0.1)));
    let Stop::Diverged(divergence) = &outcome.stop else { panic!("{:?}", outcome.stop) };
    assert!(divergence.step < 20 && divergence.to_string().contains("--lr"), "{divergence}");
    assert!(outcome.params.iter().all(|p| p.is_finite()));
}

#[test]
fn a_parameter_that_overflows_is_told_with_the_step_that_did_it() {
    let settings = Settings { batch_size: BatchSize::Full, ..Settings::default() };
    let outcome = run(&settings, f64::MAX, &line(10, 0.1), None);
    let Stop::Diverged(divergence) = &outcome.stop else { panic!("{:?}", outcome.stop) };
    assert_eq!((divergence.what, divergence.epoch, divergence.step, outcome.steps), ("a parameter", 1, 1, 1));
    assert_eq!((outcome.params, outcome.best_epoch), (vec![0.0, 0.0], 0));
}

#[test]
fn a_validation_loss_that_is_not_finite_ends_the_run_with_the_best_before() {
    let far = Dataset::new(Matrix::from_element(1, 1, 1e200), Targets::Values(Matrix::from_element(1, 1, 0.0)));
    let outcome = run(&Settings::default(), 0.1, &line(10, 0.1), Some(&far));
    let Stop::Diverged(divergence) = &outcome.stop else { panic!("{:?}", outcome.stop) };
    assert_eq!((divergence.what, divergence.step, outcome.best_epoch), ("the validation loss", 1, 0));
    assert_eq!(outcome.params, [0.0, 0.0]);
}

#[test]
fn clipping_keeps_the_same_run_finite() {
    let clip = Clip::norm(1.0, 2.0).unwrap();
    let settings = Settings { epochs: 3, batch_size: BatchSize::Full, clip: Some(clip), ..Settings::default() };
    assert_eq!(run(&settings, 1e30, &line(10, 0.1), None).stop, Stop::Epochs);
}

#[test]
fn an_observer_may_end_a_run() {
    struct Two;
    impl Observer for Two {
        fn epoch(&mut self, report: &EpochReport) -> ControlFlow<()> {
            if report.epoch == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }
    let network = linear();
    let settings = Settings::default();
    let schedule = Constant { base_rate: 0.1 };
    let fit = Fit { network: &network, loss: &MeanSquared, head: Head::Values, schedule: &schedule, settings: &settings };
    let mut sgd = optimizer("sgd", &network);
    let outcome = fit.run(vec![0.0; 2], Vec::new(), sgd.as_mut(), &line(10, 0.1), None, &mut Two).unwrap();
    assert_eq!((outcome.stop, outcome.history.len()), (Stop::Observer, 2));
}

/// Ends a run after so many steps.
struct AfterSteps(usize);

impl Observer for AfterSteps {
    fn epoch(&mut self, _report: &EpochReport) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn step(&mut self, _progress: &Progress) -> ControlFlow<()> {
        self.0 -= 1;
        if self.0 == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// A run over ten samples, five steps in an epoch, that ends after so many steps.
fn ended(steps: usize, rate: f64, validation: Option<&Dataset<f64>>) -> Outcome<f64> {
    let network = linear();
    let settings = Settings { batch_size: BatchSize::Samples(2), ..Settings::default() };
    let schedule = Constant { base_rate: rate };
    let fit = Fit { network: &network, loss: &MeanSquared, head: Head::Values, schedule: &schedule, settings: &settings };
    let mut sgd = optimizer("sgd", &network);
    fit.run(vec![0.0; 2], Vec::new(), sgd.as_mut(), &line(10, 0.1), validation, &mut AfterSteps(steps)).unwrap()
}

#[test]
fn a_run_ended_within_its_first_epoch_keeps_what_was_learned() {
    let outcome = ended(3, 0.1, None);
    assert_eq!((&outcome.stop, outcome.steps, outcome.best_epoch), (&Stop::Observer, 3, 0));
    assert_ne!(outcome.params, [0.0, 0.0]);
    // Unless it is of no use.
    let outcome = ended(1, f64::MAX, None);
    let Stop::Diverged(divergence) = &outcome.stop else { panic!("{:?}", outcome.stop) };
    assert_eq!((divergence.what, divergence.epoch, divergence.step), ("a parameter", 1, 1));
    assert_eq!(outcome.params, [0.0, 0.0]);
}

#[test]
fn a_run_ended_within_a_later_epoch_keeps_the_best_that_was_done() {
    let validation = line(5, 0.1);
    for validation in [None, Some(&validation)] {
        let (one, more) = (ended(5, 0.05, validation), ended(8, 0.05, validation));
        assert_eq!((more.best_epoch, more.history.len(), more.steps), (1, 1, 8));
        assert_eq!(more.params, one.params, "those of epoch 1, whose number is given back with them");
    }
}

#[test]
fn a_run_ended_in_the_last_step_of_an_epoch_loses_nothing() {
    let validation = line(5, 0.1);
    let outcome = ended(10, 0.05, Some(&validation));
    assert_eq!((&outcome.stop, outcome.best_epoch, outcome.history.len()), (&Stop::Observer, 2, 2));
    assert!(outcome.history[1].validation.is_some());
}

#[test]
fn a_run_is_repeated_bit_by_bit_and_not_moved_by_its_validation_set() {
    let settings = Settings { epochs: 4, batch_size: BatchSize::Samples(3), patience: None, ..Settings::default() };
    let train = line(20, 0.5);
    let run = |validation: Option<&Dataset<f64>>| run(&settings, 0.05, &train, validation);
    let with = run(Some(&line(9, 0.5)));
    assert_eq!(digest(&with.params), digest(&run(Some(&line(9, 0.5))).params));
    let losses = |outcome: &Outcome<f64>| outcome.history.iter().map(|epoch| epoch.train.loss).collect::<Vec<_>>();
    assert_eq!(losses(&with), losses(&run(None)));
}

#[test]
fn a_weight_of_two_is_the_sample_twice() {
    let once = line(6, 0.5);
    let twice = once.select(&[0, 1, 2, 3, 4, 5, 2, 5]);
    let weighted = once.clone().with_weights(vec![1.0, 1.0, 2.0, 1.0, 1.0, 2.0]);
    let settings = Settings { epochs: 10, batch_size: BatchSize::Full, ..Settings::default() };
    let (a, b) = (run(&settings, 0.1, &twice, None), run(&settings, 0.1, &weighted, None));
    assert!((a.params[0] - b.params[0]).abs() < 1e-12 && (a.params[1] - b.params[1]).abs() < 1e-12);
    assert!((a.history[9].train.loss - b.history[9].train.loss).abs() < 1e-12);
}

#[test]
fn sets_that_do_not_fit_are_refused_before_the_first_step() {
    let network = Network::<f64>::new(2, Sequential::new().then(Dense::new(2, 3))).unwrap();
    let settings = Settings::default();
    let schedule = Constant { base_rate: 0.1 };
    let loss = SoftmaxCrossEntropy::default();
    let fit =
        Fit { network: &network, loss: &loss as &dyn Loss<f64>, head: Head::Softmax, schedule: &schedule, settings: &settings };
    let refusal = |data: &Dataset<f64>| {
        let mut adam = optimizer("adam", &network);
        fit.run(network.init(0), Vec::new(), adam.as_mut(), data, None, &mut Silent).unwrap_err().to_string()
    };
    let classes =
        |inputs: usize, classes: Vec<u32>| Dataset::new(Matrix::zeros(inputs, classes.len()), Targets::Classes(classes));
    assert_eq!(refusal(&classes(2, vec![])), "the training set has no samples");
    assert_eq!(refusal(&classes(5, vec![0])), "the training set has 5 inputs, but the network takes 2");
    let message = refusal(&classes(2, vec![0, 3]));
    assert!(message.contains("sample 1 has the label 3") && message.contains("from 0 to 2"), "{message}");
    let message = refusal(&classes(2, vec![0, 1]).with_weights(vec![1.0, -1.0]));
    assert!(message.contains("sample 1 has the weight -1"), "{message}");
    let message = refusal(&Dataset { weights: Some(vec![1.0]), ..classes(2, vec![0, 1]) });
    assert!(message.contains("1 sample weights for 2 samples"), "{message}");
    for data in [classes(2, vec![0, 1]).with_weights(vec![0.0; 2]), classes(2, vec![IGNORED; 2])] {
        assert!(refusal(&data).contains("no sample of the training set counts"));
    }
    let mut data = classes(2, vec![0, 1]);
    data.x[(1, 0)] = f64::NAN;
    assert_eq!(refusal(&data), "the training set has the input NaN in row 1 of sample 0; give finite numbers only");
}

#[test]
fn settings_out_of_range_are_refused() {
    for (settings, word) in [
        (Settings { batch_size: BatchSize::Samples(0), ..Settings::default() }, "batch"),
        (Settings { patience: Some(0), ..Settings::default() }, "patience"),
    ] {
        let network = linear();
        let schedule = Constant { base_rate: 0.1 };
        let fit = Fit { network: &network, loss: &MeanSquared, head: Head::Values, schedule: &schedule, settings: &settings };
        let mut sgd = optimizer("sgd", &network);
        let error = fit.run(vec![0.0; 2], Vec::new(), sgd.as_mut(), &line(4, 0.1), None, &mut Silent).unwrap_err();
        assert!(matches!(&error, TrainingError::Setting(message) if message.contains(word)), "{error}");
    }
}

/// Two clusters, of which the second is rare.
fn clusters() -> Table {
    let mut csv = String::from("a,b,kind\n");
    let mut stream = Key::new(2, Purpose::Data).stream(0);
    for i in 0..120 {
        let (kind, centre) = if i % 6 == 0 { ("rare", 1.0) } else { ("common", -1.0) };
        writeln!(csv, "{},{},{kind}", centre + stream.normal(), centre + stream.normal()).unwrap();
    }
    Table::from_csv(csv.as_bytes(), "clusters.csv").unwrap()
}

#[test]
fn everything_outside_training_is_left_out_of_what_is_learned() {
    let table = clusters();
    let mut recipe = Recipe::new(["kind"]);
    recipe.hidden = vec![4];
    recipe.settings.epochs = 5;
    let prepared = recipe.prepare(&table).unwrap();
    let first = digest(&prepared.fit(&mut Silent).unwrap().params);
    // Other test samples: the same parameters.
    let mut other = recipe.prepare(&table).unwrap();
    other.test.x.fill(1e6);
    assert_eq!(digest(&other.fit(&mut Silent).unwrap().params), first);
}

#[test]
fn balanced_classes_weigh_the_same() {
    let mut recipe = Recipe::new(["kind"]);
    recipe.class_weight = backprop_training::ClassWeight::Balanced;
    let prepared = recipe.prepare(&clusters()).unwrap();
    let weights = prepared.train.weights.as_ref().unwrap();
    let Targets::Classes(classes) = &prepared.train.targets else { unreachable!() };
    let total = |class| classes.iter().zip(weights).filter(|&(&c, _)| c == class).map(|(_, &w)| f64::from(w)).sum::<f64>();
    assert!((total(0) - total(1)).abs() < 1e-3, "{} {}", total(0), total(1));
}

#[test]
fn a_learning_rate_must_be_a_number() {
    for rate in [f64::NAN, f64::INFINITY, -0.1] {
        let mut recipe = Recipe::new(["kind"]);
        recipe.rate = Some(rate);
        let error = recipe.prepare(&clusters()).unwrap_err();
        assert!(matches!(error, TrainingError::Setting(_)) && error.to_string().contains("learning rate"), "{error}");
    }
}

#[test]
fn every_loss_and_output_that_fit_train_and_predict() {
    for (loss, output) in [
        ("cross_entropy", None),
        ("cross_entropy", Some("softmax")),
        ("categorical_cross_entropy", Some("softmax")),
        ("nll", Some("log_softmax")),
        ("bce", Some("sigmoid")),
        ("bce_with_logits", None),
        ("mse", None),
        ("mse", Some("softmax")),
        ("mse", Some("sigmoid")),
        ("huber", None),
        ("mae", None),
    ] {
        let mut recipe = Recipe::new(["kind"]);
        recipe.loss = Some(loss.parse().unwrap());
        recipe.output = output.map(|output| output.parse().unwrap());
        recipe.rate = Some(0.01);
        recipe.settings.epochs = 30;
        let prepared = recipe.prepare(&clusters()).unwrap();
        let outcome = prepared.fit(&mut Silent).unwrap();
        let train = prepared.train.clone();
        let model = prepared.into_model(outcome);
        let evaluation = model.evaluate_dataset(&train);
        assert!(evaluation.scores.metric("accuracy") > Some(0.85), "{loss} {output:?}: {:?}", evaluation.scores);
        for i in 0..evaluation.predictions.len() {
            let sum: f64 = evaluation.predictions.values(i).map(|(_, p)| p).sum();
            assert!((sum - 1.0).abs() < 1e-6, "{loss} {output:?}");
        }
        let y = model.predict_inputs(View::from(&train.x));
        assert_eq!(y, evaluation.predictions);
    }
}

#[test]
fn mistaken_pairs_are_refused_with_the_remedy() {
    for (loss, output, remedy) in [
        ("cross_entropy", "log_softmax", "a second time"),
        ("bce_with_logits", "sigmoid", "--loss bce"),
        ("cross_entropy", "sigmoid", "leave --output-activation away"),
        ("bce", "identity", "--output-activation sigmoid"),
        ("categorical_cross_entropy", "tanh", "--output-activation softmax"),
        ("nll", "softmax", "--output-activation log_softmax"),
        ("mse", "log_softmax", "--output-activation softmax"),
        ("mse", "glu", "glu changes the number of outputs; leave --output-activation away"),
    ] {
        let mut recipe = Recipe::new(["kind"]);
        recipe.loss = Some(loss.parse().unwrap());
        recipe.output = Some(output.parse().unwrap());
        let error = recipe.prepare(&clusters()).unwrap_err();
        assert!(matches!(error, TrainingError::Pairing(_)) && error.to_string().contains(remedy), "{loss} {output}: {error}");
    }
    let mut recipe = Recipe::new(["a"]);
    recipe.loss = Some("cross_entropy".parse().unwrap());
    let error = recipe.prepare(&clusters()).unwrap_err().to_string();
    assert!(error.contains("a is a number") && error.contains("--loss mse"), "{error}");
}
