//! What holds for every schedule, and a few cases with a story.

use std::collections::BTreeSet;
use std::path::Path;

use backprop_optimizers::{
    Constant, Cyclic, Exponential, OneCycle, Pace, PlateauState, ReduceOnPlateau, RestoreError, Schedule, Sequence, Tick,
    Warmup, registry, schedules,
};
use backprop_registry::Call;
use backprop_tensor::{Role, Span};
use proptest::prelude::*;

/// Every schedule of the registry, with and without lengths.
const SCHEDULES: &[&str] = &[
    "constant",
    "constant_warmup",
    "constant_warmup:factor=0.25,total_iters=20",
    "step:step_size=30",
    "step:step_size=1,gamma=0.97",
    "step:step_size=7,gamma=1.5",
    "multi_step:milestones=[30,80,200]",
    "multi_step:milestones=[0],gamma=0.5",
    "exponential:gamma=0.99",
    "exponential:gamma=1.01",
    "inverse_time:decay=0.05",
    "polynomial",
    "polynomial:total_iters=100,power=2",
    "polynomial:power=0.5",
    "polynomial:power=0",
    "cosine_annealing",
    "cosine_annealing:t_max=300,eta_min=0.01",
    "cosine_annealing:t_max=37",
    "cosine_warm_restarts:t_0=50",
    "cosine_warm_restarts:t_0=4,t_mult=3,eta_min=0.01",
    "cyclic:max_lr=0.4",
    "cyclic:max_lr=0.4,step_size_up=10,step_size_down=30",
    "cyclic:max_lr=0.4,step_size_up=25,mode=triangular2,cycle_momentum=false",
    "cyclic:max_lr=0.01,step_size_up=30,mode=exp_range,gamma=0.995,base_momentum=0.5,max_momentum=0.6",
    "one_cycle",
    "one_cycle:pct_start=0.1,anneal=linear,div_factor=10,final_div_factor=100",
    "one_cycle:anneal=sqrt,cycle_momentum=false",
    "one_cycle:max_lr=0.5,total_steps=100,base_momentum=0.5,max_momentum=0.75",
    "one_cycle:three_phase=true",
    "one_cycle:pct_start=0",
    "one_cycle:pct_start=1",
    "linear",
    "linear:start_factor=1,end_factor=0.1,total_iters=50",
    "warmup",
    "warmup:warmup=20,start_factor=0,then=linear",
    "warmup:warmup=20,then=[step:step_size=30,gamma=0.5]",
    "warmup:warmup=5,then=[warmup:warmup=5,then=[exponential:gamma=0.9]]",
    "warmup:warmup=5,then=[one_cycle:three_phase=true]",
    "warmup:then=reduce_on_plateau",
    "warmup_cosine",
    "warmup_cosine:warmup=20,start_factor=0.1,t_max=280,eta_min=0.001",
    "wsd",
    "wsd:end_factor=0.1,anneal=sqrt",
    "wsd:warmup=0,start_factor=0.5,stable=10,decay=0,anneal=cos",
    "noam:model_size=64",
    "noam:model_size=512,warmup=4000,factor=2",
    "inverse_sqrt",
    "inverse_sqrt:warmup=50",
    "sequence:schedules=[constant,linear],milestones=[20]",
    "sequence:schedules=[[constant_warmup:factor=0.1,total_iters=3],[sequence:schedules=[one_cycle,constant],milestones=[9]],wsd],milestones=[20,100]",
    "sequence:schedules=[warmup,[reduce_on_plateau:factor=0.5,patience=2]],milestones=[7]",
    "reduce_on_plateau",
    "reduce_on_plateau:mode=max,factor=0.5,patience=0,threshold=0.01,threshold_mode=abs,cooldown=3,min_lr=0.001,eps=0",
];

fn build(text: &str, base_rate: f64, total_steps: u64) -> Box<dyn Schedule> {
    schedules().parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).build(base_rate, total_steps)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * (1.0 + b.abs())
}

#[test]
fn calls_are_read_back() {
    for text in SCHEDULES {
        let recipe = schedules().parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(recipe.call().to_string(), *text);
        assert_eq!(schedules().build(&recipe.call()).unwrap(), recipe, "{text}");
        let schedule = recipe.build(0.1, 300);
        let written = schedule.call().to_string();
        let again = build(&written, 0.1, 7);
        assert_eq!(again.call(), schedule.call(), "{text}");
        assert_eq!(again.plateau(), schedule.plateau(), "{text}");
        assert!((0..400).all(|step| schedule.at(step) == again.at(step)), "{text} became {written}");
    }
}

/// Whatever implements `Schedule` in `src/schedule` is public, named in the registry, in the laws and in the README.
#[test]
fn every_schedule_is_in_the_registry_and_in_the_readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let made: BTreeSet<String> = SCHEDULES
        .iter()
        .map(|text| format!("{:?}", build(text, 0.1, 300)).split([' ', '{']).next().unwrap().to_owned())
        .collect();
    let mut implemented = BTreeSet::new();
    for file in std::fs::read_dir(root.join("src/schedule")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let types = text.split("\nimpl Schedule for ").skip(1).map(|rest| rest.split(' ').next().unwrap().to_owned());
        implemented.extend(types);
    }
    assert!(implemented.len() >= 18, "{implemented:?}");
    assert_eq!(made, implemented, "what the registry makes, and what is there");
    let (public, readme) = (read("src/lib.rs"), read("README.md"));
    for name in &implemented {
        assert!(public.contains(&format!(" {name},")), "{name} is not public");
        assert!(readme.contains(&format!("| [`{name}`] |")), "{name} is missing in the README");
    }
    for entry in schedules().entries {
        let name = entry.name;
        assert!(SCHEDULES.iter().any(|text| text.split(':').next() == Some(name)), "{name} is missing in the laws");
        assert!(readme.contains(&format!("| `{name}` |")), "{name} is missing in the README");
        assert!(!entry.summary.is_empty() && entry.options.iter().all(|option| !option.meaning.is_empty()), "{name}");
        assert!(entry.waives.iter().all(|waiver| waiver.law == SCALES && !waiver.reason.is_empty()), "{name}");
    }
}

#[test]
fn defaults_of_types_are_defaults_of_the_registry() {
    assert_eq!(OneCycle::new(0.5, 300).call().to_string(), "one_cycle:max_lr=0.5,total_steps=300");
    assert_eq!(Cyclic::new(0.1, 0.5).call().to_string(), "cyclic:max_lr=0.5");
    assert_eq!(ReduceOnPlateau::new(0.1).call().to_string(), "reduce_on_plateau");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// At any step, for any base rate and any length of the run.
    #[test]
    fn rates_are_finite_and_not_negative(
        step in prop_oneof![any::<u64>(), 0..1000_u64, Just(u64::MAX), Just(u64::MAX / 2)],
        base_rate in prop_oneof![0.0..1.0_f64, Just(0.0), Just(f64::MIN_POSITIVE), Just(1e-30), Just(1e30), Just(f64::MAX)],
        total_steps in prop_oneof![0..100_u64, any::<u64>(), Just(u64::MAX)],
    ) {
        for text in SCHEDULES {
            let schedule = build(text, base_rate, total_steps);
            let Tick { rate, momentum } = schedule.at(step);
            prop_assert!(rate.is_finite() && rate >= 0.0, "{}: {} at {}", text, rate, step);
            prop_assert!(momentum.is_none_or(|momentum| (0.0..1.0).contains(&momentum)), "{}: {:?}", text, momentum);
            prop_assert_eq!(schedule.at(step), Tick { rate, momentum }, "{} is pure", text);
        }
    }

    /// Whatever is reported: the rate is one of the base rate's, and never rises.
    #[test]
    fn a_plateau_is_a_way_down(
        metrics in prop::collection::vec(
            prop_oneof![-1.0..1.0_f64, Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(f64::MAX), Just(0.0)],
            1..60,
        ),
        mode in prop::sample::select(vec!["min", "max"]),
        threshold_mode in prop::sample::select(vec!["rel", "abs"]),
        threshold in prop::sample::select(vec![0.0, 1e-4, 1.0, 1e300]),
        (patience, cooldown) in (0..4_u64, 0..4_u64),
        min_lr in prop::sample::select(vec![0.0_f64, 0.03, 5.0]),
        cut in 0..60_usize,
    ) {
        let text = format!(
            "reduce_on_plateau:mode={mode},threshold_mode={threshold_mode},threshold={threshold},factor=0.5,\
             patience={patience},cooldown={cooldown},min_lr={min_lr}"
        );
        let schedule = build(&text, 0.1, 100);
        let (mut pace, mut resumed) = (Pace::new(schedule.as_ref()), Pace::new(schedule.as_ref()));
        let mut before = 0.1;
        for (step, &metric) in (0..).zip(&metrics) {
            let rate = pace.at(step).rate;
            prop_assert!(rate <= before && rate >= min_lr.min(0.1), "{rate} after {before}");
            if step as usize == cut {
                resumed = Pace::new(schedule.as_ref());
                resumed.restore(pace.state()).unwrap();
            }
            pace.report(step + 1, metric);
            if step as usize >= cut {
                resumed.report(step + 1, metric);
                prop_assert_eq!(pace.at(step + 1), resumed.at(step + 1));
                prop_assert_eq!(pace.state(), resumed.state());
            }
            before = rate;
        }
    }
}

/// The name of the one law that a schedule may waive.
const SCALES: &str = "scales with the base rate";

#[test]
fn twice_the_base_rate_is_twice_the_rate() {
    let rates = ["max_lr", "eta_min", "min_lr"]; // options that are rates of their own
    let mut tested = 0;
    for text in SCHEDULES {
        let call: Call = text.parse().unwrap();
        if schedules().find(&call.name).unwrap().waives(SCALES) || rates.iter().any(|rate| call.get(rate).is_some()) {
            continue;
        }
        let [once, twice] = [0.1, 0.2].map(|rate| build(text, rate, 300));
        for step in (0..400).chain([u64::MAX]) {
            let (once, twice) = (once.at(step), twice.at(step));
            assert!((twice.rate - 2.0 * once.rate).abs() <= 1e-14 * twice.rate, "{text} at {step}");
            assert_eq!(once.momentum, twice.momentum, "{text}");
        }
        tested += 1;
    }
    assert!(tested > 30);
    // What is waived is waived for a reason.
    for name in ["noam:model_size=64", "cyclic:max_lr=0.4"] {
        let call: Call = name.parse().unwrap();
        assert!(schedules().find(&call.name).unwrap().waives(SCALES), "{name}");
        let [once, twice] = [0.1, 0.2].map(|rate| build(name, rate, 300).at(150).rate);
        assert!((twice - 2.0 * once).abs() > 1e-6, "{name}");
    }
}

#[test]
fn no_rate_is_above_the_highest_there_is() {
    for text in SCHEDULES.iter().filter(|text| !text.contains("gamma=1.") && !text.starts_with("noam")) {
        let call: Call = text.parse().unwrap();
        let highest = call.get("max_lr").map_or(0.1, |rate| rate.to_string().parse::<f64>().unwrap().max(0.1));
        let schedule = build(text, 0.1, 300);
        assert!((0..400).all(|step| schedule.at(step).rate <= highest * (1.0 + 1e-15)), "{text}");
    }
}

#[test]
fn a_length_that_is_left_out_reaches_to_the_end() {
    let at = |text: &str, step| build(text, 0.8, 100).at(step).rate;
    assert!(close(at("cosine_annealing:eta_min=0.1", 100), 0.1));
    assert!(close(at("cosine_annealing:eta_min=0.1", 50), 0.45));
    assert!(close(at("linear:start_factor=1,end_factor=0.5", 50), 0.6));
    assert!(close(at("polynomial:power=2", 50), 0.2) && at("polynomial", 100) == 0.0);
    // A ramp of a twentieth, then the cosine over the other 95.
    assert!(close(at("warmup_cosine:start_factor=0.5", 0), 0.4));
    assert_eq!(at("warmup_cosine", 5), 0.8);
    assert!(at("warmup_cosine", 100) < 1e-15);
    // A ramp of a twentieth, a way down of a tenth.
    assert_eq!([0, 5, 89, 90].map(|step| at("wsd:start_factor=0.5", step)), [0.4, 0.8, 0.8, 0.8]);
    assert!(close(at("wsd", 95), 0.4) && at("wsd", 100) == 0.0);
    assert_eq!(at("inverse_sqrt", 4), 0.8);
    assert!(close(at("noam:model_size=16", 4), 0.25 / 5_f64.sqrt()));
    // Up to step 0.3·100 − 1, down to step 99.
    assert_eq!(at("one_cycle", 29), 0.8);
    assert!(close(at("one_cycle", 0), 0.8 / 25.0) && close(at("one_cycle", 99), 0.8 / 25.0 / 1e4));
    // To the end of the part.
    let sequence = "sequence:schedules=[[linear:start_factor=1,end_factor=0],constant,polynomial],milestones=[20,60]";
    let rates = [0, 10, 20, 59, 60, 80, 100].map(|step| at(sequence, step));
    assert!(rates.iter().zip([0.8, 0.4, 0.8, 0.8, 0.8, 0.4, 0.0]).all(|(a, b)| close(*a, b)), "{rates:?}");
}

#[test]
fn steps_are_counted_anew_in_each_part() {
    let halve = || Exponential { base_rate: 1.0, gamma: 0.5 };
    let sequence = Sequence { parts: vec![(0, Box::new(halve())), (3, Box::new(halve())), (5, Box::new(halve()))] };
    assert_eq!([0, 1, 2, 3, 4, 5, 6].map(|step| sequence.at(step).rate), [1.0, 0.5, 0.25, 1.0, 0.5, 1.0, 0.5]);
    // The momentum is that of the part, and what is behind a one-cycle is left to the rule again.
    let driven = build("sequence:schedules=[one_cycle,constant],milestones=[10]", 0.1, 20);
    assert!(driven.at(9).momentum.is_some() && driven.at(10).momentum.is_none());
}

#[test]
fn a_ramp_keeps_the_momentum_of_what_follows() {
    #[derive(Debug)]
    struct Driven;
    impl Schedule for Driven {
        fn at(&self, step: u64) -> Tick {
            Tick { rate: 0.1, momentum: Some(if step == 0 { 0.9 } else { 0.8 }) }
        }
        fn call(&self) -> Call {
            Call::new("driven").with("a", 1.0).with("b", 2.0)
        }
    }
    let warmup = Warmup { steps: 4, start_factor: 0.0, then: Box::new(Driven) };
    assert_eq!(warmup.at(1), Tick { rate: 0.025, momentum: Some(0.9) });
    assert_eq!(warmup.at(5).momentum, Some(0.8));
    assert_eq!(warmup.call().to_string(), "warmup:warmup=4,start_factor=0,then=[driven:a=1,b=2]");
}

#[test]
fn three_phases_go_up_as_long_as_down() {
    let cycle = OneCycle { pct_start: 0.4, three_phase: true, ..OneCycle::new(1.0, 100) };
    assert_eq!([0, 39, 78, 99].map(|step| cycle.at(step).rate), [0.04, 1.0, 0.04, 0.04 / 1e4]);
    assert!((0..=78).all(|step| close(cycle.at(step).rate, cycle.at(78 - step).rate)));
    assert!((78..200).all(|step| cycle.at(step).momentum == Some(0.95)));
}

/// What a schedule says of the momentum is what SGD's velocity and Adam's mean are made with, step by step.
#[test]
fn a_driven_momentum_is_the_momentum_of_the_rule() {
    for text in [
        "one_cycle:max_lr=0.05",
        "one_cycle:max_lr=0.05,three_phase=true",
        "cyclic:max_lr=0.05,step_size_up=7,gamma=0.9,mode=exp_range",
    ] {
        let schedule = build(text, 0.01, 40);
        let gradients: Vec<f64> = (0..40).map(|t| (1.3 * f64::from(t)).sin()).collect();
        let momenta: Vec<f64> = (0..40).map(|t| schedule.at(t).momentum.unwrap()).collect();
        assert!(momenta.iter().any(|momentum| *momentum != momenta[0]), "{text} drives nothing");
        let run = |optimizer: &str| {
            let recipe = registry::<f64>().parse(optimizer).unwrap();
            let mut optimizer = recipe.build(&[Span::new("w", &[1], Role::Weight)], false);
            let mut p = [1.0];
            (0..40).for_each(|t| optimizer.step(schedule.at(t), &mut p, &[gradients[t as usize]]));
            p[0]
        };
        // The sums written out: b_t = Σₛ gₛ Π_{s<r≤t} μᵣ, and m_t = Σₛ (1 − β₁ₛ) gₛ Π_{s<r≤t} β₁ᵣ.
        let memory = |t: usize, take: fn(f64) -> f64| -> f64 {
            (0..=t).map(|s| take(momenta[s]) * gradients[s] * momenta[s + 1..=t].iter().product::<f64>()).sum()
        };
        let (mut sgd, mut adam) = (1.0, 1.0);
        for (t, &momentum) in momenta.iter().enumerate() {
            let (rate, age) = (schedule.at(t as u64).rate, t as i32 + 1);
            sgd -= rate * memory(t, |_| 1.0);
            let square: f64 = (0..=t).map(|s| 0.001 * gradients[s].powi(2) * 0.999_f64.powi((t - s) as i32)).sum();
            let mean = memory(t, |beta| 1.0 - beta) / (1.0 - momentum.powi(age));
            adam -= rate * mean / ((square / (1.0 - 0.999_f64.powi(age))).sqrt() + 1e-8);
        }
        // Whatever momentum the rule itself was made with.
        assert!(close(run("sgd:momentum=0.3"), sgd), "{text}: {} instead of {sgd}", run("sgd:momentum=0.3"));
        assert!((run("adam:betas=[0.3,0.999]") - adam).abs() < 1e-10, "{text}: {} instead of {adam}", run("adam"));
        assert_ne!(run("sgd"), run("sgd:momentum=0.3"), "one made without momentum has none to drive");
    }
}

/// Metrics by hand: patience, cooldown, the least rate, and changes too small to make.
#[test]
fn a_plateau_by_hand() {
    let rates = |text: &str, metrics: &[f64]| -> Vec<f64> {
        let schedule = build(text, 0.8, 100);
        let mut pace = Pace::new(schedule.as_ref());
        (0..)
            .zip(metrics)
            .map(|(step, &metric)| {
                pace.report(step + 1, metric);
                pace.at(step + 1).rate
            })
            .collect()
    };
    // Better by less than the threshold is not better.
    assert_eq!(rates("reduce_on_plateau:patience=0,factor=0.5,threshold=0.1", &[1.0, 0.95, 0.8, 0.75]), [0.8, 0.4, 0.4, 0.2]);
    assert_eq!(
        rates("reduce_on_plateau:patience=0,factor=0.5,threshold=0.1,threshold_mode=abs", &[2.0, 1.85, 1.8]),
        [0.8, 0.8, 0.4]
    );
    assert_eq!(rates("reduce_on_plateau:patience=0,factor=0.5,mode=max", &[1.0, 2.0, 1.5]), [0.8, 0.8, 0.4]);
    // Two in a row are too many; a better one in between starts the count again.
    assert_eq!(rates("reduce_on_plateau:patience=1,factor=0.5", &[1.0, 2.0, 0.5, 2.0, 2.0]), [0.8, 0.8, 0.8, 0.8, 0.4]);
    // Two reports after the change do not count.
    assert_eq!(
        rates("reduce_on_plateau:patience=0,factor=0.5,cooldown=2", &[1.0, 1.0, 1.0, 1.0, 1.0]),
        [0.8, 0.4, 0.4, 0.4, 0.2]
    );
    assert_eq!(rates("reduce_on_plateau:patience=0,factor=0.5,min_lr=0.3", &[1.0; 4]), [0.8, 0.4, 0.3, 0.3]);
    assert_eq!(rates("reduce_on_plateau:patience=0,factor=0.5,min_lr=2", &[1.0; 3]), [0.8; 3]);
    assert_eq!(rates("reduce_on_plateau:patience=0,factor=0.5,eps=0.3", &[1.0; 3]), [0.8, 0.4, 0.4]);
    // NaN is never better, not even first.
    assert_eq!(rates("reduce_on_plateau:patience=1,factor=0.5", &[f64::NAN, f64::NAN, 7.0, 6.0]), [0.8, 0.4, 0.4, 0.4]);
}

#[test]
fn what_is_reported_before_a_plateau_begins_does_not_count() {
    for text in [
        "warmup:warmup=10,start_factor=0.5,then=[reduce_on_plateau:patience=0,factor=0.5]",
        "warmup:warmup=4,start_factor=0.5,then=[warmup:warmup=6,then=[reduce_on_plateau:patience=0,factor=0.5]]",
        "sequence:schedules=[constant,[reduce_on_plateau:patience=0,factor=0.5]],milestones=[10]",
        "warmup:warmup=4,then=[sequence:schedules=[constant,[reduce_on_plateau:patience=0,factor=0.5]],milestones=[6]]",
    ] {
        let schedule = build(text, 0.8, 100);
        assert_eq!(schedule.plateau().unwrap().start(), 10, "{text}");
        let mut pace = Pace::new(schedule.as_ref());
        for steps in 1..=10 {
            pace.report(steps, 1.0);
            assert_eq!(pace.at(steps - 1), schedule.at(steps - 1), "{text}");
        }
        assert_eq!(pace.state(), Some(PlateauState { rate: 0.8, best: None, bad: 0, cooldown: 0 }), "{text}");
        pace.report(11, 1.0);
        pace.report(12, 1.0);
        assert_eq!([10, 12, 1000].map(|step| pace.at(step).rate), [0.4; 3], "{text}");
    }
}

#[test]
fn a_state_that_does_not_fit_is_refused() {
    let (plateau, constant) = (ReduceOnPlateau::new(0.1), Constant { base_rate: 0.1 });
    let state = PlateauState { rate: 0.1, best: None, bad: 0, cooldown: 0 };
    let message = |result: Result<(), RestoreError>| result.unwrap_err().to_string();
    let mut pace = Pace::new(&constant);
    assert_eq!(pace.restore(None), Ok(()));
    assert_eq!(
        message(pace.restore(Some(state))),
        "the schedule `constant` keeps no state, but one was saved; was it saved with another schedule?"
    );
    let mut pace = Pace::new(&plateau);
    assert_eq!(
        message(pace.restore(None)),
        "the schedule `reduce_on_plateau` keeps a state, but none was saved; was it saved with another schedule?"
    );
    for rate in [0.2, -0.1, f64::NAN] {
        assert_eq!(
            message(pace.restore(Some(PlateauState { rate, ..state }))),
            format!("the rate {rate} is not between 0 and 0.1, where the schedule begins; was the state saved in another run?")
        );
    }
    let best = Some(f64::NAN);
    assert_eq!(
        message(pace.restore(Some(PlateauState { best, ..state }))),
        "a best metric of NaN is not possible; give a finite number, or none"
    );
    assert_eq!(pace.state(), Some(state), "nothing of it stays");
}

/// Each text with the whole message that it is refused with.
fn assert_refused(bad: &[(&str, String)]) {
    for (text, message) in bad {
        assert_eq!(&schedules().parse(text).map(drop).unwrap_err().to_string(), message, "{text}");
    }
}

const WHOLE: &str = "a whole number in [1, ∞)";

#[test]
fn bad_options_are_refused_with_a_reason() {
    let all = schedules().names().collect::<Vec<_>>().join(", ");
    assert_refused(&[
        ("", "cannot read ``; write a name, or name:option=value,option=value".into()),
        ("cosin_annealing", format!("unknown schedule `cosin_annealing`, did you mean `cosine_annealing`? there are {all}")),
        ("onecycle", format!("unknown schedule `onecycle`, did you mean `one_cycle`? there are {all}")),
        ("constant:lr=0.1", "`constant` has no option `lr`; it has none".into()),
        ("constant_warmup:factor=1.5", "`constant_warmup`: factor = 1.5 is not possible; it must be a number in [0, 1]".into()),
        ("step", format!("`step` needs the option step_size: {WHOLE}")),
        ("step:step_size=0", format!("`step`: step_size = 0 is not possible; it must be {WHOLE}")),
        ("step:step_size=1.5", format!("`step`: step_size = 1.5 is not possible; it must be {WHOLE}")),
        ("step:step_size=5,gamma=0", "`step`: gamma = 0 is not possible; it must be a number in (0, ∞)".into()),
        ("step:step_sise=5", "`step` has no option `step_sise`, did you mean `step_size`? it has step_size, gamma".into()),
        ("multi_step", "`multi_step` needs the option milestones: a list of numbers in [0, ∞), such as [a,b,c]".into()),
        (
            "multi_step:milestones=30",
            "`multi_step`: milestones = 30 is not possible; it must be a list of numbers in [0, ∞), such as [a,b,c]".into(),
        ),
        ("multi_step:milestones=[]", "`multi_step`: milestones is empty; give at least one step, such as [30]".into()),
        ("multi_step:milestones=[1.5]", "`multi_step`: the milestone 1.5 is not a whole number of steps".into()),
        (
            "multi_step:milestones=[80,30]",
            "`multi_step`: the milestone 30 must come after 80; write them in ascending order".into(),
        ),
        (
            "multi_step:milestones=[30,30]",
            "`multi_step`: the milestone 30 must come after 30; write them in ascending order".into(),
        ),
        ("exponential", "`exponential` needs the option gamma: a number in (0, ∞)".into()),
        ("exponential:gamma=-1", "`exponential`: gamma = -1 is not possible; it must be a number in (0, ∞)".into()),
        ("inverse_time:decay=inf", "`inverse_time`: decay = inf is not possible; it must be a number in [0, ∞)".into()),
        ("polynomial:power=-1", "`polynomial`: power = -1 is not possible; it must be a number in [0, ∞)".into()),
        ("cosine_annealing:t_max=0", format!("`cosine_annealing`: t_max = 0 is not possible; it must be {WHOLE}")),
        (
            "cosine_warm_restarts:t_0=5,t_mult=0",
            format!("`cosine_warm_restarts`: t_mult = 0 is not possible; it must be {WHOLE}"),
        ),
        ("linear:end_factor=2", "`linear`: end_factor = 2 is not possible; it must be a number in [0, 1]".into()),
        ("linear:total_iters=0", format!("`linear`: total_iters = 0 is not possible; it must be {WHOLE}")),
        ("cyclic", "`cyclic` needs the option max_lr: a number in [0, ∞)".into()),
        (
            "cyclic:max_lr=1,mode=triangle",
            "`cyclic`: mode = triangle is not possible; it must be one of triangular, triangular2, exp_range".into(),
        ),
        (
            "cyclic:max_lr=1,base_momentum=1",
            "`cyclic`: base_momentum = 1 is not possible; it must be a number in [0, 1)".into(),
        ),
        ("cyclic:max_lr=1,gamma=1.1", "`cyclic`: gamma = 1.1 is not possible; it must be a number in [0, 1]".into()),
        ("one_cycle:pct_start=1.5", "`one_cycle`: pct_start = 1.5 is not possible; it must be a number in [0, 1]".into()),
        (
            "one_cycle:pct_start=0.6,three_phase=true",
            "`one_cycle`: three_phase goes up and down in 2·pct_start of all steps; pct_start = 0.6 is above 0.5".into(),
        ),
        (
            "one_cycle:total_steps=2,pct_start=0.5,three_phase=true",
            "`one_cycle`: three_phase needs pct_start·total_steps above 1, to go up and down; it is 1".into(),
        ),
        ("one_cycle:div_factor=0", "`one_cycle`: div_factor = 0 is not possible; it must be a number in (0, ∞)".into()),
        ("one_cycle:anneal=cosine", "`one_cycle`: anneal = cosine is not possible; it must be one of cos, linear, sqrt".into()),
        ("warmup:warmup=-1", "`warmup`: warmup = -1 is not possible; it must be a whole number in [0, ∞)".into()),
        ("wsd:decay=0.1", "`wsd`: decay = 0.1 is not possible; it must be a whole number in [0, ∞)".into()),
        ("noam:warmup=10", format!("`noam` needs the option model_size: {WHOLE}")),
        ("inverse_sqrt:warmup=0", format!("`inverse_sqrt`: warmup = 0 is not possible; it must be {WHOLE}")),
        ("reduce_on_plateau:factor=1", "`reduce_on_plateau`: factor = 1 is not possible; it must be a number in [0, 1)".into()),
        (
            "reduce_on_plateau:mode=least",
            "`reduce_on_plateau`: mode = least is not possible; it must be one of min, max".into(),
        ),
        (
            "reduce_on_plateau:patience=-1",
            "`reduce_on_plateau`: patience = -1 is not possible; it must be a whole number in [0, ∞)".into(),
        ),
        (
            "reduce_on_plateau:patiance=5",
            "`reduce_on_plateau` has no option `patiance`, did you mean `patience`? it has mode, factor, patience, threshold, \
             threshold_mode, cooldown, min_lr, eps"
                .into(),
        ),
    ]);
}

#[test]
fn bad_schedules_inside_of_others_are_refused_with_a_reason() {
    let brackets = "every bracket with its partner and at most 8 deep";
    let one = format!("a schedule, such as linear or [step:step_size=100,gamma=0.5], {brackets}");
    let list = format!("a list of schedules, such as [constant,[step:step_size=100,gamma=0.5]], {brackets}");
    let deep = format!("{}constant{}", "warmup:then=[".repeat(10), "]".repeat(10));
    let endless = format!("{}constant", "warmup:then=[".repeat(10_000));
    assert_refused(&[
        ("warmup:then=[step:step_size=0]", format!("`step`: step_size = 0 is not possible; it must be {WHOLE}")),
        ("warmup:then=[step:step_size=5", format!("`warmup`: then = [step:step_size=5 is not possible; it must be {one}")),
        ("warmup:then=[linear]]", format!("`warmup`: then = [linear]] is not possible; it must be {one}")),
        ("warmup:then=5", "`warmup`: then = 5 is not possible; it must be text".into()),
        (
            "sequence:schedules=[constant,linear]",
            "`sequence` needs the option milestones: a list of numbers in [0, ∞), such as [a,b,c]".into(),
        ),
        (
            "sequence:schedules=[constant,linear],milestones=[5,9]",
            "`sequence`: schedules has 2 parts and milestones 2; every part but the first begins at a milestone".into(),
        ),
        (
            "sequence:schedules=[constant,linear],milestones=[0]",
            "`sequence`: a milestone at step 0 leaves the first schedule no step; begin at 1 or later".into(),
        ),
        (
            "sequence:schedules=[constant,linear,wsd],milestones=[9,5]",
            "`sequence`: the milestone 5 must come after 9; write them in ascending order".into(),
        ),
        (
            "sequence:schedules=constant,milestones=[5]",
            format!("`sequence`: schedules = constant is not possible; it must be {list}"),
        ),
        (
            "sequence:milestones=[5],schedules=[constant,[step:step_size=5]",
            format!("`sequence`: schedules = [constant,[step:step_size=5] is not possible; it must be {list}"),
        ),
        (
            "sequence:schedules=[constant,,linear],milestones=[5,9]",
            "cannot read ``; write a name, or name:option=value,option=value".into(),
        ),
        ("sequence:schedules=[constant,[step:gamma=2]],milestones=[5]", format!("`step` needs the option step_size: {WHOLE}")),
        (
            "sequence:schedules=[reduce_on_plateau,constant],milestones=[5]",
            "`sequence`: reduce_on_plateau goes on as long as the run; write it last".into(),
        ),
        (&deep, format!("`warmup`: then = {} is not possible; it must be {one}", &deep["warmup:then=".len()..])),
        (&endless, format!("`warmup`: then = {} is not possible; it must be {one}", &endless["warmup:then=".len()..])),
    ]);
    // As deep as it may be.
    let deepest = format!("{}constant{}", "warmup:then=[".repeat(9), "]".repeat(9));
    assert_eq!(build(&deepest, 0.1, 1000).at(1000).rate, 0.1);
}
