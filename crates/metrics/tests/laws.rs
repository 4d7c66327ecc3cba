//! What every metric of the registry holds to, and identities between them.

use backprop_gradcheck::Random;
use backprop_gradcheck::vectors::is_close;
use backprop_metrics::{
    Average, ClassMetric, Classified, ConfusionMatrix, Estimated, Metric, RocAuc, Tally, accuracy, balanced_accuracy,
    explained_variance, f1, mae, matthews, mse, precision, r2, recall, registry, rmse, roc_auc, top_k_accuracy,
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
                Domain::Number(_) => calls.push(call(0.5.into())),
                Domain::Integer(_) => calls.push(call(3_usize.into())),
                _ => panic!("{}: say how {} is varied", entry.name, option.name),
            }
        }
    }
    calls.into_iter().map(|call| (call.clone(), registry().build(&call).unwrap_or_else(|error| panic!("{error}")))).collect()
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

    fn value(&self, metric: &Metric) -> f64 {
        match metric {
            Metric::Class(metric) => metric.value(&self.classified()),
            Metric::Value(metric) => metric.value(&self.estimated()),
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
    fn shares_are_between_zero_and_one(samples in samples()) {
        for (call, metric) in every_metric() {
            if let (Metric::Class(_), true) = (&metric, metric.higher_is_better()) {
                let (value, lowest) = (samples.value(&metric), if call.name == "matthews" { -1.0 } else { 0.0 });
                prop_assert!((lowest - 1e-12..=1.0 + 1e-12).contains(&value), "{call}: {value}");
            }
        }
    }

    #[test]
    fn an_output_stands_by_itself(samples in samples()) {
        let row = |data: &[f64]| data.iter().step_by(samples.outputs).copied().collect();
        let (prediction, target) = (row(&samples.prediction), row(&samples.target));
        let first = Samples { outputs: 1, prediction, target, ..samples.clone() };
        for (call, metric) in every_metric() {
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
    for name in ["log_loss", "roc_auc", "roc_auc:multi_class=ovo"] {
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
        assert!(!entry.summary.is_empty() && entry.waives.is_empty(), "{}", entry.name);
        for option in entry.options {
            assert!(readme.contains(&format!("`{}`", option.name)), "README.md does not mention {}", option.name);
        }
    }
    let names: Vec<&str> = registry().names().collect();
    assert!(names.iter().enumerate().all(|(i, name)| !names[..i].contains(name)), "a name stands twice in {names:?}");
    let printed = ConfusionMatrix::new(2, &[0, 1, 0, 1], &[0, 1, 1, 1]).with_names(["no", "yes"]).to_string();
    assert!(readme.contains(&printed), "the table that README.md shows is not what is printed:\n{printed}");
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
fn mistakes_are_explained() {
    let message = |text| registry().parse(text).expect_err("it is a mistake").to_string();
    assert!(message("acuracy").contains("unknown metric `acuracy`, did you mean `accuracy`?"));
    assert!(message("f1:average=none").contains("one of auto, binary, micro, macro, weighted"));
    assert!(message("top_k_accuracy:k=0").contains("a whole number in [1, ∞)"));
}
