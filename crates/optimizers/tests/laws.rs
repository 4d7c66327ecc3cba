//! What holds for every update rule and every way to clip, and a few cases with a story.

use backprop_gradcheck::Random;
use backprop_optimizers::{
    Adagrad, Adam, Clip, Decay, Optimizer, Recipe, RestoreError, Rmsprop, Rule, Sgd, Stepper, Tick, clip_by_norm,
    clip_by_value, clips, registry, schedules,
};
use backprop_registry::{Call, OptionError, Registry};
use backprop_tensor::{Pool, Role, Scalar, Span};
use proptest::prelude::*;

/// Every optimizer of the registry as it stands, and with options that change what it remembers.
const OPTIMIZERS: &[&str] = &[
    "sgd",
    "sgd:momentum=0.9",
    "sgd:momentum=0.9,nesterov=true",
    "sgd:momentum=0.5,dampening=0.5",
    "adagrad",
    "adagrad:lr_decay=0.01,initial_accumulator_value=0.1",
    "rmsprop",
    "rmsprop:centered=true",
    "rmsprop:momentum=0.9",
    "rmsprop:centered=true,momentum=0.5",
    "adam",
    "adam:betas=[0.5,0.9],eps=0.001",
    "adam:amsgrad=true",
    "adamw",
    "adamw:amsgrad=true",
];

const CLIPS: &[&str] = &["norm", "norm:max_norm=0.5,p=1", "norm:p=3", "norm:p=inf", "value:value=0.5"];

fn recipe<T: Scalar>(call: &str) -> Recipe<T> {
    registry().parse(call).unwrap_or_else(|error| panic!("{error}"))
}

/// The same optimizer with one option changed or added.
fn with(call: &str, option: &str) -> String {
    format!("{call}{}{option}", if call.contains(':') { ',' } else { ':' })
}

fn weight(len: usize) -> Vec<Span> {
    vec![Span::new("w", &[len], Role::Weight)]
}

/// A weight, a bias, an embedding and a normalisation, of three parameters each.
fn four_roles() -> Vec<Span> {
    let roles = [("w", Role::Weight), ("b", Role::Bias), ("e", Role::Embedding), ("n", Role::Norm)];
    roles.iter().enumerate().map(|(i, (name, role))| Span::new(*name, &[3], *role).after(3 * i)).collect()
}

fn vector<T: Scalar>(random: &mut Random, len: usize) -> Vec<T> {
    random.vector(len, 1.0).into_iter().map(T::from_f64).collect()
}

fn bits<T: Scalar>(numbers: &[T]) -> Vec<u8> {
    let mut bytes = Vec::new();
    numbers.iter().for_each(|x| x.write_le(&mut bytes));
    bytes
}

/// The lists above name every item, and every way of calling one can be read back.
fn covers<I>(registry: Registry<I>, calls: &[&str], call_of: impl Fn(&I) -> Call) {
    for name in registry.names() {
        assert!(calls.iter().any(|call| call.split(':').next() == Some(name)), "{name} is missing in the laws");
    }
    for entry in registry.entries {
        assert!(entry.waives.is_empty(), "{} waives a law that all others keep", entry.name);
        assert!(!entry.summary.is_empty() && entry.options.iter().all(|option| !option.meaning.is_empty()));
    }
    for text in calls {
        let call = call_of(&registry.parse(text).unwrap());
        let again = call_of(&registry.build(&call).unwrap());
        assert_eq!(call, again, "{text}");
        assert_eq!(call_of(&registry.parse(&call.to_string()).unwrap()), call, "{text}");
        assert_eq!(call.options.len(), text.parse::<Call>().unwrap().options.len(), "{text} became {call}");
    }
}

#[test]
fn calls_are_read_back() {
    covers(registry::<f32>(), OPTIMIZERS, Recipe::call);
    covers(clips(), CLIPS, Clip::call);
}

#[test]
fn defaults_of_types_are_defaults_of_the_registry() {
    for call in [Sgd::default().call(), Adagrad::default().call(), Rmsprop::default().call(), Adam::default().call()] {
        assert!(call.options.is_empty(), "{call}");
    }
    assert_eq!(Adam::adamw().call(), Call::new("adamw"));
}

/// A file in `src/rule` holds one rule; its name without underscores begins with that of an entry.
#[test]
fn every_rule_is_in_the_registry_and_in_the_readme() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let names: Vec<&str> = registry::<f32>().names().collect();
    for file in std::fs::read_dir(root.join("src/rule")).unwrap() {
        let file = file.unwrap().path().file_stem().unwrap().to_string_lossy().replace('_', "");
        let listed = names.iter().any(|name| file.starts_with(&name.replace('_', "")));
        assert!(listed, "{file} is not in the registry");
    }
    for name in names.into_iter().chain(clips().names()) {
        assert!(readme.contains(&format!("| `{name}` |")), "{name} is missing in the README");
    }
}

/// The best end of a run with one of several rates, so that a new rule needs no entry here.
fn best_of_rates(call: &str, start: [f64; 2], steps: usize, f: impl Fn([f64; 2]) -> (f64, [f64; 2])) -> f64 {
    let run = |rate: f64| {
        let mut optimizer = recipe::<f64>(call).build(&weight(2), false);
        let mut params = start;
        for _ in 0..steps {
            let (_, gradients) = f(params);
            optimizer.step(Tick::rate(rate), &mut params, &gradients);
        }
        f(params).0
    };
    [1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001]
        .into_iter()
        .map(run)
        .filter(|value| value.is_finite())
        .fold(f64::INFINITY, f64::min)
}

#[test]
fn a_parabola_is_minimised() {
    for call in OPTIMIZERS {
        let call = if call.starts_with("adamw") { with(call, "weight_decay=0") } else { (*call).to_owned() };
        let end = best_of_rates(&call, [1.0, -1.0], 2000, |[x, y]| (0.5 * (x * x + 10.0 * y * y), [x, 10.0 * y]));
        assert!(end < 1e-5, "{call}: {end:e}"); // the start is at 5.5
    }
}

#[test]
fn rosenbrock_is_descended() {
    for call in OPTIMIZERS {
        let end = best_of_rates(call, [1.5, 1.5], 2000, |[x, y]| {
            let (a, b) = (1.0 - x, y - x * x);
            (a * a + 100.0 * b * b, [-2.0 * a - 400.0 * x * b, 200.0 * b])
        });
        assert!(end < 0.05, "{call}: {end:e}"); // the start is at 56.5
    }
}

#[test]
fn maximizing_climbs() {
    let mut sgd = recipe::<f64>("sgd:maximize=true").build(&weight(1), false);
    let mut p = [0.0];
    for _ in 0..100 {
        let g = [-2.0 * (p[0] - 3.0)]; // of −(p − 3)²
        sgd.step(Tick::rate(0.1), &mut p, &g);
    }
    assert!((p[0] - 3.0).abs() < 1e-6);
}

fn zero_gradients_and_rates<T: Scalar>() {
    let mut random = Random::new(1);
    for call in OPTIMIZERS {
        let params: Vec<T> = vector(&mut random, 12);
        let still = with(call, "weight_decay=0");
        let mut optimizer = recipe::<T>(&still).build(&four_roles(), true);
        let mut moved = params.clone();
        for _ in 0..3 {
            optimizer.step(Tick::rate(0.1), &mut moved, &[T::ZERO; 12]);
        }
        assert_eq!(bits(&moved), bits(&params), "{still}: a gradient of 0");

        let decaying = with(call, "weight_decay=0.1");
        let mut optimizer = recipe::<T>(&decaying).build(&four_roles(), true);
        for _ in 0..3 {
            optimizer.step(Tick::rate(0.0), &mut moved, &vector(&mut random, 12));
        }
        assert_eq!(bits(&moved), bits(&params), "{decaying}: a rate of 0");
    }
}

#[test]
fn a_gradient_or_rate_of_zero_changes_nothing() {
    zero_gradients_and_rates::<f32>();
    zero_gradients_and_rates::<f64>();
}

/// Which of the four roles move when only decay can move them.
fn moved_by_decay(call: &str, decay_all: bool) -> [bool; 4] {
    let mut optimizer = recipe::<f32>(&with(call, "weight_decay=0.5")).build(&four_roles(), decay_all);
    let mut params = [1.0; 12];
    optimizer.step(Tick::rate(0.1), &mut params, &[0.0; 12]);
    [0, 1, 2, 3].map(|role| {
        let part = &params[3 * role..3 * role + 3];
        assert!(part.iter().all(|p| (p < &1.0) == (part[0] < 1.0)), "{call}: a span decays as a whole");
        part[0] < 1.0
    })
}

#[test]
fn biases_and_normalisations_decay_only_if_asked() {
    for call in OPTIMIZERS {
        assert_eq!(moved_by_decay(call, false), [true, false, true, false], "{call}");
        assert_eq!(moved_by_decay(call, true), [true; 4], "{call}");
    }
}

#[test]
fn l2_is_added_and_decoupled_decay_multiplies() {
    let mut sgd = recipe::<f64>("sgd:weight_decay=0.5").build(&weight(1), false);
    let mut p = [2.0];
    sgd.step(Tick::rate(0.25), &mut p, &[1.0]);
    assert_eq!(p, [1.5]); // 2 − 0.25·(1 + 0.5·2)
    let mut adamw = recipe::<f64>("adamw:weight_decay=0.5").build(&weight(1), false);
    let mut p = [2.0];
    adamw.step(Tick::rate(0.25), &mut p, &[0.0]);
    assert_eq!(p, [1.75]); // 2·(1 − 0.25·0.5)
}

#[test]
fn adamw_without_decay_is_adam() {
    let [mut adam, mut adamw] =
        ["adam:weight_decay=0", "adamw:weight_decay=0"].map(|call| recipe::<f32>(call).build(&weight(20), true));
    let mut random = Random::new(2);
    let mut params: Vec<f32> = vector(&mut random, 20);
    let mut twin = params.clone();
    for _ in 0..50 {
        let gradients: Vec<f32> = vector(&mut random, 20);
        adam.step(Tick::rate(0.01), &mut params, &gradients);
        adamw.step(Tick::rate(0.01), &mut twin, &gradients);
        assert_eq!(bits(&params), bits(&twin));
    }
}

/// Δ = −lr·g/(|g| + eps), over more magnitudes than a square has room for.
fn first_step<T: Scalar>(magnitudes: &[f64], tolerance: f64) {
    for call in ["adam", "adam:amsgrad=true", "adamw:weight_decay=0"] {
        for &g in magnitudes {
            for g in [g, -g] {
                let mut p = [T::ZERO];
                recipe::<T>(call).build(&weight(1), false).step(Tick::rate(1e-3), &mut p, &[T::from_f64(g)]);
                let expected = -1e-3 * g / (g.abs() + 1e-8);
                let error = (p[0].to_f64() - expected).abs();
                assert!(error <= tolerance * expected.abs(), "{call}, {}: g = {g:e} moved by {:e}", T::NAME, p[0]);
            }
        }
    }
}

#[test]
fn the_first_step_of_adam_has_the_length_of_the_rate() {
    first_step::<f64>(&[1.0, 1e-8, 1e-12, 1e-20, 0.0, 3e38], 1e-12);
    first_step::<f32>(&[1.0, 1e-8, 1e-12, 1e-20, 0.0, 1e20], 1e-6);
}

/// The square of 1e20 is beyond `f32`; a v of ∞ would hold the weight for ever, without a NaN to see.
#[test]
fn a_huge_gradient_does_not_freeze_adam() {
    let mut adam = recipe::<f32>("adam").build(&weight(1), false);
    let mut p = [1.0];
    let mut path = Vec::new();
    for g in [1.0, 1e20, 1.0, 1.0, 1.0, 1.0] {
        adam.step(Tick::rate(1e-3), &mut p, &[g]);
        path.push(f64::from(p[0]));
    }
    let expected = [0.99900, 0.99826, 0.99768, 0.99721, 0.99681, 0.99647];
    assert!(path.iter().zip(expected).all(|(p, expected)| (p - expected).abs() < 6e-6), "{path:?}");
}

/// s − ḡ² is 0 for a gradient that never changes, and below 0 by rounding.
#[test]
fn a_centered_variance_below_zero_is_zero() {
    let mut rmsprop = recipe::<f32>("rmsprop:centered=true,alpha=0.3,eps=0.1").build(&weight(1000), false);
    let gradients: Vec<f32> = vector(&mut Random::new(4), 1000);
    let mut params = [0.0; 1000];
    for _ in 0..100 {
        rmsprop.step(Tick::rate(1e-3), &mut params, &gradients);
    }
    let state = rmsprop.state();
    let (squares, means) = (state[0].1, state[1].1);
    assert!(squares.iter().zip(means).any(|(s, mean)| s - mean * mean < 0.0), "no gradient tests the rounding");
    assert!(params.iter().all(|p| p.is_finite()));
}

#[test]
fn an_eps_below_the_range_of_the_type_is_not_zero() {
    for call in ["adagrad:eps=1e-60", "rmsprop:eps=1e-60", "adam:eps=1e-60"] {
        let mut p = [1.0_f32];
        recipe(call).build(&weight(1), false).step(Tick::rate(0.1), &mut p, &[0.0]);
        assert_eq!(p, [1.0], "{call}");
    }
}

#[test]
fn a_schedule_may_drive_the_momentum() {
    // With momentum 0.5 from outside: b = 1, then 0.5 + 1; p = −0.1·(1 + 1.5).
    let mut sgd = recipe::<f64>("sgd:momentum=0.9").build(&weight(1), false);
    let mut p = [0.0];
    for _ in 0..2 {
        sgd.step(Tick { rate: 0.1, momentum: Some(0.5) }, &mut p, &[1.0]);
    }
    assert!((p[0] + 0.25).abs() < 1e-15);
    // Adam's β₁ from outside is Adam made with it.
    let mut driven = recipe::<f64>("adam").build(&weight(1), false);
    let mut made = recipe::<f64>("adam:betas=[0.5,0.999]").build(&weight(1), false);
    let (mut p, mut twin) = ([0.0], [0.0]);
    for g in [1.0, -0.3, 0.2] {
        driven.step(Tick { rate: 0.1, momentum: Some(0.5) }, &mut p, &[g]);
        made.step(Tick::rate(0.1), &mut twin, &[g]);
    }
    assert_eq!(p, twin);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_cut_gives_the_bits_of_the_whole(seed: u64, cut in 0_usize..=12, index in 0..OPTIMIZERS.len()) {
        let call = with(OPTIMIZERS[index], "weight_decay=0.1");
        let mut random = Random::new(seed);
        let mut whole = recipe::<f32>(&call).build(&four_roles(), false);
        let mut halves = recipe::<f32>(&call).build(&four_roles(), false);
        let mut params: Vec<f32> = vector(&mut random, 12);
        let mut twin = params.clone();
        for _ in 0..5 {
            let gradients: Vec<f32> = vector(&mut random, 12);
            whole.step(Tick::rate(0.01), &mut params, &gradients);
            halves.tick(Tick::rate(0.01));
            halves.update(cut..12, &mut twin[cut..], &gradients[cut..]); // in any order
            halves.update(0..cut, &mut twin[..cut], &gradients[..cut]);
            prop_assert_eq!(bits(&params), bits(&twin));
        }
    }

    #[test]
    fn a_norm_is_at_most_what_it_is_clipped_to(
        gradients in prop::collection::vec(-1e3..1e3_f64, 0..40),
        max_norm in 1e-3..1e3_f64,
        p in prop::sample::select(vec![1.0, 1.5, 2.0, 3.0, f64::INFINITY]),
    ) {
        let mut clipped = gradients.clone();
        let before = clip_by_norm(&mut clipped, max_norm, p);
        let after = clip_by_norm(&mut clipped.clone(), f64::INFINITY, p);
        prop_assert!(after <= max_norm * (1.0 + 1e-12));
        if before < max_norm - 1e-5 {
            prop_assert_eq!(&clipped, &gradients);
        }
        // The direction stays.
        prop_assert!(gradients.iter().zip(&clipped).all(|(g, c)| (g * after - c * before).abs() <= 1e-9 * (1.0 + before * after)));
    }

    #[test]
    fn values_are_at_most_what_they_are_clipped_to(gradients in prop::collection::vec(-1e3..1e3_f32, 0..40), limit in 1e-3..1e3_f64) {
        let mut clipped = gradients.clone();
        clip_by_value(&mut clipped, limit);
        let limit = limit as f32;
        prop_assert!(gradients.iter().zip(&clipped).all(|(g, c)| *c == g.clamp(-limit, limit)));
    }
}

/// Long enough to be cut into chunks, with stretches that end inside them.
#[test]
fn threads_do_not_change_a_bit() {
    let len = 300_000;
    let spans = [
        Span::new("w", &[100_003], Role::Weight),
        Span::new("b", &[7], Role::Bias).after(100_003),
        Span::new("v", &[199_990], Role::Weight).after(100_010),
    ];
    for call in OPTIMIZERS {
        let recipe = recipe::<f32>(&with(call, "weight_decay=0.1"));
        let run = |threads: usize| {
            let mut random = Random::new(3);
            let mut params: Vec<f32> = vector(&mut random, len);
            let gradients: Vec<f32> = vector(&mut random, len);
            let mut optimizer = recipe.build(&spans, false);
            Pool::new(threads).unwrap().run(|| (0..2).for_each(|_| optimizer.step(Tick::rate(0.01), &mut params, &gradients)));
            params
        };
        let one = run(1);
        assert_eq!(bits(&one), bits(&run(3)), "{call}");
        // And the first parameters are those of a short vector: no element was skipped or taken twice.
        let mut random = Random::new(3);
        let mut params: Vec<f32> = vector(&mut random, len);
        let gradients: Vec<f32> = vector(&mut random, len);
        let mut optimizer = recipe.build(&spans, false);
        for _ in 0..2 {
            optimizer.tick(Tick::rate(0.01));
            for start in (0..len).step_by(999) {
                let range = start..len.min(start + 999);
                optimizer.update(range.clone(), &mut params[range.clone()], &gradients[range]);
            }
        }
        assert_eq!(bits(&one), bits(&params), "{call}");
    }
}

fn resumed<T: Scalar>() {
    for call in OPTIMIZERS {
        let recipe = recipe::<T>(&with(call, "weight_decay=0.01"));
        let gradients: Vec<Vec<T>> = (0..120).map(|step| vector(&mut Random::new(step), 12)).collect();
        let schedule = schedules().parse("warmup_cosine:warmup=10").unwrap().build(0.05, 120);
        let start: Vec<T> = vector(&mut Random::new(1000), 12);
        let step = |optimizer: &mut dyn Optimizer<T>, params: &mut Vec<T>, step: usize| {
            optimizer.step(schedule.at(step as u64), params, &gradients[step]);
        };
        for stop in [0, 1, 2, 50, 119] {
            let mut straight = recipe.build(&four_roles(), false);
            let mut params = start.clone();
            (0..stop).for_each(|t| step(&mut *straight, &mut params, t));
            let mut fresh = recipe.build(&four_roles(), false);
            for (name, values) in straight.state() {
                fresh.restore(name, values).unwrap();
            }
            fresh.set_steps(straight.steps());
            let mut twin = params.clone();
            for t in stop..120 {
                step(&mut *straight, &mut params, t);
                step(&mut *fresh, &mut twin, t);
            }
            assert_eq!((bits(&params), fresh.steps()), (bits(&twin), 120), "{call} stopped after {stop}");
        }
    }
}

#[test]
fn a_restored_optimizer_goes_on_bit_by_bit() {
    resumed::<f32>();
    resumed::<f64>();
}

#[test]
fn a_state_that_does_not_fit_is_refused() {
    let mut adam = recipe::<f32>("adam").build(&weight(3), false);
    assert_eq!(adam.state().iter().map(|(name, values)| (*name, values.len())).collect::<Vec<_>>(), [("m", 3), ("v", 3)]);
    let error = adam.restore("velocity", &[0.0; 3]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the optimizer keeps no vector `velocity`; it keeps m, v; was the state saved by another optimizer?"
    );
    assert_eq!(adam.restore("v_max", &[0.0; 3]), Err(RestoreError::Unknown { name: "v_max".into(), known: vec!["m", "v"] }));
    let error = adam.restore("v", &[0.0; 2]).unwrap_err();
    assert_eq!(error.to_string(), "`v` has 2 values, but the optimizer keeps 3; was the state saved for another network?");
    let mut sgd = recipe::<f32>("sgd").build(&weight(3), false);
    assert!(sgd.state().is_empty());
    assert!(sgd.restore("m", &[]).unwrap_err().to_string().contains("it keeps none"));
}

#[test]
fn an_empty_network_is_no_special_case() {
    for call in OPTIMIZERS {
        let mut optimizer = recipe::<f32>(call).build(&[], false);
        optimizer.step(Tick::rate(0.1), &mut [], &[]);
        assert_eq!(optimizer.steps(), 1);
    }
}

#[test]
#[should_panic(expected = "a step begins with a tick")]
fn an_update_without_a_tick_is_a_mistake() {
    recipe::<f32>("adam").build(&weight(1), false).update(0..1, &mut [0.0], &[1.0]);
}

#[test]
#[should_panic(expected = "`b` does not begin where the span before it ends, at 2")]
fn spans_with_a_gap_are_a_mistake() {
    let spans = [Span::new("w", &[2], Role::Weight), Span::new("b", &[2], Role::Bias).after(3)];
    let _ = Stepper::<Sgd>::new(Sgd::default(), &spans, false);
}

fn clipped<T: Scalar>(gradients: &[f64], max_norm: f64, p: f64) -> (f64, Vec<f64>) {
    let mut gradients: Vec<T> = gradients.iter().map(|&g| T::from_f64(g)).collect();
    let norm = clip_by_norm(&mut gradients, max_norm, p);
    (norm, gradients.iter().map(|g| g.to_f64()).collect())
}

#[test]
fn clipping_by_norm_has_no_dangerous_spots() {
    assert_eq!(clipped::<f32>(&[0.0; 4], 1.0, 2.0), (0.0, vec![0.0; 4]));
    assert_eq!(clipped::<f32>(&[], 1.0, 2.0), (0.0, vec![]));
    // A norm of exactly the maximum is scaled by 1/(1 + 1e-6), as in PyTorch.
    assert_eq!(clipped::<f64>(&[1.0], 1.0, 2.0), (1.0, vec![1.0 / (1.0 + 1e-6)]));
    // Squares beyond the range of f32: PyTorch sets all gradients to 0, silently.
    let (norm, gradients) = clipped::<f32>(&[1e20; 100], 1.0, 2.0);
    assert!((norm / 1e21 - 1.0).abs() < 1e-7 && gradients.iter().all(|g| (g - 0.1).abs() < 1e-8));
    let (norm, gradients) = clipped::<f32>(&[1e-25; 100], 1.0, 2.0);
    assert!((norm / 1e-24 - 1.0).abs() < 1e-7 && gradients.iter().all(|g| (g / 1e-25 - 1.0).abs() < 1e-7));
    // Powers beyond the range of f64.
    for (magnitude, p) in [(1e200, 2.0), (1e-200, 2.0), (1e60, 7.0), (1e-60, 7.0)] {
        let (norm, _) = clipped::<f64>(&[magnitude; 100], 1.0, p);
        assert!((norm / magnitude / 100_f64.powf(1.0 / p) - 1.0).abs() < 1e-12, "{magnitude:e}, p = {p}: {norm:e}");
    }
    // One that is not finite: untouched, and the norm says so.
    for p in [1.0, 2.0, 3.0, f64::INFINITY] {
        let (norm, gradients) = clipped::<f32>(&[2.0, f64::INFINITY, -3.0], 1.0, p);
        assert_eq!((norm, gradients), (f64::INFINITY, vec![2.0, f64::INFINITY, -3.0]));
        for place in 0..20 {
            let mut given = vec![f64::INFINITY; 20];
            given[place] = f64::NAN;
            let (norm, gradients) = clipped::<f32>(&given, 1.0, p);
            assert!(norm.is_nan() && gradients[place].is_nan() && gradients[(place + 1) % 20] == f64::INFINITY, "p = {p}");
        }
    }
}

#[test]
fn threads_do_not_change_a_norm() {
    for len in [40_000, 300_001] {
        let gradients: Vec<f32> = vector(&mut Random::new(5), len);
        for p in [1.0, 2.0, 3.0, f64::INFINITY] {
            let run = |threads: usize| {
                let mut clipped = gradients.clone();
                let norm = Pool::new(threads).unwrap().run(|| clip_by_norm(&mut clipped, 1.0, p));
                (norm.to_bits(), bits(&clipped))
            };
            assert_eq!(run(1), run(3), "{len} gradients, p = {p}");
        }
        let norm = clip_by_norm(&mut gradients.clone(), 1.0, 2.0);
        let plain = gradients.iter().map(|&g| f64::from(g).powi(2)).sum::<f64>().sqrt();
        assert!((norm / plain - 1.0).abs() < 1e-12, "{norm} instead of {plain}");
    }
}

#[test]
fn clipping_by_value_keeps_nan() {
    let mut gradients = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.5];
    clip_by_value(&mut gradients, 1.0);
    assert!(gradients[0].is_nan() && gradients[1..] == [1.0, -1.0, 0.5]);
}

#[test]
fn limits_that_make_no_sense_are_refused() {
    for limit in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(Clip::value(limit).is_err() && Clip::norm(limit, 2.0).is_err(), "{limit}");
    }
    for p in [0.5, 0.0, -1.0, f64::NAN] {
        assert!(Clip::norm(1.0, p).is_err(), "{p}");
    }
}

#[test]
#[should_panic(expected = "it must be greater than 0")]
fn a_norm_of_at_most_nan_is_a_mistake() {
    clip_by_norm(&mut [1.0_f32], f64::NAN, 2.0);
}

/// Settings in code are held to the same ranges as settings in text.
#[test]
fn settings_of_types_are_checked() {
    let message = |result: Result<Recipe<f32>, OptionError>| result.unwrap_err().to_string();
    assert_eq!(
        message(Recipe::new(Sgd { nesterov: true, ..Sgd::default() })),
        "`sgd`: nesterov needs a momentum, such as momentum=0.9"
    );
    assert_eq!(
        message(Recipe::new(Rmsprop { lr: f64::NAN, ..Rmsprop::default() })),
        "`rmsprop`: lr = NaN is not possible; it must be a number in [0, ∞)"
    );
    assert_eq!(
        message(Recipe::new(Adam { decay: Decay::Decoupled(-1.0), ..Adam::default() })),
        "`adamw`: weight_decay = -1 is not possible; it must be a number in [0, ∞)"
    );
    assert!(Stepper::<_, f32>::new(Adam { betas: [0.9, 1.0], ..Adam::default() }, &weight(1), false).is_err());
}

#[test]
fn bad_options_are_refused_with_a_reason() {
    type Parse = fn(&str) -> String;
    let optimizer: Parse = |text| registry::<f32>().parse(text).map(drop).unwrap_err().to_string();
    let clip: Parse = |text| clips().parse(text).map(drop).unwrap_err().to_string();
    let bad: &[(Parse, &str, &str)] = &[
        (optimizer, "", "cannot read ``; write a name, or name:option=value,option=value"),
        (optimizer, "adan", "unknown optimizer `adan`, did you mean `adam`? there are sgd, adagrad, rmsprop, adam, adamw"),
        (optimizer, "sgd:lr", "cannot read `sgd:lr`; write a name, or name:option=value,option=value"),
        (optimizer, "sgd:lr=-0.1", "`sgd`: lr = -0.1 is not possible; it must be a number in [0, ∞)"),
        (optimizer, "sgd:lr=inf", "`sgd`: lr = inf is not possible; it must be a number in [0, ∞)"),
        (optimizer, "sgd:lr=nan", "`sgd`: lr = NaN is not possible; it must be a number in [0, ∞)"),
        (optimizer, "sgd:lr=fast", "`sgd`: lr = fast is not possible; it must be a number in [0, ∞)"),
        (optimizer, "sgd:lr=1,lr=2", "`sgd`: option lr is given twice"),
        (
            optimizer,
            "sgd:momentun=0.9",
            "`sgd` has no option `momentun`, did you mean `momentum`? \
             it has lr, momentum, dampening, weight_decay, nesterov, maximize",
        ),
        (optimizer, "sgd:momentum=1", "`sgd`: momentum = 1 is not possible; it must be a number in [0, 1)"),
        (optimizer, "sgd:dampening=2", "`sgd`: dampening = 2 is not possible; it must be a number in [0, 1]"),
        (optimizer, "sgd:weight_decay=-1", "`sgd`: weight_decay = -1 is not possible; it must be a number in [0, ∞)"),
        (optimizer, "sgd:nesterov=1", "`sgd`: nesterov = 1 is not possible; it must be true or false"),
        (optimizer, "sgd:nesterov=true", "`sgd`: nesterov needs a momentum, such as momentum=0.9"),
        (
            optimizer,
            "sgd:nesterov=true,momentum=0.9,dampening=0.1",
            "`sgd`: nesterov and dampening do not go together; leave out one of them",
        ),
        (optimizer, "adagrad:eps=0", "`adagrad`: eps = 0 is not possible; it must be a number in (0, ∞)"),
        (optimizer, "adagrad:lr_decay=-1", "`adagrad`: lr_decay = -1 is not possible; it must be a number in [0, ∞)"),
        (
            optimizer,
            "adagrad:initial_accumulator_value=-0.5",
            "`adagrad`: initial_accumulator_value = -0.5 is not possible; it must be a number in [0, ∞)",
        ),
        (optimizer, "rmsprop:alpha=1", "`rmsprop`: alpha = 1 is not possible; it must be a number in [0, 1)"),
        (optimizer, "rmsprop:centered=yes", "`rmsprop`: centered = yes is not possible; it must be true or false"),
        (optimizer, "adam:eps=-1e-8", "`adam`: eps = -0.00000001 is not possible; it must be a number in (0, ∞)"),
        (optimizer, "adam:betas=0.9", "`adam`: betas = 0.9 is not possible; it must be 2 numbers in [0, 1), such as [a,b]"),
        (optimizer, "adam:betas=[0.9]", "`adam`: betas = [0.9] is not possible; it must be 2 numbers in [0, 1), such as [a,b]"),
        (
            optimizer,
            "adam:betas=[0.9,1]",
            "`adam`: betas = [0.9,1] is not possible; it must be 2 numbers in [0, 1), such as [a,b]",
        ),
        (optimizer, "adamw:momentum=0.9", "`adamw` has no option `momentum`; it has lr, betas, eps, weight_decay, amsgrad"),
        (clip, "norm:max_norm=0", "`norm`: max_norm = 0 is not possible; it must be a number in (0, ∞)"),
        (clip, "norm:p=0.5", "`norm`: p = 0.5 is not possible; it must be a number in [1, ∞]"),
        (clip, "value", "`value` needs the option value: a number in (0, ∞)"),
    ];
    for (parse, text, message) in bad {
        assert_eq!(&parse(text), message, "{text}");
    }
}
