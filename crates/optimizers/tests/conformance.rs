//! Update rules, schedules and clipping against reference vectors of PyTorch.

use backprop_gradcheck::vectors::{Array, Case, File, Report, assert_close, is_close};
use backprop_optimizers::{Clip, Optimizer, Pace, Tick, clips, registry, schedules};
use backprop_registry::OptionError;
use backprop_tensor::{Role, Scalar, Span};

fn load(name: &str) -> File {
    File::load(env!("CARGO_MANIFEST_DIR"), name)
}

/// What `build` makes; `None` if the crate does not have the item or an option of it, which is counted as skipped.
fn or_skip<I>(built: Result<I, OptionError>, case: &Case, report: &mut Report) -> Option<I> {
    match built {
        Ok(item) => Some(item),
        Err(OptionError::UnknownItem { name, .. }) => {
            report.skip(name);
            None
        }
        Err(OptionError::UnknownOption { item, option, .. }) => {
            report.skip(format!("{item}.{option}"));
            None
        }
        Err(error) => panic!("{}: {error}", case.name),
    }
}

fn of_type<T: Scalar>(numbers: &[f64]) -> Vec<T> {
    numbers.iter().map(|&x| T::from_f64(x)).collect()
}

fn in_f64<T: Scalar>(numbers: &[T]) -> Vec<f64> {
    numbers.iter().map(|x| x.to_f64()).collect()
}

/// Which steps the case has figures of.
fn steps(case: &Case) -> Vec<usize> {
    let steps = case.json("steps").and_then(|steps| steps.as_array()).expect("the case lists its steps");
    steps.iter().map(|step| step.as_u64().expect("steps are whole numbers") as usize).collect()
}

/// Row `i` of an array, its first axis removed.
fn row(array: &Array, i: usize) -> &[f64] {
    let len = array.data.len() / array.shape[0];
    &array.data[i * len..(i + 1) * len]
}

/// One span for each tensor.
fn spans_of(tensors: &[Array]) -> Vec<Span> {
    let mut end = 0;
    let span = |(i, tensor): (usize, &Array)| {
        let span = Span::new(format!("t{i}"), &tensor.shape, Role::Weight).after(end);
        end = span.range.end;
        span
    };
    tensors.iter().enumerate().map(span).collect()
}

/// Given gradients, step by step.
fn open_loop<T: Scalar>(file: &File, case: &Case, optimizer: impl Fn(&[Span]) -> Box<dyn Optimizer<T>>, rate: f64) {
    assert_eq!(case.text("tensors"), "main", "{}: tensors", case.name);
    let initial = file.shared_arrays(&["main", "initial"]);
    let gradients = file.shared_arrays(&["main", "gradients"]);
    let expected = case.arrays("parameters");
    let spans = spans_of(&initial);
    let mut optimizer = optimizer(&spans);
    let mut params: Vec<T> = initial.iter().flat_map(|tensor| of_type(&tensor.data)).collect();
    let magnitude = |numbers: &[f64]| numbers.iter().fold(1.0_f64, |largest, x| largest.max(x.abs()));
    let mut largest: Vec<f64> = initial.iter().map(|tensor| magnitude(&tensor.data)).collect();
    let steps = steps(case);
    let (rtol, atol) = if T::NAME == "f64" { (1e-12, 1e-14) } else { (1e-4, 1e-6) };
    for t in 1..=*steps.last().expect("there are steps") {
        let g: Vec<T> = gradients.iter().flat_map(|tensor| of_type(row(tensor, t - 1))).collect();
        optimizer.step(Tick::rate(rate), &mut params, &g);
        let Some(i) = steps.iter().position(|&step| step == t) else { continue };
        for ((span, expected), largest) in spans.iter().zip(&expected).zip(&mut largest) {
            let expected = row(expected, i);
            *largest = largest.max(magnitude(expected));
            let what = format!("{} {} after step {t}", case.name, span.name);
            assert_close(&what, &in_f64(&params[span.range.clone()]), expected, rtol, atol * t as f64 * *largest);
        }
    }
}

/// (1 − x)² + 100 (y − x²)² and its gradient.
fn rosenbrock([x, y]: [f64; 2]) -> (f64, [f64; 2]) {
    let (a, b) = (1.0 - x, y - x * x);
    (a * a + 100.0 * b * b, [-2.0 * a - 400.0 * x * b, 200.0 * b])
}

/// Gradients of a function at where the steps lead; in `f64` only.
fn closed_loop(case: &Case, optimizer: impl Fn(&[Span]) -> Box<dyn Optimizer<f64>>, rate: f64) {
    assert_eq!(case.text("objective"), "rosenbrock", "{}: objective", case.name);
    let start = case.array("start");
    let mut params = [start.data[0], start.data[1]];
    let mut optimizer = optimizer(&spans_of(&[start]));
    let (points, values, steps) = (case.array("points"), case.array("values"), steps(case));
    let tolerance = 1e-11 * (1.0 + case.number("sensitivity"));
    for t in 1..=*steps.last().expect("there are steps") {
        let (_, gradients) = rosenbrock(params);
        optimizer.step(Tick::rate(rate), &mut params, &gradients);
        let Some(i) = steps.iter().position(|&step| step == t) else { continue };
        let (value, _) = rosenbrock(params);
        assert_close(&format!("{} after step {t}", case.name), &params, row(&points, i), 0.0, tolerance);
        assert_close(&format!("{} value after step {t}", case.name), &[value], row(&values, i), 0.0, tolerance);
    }
}

fn optimizers<T: Scalar>() {
    let file = load("optimizers.json");
    let mut report = file.report(T::NAME);
    for case in &file.cases {
        let (kind, call) = (case.text("kind"), case.call("optimizer", &[]));
        if kind != "open_loop" && T::NAME != "f64" {
            continue;
        }
        let Some(recipe) = or_skip(registry::<T>().parse(&call), case, &mut report) else { continue };
        match kind {
            "open_loop" => open_loop::<T>(&file, case, |spans| recipe.build(spans, true), recipe.rate()),
            "closed_loop" => {
                let recipe = registry::<f64>().parse(&call).expect("what is known in one type is known in the other");
                closed_loop(case, |spans| recipe.build(spans, true), recipe.rate());
            }
            other => panic!("{}: unknown kind `{other}`", case.name),
        }
        report.ran();
    }
    report.print();
}

#[test]
fn optimizers_in_f64() {
    optimizers::<f64>();
}

#[test]
fn optimizers_in_f32() {
    optimizers::<f32>();
}

/// All of them: a schedule or an option that is not known is a mistake here, not a case to skip.
#[test]
fn schedules_in_f64() {
    let file = load("schedules.json");
    let mut report = file.report("f64");
    for case in &file.cases {
        let recipe = schedules().parse(&case.call("schedule", &["base_lr"]));
        let recipe = recipe.unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let base_rate = case.option("base_lr").map_or(0.0, |rate| rate.as_f64().expect("a base rate is a number"));
        let rates = case.array("lr").data;
        let metric = case.json("metric").map(|_| file.shared_array(&[case.text("metric")]).data);
        let schedule = recipe.build(base_rate, rates.len() as u64);
        let mut pace = Pace::new(schedule.as_ref());
        let got: Vec<Tick> = (0..rates.len())
            .map(|step| {
                let tick = pace.at(step as u64);
                metric.iter().for_each(|metric| pace.report(step as u64 + 1, metric[step]));
                tick
            })
            .collect();
        assert_close(&case.name, &got.iter().map(|tick| tick.rate).collect::<Vec<_>>(), &rates, 1e-10, 1e-12);
        let momenta: Option<Vec<f64>> = got.iter().map(|tick| tick.momentum).collect();
        match (momenta, case.try_array("momentum")) {
            (None, None) => {}
            (Some(momenta), Some(expected)) => assert_close(&case.name, &momenta, &expected.data, 1e-10, 1e-12),
            (momenta, _) => panic!("{}: drives the momentum: {}", case.name, momenta.is_some()),
        }
        report.ran();
    }
    report.print();
}

fn clipping<T: Scalar>() {
    let file = load("clipping.json");
    let mut report = file.report(T::NAME);
    let (rtol, atol) = if T::NAME == "f64" { (1e-12, 1e-14) } else { (1e-5, 1e-6) };
    for case in &file.cases {
        let Some(clip): Option<Clip> = or_skip(clips().parse(&case.call("clip", &[])), case, &mut report) else { continue };
        let flat = |field| case.arrays(field).into_iter().flat_map(|tensor| tensor.data).collect::<Vec<_>>();
        let mut gradients = of_type::<T>(&flat("gradients"));
        let norm = clip.apply(&mut gradients);
        assert_close(&case.name, &in_f64(&gradients), &flat("clipped"), rtol, atol);
        if let Some(norm) = norm {
            let expected = case.number("total_norm");
            assert!(is_close(norm, expected, rtol, atol), "{}: norm {norm} instead of {expected}", case.name);
        }
        report.ran();
    }
    report.print();
}

#[test]
fn clipping_in_f64() {
    clipping::<f64>();
}

#[test]
fn clipping_in_f32() {
    clipping::<f32>();
}
