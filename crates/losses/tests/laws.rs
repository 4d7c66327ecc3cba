//! What holds for every loss, run over the registry.

use backprop_gradcheck::{Gradcheck, Random};
use backprop_losses::{
    ClassWeighted, IGNORED, Loss, MeanSquared, NegativeLogLikelihood, SigmoidCrossEntropy, SoftmaxCrossEntropy, Target,
    TargetError, balanced_weights, check_target, check_weights, registry,
};
use backprop_registry::Value;
use backprop_tensor::{View, ViewMut};
use proptest::prelude::*;

/// The laws an entry could waive.
const LAWS: [&str; 11] = [
    "gradient",
    "value",
    "slices",
    "overwrites",
    "equal_columns",
    "weights",
    "zero_weights",
    "permutation",
    "non_negative",
    "finite",
    "class_weights",
];

/// A loss with a batch it is meant for.
struct Problem {
    call: String,
    loss: Box<dyn Loss<f64>>,
    rows: usize,
    y: Vec<f64>,
    values: Vec<f64>,
    classes: Option<Vec<u32>>,
    weights: Option<Vec<f64>>,
}

impl Problem {
    fn cols(&self) -> usize {
        self.y.len() / self.rows
    }

    fn prediction(&self) -> View<'_, f64> {
        View::new(&self.y, self.rows, self.cols())
    }

    fn target(&self) -> Target<'_, f64> {
        match &self.classes {
            Some(classes) => Target::Classes(classes),
            None => Target::Values(View::new(&self.values, self.rows, self.cols())),
        }
    }

    fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// Value and gradient; the gradient is NaN before.
    fn run(&self) -> (f64, Vec<f64>) {
        let mut dy = vec![f64::NAN; self.y.len()];
        let out = ViewMut::new(&mut dy, self.rows, self.cols());
        (self.loss.value_and_gradient(self.prediction(), self.target(), self.weights(), out), dy)
    }

    /// The same loss and the samples `order`.
    fn gather(&self, order: &[usize]) -> Self {
        let columns = |x: &[f64]| order.iter().flat_map(|&j| x[j * self.rows..(j + 1) * self.rows].to_vec()).collect();
        Self {
            call: self.call.clone(),
            loss: registry().parse(&self.call).expect("it was built from the same text"),
            rows: self.rows,
            y: columns(&self.y),
            values: columns(&self.values),
            classes: self.classes.as_ref().map(|classes| order.iter().map(|&j| classes[j]).collect()),
            weights: self.weights.as_ref().map(|weights| order.iter().map(|&j| weights[j]).collect()),
        }
    }
}

/// A loss with options as they are and as they can be, for predictions of so many rows.
fn variants(name: &str, rows: usize) -> Vec<String> {
    let list = |len: usize| Value::Numbers((0..len).map(|i| 0.5 + i as f64).collect());
    let (each, classes) = (list(rows), list(if rows == 1 { 2 } else { rows }));
    let mut calls = vec![name.to_owned(), format!("{name}:weight={classes}")];
    calls.retain(|call| registry::<f64>().parse(call).is_ok()); // some have no class weights
    match name {
        "huber" => calls.push(format!("huber:delta=0.5,weight={classes}")),
        "bce_with_logits" => {
            calls.push("bce_with_logits:pos_weight=[3]".to_owned());
            calls.push(format!("bce_with_logits:pos_weight={each},weight={classes}"));
            calls.push(format!("bce_with_logits:pos_weight={each}"));
        }
        "cross_entropy" => {
            calls.push("cross_entropy:label_smoothing=0.1".to_owned());
            calls.push(format!("cross_entropy:weight={classes},ignore_index=1,label_smoothing=0.3"));
        }
        "nll" | "categorical_cross_entropy" => calls.push(format!("{name}:ignore_index=0")),
        "focal_categorical" => {
            calls.push("focal_categorical:gamma=0.5".to_owned());
            calls.push(format!("focal_categorical:weight={classes},ignore_index=1,gamma=3.5,alpha={each}"));
        }
        "multi_margin" => {
            calls.push(format!("multi_margin:weight={classes},ignore_index=0,p=2,margin=1.75"));
            calls.push("multi_margin:p=2".to_owned());
        }
        "kl_div" => calls.push("kl_div:log_target=true".to_owned()),
        "cosine" => calls.push("cosine:eps=0.25".to_owned()),
        _ => {}
    }
    calls
}

/// Where the derivative of a loss has a jump or a bend, in y − t.
fn kinks(call: &str) -> Vec<f64> {
    match call.split(':').next() {
        Some("mae" | "mape" | "quantile") => vec![0.0],
        Some("hinge" | "squared_hinge") => vec![0.0, -1.0],
        Some("huber") if call.contains("delta") => vec![-0.5, 0.5],
        Some("huber" | "smooth_l1") => vec![-1.0, 1.0],
        _ => vec![],
    }
}

/// Every loss of the registry with every kind of target it takes, away from kinks; random weights or none.
fn problems(seed: u64, rows: usize, cols: usize) -> Vec<Problem> {
    let mut random = Random::new(seed);
    let mut problems = Vec::new();
    // Those with several outputs for each target have the same laws in `regression.rs`.
    let single = |name: &&str| registry::<f64>().parse(name).is_ok_and(|loss| loss.outputs_per_target() == 1);
    for entry in registry::<f64>().entries.iter().filter(|entry| single(&entry.name)) {
        let before = problems.len();
        for call in variants(entry.name, rows) {
            for with_classes in [false, true] {
                let loss = registry::<f64>().parse(&call).expect("the variants are possible");
                let input = format!("{:?}", loss.input());
                let from_zero = ["msle", "poisson_nll", "gamma_deviance", "tweedie_deviance"].contains(&entry.name);
                let probabilities = from_zero || ["bce", "bce_with_logits", "cross_entropy", "kl_div"].contains(&entry.name);
                let mut values: Vec<f64> = random.vector(rows * cols, 1.0);
                if probabilities {
                    values.iter_mut().for_each(|t| *t = 0.5 + 0.5 * *t);
                }
                if call.contains("log_target") {
                    values.iter_mut().for_each(|t| *t = 3.0 * (*t - 1.0));
                }
                let last = if rows == 1 { 2.0 } else { rows as f64 };
                let mut classes: Vec<u32> = (0..cols).map(|_| ((0.5 + 0.5 * random.next()) * last) as u32).collect();
                if cols > 2 {
                    classes[1] = IGNORED;
                }
                if with_classes {
                    values = (0..rows * cols)
                        .map(|k| match classes[k / rows] {
                            label if rows == 1 => f64::from(label.min(1)),
                            label => f64::from(u8::from(label as usize == k % rows)),
                        })
                        .collect();
                }
                let away = random.vector_away_from(rows * cols, 3.0, &kinks(&call), 0.01);
                let y = away
                    .iter()
                    .zip(&values)
                    .map(|(&x, &t)| match &*input {
                        // Not near 0, around which its direction turns.
                        "Values" if entry.name == "cosine" => x + x.signum(),
                        "Values" if from_zero => t + x.abs(),
                        "Values" => t + x,
                        // No difference of two is near a margin.
                        "Logits" if entry.name == "multi_margin" => 0.3 * (x / 0.3).round(),
                        "Logits" | "Logarithms" => 2.0 * x,
                        "Probabilities" => 0.5 + 0.15 * x,
                        "LogProbabilities" => x - 3.01,
                        other => panic!("predictions for {other}"),
                    })
                    .collect();
                let weights: Vec<f64> = random.vector(cols, 1.0).iter().map(|w| 1.5 + w).collect();
                let weights = (random.next() > 0.0).then_some(weights);
                let classes = with_classes.then_some(classes);
                let problem = Problem { call: call.clone(), loss, rows, y, values, classes, weights };
                if check_target(rows, &*problem.loss, problem.target()).is_ok() {
                    problems.push(problem);
                }
            }
        }
        let least = entry.options.iter().filter(|option| option.name == "weight").count() + 1;
        assert!(rows == 1 || problems.len() >= before + least, "{} takes no target", entry.name);
    }
    problems
}

/// The problems for a law: those whose entry does not waive it.
fn problems_for(law: &str, seed: u64, rows: usize, cols: usize) -> Vec<Problem> {
    assert!(LAWS.contains(&law));
    let waived = |problem: &Problem| registry::<f64>().find(&problem.loss.call().name).expect("it is there").waives(law);
    problems(seed, rows, cols).into_iter().filter(|problem| !waived(problem)).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-13 * (1.0 + a.abs().max(b.abs()))
}

fn all_near(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(&a, &b)| near(a, b))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_gradient_is_that_of_the_value(seed: u64, rows in 1..6_usize, cols in 1..5_usize) {
        for problem in problems_for("gradient", seed, rows, cols) {
            let value = |y: &[f64]| {
                vec![problem.loss.value(View::new(y, rows, cols), problem.target(), problem.weights())]
            };
            let gradient = |_: &[f64], c: &[f64]| problem.run().1.iter().map(|dy| c[0] * dy).collect();
            Gradcheck { seed, ..Gradcheck::default() }.assert(&problem.call, &problem.y, value, gradient);
        }
    }

    #[test]
    fn the_value_is_that_of_value_and_gradient(seed: u64, rows in 1..6_usize, cols in 1..40_usize) {
        for problem in problems_for("value", seed, rows, cols) {
            let value = problem.loss.value(problem.prediction(), problem.target(), problem.weights());
            prop_assert_eq!(value.to_bits(), problem.run().0.to_bits(), "{}", problem.call);
            // And it is the weighted mean of the samples: class weights stand in `per_sample` already.
            let samples = problem.loss.per_sample(problem.prediction(), problem.target());
            let total: f64 = samples.iter().enumerate().map(|(j, l)| l * problem.weights().map_or(1.0, |w| w[j])).sum();
            let divisor = problem.loss.divisor(problem.target(), problem.weights());
            prop_assert!(near(value, if divisor == 0.0 { 0.0 } else { total / divisor }), "{}", problem.call);
        }
    }

    #[test]
    fn slices_add_up_to_the_batch(seed: u64, rows in 1..6_usize, cols in 2..300_usize, cut in 0.0..1.0_f64) {
        let cut = (cut * cols as f64) as usize;
        for problem in problems_for("slices", seed, rows, cols) {
            let (value, gradient) = problem.run();
            let divisor = problem.loss.divisor(problem.target(), problem.weights());
            let mut dy = vec![f64::NAN; rows * cols];
            let mut out = ViewMut::new(&mut dy, rows, cols);
            let mut sum = 0.0;
            for range in [0..cut, cut..cols] {
                let (y, target) = (problem.prediction().columns(range.clone()), problem.target().columns(range.clone()));
                let weights = problem.weights().map(|weights| &weights[range.clone()]);
                sum += problem.loss.sum_and_gradient(y, target, weights, divisor, out.columns_mut(range));
            }
            prop_assert!(near(sum, value), "{}: {} instead of {}", problem.call, sum, value);
            prop_assert_eq!(&dy, &gradient, "{}", problem.call);
        }
    }

    #[test]
    fn the_gradient_is_overwritten(seed: u64, rows in 1..6_usize, cols in 1..40_usize) {
        for problem in problems_for("overwrites", seed, rows, cols) {
            let (value, gradient) = problem.run();
            prop_assert!(value.is_finite() && gradient.iter().all(|dy| dy.is_finite()), "{}", problem.call);
            let mut dy = vec![1e9; rows * cols];
            let out = ViewMut::new(&mut dy, rows, cols);
            problem.loss.value_and_gradient(problem.prediction(), problem.target(), problem.weights(), out);
            prop_assert_eq!(dy, gradient, "{}", problem.call);
        }
    }

    #[test]
    fn equal_columns_are_one_column(seed: u64, rows in 1..6_usize, times in 2..9_usize) {
        for problem in problems_for("equal_columns", seed, rows, 1) {
            let (one, gradient) = problem.run();
            let (many, gradients) = problem.gather(&vec![0; times]).run();
            prop_assert!(near(one, many), "{}: {} instead of {}", problem.call, many, one);
            let summed: Vec<f64> = (0..rows).map(|i| gradients.iter().skip(i).step_by(rows).sum()).collect();
            prop_assert!(all_near(&summed, &gradient), "{}", problem.call);
        }
    }

    #[test]
    fn a_weight_of_two_is_the_sample_twice(seed: u64, rows in 1..6_usize, cols in 1..8_usize, which in 0.0..1.0_f64) {
        let which = (which * cols as f64) as usize;
        for mut problem in problems_for("weights", seed, rows, cols) {
            problem.weights = None;
            let plain = problem.run();
            problem.weights = Some(vec![1.0; cols]);
            let ones = problem.run();
            prop_assert!(near(plain.0, ones.0), "{}", problem.call);
            prop_assert_eq!(plain.1, ones.1, "{}", problem.call);

            let order: Vec<usize> = (0..cols).chain([which]).collect();
            let (twice, mut gradients) = problem.gather(&order).run();
            let last = gradients.split_off(rows * cols);
            gradients[which * rows..(which + 1) * rows].iter_mut().zip(last).for_each(|(dy, last)| *dy += last);
            problem.weights.as_mut().expect("just set")[which] = 2.0;
            let (weighted, gradient) = problem.run();
            prop_assert!(near(weighted, twice), "{}: {} instead of {}", problem.call, weighted, twice);
            prop_assert!(all_near(&gradient, &gradients), "{}", problem.call);
        }
    }

    #[test]
    fn what_does_not_count_changes_nothing(seed: u64, rows in 1..6_usize, cols in 1..8_usize) {
        for mut problem in problems_for("zero_weights", seed, rows, cols) {
            let plain = problem.gather(&(0..cols).collect::<Vec<_>>());
            let (value, gradient) = plain.run();
            // One more sample, of no use and of no weight.
            problem.y.extend(vec![f64::NAN; rows]);
            problem.values.extend(vec![1.0; rows]);
            problem.weights = Some(plain.weights.clone().unwrap_or_else(|| vec![1.0; cols]).into_iter().chain([0.0]).collect());
            if let Some(classes) = &mut problem.classes {
                classes.push(0);
            }
            let check = |problem: &Problem| {
                let (with, mut gradients) = problem.run();
                prop_assert!(near(with, value), "{}: {} instead of {}", problem.call, with, value);
                prop_assert_eq!(gradients.split_off(rows * cols), vec![0.0; rows], "{}", &problem.call);
                prop_assert_eq!(&gradients, &gradient, "{}", problem.call);
                Ok(())
            };
            check(&problem)?;
            // The same through its label.
            if let Some(classes) = &mut problem.classes {
                *classes.last_mut().expect("just pushed") = IGNORED;
                problem.weights = plain.weights.clone().map(|weights| weights.into_iter().chain([1.0]).collect());
                check(&problem)?;
            }
            // Nothing counts.
            problem.weights = Some(vec![0.0; cols + 1]);
            prop_assert_eq!(problem.run(), (0.0, vec![0.0; rows * (cols + 1)]), "{}", problem.call);
        }
    }

    #[test]
    fn the_order_of_samples_does_not_matter(seed: u64, rows in 1..6_usize, cols in 1..40_usize, step in 1..40_usize) {
        let order: Vec<usize> = (0..cols).map(|j| (j + step) % cols).rev().collect();
        for problem in problems_for("permutation", seed, rows, cols) {
            let (value, gradient) = problem.run();
            let (moved, gradients) = problem.gather(&order).run();
            prop_assert!(near(value, moved), "{}", problem.call);
            let expected: Vec<f64> = order.iter().flat_map(|&j| gradient[j * rows..(j + 1) * rows].to_vec()).collect();
            prop_assert!(all_near(&gradients, &expected), "{}", problem.call);
        }
    }

    #[test]
    fn a_loss_is_not_negative(seed: u64, rows in 1..6_usize, cols in 1..40_usize) {
        for problem in problems_for("non_negative", seed, rows, cols) {
            prop_assert!(problem.run().0 >= 0.0, "{}", problem.call);
            prop_assert!(problem.loss.per_sample(problem.prediction(), problem.target()).iter().all(|&l| l >= 0.0));
        }
    }

    #[test]
    fn numbers_of_any_reasonable_size_give_finite_losses(seed: u64, rows in 1..6_usize, cols in 1..8_usize) {
        for mut problem in problems_for("finite", seed, rows, cols) {
            let limits = match format!("{:?}", problem.loss.input()).as_str() {
                "Probabilities" => [0.0, 1.0],
                "LogProbabilities" => [-100.0, 0.0],
                _ => [-100.0, 100.0],
            };
            problem.y.iter_mut().enumerate().for_each(|(k, y)| if k % 3 != 1 { *y = limits[k % 2] });
            let (value, gradient) = problem.run();
            prop_assert!(value.is_finite() && gradient.iter().all(|dy| dy.is_finite()), "{}", problem.call);
            // The same in single precision.
            let cast = |x: &[f64]| x.iter().map(|&x| x as f32).collect::<Vec<f32>>();
            let (y, values) = (cast(&problem.y), cast(&problem.values));
            let target = match problem.target() {
                Target::Classes(classes) => Target::Classes(classes),
                Target::Values(_) => Target::Values(View::new(&values, rows, cols)),
            };
            let mut dy = vec![f32::NAN; y.len()];
            let loss = registry::<f32>().parse(&problem.call).expect("it is built for f64 too");
            let value = loss.value_and_gradient(View::new(&y, rows, cols), target, None, ViewMut::new(&mut dy, rows, cols));
            prop_assert!(value.is_finite() && dy.iter().all(|dy| dy.is_finite()), "{} in f32", problem.call);
        }
    }

    #[test]
    fn softmax_sees_differences_alone(seed: u64, rows in 2..8_usize, cols in 1..8_usize, shift in -50.0..50.0_f64) {
        for problem in problems(seed, rows, cols).iter().filter(|problem| problem.loss.call().name == "cross_entropy") {
            let (value, gradient) = problem.run();
            for column in gradient.chunks(rows) {
                prop_assert!(column.iter().sum::<f64>().abs() < 1e-14, "{}", problem.call);
            }
            let mut shifted = problem.gather(&(0..cols).collect::<Vec<_>>());
            shifted.y.iter_mut().for_each(|y| *y += shift);
            let (moved, gradients) = shifted.run();
            prop_assert!(near(value, moved) && all_near(&gradient, &gradients), "{}", problem.call);
        }
    }

    #[test]
    fn labels_are_one_hot_values(seed: u64, rows in 1..6_usize, cols in 1..8_usize) {
        for mut problem in problems(seed, rows, cols) {
            let Some(classes) = problem.classes.clone() else { continue };
            let order: Vec<usize> = (0..cols).filter(|&j| classes[j] != IGNORED).collect();
            let counted = problem.gather(&order);
            if order.is_empty() || counted.loss.check(rows, Target::Values(View::new(&counted.values, rows, order.len()))).is_err() {
                continue;
            }
            // An ignored label or class weights have no counterpart among values.
            if problem.call.contains("ignore_index") || problem.call.contains("weight=[") && !problem.call.contains("pos_weight") {
                continue;
            }
            let by_class = counted.run();
            problem = counted;
            problem.classes = None;
            let by_value = problem.run();
            prop_assert!(near(by_class.0, by_value.0) && all_near(&by_class.1, &by_value.1), "{}", problem.call);
        }
    }

    #[test]
    fn cross_entropy_of_probabilities_is_that_of_their_logarithms(seed: u64, rows in 2..6_usize, cols in 1..8_usize) {
        let p: Vec<f64> = Random::new(seed).vector(rows * cols, 0.5).iter().map(|x| 0.5 + x).collect();
        let ln_p: Vec<f64> = p.iter().map(|p| p.ln()).collect();
        let classes: Vec<u32> = (0..cols).map(|j| (j * 7 % rows) as u32).collect();
        let weight = Value::Numbers((0..rows).map(|i| 0.5 + i as f64).collect());
        let run = |name: &str, y: &[f64]| {
            let loss = registry::<f64>().parse(&format!("{name}:weight={weight},ignore_index=1")).expect("both have it");
            let mut dy = vec![f64::NAN; rows * cols];
            let out = ViewMut::new(&mut dy, rows, cols);
            (loss.value_and_gradient(View::new(y, rows, cols), Target::Classes(&classes), None, out), dy)
        };
        let ((value, dp), (expected, d_ln_p)) = (run("categorical_cross_entropy", &p), run("nll", &ln_p));
        prop_assert!(near(value, expected));
        // d ln p/dp = 1/p
        let chained: Vec<f64> = d_ln_p.iter().zip(&p).map(|(d, p)| d / p).collect();
        prop_assert!(all_near(&dp, &chained));
    }

    #[test]
    fn balanced_classes_count_the_same(labels in prop::collection::vec(0..5_u32, 1..60)) {
        let weights = balanced_weights(&labels, 5);
        let n = labels.len() as f64;
        prop_assert!(near(labels.iter().map(|&label| weights[label as usize]).sum(), n));
        let present = (0..5).filter(|c| labels.contains(c)).count() as f64;
        for class in 0..5_u32 {
            let total = labels.iter().filter(|&&label| label == class).count() as f64 * weights[class as usize];
            let expected = if labels.contains(&class) { n / present } else { 0.0 };
            prop_assert!(near(total, expected));
        }
    }
}

#[test]
fn calls_are_read_back() {
    for entry in registry::<f64>().entries {
        for text in variants(entry.name, 3) {
            let call = registry::<f64>().parse(&text).expect("the variants are possible").call();
            assert_eq!(call.to_string(), text);
            assert_eq!(registry::<f64>().build(&call).expect("a loss knows its name").call(), call);
        }
        assert_eq!(entry.build_default().expect("all options have defaults").call().to_string(), entry.name);
    }
    // Left at its default, or set to no class: not worth saying.
    for text in ["nll:ignore_index=-100", "nll:ignore_index=-1", "nll:weight=[]"] {
        assert_eq!(registry::<f64>().parse(text).expect("possible").call().to_string(), "nll");
    }
}

#[test]
fn waivers_have_reasons() {
    for entry in registry::<f32>().entries {
        assert!(!entry.summary.is_empty());
        for waiver in entry.waives {
            assert!(LAWS.contains(&waiver.law) && !waiver.reason.is_empty(), "{}: {waiver:?}", entry.name);
        }
    }
}

#[test]
fn wrong_targets_are_refused() {
    let refused = |rows: usize, loss: &dyn Loss<f64>, target: Target<'_, f64>| {
        check_target(rows, loss, target).expect_err("it should be refused").to_string()
    };
    let cross_entropy = SoftmaxCrossEntropy::default();
    let values = View::new(&[0.0, 1.0, 0.5, 2.0], 2, 2);

    assert_eq!(refused(3, &cross_entropy, Target::Classes(&[])), "there is no sample; a loss needs at least one");
    assert_eq!(
        refused(3, &cross_entropy, Target::Values(values)),
        "the target has 2 rows, but the prediction has 3; give the last layer 2 outputs"
    );
    assert_eq!(
        refused(2, &cross_entropy, Target::Classes(&[0, IGNORED, 7])),
        "sample 2 has the label 7, but labels go from 0 to 1; give the last layer more outputs, or correct the label"
    );
    assert_eq!(
        refused(2, &cross_entropy, Target::Values(values)),
        "sample 1, row 1: the target 2 is not possible; `cross_entropy` needs numbers in [0, 1]"
    );
    assert_eq!(
        refused(1, &MeanSquared, Target::Values(View::new(&[0.0, f64::NAN], 1, 2))),
        "sample 1, row 0: the target NaN is not possible; `mse` needs numbers in (−∞, ∞)"
    );
    assert_eq!(
        refused(1, &SigmoidCrossEntropy::default(), Target::Classes(&[0, 2])),
        "sample 1 has the label 2, but labels go from 0 to 1; give the last layer more outputs, or correct the label"
    );
    assert_eq!(
        refused(2, &SigmoidCrossEntropy { pos_weight: vec![1.0; 3] }, Target::Values(View::new(&[0.0; 4], 2, 2))),
        "`bce_with_logits` has an option for 3 rows, but the prediction has 2; give it one number for all, or one for each"
    );
    assert_eq!(
        refused(2, &NegativeLogLikelihood::default(), Target::Values(values)),
        "`nll` compares with labels, not with values; give labels, or use cross_entropy for probabilities"
    );
    let weighted = ClassWeighted { loss: MeanSquared, class_weights: vec![1.0, 2.0, 3.0] };
    assert_eq!(
        refused(2, &weighted, Target::Values(values)),
        "`mse` has class weights, but the target is values; give labels, or leave out the option weight"
    );
    assert_eq!(
        refused(2, &weighted, Target::Classes(&[0, 1])),
        "`mse` has 3 class weights, but there are 2 classes; give the option weight one number for each"
    );
    assert_eq!(check_target(3, &weighted as &dyn Loss<f64>, Target::Classes(&[0, 1, 2, IGNORED])), Ok(()));
    assert_eq!(check_weights(&[1.0_f32], 2).unwrap_err(), TargetError::SampleWeightCount { given: 1, samples: 2 });
    assert!(check_weights(&[f64::NAN], 1).is_err() && check_weights(&[f64::INFINITY], 1).is_err());

    for text in
        ["huber:delta=0", "cross_entropy:label_smoothing=1.1", "nll:ignore_index=0.5", "mse:weight=[1,-1]", "mse:delta=1"]
    {
        assert!(registry::<f32>().parse(text).is_err(), "{text}");
    }
}

#[test]
fn an_ignored_class_is_out_of_range_for_no_one() {
    let loss = SoftmaxCrossEntropy { ignore_index: Some(9), ..SoftmaxCrossEntropy::default() };
    let target = Target::Classes(&[0, 9]);
    assert_eq!(check_target::<f32>(2, &loss, target), Ok(()));
    let y = View::new(&[0.0_f32, 0.0, f32::NAN, f32::NAN], 2, 2);
    assert_eq!(loss.value(y, target, None), f64::from(2.0_f32).ln());
    assert_eq!(Loss::<f32>::divisor(&loss, target, None), 1.0);
    // A class of weight 0 counts as little.
    let loss = SoftmaxCrossEntropy { class_weights: vec![1.0, 0.0], ..SoftmaxCrossEntropy::default() };
    assert_eq!(loss.value(y, Target::Classes(&[0, 1]), None), f64::from(2.0_f32).ln());
}

#[test]
fn sums_are_in_double_precision() {
    // 4096² = 2²⁴ swallows a 1 in f32.
    let y: Vec<f32> = (0..65).map(|k| if k == 0 { 4096.0 } else { 1.0 }).collect();
    let target = Target::Values(View::new(&[0.0; 65], 1, 65));
    assert_eq!(MeanSquared.value(View::new(&y, 1, 65), target, None), f64::from((1 << 24) + 64) / 65.0);
}

#[test]
fn each_row_has_its_own_pos_weight_however_many_there_are() {
    let (rows, cols) = (300, 2);
    let mut random = Random::new(3);
    let y = random.vector(rows * cols, 2.0);
    let t: Vec<f64> = random.vector(rows * cols, 0.5).iter().map(|t| 0.5 + t).collect();
    let pos_weight: Vec<f64> = random.vector(rows, 1.0).iter().map(|w| 1.0 + w).collect();
    let run = |pos_weight: Vec<f64>, y: &[f64], t: &[f64], rows: usize, cols: usize| {
        let mut dy = vec![f64::NAN; rows * cols];
        let (y, t) = (View::new(y, rows, cols), View::new(t, rows, cols));
        let loss = SigmoidCrossEntropy { pos_weight };
        (loss.value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, rows, cols)), dy)
    };
    let (value, gradient) = run(pos_weight.clone(), &y, &t, rows, cols);
    let mut sum = 0.0;
    for (i, &w) in pos_weight.iter().enumerate() {
        let row = |x: &[f64]| vec![x[i], x[rows + i]];
        let (of_row, dy) = run(vec![w], &row(&y), &row(&t), 1, cols);
        sum += of_row / rows as f64;
        let scaled: Vec<f64> = dy.iter().map(|dy| dy / rows as f64).collect();
        assert!(all_near(&row(&gradient), &scaled), "row {i}");
    }
    assert!(near(value, sum));
}
