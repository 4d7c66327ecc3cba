//! The losses of numbers, of sides and of several outputs for each target: what the laws over the registry do not reach.

use backprop_gradcheck::{Gradcheck, Random};
use backprop_losses::{
    ClassWeighted, GammaDeviance, GaussianNll, Hinge, IGNORED, Loss, MeanSquared, PoissonNll, Quantile, Target,
    TweedieDeviance, check_target, registry,
};
use backprop_tensor::{Scalar, View, ViewMut};
use proptest::prelude::*;

/// Every loss of this file, with options; where its targets lie, and its predictions, if not everywhere.
const LOSSES: [(&str, Targets, Option<f64>); 23] = [
    ("smooth_l1", Targets::Any, None),
    ("smooth_l1:beta=0", Targets::Any, None),
    ("smooth_l1:beta=2.5", Targets::Any, None),
    ("log_cosh", Targets::Any, None),
    ("mape", Targets::Any, None),
    ("mape:epsilon=0.5", Targets::Any, None),
    ("msle", Targets::FromZero, Some(0.0)),
    ("quantile", Targets::Any, None),
    ("quantile:quantile=0.9", Targets::Any, None),
    ("hinge", Targets::Sides, None),
    ("squared_hinge", Targets::Sides, None),
    ("focal_binary", Targets::Sides, None),
    ("focal_binary:gamma=0.5,alpha=none", Targets::Sides, None),
    ("focal_binary:gamma=0,alpha=1", Targets::Sides, None),
    ("poisson_nll", Targets::FromZero, None),
    ("poisson_nll:full=true", Targets::FromZero, None),
    ("poisson_nll:log_input=false,full=true,eps=0.01", Targets::FromZero, Some(0.0)),
    ("gamma_deviance", Targets::Positive, None),
    ("tweedie_deviance", Targets::FromZero, None),
    ("tweedie_deviance:power=1", Targets::FromZero, None),
    ("tweedie_deviance:power=1.0009765625", Targets::FromZero, None),
    ("tweedie_deviance:power=1.9", Targets::FromZero, None),
    ("tweedie_deviance:power=2", Targets::Positive, None),
];

/// Losses with two outputs for each target.
const STACKED: [&str; 5] = [
    "gaussian_nll",
    "gaussian_nll:full=true",
    "gaussian_nll:eps=0.75",
    "quantile:quantiles=[0.1,0.9]",
    "quantile:quantiles=[0.75,0.25]",
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Targets {
    Any,
    FromZero,
    Positive,
    Sides,
}

impl Targets {
    fn contain(self, t: f64) -> bool {
        match self {
            Targets::Any => true,
            Targets::FromZero => t >= 0.0,
            Targets::Positive => t > 0.0,
            Targets::Sides => t == 0.0 || t == 1.0,
        }
    }
}

fn parse<T: Scalar>(call: &str) -> Box<dyn Loss<T>> {
    registry().parse(call).unwrap_or_else(|error| panic!("{error}"))
}

/// Value and gradient; the gradient is NaN before.
fn run<T: Scalar>(loss: &dyn Loss<T>, y: View<'_, T>, target: Target<'_, T>, weights: Option<&[T]>) -> (f64, Vec<T>) {
    let mut dy = vec![T::from_f64(f64::NAN); y.as_slice().len()];
    let value = loss.value_and_gradient(y, target, weights, ViewMut::new(&mut dy, y.rows(), y.cols()));
    (value, dy)
}

/// A loss of one number.
fn one<T: Scalar>(loss: &dyn Loss<T>, y: T, t: T) -> (f64, f64) {
    let (value, dy) = run(loss, View::new(&[y], 1, 1), Target::Values(View::new(&[t], 1, 1)), None);
    (value, dy[0].to_f64())
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-13 * (1.0 + a.abs().max(b.abs()))
}

/// Zeros, the smallest and largest numbers of a type, and the ends of what its exponential can be.
fn extremes<T: Scalar>() -> Vec<T> {
    let largest = if T::NAME == "f32" { f64::from(f32::MAX) } else { f64::MAX };
    let smallest = if T::NAME == "f32" { 1e-45 } else { 5e-324 };
    [0.0, smallest, T::MIN_POSITIVE.to_f64(), 1e-30, 1e-8, 0.5, 1.0, 20.0, 87.4, 88.8, 104.0, 709.8, 745.0, 1e4, 1e30, largest]
        .into_iter()
        .flat_map(|x| [T::from_f64(x), T::from_f64(-x)])
        .collect()
}

fn extremes_are_finite<T: Scalar>() {
    let (extremes, nan) = (extremes::<T>(), T::from_f64(f64::NAN));
    for (call, targets, least) in LOSSES {
        let loss = parse::<T>(call);
        for &t in extremes.iter().filter(|t| targets.contain(t.to_f64())) {
            for &y in extremes.iter().filter(|y| least.is_none_or(|least| y.to_f64() >= least)) {
                let (value, slope) = one(&*loss, y, t);
                assert!(
                    value.is_finite() && slope.is_finite(),
                    "{call} ({}) at y = {y:e}, t = {t:e}: {value:e}, {slope:e}",
                    T::NAME
                );
            }
            let (value, slope) = one(&*loss, nan, t);
            assert!(value.is_nan() && slope.is_nan(), "{call} ({}) at y = NaN, t = {t:e}: {value}, {slope}", T::NAME);
        }
    }
    for call in STACKED {
        let loss = parse::<T>(call);
        for &t in &extremes {
            let target = Target::Values(View::new(std::slice::from_ref(&t), 1, 1));
            for &first in &extremes {
                for &second in &extremes {
                    let (value, dy) = run(&*loss, View::new(&[first, second], 2, 1), target, None);
                    // Two of the largest numbers of double precision are more than it can hold.
                    let sum = value.is_finite() || T::NAME == "f64" && value == f64::INFINITY;
                    let finite = sum && dy.iter().all(|dy| dy.is_finite());
                    assert!(finite, "{call} ({}) at {first:e}, {second:e}, {t:e}: {value:e}, {dy:?}", T::NAME);
                }
                assert!(run(&*loss, View::new(&[first, nan], 2, 1), target, None).0.is_nan(), "{call}");
                assert!(run(&*loss, View::new(&[nan, first], 2, 1), target, None).0.is_nan(), "{call}");
            }
        }
    }
}

#[test]
fn extreme_numbers_have_finite_losses_and_slopes_in_single_precision() {
    extremes_are_finite::<f32>();
}

#[test]
fn extreme_numbers_have_finite_losses_and_slopes_in_double_precision() {
    extremes_are_finite::<f64>();
}

#[test]
fn single_precision_agrees_with_double_wherever_it_reaches() {
    for (call, targets, least) in LOSSES {
        let (single, double) = (parse::<f32>(call), parse::<f64>(call));
        let mut random = Random::new(7);
        for _ in 0..4000 {
            // Of every size from 1e-4 to 60.
            let mut draw = || (random.next().signum() * (4.1 * random.next()).exp()) as f32;
            let (y, t) = (draw(), draw());
            let y = if least.is_some() { y.abs() } else { y };
            let t = match targets {
                Targets::Any => t,
                Targets::FromZero | Targets::Positive => t.abs(),
                Targets::Sides => f32::from(u8::from(t > 0.0)),
            };
            let ((value, slope), (exact, exact_slope)) = (one(&*single, y, t), one(&*double, y.into(), t.into()));
            // Rounding of y, t and their logarithms is felt in what is raised to a power.
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-6 + 4e-5 * b.abs() || b.abs() > f64::from(f32::MAX);
            assert!(close(value, exact), "{call} at ({y}, {t}): {value} instead of {exact}");
            assert!(close(slope, exact_slope), "slope of {call} at ({y}, {t}): {slope} instead of {exact_slope}");
        }
    }
}

#[test]
fn deviances_are_half_of_scikit_learns() {
    // mean_tweedie_deviance of one prediction, by its definition.
    let definition = |mu: f64, t: f64, p: f64| {
        if p == 1.0 {
            return 2.0 * (if t == 0.0 { 0.0 } else { t * (t / mu).ln() } - t + mu);
        }
        if p == 2.0 {
            return 2.0 * ((mu / t).ln() + t / mu - 1.0);
        }
        let (a, b) = (1.0 - p, 2.0 - p);
        2.0 * (t.powf(b) / (a * b) - t * mu.powf(a) / a + mu.powf(b) / b)
    };
    for power in [1.0, 1.25, 1.5, 1.75, 1.99, 2.0] {
        for t in [0.0, 1e-3, 0.5, 1.0, 20.0, 3e5].into_iter().filter(|&t| t > 0.0 || power < 2.0) {
            for mu in [1e-3, 0.4, 1.0, 7.0, 2e4_f64] {
                let (value, slope) = one::<f64>(&TweedieDeviance { power }, mu.ln(), t);
                let expected = definition(mu, t, power) / 2.0;
                let scale = 1.0 + t + mu;
                assert!(
                    (value - expected).abs() <= 1e-11 * scale,
                    "p = {power}, μ = {mu}, t = {t}: {value} instead of {expected}"
                );
                let expected = mu.powf(2.0 - power) - t * mu.powf(1.0 - power);
                assert!((slope - expected).abs() <= 1e-11 * (1.0 + expected.abs()), "p = {power}, μ = {mu}, t = {t}: {slope}");
                if power == 2.0 {
                    let gamma = one::<f64>(&GammaDeviance, mu.ln(), t);
                    assert!(near(gamma.0, value) && near(gamma.1, slope));
                }
            }
        }
    }
}

/// A problem for a loss with two outputs for each of so many targets.
fn stacked(seed: u64, rows: usize, cols: usize) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let mut random = Random::new(seed);
    let t: Vec<f64> = random.vector(rows * cols, 1.0);
    let mut y = Vec::new();
    for column in t.chunks(rows) {
        // Away from the target, where the quantile loss has a corner; variances away from every ε.
        y.extend(column.iter().map(|t| t + 0.05 + random.next().abs()));
        y.extend(column.iter().map(|t| t + 2.5 + random.next().abs()));
    }
    let weights = random.vector(cols, 1.0).iter().map(|w| 1.5 + w).collect();
    (y, t, weights)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_gradient_is_that_of_the_value(seed: u64, rows in 1..4_usize, cols in 1..4_usize) {
        let (y, t, weights) = stacked(seed, rows, cols);
        for call in STACKED {
            let loss = parse::<f64>(call);
            let target = Target::Values(View::new(&t, rows, cols));
            let value = |y: &[f64]| vec![loss.value(View::new(y, 2 * rows, cols), target, Some(&weights))];
            let gradient = |y: &[f64], c: &[f64]| {
                run(&*loss, View::new(y, 2 * rows, cols), target, Some(&weights)).1.iter().map(|dy| c[0] * dy).collect()
            };
            Gradcheck { seed, ..Gradcheck::default() }.assert(call, &y, value, gradient);
        }
    }

    #[test]
    fn the_gradient_of_one_number_is_that_of_its_value(seed: u64) {
        let mut random = Random::new(seed);
        for (call, targets, least) in LOSSES {
            let loss = parse::<f64>(call);
            let draw = random.next();
            let t = match targets {
                Targets::Any => 3.0 * draw,
                Targets::FromZero if draw < -0.5 => 0.0,
                Targets::FromZero | Targets::Positive => 0.01 + 3.0 * draw.abs(),
                Targets::Sides => f64::from(u8::from(draw > 0.0)),
            };
            // A corner at the target, at a margin of 1 on either side, or at β.
            let corners = if targets == Targets::Sides { [-1.0, 1.0, 1.0, 1.0, 1.0] } else { [t, t - 1.0, t + 1.0, t - 2.5, t + 2.5] };
            let y = random.vector_away_from(1, 4.0, &corners, 0.01);
            let y: Vec<f64> = if least.is_some() { y.iter().map(|y| t + 0.05 + y.abs()).collect() } else { y };
            let value = |y: &[f64]| vec![one(&*loss, y[0], t).0];
            let gradient = |y: &[f64], c: &[f64]| vec![c[0] * one(&*loss, y[0], t).1];
            Gradcheck { seed, ..Gradcheck::default() }.assert(call, &y, value, gradient);
        }
    }

    #[test]
    fn stacked_losses_keep_the_laws(seed: u64, rows in 1..4_usize, cols in 2..90_usize, cut in 0.0..1.0_f64) {
        let (y, t, weights) = stacked(seed, rows, cols);
        let (prediction, target) = (View::new(&y, 2 * rows, cols), Target::Values(View::new(&t, rows, cols)));
        for call in STACKED {
            let loss = parse::<f64>(call);
            for weights in [None, Some(&weights[..])] {
                let (value, gradient) = run(&*loss, prediction, target, weights);
                prop_assert_eq!(value.to_bits(), loss.value(prediction, target, weights).to_bits());

                // The weighted mean of the samples.
                let of = |j: usize| weights.map_or(1.0, |weights| weights[j]);
                let samples = loss.per_sample(prediction, target);
                let mean = samples.iter().enumerate().map(|(j, l)| of(j) * l).sum::<f64>() / (0..cols).map(of).sum::<f64>();
                prop_assert!(near(value, mean), "{}: {} instead of {}", call, value, mean);

                // Slices add up, and their gradients have the same bits.
                let (at, divisor) = ((cut * cols as f64) as usize, loss.divisor(target, weights));
                let (mut sum, mut slices) = (0.0, Vec::new());
                for columns in [0..at, at..cols] {
                    let mut dy = vec![f64::NAN; 2 * rows * columns.len()];
                    let out = ViewMut::new(&mut dy, 2 * rows, columns.len());
                    let weights = weights.map(|weights| &weights[columns.clone()]);
                    sum += loss.sum_and_gradient(prediction.columns(columns.clone()), target.columns(columns), weights, divisor, out);
                    slices.extend(dy);
                }
                prop_assert!(near(sum, value), "{}", call);
                prop_assert_eq!(&slices, &gradient, "{}", call);
            }

            // A sample of weight 0 changes nothing, even if its prediction is NaN; a weight of 2 is the sample twice.
            let more = |x: &[f64], tail: &[f64]| [x, tail].concat();
            let last = 2 * rows * (cols - 1);
            let (nan, twice) = (more(&y, &vec![f64::NAN; 2 * rows]), more(&y, &y[last..]));
            let targets = more(&t, &t[rows * (cols - 1)..]);
            let run = |y: &[f64], weights: &[f64]| {
                let n = weights.len();
                run(&*loss, View::new(y, 2 * rows, n), Target::Values(View::new(&targets[..rows * n], rows, n)), Some(weights))
            };
            let (value, gradient) = run(&y, &weights);
            let (with, gradients) = run(&nan, &more(&weights, &[0.0]));
            prop_assert!(near(with, value) && gradients[..last + 2 * rows] == gradient && gradients[last + 2 * rows..].iter().all(|&dy| dy == 0.0));
            let mut doubled = vec![1.0; cols];
            doubled[cols - 1] = 2.0;
            prop_assert!(near(run(&twice, &vec![1.0; cols + 1]).0, run(&y, &doubled).0), "{}", call);
            let (none, gradient) = run(&y, &vec![0.0; cols]);
            prop_assert!(none == 0.0 && gradient.iter().all(|&dy| dy == 0.0));
        }
    }

    #[test]
    fn several_quantiles_are_the_mean_of_each(seed: u64, rows in 1..5_usize, cols in 1..40_usize, weighted: bool) {
        let quantiles = [0.1, 0.5, 0.9];
        let mut random = Random::new(seed);
        let (y, t) = (random.vector(3 * rows * cols, 2.0), random.vector(rows * cols, 2.0));
        let weights: Vec<f64> = random.vector(cols, 1.0).iter().map(|w| 1.5 + w).collect();
        let weights = weighted.then_some(&weights[..]);
        let target = Target::Values(View::new(&t, rows, cols));
        let all = Quantile { quantiles: quantiles.to_vec() };
        let (value, gradient) = run(&all, View::new(&y, 3 * rows, cols), target, weights);
        let mut sum = 0.0;
        for (i, q) in quantiles.into_iter().enumerate() {
            let block = |x: &[f64]| x.chunks(3 * rows).flat_map(|x| x[i * rows..(i + 1) * rows].to_vec()).collect::<Vec<_>>();
            let (of_one, dy) = run(&Quantile { quantiles: vec![q] }, View::new(&block(&y), rows, cols), target, weights);
            sum += of_one / 3.0;
            prop_assert!(block(&gradient).iter().zip(&dy).all(|(&a, b)| near(a, b / 3.0)), "{}", q);
        }
        prop_assert!(near(value, sum));
    }
}

#[test]
fn the_best_constant_is_the_quantile() {
    // Of 0 to 100 the 0.9-quantile is 90, and no step away from it helps.
    let t: Vec<f64> = (0..=100).map(f64::from).collect();
    let loss = Quantile { quantiles: vec![0.9] };
    let of = |y: f64| run(&loss, View::new(&[y; 101], 1, 101), Target::Values(View::new(&t, 1, 101)), None).0;
    assert!((0..=100).map(f64::from).all(|y| of(y) >= of(90.0)));
}

#[test]
fn labels_are_sides() {
    let y = View::new(&[0.5, -2.0, 0.25, 3.0, 0.0, -0.5], 2, 3);
    let sides = |t: [f64; 6]| run(&Hinge, y, Target::Values(View::new(&t, 2, 3)), None);
    let by_label = run(&Hinge, y, Target::Classes(&[0, 1, 0]), None);
    assert_eq!(by_label, sides([1.0, -1.0, -1.0, 1.0, 1.0, -1.0]));
    assert_eq!(by_label, sides([1.0, 0.0, 0.0, 1.0, 1.0, 0.0]));
    // The rare side counts as much as the other.
    let weighted = ClassWeighted { loss: Hinge, class_weights: backprop_losses::balanced_weights(&[0, 0, 0, 1], 2) };
    let y = View::new(&[0.0, 0.0, 0.0, -1.0], 1, 4);
    assert_eq!(run(&weighted, y, Target::Classes(&[0, 0, 0, 1]), None).0, 1.5); // (1 + 2)/2
    assert_eq!(run(&Hinge, y, Target::Classes(&[0, IGNORED, IGNORED, 1]), None).0, 1.5); // (1 + 2)/2
}

#[test]
fn calls_are_read_back() {
    let more = ["gaussian_nll:full=true,eps=0.5", "quantile:weight=[1,2]", "focal_binary:alpha=none", "poisson_nll:eps=0.1"];
    for call in LOSSES.iter().map(|loss| loss.0).chain(STACKED).chain(more) {
        assert_eq!(parse::<f32>(call).call().to_string(), call);
    }
    assert_eq!(parse::<f32>("quantile:quantiles=[0.5]").call().to_string(), "quantile");
    assert_eq!(parse::<f32>("focal_binary:gamma=2,alpha=0.25").call().to_string(), "focal_binary");
}

#[test]
fn wrong_options_are_refused() {
    for (call, message) in [
        ("quantile:quantile=0", "`quantile`: quantile = 0 is not possible; it must be a number in (0, 1)"),
        ("quantile:quantile=1", "`quantile`: quantile = 1 is not possible; it must be a number in (0, 1)"),
        (
            "quantile:quantiles=[0.1,1.5]",
            "`quantile`: quantiles = [0.1,1.5] is not possible; it must be a list of numbers in (0, 1), such as [a,b,c]",
        ),
        ("quantile:quantile=0.1,quantiles=[0.5,0.9]", "`quantile`: give quantile or quantiles, not both"),
        (
            "quantile:quantiles=[0.1,0.9],weight=[1,2]",
            "`quantile`: class weights are for labels, which have one quantile; leave out weight, or give one quantile",
        ),
        ("huber:delta=-0.5", "`huber`: delta = -0.5 is not possible; it must be a number in (0, ∞)"),
        ("smooth_l1:beta=-1", "`smooth_l1`: beta = -1 is not possible; it must be a number in [0, ∞)"),
        ("smooth_l1:delta=1", "`smooth_l1` has no option `delta`, did you mean `beta`? it has beta, weight"),
        ("mape:epsilon=0", "`mape`: epsilon = 0 is not possible; it must be a number in (0, ∞)"),
        ("poisson_nll:eps=0", "`poisson_nll`: eps = 0 is not possible; it must be a number in (0, ∞)"),
        ("poisson_nll:full=1", "`poisson_nll`: full = 1 is not possible; it must be true or false"),
        ("tweedie_deviance:power=0.5", "`tweedie_deviance`: power = 0.5 is not possible; it must be a number in [1, 2]"),
        ("tweedie_deviance:power=3", "`tweedie_deviance`: power = 3 is not possible; it must be a number in [1, 2]"),
        ("gamma_deviance:power=2", "`gamma_deviance` has no option `power`; it has none"),
        ("gaussian_nll:eps=-1", "`gaussian_nll`: eps = -1 is not possible; it must be a number in (0, ∞)"),
        ("focal_binary:gamma=-1", "`focal_binary`: gamma = -1 is not possible; it must be a number in [0, 100]"),
        ("focal_binary:alpha=2", "`focal_binary`: alpha = 2 is not possible; it must be a number in [0, 1], or none"),
        ("focal_binary:gamma=none", "`focal_binary`: gamma = none is not possible; it must be a number in [0, 100]"),
        (
            "hinge:weight=[1,-1]",
            "`hinge`: weight = [1,-1] is not possible; it must be a list of numbers in [0, ∞), such as [a,b,c]",
        ),
    ] {
        assert_eq!(registry::<f32>().parse(call).expect_err(call).to_string(), message);
    }
}

#[test]
fn wrong_targets_are_refused() {
    let refused = |rows: usize, call: &str, target: Target<'_, f64>| {
        check_target(rows, &*parse::<f64>(call), target).expect_err(call).to_string()
    };
    let one = |t: &[f64], call: &str| refused(1, call, Target::Values(View::new(t, 1, t.len())));
    let labels = "compares with values, not with labels; give numbers, or use cross_entropy for labels";

    let not =
        |t: &str, loss: &str, range: &str| format!("sample 1, row 0: the target {t} is not possible; `{loss}` needs {range}");
    for (t, call, range) in [
        (-1.0, "poisson_nll", "numbers in [0, ∞)"),
        (-1.0, "msle", "numbers in (-1, ∞)"),
        (0.0, "gamma_deviance", "numbers in (0, ∞)"),
        (-0.5, "tweedie_deviance", "numbers in [0, ∞)"),
        (2.0, "hinge", "numbers in [-1, 1]"),
        (0.5, "hinge", "whole numbers in [-1, 1]"),
        (-0.25, "squared_hinge", "whole numbers in [-1, 1]"),
        (-1.0, "focal_binary", "numbers in [0, 1]"),
        (0.5, "focal_binary", "whole numbers in [0, 1]"),
        (f64::INFINITY, "log_cosh", "numbers in (−∞, ∞)"),
        (f64::NAN, "gaussian_nll", "numbers in (−∞, ∞)"),
    ] {
        let rows = parse::<f64>(call).outputs_per_target();
        assert_eq!(refused(rows, call, Target::Values(View::new(&[1.0, t], 1, 2))), not(&t.to_string(), call, range));
    }
    assert_eq!(one(&[1.0, 0.0], "tweedie_deviance:power=2"), not("0", "tweedie_deviance", "numbers in (0, ∞)"));

    for call in ["hinge", "squared_hinge", "focal_binary", "poisson_nll", "smooth_l1"] {
        assert_eq!(
            refused(1, call, Target::Classes(&[0, 2])),
            "sample 1 has the label 2, but labels go from 0 to 1; give the last layer more outputs, or correct the label"
        );
    }
    for (rows, call) in
        [(1, "gamma_deviance"), (2, "gaussian_nll"), (2, "quantile:quantiles=[0.1,0.9]"), (1, "tweedie_deviance:power=2")]
    {
        assert_eq!(
            refused(rows, call, Target::Classes(&[0, 1])),
            format!("`{}` {labels}", call.split(':').next().expect("a name"))
        );
    }

    let three = Target::Values(View::new(&[0.0, 1.0, 0.5], 3, 1));
    assert_eq!(
        refused(3, "gaussian_nll", three),
        "`gaussian_nll` takes 2 outputs for each row of the target, which has 3, but the prediction has 3 rows; give the last layer 6 outputs"
    );
    assert_eq!(
        refused(6, "quantile:quantiles=[0.1,0.5,0.9]", three),
        "`quantile` takes 3 outputs for each row of the target, which has 3, but the prediction has 6 rows; give the last layer 9 outputs"
    );
    assert_eq!(refused(6, "quantile", three), "the target has 3 rows, but the prediction has 6; give the last layer 3 outputs");
    assert_eq!(refused(2, "gaussian_nll", Target::Classes(&[])), "there is no sample; a loss needs at least one");
    assert_eq!(
        refused(1, "hinge:weight=[1,2,3]", Target::Classes(&[0, 1])),
        "`hinge` has 3 class weights, but there are 2 classes; give the option weight one number for each"
    );
    assert_eq!(
        refused(1, "smooth_l1:weight=[1,2]", Target::Values(View::new(&[0.5], 1, 1))),
        "`smooth_l1` has class weights, but the target is values; give labels, or leave out the option weight"
    );
    for (rows, call) in [(6, "gaussian_nll"), (9, "quantile:quantiles=[0.1,0.5,0.9]"), (3, "quantile:quantile=0.1")] {
        assert_eq!(check_target(rows, &*parse::<f64>(call), three), Ok(()), "{call}");
    }
    // The limit that takes a 0, and labels where they stand for targets that are possible.
    assert_eq!(check_target(1, &*parse::<f64>("tweedie_deviance:power=1"), Target::Values(View::new(&[0.0], 1, 1))), Ok(()));
    assert_eq!(check_target(1, &PoissonNll::default() as &dyn Loss<f64>, Target::Classes(&[0, 1, IGNORED])), Ok(()));
}

#[test]
#[should_panic(expected = "y has 2 rows for each row of the target")]
fn rows_that_do_not_fit_panic() {
    run::<f32>(&GaussianNll::default(), View::new(&[0.0; 3], 3, 1), Target::Values(View::new(&[0.0], 1, 1)), None);
}

#[test]
#[should_panic(expected = "a quantile loss has at least one quantile")]
fn no_quantile_panics() {
    let none = Quantile { quantiles: Vec::new() };
    run::<f32>(&none, View::new(&[0.0], 1, 1), Target::Values(View::new(&[0.0], 1, 1)), None);
}

/// Value and gradient of vector code are those of one element alone, wherever it stands.
#[test]
fn an_element_does_not_depend_on_its_place() {
    for (call, targets, least) in LOSSES {
        let loss = parse::<f32>(call);
        let mut random = Random::new(11);
        let mut draw = |len: usize| random.vector(len, 3.0).iter().map(|&x| x as f32).collect::<Vec<f32>>();
        let y: Vec<f32> = draw(150).iter().map(|&y| if least.is_some() { y.abs() } else { y }).collect();
        let t: Vec<f32> = draw(150)
            .iter()
            .map(|&t| match targets {
                Targets::Any => t,
                Targets::FromZero | Targets::Positive => t.abs(),
                Targets::Sides => f32::from(u8::from(t > 0.0)),
            })
            .collect();
        let mut dy = vec![f32::NAN; 150];
        let (view, target) = (View::new(&y, 1, 150), Target::Values(View::new(&t, 1, 150)));
        let sum = loss.sum_and_gradient(view, target, None, 1.0, ViewMut::new(&mut dy, 1, 150));
        let alone: Vec<(f64, f64)> = y.iter().zip(&t).map(|(&y, &t)| one(&*loss, y, t)).collect();
        assert!(near(sum, alone.iter().map(|one| one.0).sum()), "{call}");
        assert!(dy.iter().zip(&alone).all(|(&dy, one)| f64::from(dy) == one.1), "{call}");
    }
    assert_eq!(run(&MeanSquared, View::new(&[3.0_f64], 1, 1), Target::Values(View::new(&[1.0], 1, 1)), None), (4.0, vec![4.0]));
}
