//! LSUV: variance 1 after every layer on the data, whatever the layers, the data and the number of threads.

use backprop_activations::{Gelu, LeakyRelu, Relu, Sigmoid, Tanh};
use backprop_layers::{Constant, Dense, Dropout, InputNormalizer, Lsuv, Network, Orthogonal, Sequential};
use backprop_tensor::{Key, Matrix, Pool, Purpose, Scalar, View};

use crate::alone::bits;

/// `samples` of normal values around `mean`.
fn data<T: Scalar>(rows: usize, samples: usize, mean: f64, deviation: f64) -> Matrix<T> {
    let mut stream = Key::new(15, Purpose::Data).stream(0);
    Matrix::from_fn(rows, samples, |_, _| T::from_f64(mean + deviation * stream.normal()))
}

/// The variance of all values.
fn variance<T: Scalar>(values: &Matrix<T>) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().map(|v| v.to_f64()).sum::<f64>() / n;
    values.iter().map(|v| (v.to_f64() - mean).powi(2)).sum::<f64>() / n
}

fn precise() -> Lsuv {
    Lsuv { tolerance: 1e-3, ..Lsuv::default() }
}

/// Six weight matrices with all that can stand between them: activations that keep their input and such that do not, dropout, a
/// block, a layer without bias.
fn deep<T: Scalar>(lsuv: Lsuv) -> Network<T> {
    let dense = |from, to| Dense::new(from, to).initializer(lsuv);
    let block = Sequential::new().then(dense(40, 40).activation(Gelu)).then(Dropout::new(0.5)).then(dense(40, 40));
    let layers = Sequential::new()
        .then(InputNormalizer::new(20))
        .then(dense(20, 60).activation(Relu))
        .then(Dropout::new(0.3))
        .then(dense(60, 40).without_bias().activation(Tanh))
        .residual(block)
        .then(dense(40, 30).activation(Sigmoid))
        .then(dense(30, 5).activation(LeakyRelu { slope: 0.1 }));
    Network::new(20, layers).unwrap()
}

/// The sums of every dense layer, before its activation: the network up to it is built anew, with the same parameters.
fn sums<T: Scalar>(params: &[T], x: &Matrix<T>, state: &[T]) -> Vec<Matrix<T>> {
    let dense = |from, to| Dense::<T>::new(from, to);
    let mut sums = Vec::new();
    let mut start = 0;
    let mut apply = |x: &Matrix<T>, layer: Dense<T>, full: Dense<T>| {
        let network = Network::<T>::new(x.nrows(), Sequential::new().then(layer)).unwrap();
        let own = &params[start..start + network.param_count()];
        start += network.param_count();
        sums.push(network.predict(own, &[], View::from(x)));
        Network::<T>::new(x.nrows(), Sequential::new().then(full)).unwrap().predict(own, &[], View::from(x))
    };
    let normalizer = Network::<T>::new(20, Sequential::new().then(InputNormalizer::new(20))).unwrap();
    let x = normalizer.predict(&[], state, View::from(x));
    let x = apply(&x, dense(20, 60), dense(20, 60).activation(Relu));
    let x = apply(&x, dense(60, 40).without_bias(), dense(60, 40).without_bias().activation(Tanh));
    let inner = apply(&x, dense(40, 40), dense(40, 40).activation(Gelu));
    let inner = apply(&inner, dense(40, 40), dense(40, 40));
    let x = x + inner;
    let x = apply(&x, dense(40, 30), dense(40, 30).activation(Sigmoid));
    apply(&x, dense(30, 5), dense(30, 5).activation(LeakyRelu { slope: 0.1 }));
    assert_eq!(start, params.len());
    sums
}

fn every_layer_has_variance_one<T: Scalar>(samples: usize, mean: f64, deviation: f64) {
    for lsuv in [precise(), Lsuv::default()] {
        let network = deep::<T>(lsuv);
        let (x, state) = (data::<T>(20, samples, mean, deviation), network.initial_state());
        let mut params = network.init(1);
        let before: Vec<f64> = sums(&params, &x, &state).iter().map(variance).collect();
        assert!(before.iter().any(|v| (v - 1.0).abs() > 0.3), "nothing to do: {before:?}");
        network.lsuv(&mut params, &state, View::from(&x));
        let after: Vec<f64> = sums(&params, &x, &state).iter().map(variance).collect();
        assert!(after.iter().all(|v| (v - 1.0).abs() <= lsuv.tolerance + 1e-5), "{after:?}");
    }
}

#[test]
fn every_layer_has_variance_one_on_the_data() {
    every_layer_has_variance_one::<f64>(300, 0.0, 1.0);
    every_layer_has_variance_one::<f32>(300, 2.0, 5.0);
    every_layer_has_variance_one::<f32>(3, 0.0, 0.01);
    every_layer_has_variance_one::<f64>(1, -1.0, 3.0);
}

#[test]
fn what_is_within_the_tolerance_stays() {
    let layers = || Sequential::new().then(Dense::new(2, 2).initializer(Lsuv { tolerance: 0.2, ..Lsuv::default() }));
    let network = Network::<f64>::new(2, layers()).unwrap();
    // An orthogonal matrix keeps lengths: here the variance is 1.1 around a mean of 0.
    let root = 1.1_f64.sqrt();
    let x = [root, root, -root, -root, root, -root, -root, root];
    let before = network.init(4);
    let mut params = before.clone();
    network.lsuv(&mut params, &[], View::new(&x, 2, 4));
    assert_eq!(params, before);
    let network = Network::<f64>::new(
        2,
        Sequential::new().then(Dense::new(2, 2).initializer(Lsuv { tolerance: 0.05, ..Lsuv::default() })),
    )
    .unwrap();
    network.lsuv(&mut params, &[], View::new(&x, 2, 4));
    let scaled = params.iter().zip(&before).all(|(w, old)| (w * root - old).abs() < 1e-12);
    assert!(scaled, "{params:?} are not {before:?} / √1.1");
}

#[test]
fn iterations_make_up_for_biases_and_end() {
    // With biases ±10 on two units, b alone has variance 100, and no W makes it 1: it must stop, and with finite weights.
    let network = |iterations| {
        let lsuv = Lsuv { iterations, ..Lsuv::default() };
        Network::<f64>::new(2, Sequential::new().then(Dense::new(2, 2).initializer(lsuv))).unwrap()
    };
    let x = data::<f64>(2, 50, 0.0, 1.0);
    let scaled = |iterations| {
        let network = network(iterations);
        let mut params = network.init(0);
        params[4..].copy_from_slice(&[10.0, -10.0]);
        network.lsuv(&mut params, &[], View::from(&x));
        assert_eq!(params[4..], [10.0, -10.0], "biases stay");
        params[0].abs()
    };
    let [once, twice, often] = [1, 2, 1000].map(scaled);
    assert!(once > 9.0 * twice && twice > often && often.is_finite(), "{once} {twice} {often}");
}

#[test]
fn other_rules_stay_as_they_are() {
    let layers = Sequential::new()
        .then(Dense::new(20, 8).activation(Relu))
        .then(Dense::new(8, 8).initializer(Orthogonal { gain: 3.0 }))
        .then(Dense::new(8, 1).initializer(precise()));
    let network = Network::<f32>::new(20, layers).unwrap();
    assert_eq!(network.lsuv_samples(), Some(1024));
    let before = network.init(0);
    let mut params = before.clone();
    let x = data::<f32>(20, 64, 0.0, 4.0);
    network.lsuv(&mut params, &[], View::from(&x));
    let last = network.spans()[4].range.start;
    assert_eq!(params[..last], before[..last]);
    assert_ne!(params[last..], before[last..]);
    assert!((variance(&network.predict(&params, &[], View::from(&x))) - 1.0).abs() <= 1e-3);

    let plain = Network::<f32>::new(20, Sequential::new().then(Dense::new(20, 8))).unwrap();
    assert_eq!(plain.lsuv_samples(), None);
    let mut params = plain.init(0);
    plain.lsuv(&mut params, &[], View::from(&x));
    assert_eq!(params, plain.init(0));
}

#[test]
fn the_layer_that_wants_most_samples_decides() {
    let dense = |samples| Dense::new(2, 2).initializer(Lsuv { samples, ..Lsuv::default() });
    let network = Network::<f32>::new(2, Sequential::new().then(dense(3)).then(dense(50)).then(dense(7))).unwrap();
    assert_eq!(network.lsuv_samples(), Some(50));
}

/// First and scaled parameters of three layers that all start this way, on some data.
fn small<T: Scalar>(first: Dense<T>, x: &[T]) -> (Vec<T>, Vec<T>) {
    let dense = || Dense::new(2, 2).activation(Relu).initializer(Lsuv::default());
    let network = Network::<T>::new(2, Sequential::new().then(first).then(dense()).then(dense())).unwrap();
    let before = network.init(0);
    let mut params = before.clone();
    network.lsuv(&mut params, &[], View::new(x, 2, x.len() / 2));
    (before, params)
}

fn dead_layers<T: Scalar>() {
    let values = |values: &[f64]| values.iter().map(|&v| T::from_f64(v)).collect::<Vec<T>>();
    // Nothing but zeros goes in.
    let (before, after) = small(Dense::<T>::new(2, 2).activation(Relu).initializer(Lsuv::default()), &values(&[0.0; 6]));
    assert_eq!(after, before);
    // Nothing comes out of the first layer: its sums are below 0.
    let dying = Dense::<T>::new(2, 2).activation(Relu).initializer(Constant { value: -1.0 });
    let (before, after) = small(dying, &values(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
    assert_eq!(after, before);
    // All units of all samples give the same number, which is not one that is represented exactly.
    let same = Dense::<T>::new(2, 2).initializer(Constant { value: 0.1 });
    let (before, after) = small(same, &values(&[0.3; 6]));
    assert!(after.iter().zip(&before).all(|(w, old)| w.is_finite() && w.abs() <= old.abs() * T::from_f64(1e3)), "{after:?}");
    // No samples at all.
    let (before, after) = small(Dense::<T>::new(2, 2).initializer(Lsuv::default()), &[]);
    assert_eq!(after, before);
}

#[test]
fn a_dead_layer_is_left_alone() {
    dead_layers::<f64>();
    dead_layers::<f32>();
}

fn extreme_data<T: Scalar>(values: &[f64]) {
    for &value in values {
        let x: Vec<T> = [1.0, -0.5, 0.25, 1.0, -1.0, 0.75].iter().map(|k| T::from_f64(k * value)).collect();
        let (_, after) = small(Dense::<T>::new(2, 2).activation(Tanh).initializer(Lsuv::default()), &x);
        assert!(after.iter().all(|w| w.is_finite()), "{value:e}: {after:?}");
        // Six numbers a layer, weights first: none is divided by infinity.
        assert!(after.chunks(6).all(|layer| layer[..4].iter().any(|&w| w != T::ZERO)), "{value:e}: {after:?}");
    }
}

#[test]
fn extreme_data_give_finite_weights() {
    let both = [0.0, -0.0, 1e-30, 1e30, f64::from(f32::MAX), f64::from(f32::MIN_POSITIVE), 1e-45];
    extreme_data::<f32>(&both);
    extreme_data::<f32>(&[f64::NAN, f64::INFINITY]);
    extreme_data::<f64>(&both);
    extreme_data::<f64>(&[f64::MAX, f64::MIN_POSITIVE, 5e-324, 1e200, 1e-200, f64::NAN, f64::INFINITY]);
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    fn scaled<T: Scalar>(threads: usize) -> Vec<u64> {
        // Enough samples for a pass to be shared.
        let network = deep::<T>(precise());
        let (x, state) = (data::<T>(20, 700, 0.5, 2.0), network.initial_state());
        Pool::new(threads).unwrap().run(|| {
            let mut params = network.init(9);
            network.lsuv(&mut params, &state, View::from(&x));
            bits(&params)
        })
    }
    for threads in [2, 3, 8] {
        assert_eq!(scaled::<f32>(threads), scaled::<f32>(1), "{threads} threads");
    }
    assert_eq!(scaled::<f64>(3), scaled::<f64>(1));
}

#[test]
fn the_summary_says_that_data_are_wanted() {
    let network = Network::<f32>::new(2, Sequential::new().then(Dense::new(2, 2).initializer(Lsuv::default()))).unwrap();
    assert_eq!(network.summary().rows[0].weights, "lsuv: orthogonal, then scaled by the first data");
    let described = network.describe().unwrap();
    assert_eq!(format!("{described:?}").matches("lsuv").count(), 1, "{described:?}");
}

#[test]
#[should_panic(expected = "a sample has one row for each input")]
fn data_of_another_width() {
    let network = deep::<f32>(precise());
    network.lsuv(&mut network.init(0), &network.initial_state(), View::new(&[0.0; 19], 19, 1));
}

#[test]
#[should_panic(expected = "the parameter vector has one number for each parameter")]
fn parameters_of_another_length() {
    let network = deep::<f32>(precise());
    network.lsuv(&mut [0.0; 3], &network.initial_state(), View::new(&[0.0; 20], 20, 1));
}
