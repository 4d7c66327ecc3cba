//! Confidence intervals: the same everywhere, and as wide as they say.

use backprop_gradcheck::Random;
use backprop_metrics::{Accuracy, Bootstrap, Brier, Classified, Estimated, Mae, Metric, R2, RocAuc, registry};
use backprop_tensor::{Key, Pool, Purpose, View};

/// Scores of class 1, and labels that they tell apart somewhat.
fn scores(samples: usize) -> (Vec<f64>, Vec<u32>) {
    let mut random = Random::new(5);
    let labels: Vec<u32> = (0..samples as u32).map(|j| j % 2).collect();
    let scores = labels.iter().map(|&label| 0.5 + 0.2 * (f64::from(label) - 0.5) + 0.3 * random.next()).collect();
    (scores, labels)
}

fn bootstrap(resamples: usize, level: f64, seed: u64) -> Bootstrap {
    Bootstrap::new(resamples, level, seed).expect("in range")
}

/// The exact interval, so that no machine, version or refactoring changes it unnoticed.
#[test]
fn the_interval_is_pinned() {
    let data: Vec<f64> = (0..16).map(f64::from).collect();
    let interval = bootstrap(50, 0.9, 42).of(16, |drawn| drawn.iter().map(|&i| data[i]).sum());
    assert_eq!((interval.value, interval.undefined), (120.0, 0));
    assert!((interval.low - 96.15).abs() < 1e-9 && (interval.high - 147.2).abs() < 1e-9, "{interval:?}");
    // The same by hand: stream b draws resample b, and the quantiles are 0.05 · 49 = 2.45 from either end.
    let key = Key::new(42, Purpose::Resampling);
    let sum = |b| {
        let mut stream = key.stream(b);
        (0..16).map(|_| stream.below(16) as f64).sum::<f64>()
    };
    let mut sums: Vec<f64> = (0..50).map(sum).collect();
    sums.sort_by(f64::total_cmp);
    let between = |from: f64, to: f64| from + 0.45 * (to - from);
    assert!((interval.low - between(sums[2], sums[3])).abs() < 1e-9);
    assert!((interval.high - between(sums[47], sums[46])).abs() < 1e-9);
}

#[test]
fn threads_do_not_matter() {
    let (scores, labels) = scores(60);
    let classified = Classified::new(View::new(&scores, 1, 60), &labels);
    let alone = bootstrap(300, 0.95, 3).of_classes(&RocAuc::default(), &classified);
    for threads in 1..=4 {
        let pool = Pool::new(threads).expect("there are threads");
        assert_eq!(pool.run(|| bootstrap(300, 0.95, 3).of_classes(&RocAuc::default(), &classified)), alone, "{threads}");
    }
    let other = bootstrap(300, 0.95, 4).of_classes(&RocAuc::default(), &classified);
    assert!(other.value == alone.value && (other.low, other.high) != (alone.low, alone.high), "another seed, another interval");
}

#[test]
fn every_metric_has_an_interval() {
    let (scores, labels) = scores(80);
    let two: Vec<f64> = scores.iter().flat_map(|p| [1.0 - p, *p]).collect();
    let classified = Classified::new(View::new(&two, 2, 80), &labels);
    let target: Vec<f64> = scores.iter().map(|p| p + 0.3).collect();
    // Two outputs for each of 40 samples.
    let estimated = Estimated::new(View::new(&scores, 2, 40), View::new(&target, 2, 40));
    for name in registry().names() {
        let (value, interval) = match registry().parse(name).expect("a name is a call") {
            Metric::Class(metric) => (metric.value(&classified), bootstrap(200, 0.99, 1).of_classes(&*metric, &classified)),
            Metric::Value(metric) => (metric.value(&estimated), bootstrap(200, 0.99, 1).of_values(&*metric, &estimated)),
        };
        assert_eq!((interval.value, interval.undefined, interval.level), (value, 0, 0.99), "{name}");
        assert!(interval.low <= value + 1e-12 && value <= interval.high + 1e-12, "{name}: {interval:?}");
    }
}

/// Samples are drawn whole: the pairs of the resamples are pairs of the samples.
#[test]
fn samples_stay_together() {
    let prediction: Vec<f64> = (0..30).map(f64::from).collect();
    let (p, t) = (View::new(&prediction, 2, 15), View::new(&prediction, 2, 15));
    let interval = bootstrap(100, 0.9, 8).of_values(&R2::default(), &Estimated::new(p, t));
    assert_eq!((interval.value, interval.low, interval.high), (1.0, 1.0, 1.0));
    let three: Vec<f64> = (0..30).flat_map(|j| [0, 1, 2].map(|class| f64::from(u8::from(class == j % 3)))).collect();
    let labels: Vec<u32> = (0..30).map(|j| j % 3).collect();
    let interval = bootstrap(100, 0.9, 8).of_classes(&Accuracy, &Classified::new(View::new(&three, 3, 30), &labels));
    assert_eq!((interval.value, interval.low, interval.high), (1.0, 1.0, 1.0));
}

#[test]
fn what_is_undefined_is_counted_and_left_out() {
    // One positive of five is in 1 − (4/5)⁵ = 67 % of the resamples, and they are all of one class in (1/5)⁵ more.
    let scores = [0.9, 0.1, 0.2, 0.3, 0.4];
    let classified = Classified::new(View::new(&scores, 1, 5), &[1, 0, 0, 0, 0]);
    let interval = bootstrap(2000, 0.95, 1).of_classes(&RocAuc::default(), &classified);
    assert_eq!((interval.value, interval.low, interval.high), (1.0, 1.0, 1.0));
    // 656 ± 21.
    assert!((570..740).contains(&interval.undefined), "{interval:?}");
    // All of them: nothing is known.
    let nothing = bootstrap(20, 0.95, 1).of_classes(&RocAuc::default(), &Classified::new(View::new(&scores, 1, 5), &[0; 5]));
    assert!(nothing.value.is_nan() && nothing.low.is_nan() && nothing.high.is_nan() && nothing.undefined == 20);
    let empty = bootstrap(20, 0.95, 1).of_values(&Mae, &Estimated::new(View::new(&[], 1, 0), View::new(&[], 1, 0)));
    assert!(empty.value.is_nan() && empty.low.is_nan() && empty.undefined == 20);
}

/// Of many experiments whose true value is known, the interval holds it in as many as it says, up to the spread of that count.
#[test]
fn coverage() {
    const EXPERIMENTS: usize = 600;
    const SAMPLES: usize = 60;
    let mut random = Random::new(17);
    for level in [0.5, 0.9] {
        // Errors uniform in (−1, 1): the mean absolute error is ½. Probabilities p of the true class uniform in (0, 1): the mean
        // of (1 − p)² is ⅓.
        let (mut held, mut above, mut held_brier) = (0, 0, 0);
        for experiment in 0..EXPERIMENTS {
            let bootstrap = bootstrap(200, level, experiment as u64);
            let (errors, zeros) = (random.vector(SAMPLES, 1.0), [0.0; SAMPLES]);
            let view = |data| View::new(data, 1, SAMPLES);
            let interval = bootstrap.of_values(&Mae, &Estimated::new(view(&errors), view(&zeros)));
            held += usize::from(interval.low <= 0.5 && 0.5 <= interval.high);
            above += usize::from(0.5 > interval.high);
            let probabilities: Vec<f64> = random.vector(SAMPLES, 0.5).iter().map(|x| x + 0.5).collect();
            let interval = bootstrap.of_classes(&Brier, &Classified::new(view(&probabilities), &[1; SAMPLES]));
            held_brier += usize::from(interval.low <= 1.0 / 3.0 && 1.0 / 3.0 <= interval.high);
        }
        let (expected, deviation) = (level * EXPERIMENTS as f64, (level * (1.0 - level) * EXPERIMENTS as f64).sqrt());
        for held in [held, held_brier] {
            assert!((held as f64 - expected).abs() < 3.5 * deviation, "{held} of {EXPERIMENTS} at {level}");
        }
        // And misses it as often to one side as to the other.
        let missed = (EXPERIMENTS - held) as f64;
        assert!((above as f64 - 0.5 * missed).abs() < 2.0 * missed.sqrt(), "{above} of {missed} at {level}");
    }
}

#[test]
fn it_serialises() {
    let interval = bootstrap(10, 0.5, 0).of(3, |_| 1.5);
    let json = r#"{"value":1.5,"low":1.5,"high":1.5,"level":0.5,"undefined":0}"#;
    assert_eq!(serde_json::to_string(&interval).expect("it is plain data"), json);
}
