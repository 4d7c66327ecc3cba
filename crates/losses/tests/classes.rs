//! Losses per sample and of classes: what their weights mean, what they refuse, and what becomes of extreme predictions.

use backprop_gradcheck::Random;
use backprop_losses::{
    BinaryCrossEntropy, CategoricalCrossEntropy, ClassWeighted, CosineDistance, FocalCategorical, Huber, IGNORED, Input,
    KlDivergence, Loss, MeanSquared, MultiMargin, NegativeLogLikelihood, SigmoidCrossEntropy, SoftmaxCrossEntropy, Target,
    balanced_weights, check_target, check_weights, registry,
};
use backprop_registry::Value;
use backprop_tensor::{Scalar, View, ViewMut};
use proptest::prelude::*;

fn parse<T: Scalar>(call: &str) -> Box<dyn Loss<T>> {
    registry().parse(call).unwrap_or_else(|error| panic!("{call}: {error}"))
}

fn list(numbers: &[f64]) -> Value {
    Value::Numbers(numbers.to_vec())
}

/// Numbers that a loss can take for its prediction.
fn prediction(loss: &dyn Loss<f64>, random: &mut Random, len: usize) -> Vec<f64> {
    let to = |x: f64| match format!("{:?}", loss.input()).as_str() {
        "Probabilities" => 0.5 + 0.45 * x,
        "LogProbabilities" => x - 1.01,
        _ => 3.0 * x,
    };
    let values: Vec<f64> = random.vector(len, 1.0).into_iter().map(to).collect();
    // Logarithms of 1 + y want it beyond −1.
    if loss.call().name == "msle" { values.into_iter().map(f64::abs).collect() } else { values }
}

/// Value and gradient of a whole batch; the gradient is NaN before.
fn run<T: Scalar>(loss: &dyn Loss<T>, y: &[T], target: Target<'_, T>, weights: Option<&[T]>) -> (f64, Vec<T>) {
    let (rows, cols) = (y.len() / target.len(), target.len());
    let mut dy = vec![T::from_f64(f64::NAN); y.len()];
    let value = loss.value_and_gradient(View::new(y, rows, cols), target, weights, ViewMut::new(&mut dy, rows, cols));
    (value, dy)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-13 * (1.0 + a.abs().max(b.abs()))
}

fn all_near(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(&a, &b)| near(a, b))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_class_weight_is_the_weight_of_its_samples(seed: u64, rows in 1..9_usize, cols in 1..40_usize) {
        let mut random = Random::new(seed);
        let classes = rows.max(2);
        let mut labels: Vec<u32> = (0..cols).map(|_| ((0.5 + 0.5 * random.next()) * classes as f64) as u32).collect();
        if cols > 2 {
            labels[1] = IGNORED;
        }
        // Any weights, those that balance the classes, and a class without weight.
        let any: Vec<f64> = random.vector(classes, 1.0).iter().map(|w| 1.5 + w).collect();
        let without: Vec<f64> = any.iter().enumerate().map(|(c, &w)| if c == 0 { 0.0 } else { w }).collect();
        let further: Vec<f64> = random.vector(cols, 1.0).iter().map(|w| 1.5 + w).collect();
        let mut tested = 0;
        for entry in registry::<f64>().entries {
            let plain = parse::<f64>(entry.name);
            let target = Target::Classes(&labels);
            if check_target(rows, &*plain, Target::Classes(&[classes as u32 - 1])).is_err() {
                continue; // no labels, or no two classes in one row
            }
            tested += 1;
            let y = prediction(&*plain, &mut random, rows * cols);
            for of_class in [&any, &without, &balanced_weights(&labels, classes)] {
                let weighted = parse::<f64>(&format!("{}:weight={}", entry.name, list(of_class)));
                check_target(rows, &*weighted, target).unwrap_or_else(|error| panic!("{}: {error}", entry.name));
                for further in [None, Some(&further[..])] {
                    let of_sample: Vec<f64> = labels
                        .iter()
                        .enumerate()
                        .map(|(j, &label)| of_class.get(label as usize).unwrap_or(&1.0) * further.map_or(1.0, |w| w[j]))
                        .collect();
                    let (value, dy) = run(&*weighted, &y, target, further);
                    let (expected, expected_dy) = run(&*plain, &y, target, Some(&of_sample));
                    // The sum is the same in any case, what it is divided by for all but those that say so.
                    let (divisor, expected_divisor) = (weighted.divisor(target, further), plain.divisor(target, Some(&of_sample)));
                    let ratio = match expected_divisor {
                        0.0 => 1.0,
                        _ if entry.waives("class_weights") => divisor / expected_divisor,
                        _ => 1.0,
                    };
                    prop_assert!(entry.waives("class_weights") || near(divisor, expected_divisor), "{}", entry.name);
                    prop_assert!(near(value * ratio, expected), "{}: {} instead of {}", entry.name, value, expected);
                    let dy: Vec<f64> = dy.iter().map(|dy| dy * ratio).collect();
                    prop_assert!(all_near(&dy, &expected_dy), "{}", entry.name);
                }
            }
        }
        prop_assert!(tested >= if rows == 1 { 3 } else { 8 }, "{} losses take labels", tested);
    }

    #[test]
    fn focal_by_its_formula(
        seed: u64, rows in 2..20_usize, cols in 1..40_usize, gamma in prop_oneof![Just(0.0), Just(2.0), 0.01..5.0_f64]
    ) {
        let mut random = Random::new(seed);
        let z = random.vector(rows * cols, 6.0);
        let labels: Vec<u32> = (0..cols).map(|j| if j % 7 == 5 { IGNORED } else { (j * 5 % rows) as u32 }).collect();
        let alpha: Vec<f64> = (0..rows).map(|c| 0.25 * c as f64).collect();
        let class_weights: Vec<f64> = (0..rows).map(|c| 2.0 - 1.0 / (c + 1) as f64).collect();
        let loss = FocalCategorical { gamma, alpha: alpha.clone(), class_weights: class_weights.clone(), ignore_index: None };
        let (value, dz) = run(&loss, &z, Target::Classes(&labels), None);
        let (mut sum, mut divisor, mut expected) = (0.0, 0.0, vec![0.0; rows * cols]);
        for (j, &label) in labels.iter().enumerate().filter(|&(_, &label)| label != IGNORED) {
            let (column, y) = (&z[j * rows..(j + 1) * rows], label as usize);
            let total: f64 = column.iter().map(|z| z.exp()).sum();
            let p = column[y].exp() / total;
            let w = class_weights[y] * alpha[y];
            divisor += class_weights[y];
            sum += -w * (1.0 - p).powf(gamma) * p.ln();
            // d/dp of −(1 − p)^γ ln p, and dp/dz = p (1[c = y] − p_c)
            let slope = gamma * (1.0 - p).powf(gamma - 1.0) * p.ln() - (1.0 - p).powf(gamma) / p;
            for (c, expected) in expected[j * rows..(j + 1) * rows].iter_mut().enumerate() {
                *expected = w * slope * p * (f64::from(u8::from(c == y)) - column[c].exp() / total);
            }
        }
        prop_assert!((value - sum / divisor).abs() <= 1e-11 * (1.0 + value), "{} instead of {}", value, sum / divisor);
        for (dz, expected) in dz.iter().zip(expected) {
            prop_assert!((dz - expected / divisor).abs() <= 1e-11, "{} instead of {}", dz, expected / divisor);
        }
        // In single precision, and where there is nothing to bend the bits of cross-entropy.
        let single: Vec<f32> = z.iter().map(|&z| z as f32).collect();
        let (f32_value, f32_dz) = run::<f32>(&loss, &single, Target::Classes(&labels), None);
        prop_assert!((f32_value - value).abs() <= 1e-5 * (1.0 + value));
        prop_assert!(f32_dz.iter().zip(&dz).all(|(a, b)| (f64::from(*a) - b).abs() <= 1e-6));
        let straight = FocalCategorical { gamma: 0.0, alpha: vec![], ..loss };
        let (value, dz) = run(&straight, &z, Target::Classes(&labels), None);
        let (cross_entropy, expected) =
            run(&SoftmaxCrossEntropy { class_weights, ..SoftmaxCrossEntropy::default() }, &z, Target::Classes(&labels), None);
        prop_assert!(near(value, cross_entropy));
        prop_assert_eq!(dz, expected);
    }

    #[test]
    fn differences_of_scores_are_all_that_counts(seed: u64, rows in 2..20_usize, cols in 1..20_usize, shift in -50.0..50.0_f64) {
        let z = Random::new(seed).vector(rows * cols, 4.0);
        let labels: Vec<u32> = (0..cols).map(|j| (j * 3 % rows) as u32).collect();
        for call in ["cross_entropy", "cross_entropy:label_smoothing=0.2", "focal_categorical", "focal_categorical:gamma=0.5"] {
            let loss = parse::<f64>(call);
            let (value, dz) = run(&*loss, &z, Target::Classes(&labels), None);
            prop_assert!(dz.chunks(rows).all(|dz| dz.iter().sum::<f64>().abs() < 1e-14), "{}", call);
            let moved: Vec<f64> = z.iter().map(|z| z + shift).collect();
            let (of_moved, dz_of_moved) = run(&*loss, &moved, Target::Classes(&labels), None);
            prop_assert!((value - of_moved).abs() < 1e-12 && dz.iter().zip(dz_of_moved).all(|(a, b)| (a - b).abs() < 1e-12));
        }
        let dz = run(&MultiMargin::default(), &z, Target::Classes(&labels), None).1;
        prop_assert!(dz.chunks(rows).all(|dz| dz.iter().sum::<f64>().abs() < 1e-14));
    }

    #[test]
    fn a_divergence_of_distributions_is_not_negative(seed: u64, rows in 1..9_usize, cols in 1..9_usize) {
        let mut random = Random::new(seed);
        let mut logarithms = || {
            let mut z = random.vector(rows * cols, 5.0);
            for z in z.chunks_mut(rows) {
                let ln_total = z.iter().map(|z| z.exp()).sum::<f64>().ln();
                z.iter_mut().for_each(|z| *z -= ln_total);
            }
            z
        };
        let (y, ln_t) = (logarithms(), logarithms());
        let t: Vec<f64> = ln_t.iter().map(|t| t.exp()).collect();
        let of_logarithms = KlDivergence { log_target: true, ..KlDivergence::default() };
        let (t, ln_t) = (Target::Values(View::new(&t, rows, cols)), Target::Values(View::new(&ln_t, rows, cols)));
        let (value, dy) = run(&KlDivergence::default(), &y, t, None);
        let (same, same_dy) = run(&of_logarithms, &y, ln_t, None);
        prop_assert!(near(value, same) && all_near(&dy, &same_dy));
        prop_assert!(value >= -1e-15);
        let y_itself = Target::Values(View::new(&y, rows, cols));
        prop_assert!(run(&of_logarithms, &y, y_itself, None).0 == 0.0);
    }

    #[test]
    fn a_divergence_from_labels_is_their_cross_entropy(seed: u64, rows in 2..9_usize, cols in 1..9_usize) {
        let y: Vec<f64> = Random::new(seed).vector(rows * cols, 2.0).iter().map(|y| y - 2.01).collect();
        let labels: Vec<u32> = (0..cols).map(|j| (j * 3 % rows) as u32).collect();
        let (value, dy) = run(&KlDivergence::default(), &y, Target::Classes(&labels), None);
        let (expected, expected_dy) = run(&NegativeLogLikelihood::default(), &y, Target::Classes(&labels), None);
        let times: Vec<f64> = dy.iter().map(|dy| rows as f64 * dy).collect();
        prop_assert!(near(rows as f64 * value, expected) && all_near(&times, &expected_dy));
    }
}

/// Losses per sample and of classes, with options that make them other functions.
const CALLS: [&str; 18] = [
    "cross_entropy",
    "cross_entropy:label_smoothing=0.1",
    "cross_entropy:weight=[1,0.5,2]",
    "categorical_cross_entropy",
    "nll",
    "bce",
    "bce_with_logits",
    "bce_with_logits:pos_weight=[3]",
    "focal_categorical",
    "focal_categorical:gamma=0",
    "focal_categorical:gamma=0.3",
    "focal_categorical:gamma=5,alpha=[0.25,0,1]",
    "multi_margin",
    "multi_margin:p=2",
    "kl_div",
    "kl_div:log_target=true",
    "cosine",
    "cosine:eps=1e-30",
];

/// Every loss of [`CALLS`] with every kind of target, on columns of three of these numbers.
fn extremes<T: Scalar>(numbers: &[f64]) {
    let bounded = |input: &str, x: f64| match input {
        "Probabilities" => x.abs().min(1.0),
        "LogProbabilities" => -x.abs(),
        _ => x,
    };
    let mut columns = Vec::new();
    for &a in numbers {
        for &b in numbers {
            columns.extend(numbers.iter().flat_map(|&c| [a, b, c]));
        }
    }
    let cols = columns.len() / 3;
    for call in CALLS {
        let loss = parse::<T>(call);
        let input = format!("{:?}", loss.input());
        let y: Vec<T> = columns.iter().map(|&x| T::from_f64(bounded(&input, x))).collect();
        // What a target may be, from either end.
        let ends = |low: f64, high: f64| -> Vec<T> {
            (0..columns.len()).map(|k| T::from_f64([low, high, 0.5 * (low + high), high, low][k % 5])).collect()
        };
        let values = match call {
            "kl_div:log_target=true" => ends(-1e30, 0.0),
            "cosine" | "cosine:eps=1e-30" => ends(numbers[0], -1.0),
            _ => ends(0.0, 1.0),
        };
        let labels: Vec<u32> = (0..cols).map(|j| (j * 7 % 3) as u32).collect();
        let mut tested = 0;
        for target in [Target::Classes(&labels[..]), Target::Values(View::new(&values, 3, cols))] {
            if check_target(3, &*loss, target).is_err() {
                continue;
            }
            tested += 1;
            // Columns alone, so that what is found can be told; and all together, as other code may run.
            for j in 0..cols {
                let y = &y[3 * j..3 * j + 3];
                let (value, dy) = run(&*loss, y, target.columns(j..j + 1), None);
                let what = format!("{call}, {} at {y:?}: {value}, {dy:?}", T::NAME);
                assert!(!value.is_nan() && dy.iter().all(|dy| dy.is_finite()), "{what}");
                // Infinite only where the type may have no number as large.
                assert!(value.is_finite() || y.iter().any(|y| y.to_f64().abs() > 1e38), "{what}");
            }
            let (value, dy) = run(&*loss, &y, target, None);
            assert!(!value.is_nan() && dy.iter().all(|dy| dy.is_finite()), "{call}, {}", T::NAME);
        }
        assert!(tested > 0, "{call} takes no target");
    }
}

#[test]
fn numbers_of_any_size_give_numbers() {
    let max = f64::from(f32::MAX);
    extremes::<f32>(&[-max, max, -1e30, 1e30, -1e-30, 1e-30, 1e-45, 0.0, -0.0, 1.0, -3.0, 88.8, -104.0]);
    extremes::<f64>(&[-f64::MAX, f64::MAX, -1e30, 1e30, -1e-30, 1e-30, 5e-324, 0.0, -0.0, 1.0, 37.0, 709.8, -745.2]);
}

#[test]
fn no_number_gives_none() {
    fn check<T: Scalar>() {
        for call in CALLS {
            let loss = parse::<T>(call);
            let labels = [1, 1];
            let values = [T::ONE, T::ZERO, T::ZERO].repeat(2);
            for place in 0..3 {
                for target in [Target::Classes(&labels[..]), Target::Values(View::new(&values, 3, 2))] {
                    if check_target(3, &*loss, target).is_err() {
                        continue;
                    }
                    let log_probabilities = loss.input() == Input::LogProbabilities;
                    let mut y = vec![T::from_f64(if log_probabilities { -0.5 } else { 0.5 }); 6];
                    y[place] = T::from_f64(f64::NAN);
                    // Of labels alone, where nothing but the number of the label is looked at.
                    let seen = place == 1 || !["categorical_cross_entropy", "nll"].contains(&call);
                    // A class whose α is 0 does not count.
                    let counts = !call.contains("alpha");
                    let (value, dy) = run(&*loss, &y, target, None);
                    let what = format!("{call}, {}, place {place}: {value}", T::NAME);
                    assert_eq!(value.is_nan(), seen && counts, "{what}");
                    assert!(dy[3..].iter().all(|dy| dy.is_finite()), "{what}: the neighbour is disturbed");
                }
            }
        }
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn where_no_sample_counts_there_is_no_loss() {
    for entry in registry::<f64>().entries {
        let loss = parse::<f64>(entry.name);
        for rows in [1, 3] {
            let labels = [IGNORED; 4];
            let target = Target::Classes(&labels);
            if check_target(rows, &*loss, target).is_ok() {
                let y = vec![f64::NAN; rows * 4];
                assert_eq!(loss.divisor(target, None), 0.0, "{}", entry.name);
                assert_eq!(run(&*loss, &y, target, None), (0.0, vec![0.0; rows * 4]), "{}", entry.name);
                assert_eq!(loss.per_sample(View::new(&y, rows, 4), target), [0.0; 4], "{}", entry.name);
            }
        }
    }
}

#[test]
fn options_of_a_number_for_each_class_are_lists() {
    for (text, same) in [
        (
            "cross_entropy:weight=[1,2,0.5],label_smoothing=0.1,ignore_index=-100",
            "cross_entropy:weight=[1,2,0.5],label_smoothing=0.1",
        ),
        ("focal_categorical:alpha=none", "focal_categorical"),
        ("focal_categorical:alpha=[]", "focal_categorical"),
        ("focal_categorical:alpha=[0.25,0.5,1],gamma=2", "focal_categorical:alpha=[0.25,0.5,1]"),
        ("multi_margin:p=1,margin=1,ignore_index=-1", "multi_margin"),
        ("kl_div:log_target=false,weight=[]", "kl_div"),
        ("cosine:eps=1e-8,weight=[1,2]", "cosine:weight=[1,2]"),
        ("bce_with_logits:weight=[1,2],pos_weight=[3]", "bce_with_logits:pos_weight=[3],weight=[1,2]"),
        ("huber:weight=[0.5,1.5]", "huber:weight=[0.5,1.5]"),
        ("nll:ignore_index=2,weight=[1,2,3]", "nll:weight=[1,2,3],ignore_index=2"),
    ] {
        assert_eq!(parse::<f32>(text).call().to_string(), same, "{text}");
        assert_eq!(parse::<f32>(same).call().to_string(), same);
    }
}

#[test]
fn wrong_options_are_refused() {
    for (text, message) in [
        ("multi_margin:p=3", "`multi_margin`: p = 3 is not possible; it must be a whole number in [1, 2]"),
        ("multi_margin:p=1.5", "`multi_margin`: p = 1.5 is not possible; it must be a whole number in [1, 2]"),
        ("multi_margin:margin=-1", "`multi_margin`: margin = -1 is not possible; it must be a number in [0, ∞)"),
        (
            "multi_margin:weight=2",
            "`multi_margin`: weight = 2 is not possible; it must be a list of numbers in [0, ∞), such as [a,b,c]",
        ),
        ("focal_categorical:gamma=-0.5", "`focal_categorical`: gamma = -0.5 is not possible; it must be a number in [0, 100]"),
        (
            "focal_categorical:alpha=[0.5,-1]",
            "`focal_categorical`: alpha = [0.5,-1] is not possible; it must be a list of numbers in [0, ∞), such as [a,b,c]",
        ),
        (
            "focal_categorical:alpha=0.25",
            "`focal_categorical`: alpha = 0.25 is not possible; it must be a list of numbers in [0, ∞), such as [a,b,c]",
        ),
        ("kl_div:log_target=1", "`kl_div`: log_target = 1 is not possible; it must be true or false"),
        ("kl_div:reduction=sum", "`kl_div` has no option `reduction`; it has weight, log_target"),
        ("cosine:eps=0", "`cosine`: eps = 0 is not possible; it must be a number in [0.000000000000000000000000000001, ∞)"),
        (
            "cross_entropy:label_smoothing=1",
            "`cross_entropy`: label_smoothing = 1 is not possible; it must be a number in [0, 1)",
        ),
        (
            "cross_entropy:label_smoothing=-0.1",
            "`cross_entropy`: label_smoothing = -0.1 is not possible; it must be a number in [0, 1)",
        ),
        (
            "cross_entropy:weight=[1,inf]",
            "`cross_entropy`: weight = [1,inf] is not possible; it must be a list of numbers in [0, ∞), such as [a,b,c]",
        ),
        (
            "cross_entropy:weight=[1,NaN]",
            "`cross_entropy`: weight = [1,NaN] is not possible; it must be a list of numbers in [0, ∞), such as [a,b,c]",
        ),
        (
            "nll:ignore_index=0.5",
            "`nll`: ignore_index = 0.5 is not possible; it must be a whole number in [-2147483648, 4294967295]",
        ),
        ("nll:weigth=[1,2]", "`nll` has no option `weigth`, did you mean `weight`? it has weight, ignore_index"),
    ] {
        let error = registry::<f32>().parse(text).expect_err("it should be refused").to_string();
        assert_eq!(error, message, "{text}");
    }
}

#[test]
fn wrong_targets_are_refused() {
    let refused = |rows: usize, loss: &dyn Loss<f64>, target: Target<'_, f64>| {
        check_target(rows, loss, target).expect_err("it should be refused").to_string()
    };
    let labels = |classes: &'static [u32]| Target::<f64>::Classes(classes);
    let numbers = [0.25, 0.75, 1.0, -0.5];
    let values = Target::Values(View::new(&numbers, 2, 2));

    // The label that is the number of classes.
    let all: [&dyn Loss<f64>; 9] = [
        &SoftmaxCrossEntropy::default(),
        &CategoricalCrossEntropy::default(),
        &NegativeLogLikelihood::default(),
        &FocalCategorical::default(),
        &MultiMargin::default(),
        &KlDivergence::default(),
        &CosineDistance::default(),
        &MeanSquared,
        &SigmoidCrossEntropy::default(),
    ];
    for loss in all {
        assert_eq!(
            refused(3, loss, labels(&[0, 2, IGNORED, 3])),
            "sample 3 has the label 3, but labels go from 0 to 2; give the last layer more outputs, or correct the label",
            "{loss:?}"
        );
    }
    assert_eq!(
        refused(1, &BinaryCrossEntropy, labels(&[0, 1, 2])),
        "sample 2 has the label 2, but labels go from 0 to 1; give the last layer more outputs, or correct the label"
    );

    // As many numbers as there are classes.
    let three = vec![1.0, 2.0, 3.0];
    for (name, loss) in [
        (
            "focal_categorical",
            &FocalCategorical { class_weights: three.clone(), ..FocalCategorical::default() } as &dyn Loss<f64>,
        ),
        ("multi_margin", &MultiMargin { class_weights: three.clone(), ..MultiMargin::default() }),
        ("kl_div", &KlDivergence { class_weights: three.clone(), ..KlDivergence::default() }),
        ("cosine", &CosineDistance { class_weights: three.clone(), ..CosineDistance::default() }),
        ("cross_entropy", &SoftmaxCrossEntropy { class_weights: three.clone(), ..SoftmaxCrossEntropy::default() }),
        ("nll", &NegativeLogLikelihood { class_weights: three.clone(), ..NegativeLogLikelihood::default() }),
        ("huber", &ClassWeighted { loss: Huber::default(), class_weights: three.clone() }),
    ] {
        assert_eq!(
            refused(2, loss, labels(&[0, 1])),
            format!("`{name}` has 3 class weights, but there are 2 classes; give the option weight one number for each")
        );
        assert_eq!(check_target(3, loss, labels(&[0, 1])), Ok(()));
    }
    assert_eq!(
        refused(2, &FocalCategorical { alpha: three.clone(), ..FocalCategorical::default() }, labels(&[0, 1])),
        "`focal_categorical` has 3 class weights, but there are 2 classes; give the option alpha one number for each"
    );

    // Values where labels are needed, and the other way round.
    for (name, loss) in [
        ("focal_categorical", &FocalCategorical::default() as &dyn Loss<f64>),
        ("multi_margin", &MultiMargin::default()),
        ("categorical_cross_entropy", &CategoricalCrossEntropy::default()),
    ] {
        assert_eq!(
            refused(2, loss, values),
            format!("`{name}` compares with labels, not with values; give labels, or use cross_entropy for probabilities")
        );
    }
    let of_logarithms = KlDivergence { log_target: true, ..KlDivergence::default() };
    assert_eq!(
        refused(2, &of_logarithms, labels(&[0, 1])),
        "`kl_div` with log_target compares with logarithms, not with labels; leave out the option log_target"
    );
    assert_eq!(
        refused(2, &of_logarithms, values),
        "sample 0, row 0: the target 0.25 is not possible; `kl_div` needs numbers in [−∞, 0]"
    );
    assert_eq!(
        refused(2, &KlDivergence::default(), values),
        "sample 1, row 1: the target -0.5 is not possible; `kl_div` needs numbers in [0, 1]"
    );
    for (name, loss) in [
        ("kl_div", &KlDivergence { class_weights: vec![1.0, 2.0], ..KlDivergence::default() } as &dyn Loss<f64>),
        ("cosine", &CosineDistance { class_weights: vec![1.0, 2.0], ..CosineDistance::default() }),
    ] {
        assert_eq!(
            refused(2, loss, values),
            format!("`{name}` has class weights, but the target is values; give labels, or leave out the option weight")
        );
    }
    assert_eq!(
        refused(3, &CosineDistance::default(), values),
        "the target has 2 rows, but the prediction has 3; give the last layer 2 outputs"
    );
    assert_eq!(
        refused(1, &CosineDistance::default(), Target::Values(View::new(&[f64::INFINITY], 1, 1))),
        "sample 0, row 0: the target inf is not possible; `cosine` needs numbers in (−∞, ∞)"
    );

    assert_eq!(
        check_weights(&[1.0, 2.0], 3).unwrap_err().to_string(),
        "there are 2 sample weights for 3 samples; give one for each"
    );
    assert_eq!(
        check_weights(&[1.0, f64::NAN], 2).unwrap_err().to_string(),
        "sample 1 has the weight NaN; a weight is a number in [0, ∞)"
    );
}
