//! What every metric of the registry holds to, and identities between them.

use backprop_gradcheck::Random;
use backprop_gradcheck::vectors::is_close;
use backprop_metrics::{
    Average, AveragePrecision, ClassMetric, ClassificationReport, Classified, ConfusionMatrix, Estimated, KappaWeights, Metric,
    MultiClass, MultiOutput, R2, RocAuc, Tally, ValueMetric, accuracy, average_precision, balanced_accuracy, brier,
    cohen_kappa, expected_calibration_error, explained_variance, f1, gamma_deviance, log_loss, mae, matthews, max_error,
    median_absolute_error, mse, pinball, poisson_deviance, precision, r2, recall, registry, rmse, roc_auc, top_k_accuracy,
};
use backprop_registry::{Call, Domain};
use backprop_tensor::View;
use proptest::prelude::*;

/// Every metric, at its defaults and with each of its options at other values, and the call that made it.
fn every_metric() -> Vec<(Call, Metric)> {
    let mut calls = Vec::new();
    for entry in registry().entries {
        calls.push(Call::new(entry.name));
        for option in entry.options {
            let call = |value: backprop_registry::Value| Call::new(entry.name).with(option.name, value);
            match option.domain {
                Domain::OneOf(words) => {
                    let others =
                        words.iter().map(|&word| word.into()).filter(|word| Some(word) != option.default.value().as_ref());
                    calls.extend(others.map(call));
                }
                Domain::Number(_) => calls.push(call(0.25.into())),
                Domain::Integer(_) => calls.push(call(3_usize.into())),
                _ => panic!("{}: say how {} is varied", entry.name, option.name),
            }
        }
    }
    calls.into_iter().map(|call| (call.clone(), registry().build(&call).unwrap_or_else(|error| panic!("{error}")))).collect()
}

fn waives(metric: &Metric, law: &str) -> bool {
    registry().find(&metric.call().name).expect("the metric comes from the registry").waives(law)
}

/// The laws that a metric can waive: scores of any size in place of probabilities, and negative values.
const LAWS: [&str; 2] = ["any scores", "any values"];

/// Between what the values of a metric lie.
fn bounds(metric: &str) -> (f64, f64) {
    let infinity = f64::INFINITY;
    match metric {
        "accuracy"
        | "balanced_accuracy"
        | "precision"
        | "recall"
        | "f1"
        | "f_beta"
        | "top_k_accuracy"
        | "roc_auc"
        | "average_precision"
        | "expected_calibration_error" => (0.0, 1.0),
        "matthews" | "cohen_kappa" => (-1.0, 1.0),
        "log_loss" => (0.0, -f64::EPSILON.ln()),
        "brier" => (0.0, 2.0),
        "r2" | "explained_variance" => (-infinity, 1.0),
        "mae"
        | "mse"
        | "rmse"
        | "median_absolute_error"
        | "max_error"
        | "mape"
        | "pinball"
        | "poisson_deviance"
        | "gamma_deviance" => (0.0, infinity),
        other => panic!("say between what {other} lies"),
    }
}

/// Probabilities, classes, estimates and true values of some samples.
#[derive(Clone, Debug)]
struct Samples {
    classes: usize,
    probabilities: Vec<f64>,
    labels: Vec<u32>,
    outputs: usize,
    prediction: Vec<f64>,
    target: Vec<f64>,
}

impl Samples {
    /// Random samples with ties among the probabilities; the first two samples are of classes 0 and 1.
    fn random(seed: u64, classes: usize, outputs: usize, samples: usize) -> Self {
        let mut random = Random::new(seed);
        let mut probabilities: Vec<f64> = random.vector(classes * samples, 4.0).iter().map(|x| x.round() + 5.0).collect();
        for column in probabilities.chunks_exact_mut(classes) {
            let sum: f64 = column.iter().sum();
            column.iter_mut().for_each(|p| *p /= sum);
        }
        let mut labels: Vec<u32> = random.vector(samples, 0.5).iter().map(|x| ((x + 0.5) * classes as f64) as u32).collect();
        labels[..2].copy_from_slice(&[0, 1]);
        let prediction = random.vector(outputs * samples, 3.0);
        let target = prediction.iter().map(|p| p + random.next()).collect();
        Self { classes, probabilities, labels, outputs, prediction, target }
    }

    /// The same samples in another order.
    fn in_order(&self, order: &[usize]) -> Self {
        let columns = |data: &[f64], rows: usize| order.iter().flat_map(|&j| data[j * rows..][..rows].to_vec()).collect();
        Self {
            probabilities: columns(&self.probabilities, self.classes),
            labels: order.iter().map(|&j| self.labels[j]).collect(),
            prediction: columns(&self.prediction, self.outputs),
            target: columns(&self.target, self.outputs),
            ..*self
        }
    }

    /// The same truth, predicted exactly.
    fn perfect(&self) -> Self {
        let sure = |&label: &u32| (0..self.classes).map(move |class| f64::from(u8::from(class == label as usize)));
        let probabilities = self.labels.iter().flat_map(sure).collect();
        Self { probabilities, prediction: self.target.clone(), ..self.clone() }
    }

    fn classified(&self) -> Classified<'_> {
        Classified::new(View::new(&self.probabilities, self.classes, self.labels.len()), &self.labels)
    }

    fn estimated(&self) -> Estimated<'_> {
        let view = |data| View::new(data, self.outputs, self.labels.len());
        Estimated::new(view(&self.prediction), view(&self.target))
    }

    /// The same samples with values of which the metric has something to say: positive ones, if others mean nothing to it.
    fn suited(&self, metric: &Metric) -> Self {
        let positive = |values: &[f64]| values.iter().map(|x| x.abs() + 0.25).collect();
        if waives(metric, "any values") {
            Self { prediction: positive(&self.prediction), target: positive(&self.target), ..self.clone() }
        } else {
            self.clone()
        }
    }

    fn value(&self, metric: &Metric) -> f64 {
        let suited = self.suited(metric);
        match metric {
            Metric::Class(metric) => metric.value(&suited.classified()),
            Metric::Value(metric) => metric.value(&suited.estimated()),
        }
    }
}

fn samples() -> impl Strategy<Value = Samples> {
    (any::<u64>(), 2..7_usize, 1..4_usize, 2..40_usize)
        .prop_map(|(seed, classes, outputs, samples)| Samples::random(seed, classes, outputs, samples))
}

fn close(a: f64, b: f64) -> bool {
    is_close(a, b, 1e-12, 1e-13)
}

proptest! {
    #[test]
    fn the_order_of_samples_does_not_matter(samples in samples(), seed: u64) {
        let mut random = Random::new(seed);
        let mut order: Vec<(f64, usize)> = (0..samples.labels.len()).map(|j| (random.next(), j)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let shuffled = samples.in_order(&order.iter().map(|&(_, j)| j).collect::<Vec<_>>());
        for (call, metric) in every_metric() {
            let (a, b) = (samples.value(&metric), shuffled.value(&metric));
            prop_assert!(close(a, b), "{call}: {a} and {b}");
        }
    }

    #[test]
    fn perfect_predictions_are_best(samples in samples()) {
        for (call, metric) in every_metric() {
            let (value, perfect) = (samples.value(&metric), samples.perfect().value(&metric));
            let best = f64::from(u8::from(metric.higher_is_better()));
            prop_assert!(close(perfect, best), "{call}: {perfect} for perfect predictions");
            let worse = if metric.higher_is_better() { best - value } else { value - best };
            prop_assert!(worse >= -1e-12, "{call}: {value} is better than {best}");
        }
    }

    #[test]
    fn values_are_within_their_bounds(samples in samples()) {
        for (call, metric) in every_metric() {
            let (value, (lowest, highest)) = (samples.value(&metric), bounds(&call.name));
            prop_assert!((lowest - 1e-12..=highest + 1e-12).contains(&value), "{call}: {value}");
        }
    }

    /// Zeros, the smallest and the largest numbers: no NaN, and still within the bounds.
    #[test]
    fn extremes_are_measured(seed: u64, classes in 2..5_usize, outputs in 1..4_usize, samples in 2..12_usize) {
        let mut random = Random::new(seed);
        let mut picked = |from: &[f64], len: usize| -> Vec<f64> {
            random.vector(len, 0.5).into_iter().map(|x| from[((x + 0.5) * from.len() as f64) as usize]).collect()
        };
        let any = [0.0, -0.0, 5e-324, -5e-324, 1e-300, 1.0, -1.0, 1e154, 1e300, -1e300, f64::MAX, -f64::MAX];
        let positive: Vec<f64> = any.iter().copied().filter(|x| *x > 0.0).collect();
        let likely = [0.0, 5e-324, 1e-300, 0.5, 1.0 - f64::EPSILON / 2.0, 1.0];
        for (call, metric) in every_metric() {
            let values = if waives(&metric, "any values") { &positive[..] } else { &any };
            let (prediction, target) = (picked(values, outputs * samples), picked(values, outputs * samples));
            let probabilities = if waives(&metric, "any scores") {
                let rest = std::iter::repeat_n(0.0, classes - 2);
                picked(&likely, samples).into_iter().flat_map(|p| [p, 1.0 - p].into_iter().chain(rest.clone())).collect()
            } else {
                picked(&any, classes * samples)
            };
            let labels: Vec<u32> = (0..samples as u32).map(|j| j % classes as u32).collect();
            let extreme = Samples { classes, probabilities, labels, outputs, prediction, target };
            let value = match &metric {
                Metric::Class(metric) => metric.value(&extreme.classified()),
                Metric::Value(metric) => metric.value(&extreme.estimated()),
            };
            let (lowest, highest) = bounds(&call.name);
            prop_assert!((lowest - 1e-12..=highest + 1e-12).contains(&value), "{call}: {value} of {extreme:?}");
        }
    }

    /// In other units, by a power of two: errors change with the unit, shares do not.
    #[test]
    fn units_do_not_matter(samples in samples(), power in -400..400_i32) {
        let unit = 2_f64.powi(power);
        let scaled = |values: &[f64]| -> Vec<f64> { values.iter().map(|x| x * unit).collect() };
        let row = |values: &[f64]| -> Vec<f64> { values.iter().step_by(samples.outputs).copied().collect() };
        let (p, t) = (row(&samples.prediction), row(&samples.target));
        let (large_p, large_t) = (scaled(&p), scaled(&t));
        for share in [r2, explained_variance] {
            prop_assert_eq!(share(&p, &t), share(&large_p, &large_t));
        }
        for error in [mae, rmse, max_error, median_absolute_error] {
            prop_assert_eq!(error(&p, &t) * unit, error(&large_p, &large_t));
        }
        let both = Samples { prediction: scaled(&samples.prediction), target: scaled(&samples.target), ..samples.clone() };
        for name in ["r2:multioutput=variance_weighted", "explained_variance:multioutput=variance_weighted", "gamma_deviance"] {
            let metric = registry().parse(name).expect("the name is in the registry");
            let Metric::Value(metric) = metric else { panic!("{name} is of values") };
            let value = |samples: &Samples| metric.value(&samples.estimated());
            prop_assert!(value(&both) == value(&samples) || name == "gamma_deviance" && value(&samples).is_nan(), "{}", name);
        }
    }

    #[test]
    fn an_output_stands_by_itself(samples in samples()) {
        let row = |data: &[f64]| data.iter().step_by(samples.outputs).copied().collect();
        let (prediction, target) = (row(&samples.prediction), row(&samples.target));
        let first = Samples { outputs: 1, prediction, target, ..samples.clone() };
        for (call, metric) in every_metric() {
            let (samples, first) = (samples.suited(&metric), first.suited(&metric));
            let Metric::Value(metric) = metric else { continue };
            let per_output = metric.per_output(&samples.estimated());
            prop_assert_eq!(per_output.len(), samples.outputs);
            prop_assert!(close(per_output[0], metric.value(&first.estimated())), "{}", call);
        }
    }

    #[test]
    fn accuracy_is_the_diagonal(samples in samples()) {
        let classified = samples.classified();
        let (prediction, target) = (classified.predicted(), classified.target());
        let matrix = classified.confusion_matrix();
        let share = accuracy(prediction, target);
        prop_assert_eq!(share, matrix.correct() as f64 / matrix.total() as f64);
        prop_assert_eq!(share, matrix.accuracy());
        prop_assert_eq!(share, top_k_accuracy(&classified, 1));
        prop_assert_eq!(1.0, top_k_accuracy(&classified, samples.classes));
        for average in [precision, recall, f1] {
            prop_assert!(close(share, average(prediction, target, Average::Micro)));
        }
        prop_assert!(close(share, recall(prediction, target, Average::Weighted)));
        // Balanced accuracy is the macro average of recall without the classes that are only predicted.
        let occurring = matrix.tallies().into_iter().filter(|tally| tally.support() > 0).collect::<Vec<_>>();
        prop_assert!(close(balanced_accuracy(prediction, target), Average::Macro.of(&occurring, Tally::recall)));
    }

    #[test]
    fn ranking_is_what_its_definition_says(samples in samples()) {
        let score: Vec<f64> = samples.prediction.iter().step_by(samples.outputs).map(|x| (2.0 * x).round()).collect();
        let target = &samples.labels;
        let (mut in_order, mut pairs) = (0.0, 0.0);
        for i in (0..target.len()).filter(|&i| target[i] == 1) {
            for j in (0..target.len()).filter(|&j| target[j] != 1) {
                in_order += if score[i] == score[j] { 0.5 } else { f64::from(u8::from(score[i] > score[j])) };
                pairs += 1.0;
            }
        }
        let area = roc_auc(&score, target);
        prop_assert!(close(area, in_order / pairs));
        let reversed: Vec<f64> = score.iter().map(|s| -s).collect();
        prop_assert!(close(area, 1.0 - roc_auc(&reversed, target)));
        let stretched: Vec<f64> = score.iter().map(|s| s.powi(3) + 7.0).collect();
        prop_assert_eq!(area, roc_auc(&stretched, target));
    }

    #[test]
    fn average_precision_is_what_its_definition_says(samples in samples()) {
        let score: Vec<f64> = samples.prediction.iter().step_by(samples.outputs).map(|x| (2.0 * x).round()).collect();
        let target = &samples.labels;
        // Each positive counts the precision of all that score as high or higher.
        let precision_at = |threshold: f64| {
            let taken = || (0..target.len()).filter(|&j| score[j] >= threshold);
            taken().filter(|&j| target[j] == 1).count() as f64 / taken().count() as f64
        };
        let precisions: Vec<f64> = (0..target.len()).filter(|&i| target[i] == 1).map(|i| precision_at(score[i])).collect();
        let area = average_precision(&score, target);
        prop_assert!(close(area, precisions.iter().sum::<f64>() / precisions.len() as f64));
        let stretched: Vec<f64> = score.iter().map(|s| s.powi(3) + 7.0).collect();
        prop_assert_eq!(area, average_precision(&stretched, target));
    }

    #[test]
    fn kappa_is_agreement_beyond_chance(samples in samples()) {
        let classified = samples.classified();
        let (prediction, target) = (classified.predicted(), classified.target());
        let n = target.len() as f64;
        let of = |labels: &[u32], class: u32| labels.iter().filter(|&&label| label == class).count() as f64;
        let chance: f64 = (0..samples.classes as u32).map(|k| of(prediction, k) * of(target, k) / (n * n)).sum();
        let share = accuracy(prediction, target);
        prop_assert!(close(cohen_kappa(prediction, target, KappaWeights::None), (share - chance) / (1.0 - chance)));
        // The cost of a prediction against its own target, and against the target of every sample.
        for (weights, power) in [(KappaWeights::Linear, 1), (KappaWeights::Quadratic, 2)] {
            let cost = |p: &u32, t: &u32| (f64::from(*p) - f64::from(*t)).abs().powi(power);
            let observed: f64 = prediction.iter().zip(target).map(|(p, t)| cost(p, t)).sum();
            let expected: f64 = prediction.iter().flat_map(|p| target.iter().map(move |t| cost(p, t))).sum();
            prop_assert!(close(cohen_kappa(prediction, target, weights), 1.0 - observed / (expected / n)));
        }
        prop_assert!(close(cohen_kappa(target, prediction, KappaWeights::Linear), cohen_kappa(prediction, target, KappaWeights::Linear)));
    }

    #[test]
    fn calibration_is_what_its_definition_says(samples in samples(), bins in 1..20_usize) {
        let classified = samples.classified();
        let mut error = 0.0;
        for bin in 0..bins {
            let confidence = |j: usize| (0..samples.classes).map(|k| classified.probability(k, j)).fold(0.0, f64::max);
            let (low, high) = (bin as f64 / bins as f64, (bin + 1) as f64 / bins as f64);
            let inside: Vec<usize> = (0..classified.samples()).filter(|&j| confidence(j) > low && confidence(j) <= high).collect();
            if !inside.is_empty() {
                let n = inside.len() as f64;
                let right = inside.iter().filter(|&&j| classified.predicted()[j] == classified.target()[j]).count() as f64;
                let confidences: f64 = inside.iter().map(|&j| confidence(j)).sum();
                error += n / classified.samples() as f64 * (right / n - confidences / n).abs();
            }
        }
        prop_assert!(close(expected_calibration_error(&classified, bins), error));
    }

    #[test]
    fn brier_of_two_classes_is_half_of_both(seed: u64, samples in 1..20_usize) {
        let one: Vec<f64> = Random::new(seed).vector(samples, 0.5).iter().map(|x| x + 0.5).collect();
        let two: Vec<f64> = one.iter().flat_map(|p| [1.0 - p, *p]).collect();
        let three: Vec<f64> = one.iter().flat_map(|p| [1.0 - p, *p, 0.0]).collect();
        let labels: Vec<u32> = (0..samples).map(|j| u32::from(j % 3 == 1)).collect();
        let score = |data: &[f64], rows| brier(&Classified::new(View::new(data, rows, samples), &labels));
        prop_assert_eq!(score(&one, 1), score(&two, 2));
        prop_assert!(close(2.0 * score(&one, 1), score(&three, 3)));
    }

    #[test]
    fn deviances_are_what_their_definitions_say(samples in samples()) {
        let positive = |values: &[f64]| -> Vec<f64> { values.iter().map(|x| x.abs() + 0.25).collect() };
        let (p, t) = (positive(&samples.prediction), positive(&samples.target));
        let mean = |term: &dyn Fn(f64, f64) -> f64| p.iter().zip(&t).map(|(p, t)| term(*p, *t)).sum::<f64>() / p.len() as f64;
        prop_assert!(close(poisson_deviance(&p, &t), mean(&|p, t| 2.0 * (t * (t / p).ln() - t + p))));
        prop_assert!(close(gamma_deviance(&p, &t), mean(&|p, t| 2.0 * ((p / t).ln() + t / p - 1.0))));
        prop_assert!(close(pinball(&p, &t, 0.9), mean(&|p, t| 0.9 * (t - p).max(0.0) + 0.1 * (p - t).max(0.0))));
        prop_assert!(close(2.0 * pinball(&p, &t, 0.5), mae(&p, &t)));
    }

    #[test]
    fn one_row_of_two_classes_is_enough(seed: u64, samples in 2..40_usize) {
        // Multiples of 1/8 from 0 to 1, so that 1 − p is exact.
        let one: Vec<f64> = Random::new(seed).vector(samples, 4.0).iter().map(|x| (x.round() + 4.0) / 8.0).collect();
        let two: Vec<f64> = one.iter().flat_map(|p| [1.0 - p, *p]).collect();
        let labels: Vec<u32> = (0..samples).map(|j| u32::from(j % 3 == 1)).collect();
        let one = Classified::new(View::new(&one, 1, samples), &labels);
        let two = Classified::new(View::new(&two, 2, samples), &labels);
        prop_assert_eq!(one.predicted(), two.predicted());
        for (call, metric) in every_metric() {
            let Metric::Class(metric) = metric else { continue };
            prop_assert_eq!(metric.value(&one), metric.value(&two), "{}", call);
        }
    }
}

#[test]
fn no_samples_are_not_a_number() {
    let none = Samples { classes: 3, probabilities: vec![], labels: vec![], outputs: 2, prediction: vec![], target: vec![] };
    for (call, metric) in every_metric() {
        assert!(none.value(&metric).is_nan(), "{call}");
        if let Metric::Value(metric) = metric {
            assert!(metric.per_output(&none.estimated()).iter().all(|value| value.is_nan()), "{call}");
        }
    }
}

#[test]
fn nan_is_never_passed_over() {
    let good = Samples::random(1, 3, 2, 9);
    for place in 0..good.target.len() {
        let mut prediction = good.prediction.clone();
        prediction[place] = f64::NAN;
        let bad = Samples { prediction, ..good.clone() };
        for (call, metric) in every_metric().into_iter().filter(|(_, metric)| matches!(metric, Metric::Value(_))) {
            assert!(bad.value(&metric).is_nan(), "{call} with NaN at {place}");
        }
    }
    let lost = Samples { probabilities: vec![f64::NAN; 27], ..good };
    assert_eq!(top_k_accuracy(&lost.classified(), 3), 0.0);
    let sensitive =
        ["log_loss", "brier", "expected_calibration_error", "roc_auc", "roc_auc:multi_class=ovo", "average_precision"];
    for name in sensitive {
        assert!(lost.value(&registry().parse(name).expect("the name is in the registry")).is_nan(), "{name}");
    }
    // A constant target hides nothing either.
    assert!(r2(&[f64::NAN, 1.0], &[1.0, 1.0]).is_nan() && explained_variance(&[f64::NAN, 1.0], &[1.0, 1.0]).is_nan());
}

#[test]
fn calls_are_read_back() {
    for (call, metric) in every_metric() {
        assert_eq!(metric.call(), call);
        let again = registry().parse(&metric.call().to_string()).expect("a call is read back");
        assert_eq!(format!("{again:?}"), format!("{metric:?}"));
    }
}

#[test]
fn the_registry_is_documented() {
    let readme = include_str!("../README.md");
    for entry in registry().entries {
        assert!(readme.contains(&format!("`{}`", entry.name)), "the table of README.md has no {}", entry.name);
        assert!(!entry.summary.is_empty(), "{}", entry.name);
        for waiver in entry.waives {
            assert!(LAWS.contains(&waiver.law) && !waiver.reason.is_empty(), "{}: {waiver:?}", entry.name);
        }
        for option in entry.options {
            assert!(readme.contains(&format!("`{}`", option.name)), "README.md does not mention {}", option.name);
        }
    }
    let names: Vec<&str> = registry().names().collect();
    assert!(names.iter().enumerate().all(|(i, name)| !names[..i].contains(name)), "a name stands twice in {names:?}");
    let printed = ConfusionMatrix::new(2, &[0, 1, 0, 1], &[0, 1, 1, 1]).with_names(["no", "yes"]).to_string();
    assert!(readme.contains(&printed), "the table that README.md shows is not what is printed:\n{printed}");
    let matrix = ConfusionMatrix::new(2, &[0, 1, 1, 0], &[0, 1, 1, 1]).with_names(["no", "yes"]);
    let printed = format!("{:.2}", ClassificationReport::new(&matrix));
    assert!(readme.contains(&printed), "the report that README.md shows is not what is printed:\n{printed}");
}

#[test]
fn by_hand() {
    // Class 0: found twice, missed once; class 1: found once; class 2: missed once, and seen once.
    let (prediction, target) = ([0, 0, 2, 1, 0], [0, 0, 0, 1, 2]);
    assert_eq!(accuracy(&prediction, &target), 0.6);
    assert_eq!(precision(&prediction, &target, Average::Macro), (2.0 / 3.0 + 1.0 + 0.0) / 3.0);
    assert_eq!(recall(&prediction, &target, Average::Macro), (2.0 / 3.0 + 1.0 + 0.0) / 3.0);
    assert_eq!(recall(&prediction, &target, Average::Weighted), (2.0 + 1.0 + 0.0) / 5.0);
    assert_eq!(recall(&prediction, &target, Average::Binary), 1.0);
    assert_eq!(f1(&prediction, &target, Average::Auto), f1(&prediction, &target, Average::Macro));
    // c = 3, n = 5, p = (3, 1, 1), t = (3, 1, 1): (15 − 11)/√(14 · 14)
    assert!(close(matthews(&prediction, &target), 4.0 / 14.0));
    // One class only: nothing to correlate.
    assert_eq!(matthews(&[0, 0], &[0, 0]), 0.0);

    assert_eq!((mae(&[3.0, -1.0], &[0.0, 3.0]), mse(&[3.0, -1.0], &[0.0, 3.0])), (3.5, 12.5));
    assert_eq!(rmse(&[3.0, 4.0], &[0.0, 8.0]), 12.5_f64.sqrt());
    // The mean of the target explains nothing, and a constant shift of it nothing of an offset.
    assert_eq!((r2(&[2.0, 2.0, 2.0], &[1.0, 2.0, 3.0]), r2(&[3.0, 2.0, 1.0], &[1.0, 2.0, 3.0])), (0.0, -3.0));
    assert_eq!(explained_variance(&[11.0, 12.0, 13.0], &[1.0, 2.0, 3.0]), 1.0);
}

#[test]
fn a_class_without_samples() {
    // In neither: it does not count.
    let matrix = ConfusionMatrix::new(4, &[0, 1, 1], &[0, 1, 0]);
    assert_eq!(matrix.average(Average::Macro, Tally::recall), 0.75);
    assert_eq!(matrix.per_class(Tally::recall), [0.5, 1.0, 0.0, 0.0]);
    // Predicted only: its recall is 0/0 = 0, and it counts, but not for balanced accuracy.
    assert_eq!(recall(&[0, 1, 2], &[0, 1, 1], Average::Macro), 0.5);
    assert_eq!(balanced_accuracy(&[0, 1, 2], &[0, 1, 1]), 0.75);
    // Nor is it ranked.
    let probabilities = [0.6, 0.3, 0.1, 0.2, 0.7, 0.1];
    assert_eq!(RocAuc::default().value(&Classified::new(View::new(&probabilities, 3, 2), &[0, 1])), 1.0);
    assert!(RocAuc::default().value(&Classified::new(View::new(&probabilities, 3, 2), &[1, 1])).is_nan());
}

#[test]
fn weights_are_numbers_of_samples() {
    // Class 0 has two samples, the others one.
    let probabilities = [0.8, 0.1, 0.1, 0.25, 0.65, 0.1, 0.1, 0.6, 0.3, 0.1, 0.7, 0.2];
    let classified = Classified::new(View::new(&probabilities, 3, 4), &[0, 0, 1, 2]);
    let area = |multi_class, weighted| RocAuc { multi_class, weighted }.value(&classified);
    // Each against the rest: the sample of class 1 comes third, that of class 2 second.
    assert!(close(area(MultiClass::OneVsRest, false), (1.0 + 1.0 / 3.0 + 2.0 / 3.0) / 3.0));
    assert!(close(area(MultiClass::OneVsRest, true), (2.0 + 1.0 / 3.0 + 2.0 / 3.0) / 4.0));
    // Each against each: three samples with class 0, where (1, 0) is half in order; two of classes 1 and 2, which are not at all.
    assert!(close(area(MultiClass::OneVsOne, false), (1.0 + 0.5 + 1.0 + 1.0) / 6.0));
    assert!(close(area(MultiClass::OneVsOne, true), 3.0 * (1.0 + 0.5 + 1.0 + 1.0) / (4.0 * 3.0 + 2.0 * 2.0)));
}

#[test]
fn a_sure_answer_is_not_quite_free() {
    let sure = Classified::new(View::new(&[1.0, 0.0], 2, 1), &[0]);
    assert_eq!(log_loss(&sure), -(1.0 - f64::EPSILON).ln());
}

#[test]
fn outputs_that_do_not_vary_have_no_weight() {
    let metric = R2 { multioutput: MultiOutput::VarianceWeighted };
    // The first output is constant, and estimated wrongly; the second is explained by half.
    let target = [5.0, 1.0, 5.0, 2.0, 5.0, 3.0];
    let value = |prediction: &[f64], target: &[f64]| {
        metric.value(&Estimated::new(View::new(prediction, 2, 3), View::new(target, 2, 3)))
    };
    assert_eq!(value(&[7.0, 1.0, 5.0, 2.0, 5.0, 4.0], &target), 0.5);
    assert!(value(&[f64::NAN, 1.0, 5.0, 2.0, 5.0, 4.0], &target).is_nan());
    // None varies: the mean, of 1 for what is exact and of 0 for what is not.
    assert_eq!(value(&[5.0, 1.0, 5.0, 1.0, 5.0, 2.0], &[5.0, 1.0, 5.0, 1.0, 5.0, 1.0]), 0.5);
}

#[test]
fn a_constant_target_is_constant() {
    // The plain mean of ten times 0.1 is not 0.1.
    let target = [0.1; 10];
    let mut off = target;
    off[3] = 0.2;
    for share in [r2, explained_variance] {
        assert_eq!((share(&target, &target), share(&off, &target)), (1.0, 0.0));
    }
}

#[test]
fn where_it_is_not_defined() {
    // Rankings without positives or without others; agreement where there is but one class.
    assert!(roc_auc(&[1.0, 2.0], &[0, 0]).is_nan() && roc_auc(&[1.0, 2.0], &[1, 1]).is_nan());
    assert!(average_precision(&[1.0, 2.0], &[0, 0]).is_nan());
    assert_eq!(average_precision(&[1.0, 2.0], &[1, 1]), 1.0);
    for weights in [KappaWeights::None, KappaWeights::Linear, KappaWeights::Quadratic] {
        assert!(cohen_kappa(&[2, 2], &[2, 2], weights).is_nan());
        assert_eq!(cohen_kappa(&[0, 0], &[2, 2], weights), 0.0);
    }
    // A class without samples is not ranked.
    let probabilities = [0.6, 0.3, 0.1, 0.2, 0.7, 0.1];
    let classified = Classified::new(View::new(&probabilities, 3, 2), &[0, 1]);
    assert_eq!(AveragePrecision::default().value(&classified), 1.0);
    // Counts from 0 on, amounts above 0.
    assert_eq!((poisson_deviance(&[0.0], &[0.0]), poisson_deviance(&[0.0], &[1.0])), (0.0, f64::INFINITY));
    for (p, t) in [(-1.0, 1.0), (1.0, -1.0), (-1.0, 0.0), (-1.0, -1.0)] {
        assert!(poisson_deviance(&[p], &[t]).is_nan(), "{p} {t}");
    }
    for (p, t) in [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0), (1.0, -1.0), (0.0, 0.0), (-1.0, -1.0)] {
        assert!(gamma_deviance(&[p], &[t]).is_nan(), "{p} {t}");
    }
}

#[test]
fn the_upper_end_belongs_to_a_bin() {
    let error = |confidence: f64, bins| {
        let probabilities = [confidence, 1.0 - confidence, 1.0, 0.0];
        expected_calibration_error(&Classified::new(View::new(&probabilities, 2, 2), &[0, 1]), bins)
    };
    // The right one with 0.75 alone: off by ¼; the wrong one with 1 alone: off by 1. Together: ½ right, with 0.875.
    assert_eq!((error(0.75, 4), error(0.76, 4)), (0.625, 0.38));
    assert_eq!(error(0.75, 1), 0.375);
}

#[test]
fn digits_survive() {
    // Of large counts that are nearly right, the deviance is (p − t)²/t; the plain formula has lost every digit of it.
    let (p, t) = (1e9 + 1.0, 1e9);
    assert!((poisson_deviance(&[p], &[t]) / 1e-9 - 1.0).abs() < 1e-6);
    assert!((gamma_deviance(&[p], &[t]) / 1e-18 - 1.0).abs() < 1e-6);
    // Ratios and means beyond the largest number, of which the logarithm and the mean are not.
    assert!((poisson_deviance(&[1e300], &[1e-300]) / 2e300 - 1.0).abs() < 1e-15);
    assert!((gamma_deviance(&[1e300], &[1e-300]) - 2.0 * (600.0 * std::f64::consts::LN_10 - 1.0)).abs() < 1e-9);
    assert_eq!((mae(&[1e308; 3], &[0.0; 3]), rmse(&[1e300; 3], &[0.0; 3])), (1e308, 1e300));
    assert_eq!(r2(&[2e-200, 2e-200, 2e-200], &[1e-200, 2e-200, 3e-200]), 0.0);
    assert_eq!(r2(&[1e300, 3e300, 2e300, 2e300], &[1e300, 3e300, 1e300, 3e300]), 0.5);
    assert_eq!(explained_variance(&[f64::MAX, f64::MAX], &[-f64::MAX, f64::MAX]), 0.0);
    assert_eq!(r2(&[1e300], &[1.0]), 0.0);
    assert_eq!(r2(&[1e300, 0.0], &[1.0, 0.0]), f64::NEG_INFINITY);
}
