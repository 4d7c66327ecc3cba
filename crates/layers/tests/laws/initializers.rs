//! What holds for every initializer of the registry: moments, bounds and shapes of distributions, matrices that are what they are
//! called, the same bits anywhere, no NaN, and messages.

use std::collections::BTreeSet;
use std::f64::consts::{FRAC_1_SQRT_2, TAU};
use std::fs;
use std::path::Path;

use backprop_activations::{Activation, Relu};
use backprop_layers::{
    Dense, Fans, IdentityMatrix, Initializer, Layer, LayerError, Lsuv, Mode, Network, Nonlinearity, Sequential, Shape, Step,
    TruncatedNormal, Uniform, initializers,
};
use backprop_registry::Call;
use backprop_tensor::{Key, Matrix, Pool, Purpose, Role, Scalar, Span, Stream, View, ViewMut};

use crate::alone::bits;

/// What the weights of a layer from 12 inputs to 30 units are.
pub(crate) enum Law {
    /// All have this value.
    All(f64),
    /// Drawn one by one with this density, which need not add up to 1, between two bounds.
    Density(fn(f64) -> f64, f64, f64),
    /// `WᵀW` is this multiple of the identity, or `WWᵀ` if there are fewer rows.
    Orthogonal(f64),
    /// So many zeros in each column of 30; the others normal with this deviation.
    Zeros(usize, f64),
    /// This number on the diagonal.
    Diagonal(f64),
}

use Law::{All, Density, Diagonal, Orthogonal, Zeros};

const INPUTS: usize = 12;
const UNITS: usize = 30;

fn flat(_: f64) -> f64 {
    1.0
}

/// N(0, 1/`of`), up to a factor.
fn bell(w: f64, of: f64) -> f64 {
    (-w * w * of / 2.0).exp()
}

/// What stands for infinity among the bounds: eight standard deviations of the widest.
const FAR: f64 = 8.0;

/// With 12 inputs and 30 units: the uniform rules end at √(3 variance), and 21 is half of 12 + 30.
pub(crate) const EXAMPLES: &[(&str, Law)] = &[
    // Nothing follows: Glorot, uniform, √(3/21).
    ("auto", Density(flat, -0.377_964_473_009_227_2, 0.377_964_473_009_227_2)),
    ("zeros", All(0.0)),
    ("ones", All(1.0)),
    ("constant", All(0.0)),
    ("constant:value=-0.25", All(-0.25)),
    ("uniform", Density(flat, 0.0, 1.0)),
    ("uniform:low=-3,high=-1", Density(flat, -3.0, -1.0)),
    ("uniform:low=2,high=2", All(2.0)),
    ("normal", Density(|w| bell(w, 1.0), -FAR, FAR)),
    ("normal:mean=-1,std=0.5", Density(|w| bell(w + 1.0, 4.0), -1.0 - FAR / 2.0, -1.0 + FAR / 2.0)),
    ("trunc_normal", Density(|w| bell(w, 1.0), -2.0, 2.0)),
    ("trunc_normal:mean=1,std=2,low=-1,high=2.5", Density(|w| bell(w - 1.0, 0.25), -1.0, 2.5)),
    ("trunc_normal:low=-0.1,high=3", Density(|w| bell(w, 1.0), -0.1, 3.0)),
    // Far out on either side, wide and narrow.
    ("trunc_normal:low=0.5,high=6", Density(|w| bell(w, 1.0), 0.5, 6.0)),
    ("trunc_normal:low=0.5,high=0.6", Density(|w| bell(w, 1.0), 0.5, 0.6)),
    ("trunc_normal:low=5,high=7", Density(|w| bell(w, 1.0), 5.0, 7.0)),
    ("trunc_normal:low=-12,high=-10", Density(|w| bell(w, 1.0), -12.0, -10.0)),
    ("trunc_normal:mean=3,low=-2,high=2,std=0.25", Density(|w| bell(w - 3.0, 16.0), -2.0, 2.0)),
    ("trunc_normal:low=1,high=1", All(1.0)),
    ("xavier_uniform:gain=2", Density(flat, -0.755_928_946_018_454_5, 0.755_928_946_018_454_5)),
    ("xavier_normal", Density(|w| bell(w, 21.0), -2.0, 2.0)),
    // Cut at 2 s, where s² = 1/21 / 0.8796…².
    ("xavier_truncated_normal", Density(|w| bell(w, 21.0 * CUT), -TWO / 4.582_575_694_955_84, TWO / 4.582_575_694_955_84)),
    ("kaiming_uniform", Density(flat, -FRAC_1_SQRT_2, FRAC_1_SQRT_2)),
    ("kaiming_normal:gain=1,mode=fan_out", Density(|w| bell(w, 30.0), -2.0, 2.0)),
    ("kaiming_normal:mode=fan_avg", Density(|w| bell(w, 10.5), -3.0, 3.0)),
    ("kaiming_truncated_normal", Density(|w| bell(w, 6.0 * CUT), -TWO / 2.449_489_742_783_178, TWO / 2.449_489_742_783_178)),
    ("lecun_uniform", Density(flat, -0.5, 0.5)),
    ("lecun_normal", Density(|w| bell(w, 12.0), -FAR, FAR)),
    ("lecun_truncated_normal", Density(|w| bell(w, 12.0 * CUT), -TWO / 3.464_101_615_137_754_6, TWO / 3.464_101_615_137_754_6)),
    ("variance_scaling", Density(|w| bell(w, 12.0 * CUT), -TWO / 3.464_101_615_137_754_6, TWO / 3.464_101_615_137_754_6)),
    ("variance_scaling:scale=3,mode=fan_avg,distribution=normal", Density(|w| bell(w, 7.0), -3.0, 3.0)),
    ("variance_scaling:scale=2.5,mode=fan_out,distribution=uniform", Density(flat, -0.5, 0.5)),
    ("orthogonal", Orthogonal(1.0)),
    ("orthogonal:gain=3", Orthogonal(9.0)),
    ("sparse:sparsity=0", Zeros(0, 0.01)),
    ("sparse:sparsity=0.5,std=2", Zeros(15, 2.0)),
    // ⌈0.51 · 30⌉
    ("sparse:sparsity=0.51", Zeros(16, 0.01)),
    ("sparse:sparsity=1", All(0.0)),
    ("identity", Diagonal(1.0)),
    ("identity:gain=0.5", Diagonal(0.5)),
    ("lsuv", Orthogonal(1.0)),
    ("lsuv:tolerance=0.01,iterations=3,samples=7", Orthogonal(1.0)),
];

/// The variance of a standard normal number between −2 and 2, and 2 over its root: Keras' correction.
const CUT: f64 = 0.879_625_661_034_239_8 * 0.879_625_661_034_239_8;
const TWO: f64 = 2.0 / 0.879_625_661_034_239_8;

fn stream(index: u64) -> Stream {
    Key::new(2015, Purpose::Init).stream(index)
}

fn build(text: &str) -> Box<dyn Initializer> {
    initializers().parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Weights of a matrix, over NaN.
fn matrix(rule: &dyn Initializer, rows: usize, columns: usize, index: u64) -> Vec<f64> {
    let mut weights = vec![f64::NAN; rows * columns];
    rule.fill(&mut weights, Fans { fan_in: columns, fan_out: rows }, &Nonlinearity::none(), &mut stream(index));
    weights
}

/// W as the layer has it after `init`.
fn weights<T: Scalar>(text: &str, inputs: usize, units: usize, index: u64) -> Vec<T> {
    let dense = Dense::<T>::new(inputs, units).without_bias().shared_initializer(build(text).into());
    let mut params = vec![T::from_f64(f64::NAN); inputs * units];
    dense.init(&mut params, &Nonlinearity::none(), &mut stream(index));
    params
}

/// Σ f(x) dx between two bounds, by Simpson's rule.
fn integral(f: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    let n = 20_000_u32;
    let h = (high - low) / f64::from(n);
    let weight = |i: u32| if i == 0 || i == n { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
    (0..=n).map(|i| weight(i) * f(low + f64::from(i) * h)).sum::<f64>() * h / 3.0
}

/// Mean, deviation, bounds, and how many lie below each of nine points, all within five standard errors.
fn check_density<T: Scalar>(name: &str, density: fn(f64) -> f64, low: f64, high: f64) {
    let sample: Vec<T> = (0..300).flat_map(|index| weights::<T>(name, INPUTS, UNITS, index)).collect();
    // Rounding to `T` keeps the order, so that nothing crosses a bound that is rounded, too.
    let [lowest, highest] = [low, high].map(T::from_f64);
    let slack = T::from_f64(4.0 * T::EPSILON.to_f64() * high.abs().max(low.abs()));
    assert!(sample.iter().all(|&w| lowest - slack <= w && w <= highest + slack), "{name}: outside [{low}, {high}]");
    let n = sample.len() as f64;
    let mass = integral(density, low, high);
    let moment = |power: i32, around: f64| integral(|w| density(w) * (w - around).powi(power), low, high) / mass;
    let mean = moment(1, 0.0);
    let (variance, fourth) = (moment(2, mean), moment(4, mean));
    let got = sample.iter().map(|w| w.to_f64()).sum::<f64>() / n;
    assert!((got - mean).abs() <= 5.0 * (variance / n).sqrt(), "{name}: mean {got}, not {mean}");
    let got = sample.iter().map(|w| (w.to_f64() - mean).powi(2)).sum::<f64>() / n;
    let error = ((fourth - variance * variance) / n).sqrt();
    assert!((got - variance).abs() <= 5.0 * error, "{name}: variance {got}, not {variance}");
    for tenth in 1..10 {
        let point = mean + (f64::from(tenth) - 5.0) / 2.0 * variance.sqrt();
        if low < point && point < high {
            let share = integral(density, low, point) / mass;
            let got = sample.iter().filter(|w| w.to_f64() < point).count() as f64 / n;
            let error = (share * (1.0 - share) / n).sqrt();
            assert!((got - share).abs() <= 5.0 * error + 1e-5, "{name}: {got} below {point}, not {share}");
        }
    }
}

/// W has orthogonal columns of this squared length, or rows.
fn check_orthogonal<T: Scalar>(name: &str, rows: usize, columns: usize, square: f64) {
    let w = weights::<T>(name, columns, rows, 0).iter().map(|w| w.to_f64()).collect();
    let w = Matrix::from_vec(rows, columns, w);
    let product = if rows >= columns { w.tr_mul(&w) } else { &w * w.transpose() };
    let apart = (product - Matrix::identity(rows.min(columns), rows.min(columns)) * square).abs().max();
    assert!(apart <= 100.0 * square * T::EPSILON.to_f64(), "{name}, {rows} × {columns}: {apart} from a multiple of I");
}

fn check_diagonal<T: Scalar>(name: &str, rows: usize, columns: usize, value: f64) {
    let w = Matrix::from_vec(rows, columns, weights::<T>(name, columns, rows, 0));
    let expected = Matrix::from_fn(rows, columns, |i, j| if i == j { T::from_f64(value) } else { T::ZERO });
    assert_eq!(w, expected, "{name}");
}

fn check_all<T: Scalar>() {
    for (name, law) in EXAMPLES {
        match *law {
            All(value) => assert!(weights::<T>(name, INPUTS, UNITS, 0).iter().all(|&w| w == T::from_f64(value)), "{name}"),
            Density(density, low, high) => check_density::<T>(name, density, low, high),
            Orthogonal(square) => {
                for (rows, columns) in [(UNITS, INPUTS), (INPUTS, UNITS), (7, 7), (1, 5), (5, 1), (1, 1)] {
                    check_orthogonal::<T>(name, rows, columns, square);
                }
            }
            Zeros(zeros, std) => {
                let w: Vec<f64> = (0..300).flat_map(|i| weights::<T>(name, INPUTS, UNITS, i)).map(T::to_f64).collect();
                let zeros_in = |column: &[f64]| column.iter().filter(|&&w| w == 0.0).count();
                assert!(w.chunks(UNITS).all(|column| zeros_in(column) == zeros), "{name}");
                let rest: Vec<f64> = w.iter().copied().filter(|&w| w != 0.0).collect();
                let n = rest.len() as f64;
                let (mean, square) = (rest.iter().sum::<f64>() / n, rest.iter().map(|w| w * w).sum::<f64>() / n);
                assert!(mean.abs() < 5.0 * std / n.sqrt(), "{name}: mean {mean}");
                assert!((square / (std * std) - 1.0).abs() < 5.0 * (2.0 / n).sqrt(), "{name}: variance {square}");
                // Every unit is left out about as often.
                let of_unit = |unit: usize| w.iter().skip(unit).step_by(UNITS).filter(|&&w| w == 0.0).count() as f64;
                let (columns, share) = (w.len() as f64 / UNITS as f64, zeros as f64 / UNITS as f64);
                let error = (columns * share * (1.0 - share)).sqrt();
                assert!((0..UNITS).all(|unit| (of_unit(unit) - columns * share).abs() <= 5.0 * error), "{name}: not at random");
            }
            Diagonal(value) => {
                for (rows, columns) in [(UNITS, INPUTS), (INPUTS, UNITS), (7, 7), (1, 5), (5, 1), (1, 1)] {
                    check_diagonal::<T>(name, rows, columns, value);
                }
            }
        }
    }
}

#[test]
fn weights_are_what_the_documentation_says() {
    check_all::<f64>();
    check_all::<f32>();
}

#[test]
fn every_entry_has_an_example_and_every_initializer_an_entry() {
    let exemplified: BTreeSet<&str> = EXAMPLES.iter().map(|(name, _)| name.split(':').next().unwrap()).collect();
    let registered: BTreeSet<&str> = initializers().names().collect();
    let missing: Vec<&&str> = registered.difference(&exemplified).collect();
    assert!(missing.is_empty(), "add examples of {missing:?}");

    let built: BTreeSet<String> = EXAMPLES
        .iter()
        .map(|(name, _)| format!("{:?}", build(name)).chars().take_while(|c| c.is_alphanumeric()).collect())
        .collect();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join("initializer");
    let mut written = BTreeSet::new();
    for file in fs::read_dir(sources).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("impl Initializer for ") {
                written.insert(rest.trim_end_matches([' ', '{']).to_owned());
            }
        }
    }
    assert_eq!(written, built, "the types on the left are written; those on the right are in the registry");
    let exported = include_str!("../../src/lib.rs");
    let missing: Vec<&String> = written.iter().filter(|name| !exported.contains(&format!("{name},"))).collect();
    assert!(missing.is_empty(), "lib.rs does not export {missing:?}");
}

#[test]
fn every_option_of_every_entry_is_documented() {
    for entry in initializers().entries {
        assert!(!entry.summary.is_empty() && entry.options.iter().all(|option| !option.meaning.is_empty()), "{}", entry.name);
    }
}

#[test]
fn single_precision_is_double_precision_rounded() {
    for (name, _) in EXAMPLES {
        let wide = weights::<f64>(name, INPUTS, UNITS, 1);
        assert_eq!(wide.iter().map(|&w| w as f32).collect::<Vec<f32>>(), weights::<f32>(name, INPUTS, UNITS, 1), "{name}");
    }
}

#[test]
fn the_seed_and_nothing_else_decides() {
    for (name, law) in EXAMPLES {
        let layers = || {
            let dense = |from, to| Dense::new(from, to).shared_initializer(build(name).into());
            Network::<f32>::new(INPUTS, Sequential::new().then(dense(INPUTS, UNITS)).then(dense(UNITS, 3))).unwrap()
        };
        let first = bits(&layers().init(7));
        for threads in [1, 2, 3, 8] {
            let again = Pool::new(threads).unwrap().run(|| bits(&layers().init(7)));
            assert_eq!(again, first, "{name}, {threads} threads");
        }
        let drawn = !matches!(law, All(_) | Diagonal(_));
        assert_eq!(bits(&layers().init(8)) != first, drawn, "{name}: another seed");
        assert_eq!(matrix(&*build(name), 5, 4, 0) != matrix(&*build(name), 5, 4, 1), drawn, "{name}: another layer");
    }
}

#[test]
fn no_weights_and_weights_of_any_shape() {
    for (name, _) in EXAMPLES {
        for (rows, columns) in [(0, 0), (0, 3), (3, 0)] {
            assert!(matrix(&*build(name), rows, columns, 0).is_empty());
        }
        for (rows, columns) in [(1, 1), (1, 9), (9, 1), (2, 3), (3, 2)] {
            assert!(matrix(&*build(name), rows, columns, 0).iter().all(|w| w.is_finite()), "{name}, {rows} × {columns}");
        }
        if build(name).check(&[6, 2, 3]).is_ok() {
            // A kernel of 3: 6 units that add up 6 values each, which go to 18.
            let mut weights = vec![f64::NAN; 36];
            build(name).fill(&mut weights, Fans::of(&[6, 2, 3]), &Nonlinearity::none(), &mut stream(0));
            assert!(weights.iter().all(|w| w.is_finite()), "{name}");
        }
    }
}

#[test]
fn a_kernel_counts_as_inputs() {
    let mut w = vec![f64::NAN; 4 * 2 * 9];
    let fill = |name: &str, w: &mut [f64]| {
        build(name).fill(w, Fans::of(&[4, 2, 3, 3]), &Nonlinearity::none(), &mut stream(0));
    };
    fill("orthogonal", &mut w);
    let rows = Matrix::from_column_slice(4, 18, &w);
    assert!((&rows * rows.transpose() - Matrix::identity(4, 4)).abs().max() < 1e-12);
    fill("sparse:sparsity=0.25", &mut w);
    assert!(w.chunks(4).all(|column| column.iter().filter(|&&w| w == 0.0).count() == 1));
}

#[test]
fn extreme_options_give_no_nan() {
    let extremes = [f64::MIN_POSITIVE, 5e-324, 1e-30, 1e30, 1e300, f64::MAX];
    let mut names = Vec::new();
    for e in extremes {
        for item in ["xavier_", "kaiming_", "orthogonal", "identity"] {
            let ends = ["uniform", "normal", "truncated_normal"];
            let ends = if item.ends_with('_') { ends.as_slice() } else { &[""] };
            names.extend(ends.iter().map(|end| format!("{item}{end}:gain={e:e}")));
        }
        for shape in ["uniform", "normal", "truncated_normal"] {
            names.push(format!("variance_scaling:scale={e:e},distribution={shape}"));
        }
        names.push(format!("constant:value={e:e}"));
        names.push(format!("sparse:sparsity=0.5,std={e:e}"));
        for other in extremes {
            names.push(format!("normal:mean={other:e},std={e:e}"));
            names.push(format!("normal:mean=-{other:e},std={e:e}"));
            names.push(format!("uniform:low=-{other:e},high={e:e}"));
            for (low, high) in [(-e, e), (e, f64::MAX), (-f64::MAX, -e), (-0.0, e), (-f64::MAX, f64::MAX), (e, e)] {
                for mean in [0.0, e, -e, f64::MAX, -f64::MAX] {
                    names.push(format!("trunc_normal:mean={mean:e},std={other:e},low={low:e},high={high:e}"));
                }
            }
        }
    }
    for name in names {
        let w = matrix(&*build(&name), 6, 5, 0);
        assert!(w.iter().all(|w| !w.is_nan()), "{name}: {w:?}");
        if name.starts_with("uniform") || name.starts_with("trunc_normal") {
            assert!(w.iter().all(|w| w.is_finite()), "{name}: {w:?}");
            let Some(bounds) = name.split_once("low=").map(|(_, rest)| rest) else { unreachable!() };
            let (low, high) = bounds.split_once(",high=").unwrap();
            let (low, high): (f64, f64) = (low.parse().unwrap(), high.parse().unwrap());
            assert!(w.iter().all(|w| (low..=high).contains(w)), "{name}: {w:?}");
        }
    }
}

#[test]
fn the_correction_is_the_deviation_between_plus_and_minus_two() {
    let phi = |x: f64| (-x * x / 2.0).exp() / TAU.sqrt();
    let variance = integral(|x| x * x * phi(x), -2.0, 2.0) / integral(phi, -2.0, 2.0);
    assert!((variance.sqrt() - 0.879_625_661_034_239_8).abs() < 1e-13);
    assert!((CUT - variance).abs() < 1e-13);
}

#[test]
fn auto_takes_the_gain_of_the_function_that_follows() {
    for entry in backprop_activations::registry::<f32>().entries {
        let Ok(function) = entry.build_default() else { continue };
        if function.output_rows(8) != 8 {
            continue;
        }
        let gain = Activation::gain(&*function);
        let dense = Dense::<f32>::new(8, 8).shared_activation(function.into());
        let next = Layer::<f32>::nonlinearity(&dense).unwrap();
        let chosen = backprop_layers::Auto::choose(&next);
        let expected = match chosen.call().name.as_str() {
            "kaiming_normal" => format!("kaiming_normal:gain={gain}"),
            "xavier_uniform" => format!("xavier_uniform:gain={gain}"),
            other => panic!("{}: {other}", entry.name),
        };
        assert_eq!(
            {
                let mut w = vec![0.0; 64];
                build("auto").fill(&mut w, Fans::of(&[8, 8]), &next, &mut stream(3));
                w
            },
            matrix(&*build(&expected), 8, 8, 3),
            "{}",
            entry.name
        );
    }
}

#[test]
fn wrong_options_say_what_is_right() {
    let refused = |text: &str, message: &str| assert_eq!(initializers().parse(text).unwrap_err().to_string(), message);
    refused("uniform:low=2", "`uniform`: low = 2 must not be above high = 1");
    refused("trunc_normal:low=3", "`trunc_normal`: low = 3 must not be above high = 2");
    refused("trunc_normal:std=0", "`trunc_normal`: std = 0 is not possible; it must be a number in (0, ∞)");
    refused("trunc_normal:high=inf", "`trunc_normal`: high = inf is not possible; it must be a number in (−∞, ∞)");
    refused("normal:std=-1", "`normal`: std = -1 is not possible; it must be a number in (0, ∞)");
    refused("normal:mean=nan", "`normal`: mean = NaN is not possible; it must be a number in (−∞, ∞)");
    refused("constant:value=big", "`constant`: value = big is not possible; it must be a number in (−∞, ∞)");
    refused("xavier_normal:gain=0", "`xavier_normal`: gain = 0 is not possible; it must be a number in (0, ∞)");
    refused(
        "kaiming_normal:mode=fan",
        "`kaiming_normal`: mode = fan is not possible; it must be one of fan_in, fan_out, fan_avg",
    );
    refused("lecun_normal:gain=1", "`lecun_normal` has no option `gain`; it has none");
    refused("zeros:value=0", "`zeros` has no option `value`; it has none");
    refused("variance_scaling:scale=0", "`variance_scaling`: scale = 0 is not possible; it must be a number in (0, ∞)");
    refused(
        "variance_scaling:distribution=gauss",
        "`variance_scaling`: distribution = gauss is not possible; it must be one of truncated_normal, normal, uniform",
    );
    refused(
        "variance_scaling:mod=fan_in",
        "`variance_scaling` has no option `mod`, did you mean `mode`? it has scale, mode, distribution",
    );
    refused("orthogonal:gain=-1", "`orthogonal`: gain = -1 is not possible; it must be a number in (0, ∞)");
    refused("sparse", "`sparse` needs the option sparsity: a number in [0, 1]");
    refused("sparse:sparsity=1.5", "`sparse`: sparsity = 1.5 is not possible; it must be a number in [0, 1]");
    refused("sparse:sparsity=0.5,std=0", "`sparse`: std = 0 is not possible; it must be a number in (0, ∞)");
    refused("identity:gain=1,gain=2", "`identity`: option gain is given twice");
    refused("lsuv:tolerance=1", "`lsuv`: tolerance = 1 is not possible; it must be a number in (0, 1)");
    refused("lsuv:iterations=0", "`lsuv`: iterations = 0 is not possible; it must be a whole number in [1, 1000]");
    refused("lsuv:samples=1.5", "`lsuv`: samples = 1.5 is not possible; it must be a whole number in [1, 16777216]");
    let unknown = initializers().parse("truncnormal").unwrap_err().to_string();
    assert!(unknown.starts_with("unknown initializer `truncnormal`, did you mean `trunc_normal`? there are auto, zeros, ones"));
}

#[test]
fn types_refuse_what_their_entries_refuse() {
    let truncated = |mean, std, low, high| TruncatedNormal::new(mean, std, low, high).unwrap_err().to_string();
    assert_eq!(truncated(0.0, 1.0, 2.0, 1.0), "`trunc_normal`: low = 2 must not be above high = 1");
    assert_eq!(truncated(0.0, -1.0, 0.0, 1.0), "`trunc_normal`: std = -1 must be a finite number above 0");
    assert_eq!(truncated(0.0, f64::NAN, 0.0, 1.0), "`trunc_normal`: std = NaN must be a finite number above 0");
    assert_eq!(truncated(0.0, 1.0, f64::NEG_INFINITY, 1.0), "`trunc_normal`: mean = 0, low = -inf and high = 1 must be finite");
    let uniform = |low, high| Uniform::new(low, high).unwrap_err().to_string();
    assert_eq!(uniform(1.0, 0.5), "`uniform`: low = 1 must not be above high = 0.5");
    assert_eq!(uniform(f64::NAN, 0.5), "`uniform`: low = NaN and high = 0.5 must be finite");
}

/// A weight with a kernel, which starts by some rule.
#[derive(Debug)]
struct Kernel(Box<dyn Initializer>);

impl<T: Scalar> Layer<T> for Kernel {
    fn output_shape(&self, input: &Shape) -> Result<Shape, LayerError> {
        Ok(input.clone())
    }

    fn label(&self) -> String {
        "Kernel".to_owned()
    }

    fn call(&self) -> Option<Call> {
        None
    }

    fn spans(&self) -> Vec<Span> {
        vec![Span::new("w", &[4, 2, 3], Role::Weight)]
    }

    fn weight_initializer(&self) -> Option<&dyn Initializer> {
        Some(self.0.as_ref())
    }

    fn forward(&self, params: &[T], _state: &[T], x: View<'_, T>, mut y: ViewMut<'_, T>, _cache: ViewMut<'_, T>, _mode: Mode) {
        y.as_mut_slice().iter_mut().zip(x.as_slice()).for_each(|(y, &x)| *y = params[0] * x);
    }

    fn input_gradient(&self, step: Step<'_, T>, mut dx: ViewMut<'_, T>) {
        dx.as_mut_slice().iter_mut().zip(step.dy.as_slice()).for_each(|(dx, &dy)| *dx = step.params[0] * dy);
    }
}

#[test]
fn the_identity_is_for_matrices() {
    let network = |rule: Box<dyn Initializer>| {
        let layers = Sequential::new().then(Dense::new(2, 2).activation(Relu)).then(Kernel(rule));
        Network::<f32>::new(2, layers)
    };
    assert_eq!(
        network(Box::new(IdentityMatrix { gain: 1.0 })).unwrap_err().to_string(),
        "layer 1 (Kernel) cannot start as the identity, which is for a matrix, with weights of 4 × 2 × 3; take orthogonal"
    );
    let network = network(Box::<Lsuv>::default()).unwrap();
    assert_eq!(network.summary().rows[1].weights, "lsuv: orthogonal, then scaled by the first data");
    // Without a rule of its own to write them, its weights are 0, and so is what comes out: nothing to scale by.
    let mut params = network.init(0);
    network.lsuv(&mut params, &[], View::new(&[1.0, -2.0], 2, 1));
    assert_eq!(params[6..], [0.0; 24]);
}
