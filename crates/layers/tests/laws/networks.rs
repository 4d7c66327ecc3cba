//! The laws of a network: gradients of the whole, one call or two, any workspace, any number of threads.

use backprop_activations::{Relu, Tanh};
use backprop_gradcheck::{Gradcheck, Random};
use backprop_layers::{Dense, Dropout, Network, Sequential, Workspace};
use backprop_tensor::{Key, Pool, Purpose, Scalar, View, ViewMut};

use crate::alone::bits;
use crate::examples::tapped;

fn noise() -> Key {
    Key::new(6, Purpose::Noise).at(1, 2)
}

/// ½ Σ y² of some columns, and its gradient.
fn half_square<T: Scalar>(y: View<'_, T>, mut dy: ViewMut<'_, T>) -> f64 {
    dy.copy_from(y);
    y.as_slice().iter().map(|y| y.to_f64().powi(2) / 2.0).sum()
}

fn random<T: Scalar>(seed: u64, len: usize, scale: f64) -> Vec<T> {
    Random::new(seed).vector(len, scale).into_iter().map(T::from_f64).collect()
}

/// The bits of loss and gradients in one call, over whatever stands in the workspace.
fn one_call<T: Scalar>(network: &Network<T>, params: &[T], x: View<'_, T>, workspace: &mut Workspace<T>) -> (u64, Vec<u64>) {
    let mut gradients = vec![T::from_f64(f64::NAN); params.len()];
    let state = network.initial_state();
    let loss = network.gradients(params, &state, x, noise(), &|_, y, dy| half_square(y, dy), workspace, &mut gradients);
    (loss.to_bits(), bits(&gradients))
}

/// The bits of the gradients in one call and in two.
pub(crate) fn step<T: Scalar>(network: &Network<T>, params: &[T], x: &[T], batch: usize) -> (Vec<u64>, Vec<u64>) {
    let x = View::new(x, network.inputs(), batch);
    let state = network.initial_state();
    let mut workspace = network.workspace(batch);
    let (_, once) = one_call(network, params, x, &mut workspace);
    let mut gradients = vec![T::from_f64(f64::NAN); params.len()];
    let mut pass = network.forward(params, &state, x, noise(), &mut workspace);
    let (y, dy) = pass.ends();
    half_square(y, dy);
    pass.backward(&mut gradients);
    (once, bits(&gradients))
}

/// A network behind a [`Tap`](crate::tap::Tap), with random parameters, state and input.
pub(crate) struct Batch<'a> {
    network: &'a Network<f64>,
    state: Vec<f64>,
    cols: usize,
    pub(crate) x: Vec<f64>,
    pub(crate) params: Vec<f64>,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(network: &'a Network<f64>, cols: usize, seed: u64) -> Self {
        let mut params = network.init(seed);
        // Biases start at 0; here they must count.
        params.iter_mut().zip(random::<f64>(seed, network.param_count(), 0.2)).for_each(|(p, r)| *p += r);
        let taps = network.inputs() * cols;
        let mut state = network.initial_state();
        state.iter_mut().zip(random::<f64>(seed, network.state_count(), 0.5)).for_each(|(s, r)| *s += r);
        Self { network, state, cols, x: random(seed, taps, 1.5), params: params.split_off(taps) }
    }

    /// All parameters, with something for the tap, which does not look at it.
    fn all(&self, params: &[f64]) -> Vec<f64> {
        [&vec![0.0; self.x.len()], params].concat()
    }

    /// y in training.
    pub(crate) fn output(&self, x: &[f64], params: &[f64]) -> Vec<f64> {
        let (params, mut workspace) = (self.all(params), self.network.workspace(self.cols));
        let x = View::new(x, self.network.inputs(), self.cols);
        let mut pass = self.network.forward(&params, &self.state, x, noise(), &mut workspace);
        pass.ends().0.as_slice().to_vec()
    }

    /// The gradient with respect to input and parameters, one after the other: the tap puts the first before the second.
    pub(crate) fn gradient(&self, x: &[f64], params: &[f64], dy: &[f64]) -> Vec<f64> {
        let (params, mut workspace) = (self.all(params), self.network.workspace(self.cols));
        let x = View::new(x, self.network.inputs(), self.cols);
        let mut gradients = vec![f64::NAN; params.len()];
        let mut pass = self.network.forward(&params, &self.state, x, noise(), &mut workspace);
        pass.ends().1.as_mut_slice().copy_from_slice(dy);
        pass.backward(&mut gradients);
        gradients
    }
}

#[test]
fn gradients_of_the_whole_are_those_of_differences() {
    for cols in [1, 4, 19] {
        for (name, network) in tapped::<f64>(cols) {
            let batch = Batch::new(&network, cols, 3);
            let z = [batch.x.clone(), batch.params.clone()].concat();
            let n = batch.x.len();
            let check = Gradcheck { rtol: 1e-7, ..Gradcheck::default() };
            let f = |z: &[f64]| batch.output(&z[..n], &z[n..]);
            check.assert(&format!("{name}, {cols} samples"), &z, f, |z, dy| batch.gradient(&z[..n], &z[n..], dy));
        }
    }
}

fn one_call_is_two<T: Scalar>() {
    for cols in [1, 5, 16, 33, 100, 130] {
        for (name, network) in tapped::<T>(cols) {
            let (once, twice) = step(&network, &network.init(1), &random(2, 5 * cols, 1.0), cols);
            assert_eq!(once, twice, "{name} ({}), {cols} samples", T::NAME);
        }
    }
}

#[test]
fn one_call_gives_the_bits_of_two() {
    one_call_is_two::<f32>();
    one_call_is_two::<f64>();
}

#[test]
fn what_stood_in_the_workspace_does_not_matter() {
    for cols in [1, 5, 33] {
        for (name, network) in tapped::<f32>(cols) {
            let params = network.init(1);
            let x: Vec<f32> = random(2, 5 * cols, 1.0);
            let x = View::new(&x, 5, cols);
            let fresh = one_call(&network, &params, x, &mut network.workspace(cols));
            let mut used = network.workspace(cols);
            let nan = (vec![f32::NAN; params.len()], vec![f32::NAN; 5 * cols]);
            one_call(&network, &nan.0, View::new(&nan.1, 5, cols), &mut used);
            assert_eq!(one_call(&network, &params, x, &mut used), fresh, "{name} after NaN");
            assert_eq!(one_call(&network, &params, x, &mut used), fresh, "{name} twice");
        }
    }
}

/// A network whose parameters keep no track of the batch, big enough for threads to share the work.
fn shared() -> Network<f32> {
    let block = Sequential::new().then(Dense::new(64, 64).activation(Tanh)).then(Dropout::new(0.1)).then(Dense::new(64, 64));
    let layers = Sequential::new()
        .then(Dense::new(40, 64).activation(Relu))
        .then(Dropout::new(0.3))
        .residual(block)
        .then(Dense::new(64, 10));
    Network::new(40, layers).unwrap()
}

#[test]
fn a_smaller_batch_fits_a_larger_workspace() {
    let network = shared();
    let params = network.init(1);
    let mut large = network.workspace(130);
    let nan = vec![f32::NAN; 40 * 130];
    one_call(&network, &params, View::new(&nan, 40, 130), &mut large);
    for cols in [130, 33, 16, 5, 1, 0] {
        let x: Vec<f32> = random(2, 40 * cols, 1.0);
        let x = View::new(&x, 40, cols);
        let own = one_call(&network, &params, x, &mut network.workspace(cols));
        assert_eq!(one_call(&network, &params, x, &mut large), own, "{cols} samples");
    }
}

#[test]
fn an_empty_batch_has_no_loss_and_no_gradient() {
    let network = shared();
    let mut gradients = vec![f32::NAN; network.param_count()];
    let x = View::new(&[], 40, 0);
    let loss = |_: std::ops::Range<usize>, y: View<'_>, dy: ViewMut<'_>| half_square(y, dy);
    let loss = network.gradients(&network.init(1), &[], x, noise(), &loss, &mut network.workspace(3), &mut gradients);
    assert_eq!(loss, 0.0);
    assert!(gradients.iter().all(|&g| g == 0.0));
    assert_eq!(network.predict(&network.init(1), &[], x).shape(), (10, 0));
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let network = shared();
    let (params, cols) = (network.init(1), 200);
    let x: Vec<f32> = random(2, 40 * cols, 1.0);
    let x = View::new(&x, 40, cols);
    let run = || {
        let mut workspace = network.workspace(cols);
        let gradients = one_call(&network, &params, x, &mut workspace);
        (gradients, bits(network.infer(&params, &[], x, &mut workspace).as_slice()))
    };
    let expected = Pool::new(1).unwrap().run(run);
    for threads in [2, 3, 4, 8] {
        // More than once: which thread takes what differs from run to run.
        for _ in 0..5 {
            assert_eq!(Pool::new(threads).unwrap().run(run), expected, "{threads} threads");
        }
    }
}

#[test]
fn the_loss_sees_every_column_once_with_its_output() {
    let network = shared();
    let (params, cols) = (network.init(1), 100);
    let x: Vec<f32> = random(2, 40 * cols, 1.0);
    let mut workspace = network.workspace(cols);
    let seen = std::sync::Mutex::new(vec![None; cols]);
    let mut gradients = vec![0.0; params.len()];
    let noise = noise();
    let loss = |range: std::ops::Range<usize>, y: View<'_>, mut dy: ViewMut<'_>| {
        let mut seen = seen.lock().unwrap();
        range.clone().enumerate().for_each(|(j, column)| assert_eq!(seen[column].replace(y.column(j).to_vec()), None));
        dy.fill(0.0);
        range.len() as f64
    };
    let total = network.gradients(&params, &[], View::new(&x, 40, cols), noise, &loss, &mut workspace, &mut gradients);
    assert_eq!(total, 100.0, "shares add up");
    let mut pass = network.forward(&params, &[], View::new(&x, 40, cols), noise, &mut workspace);
    let seen: Vec<f32> = seen.into_inner().unwrap().into_iter().flat_map(Option::unwrap).collect();
    assert_eq!(seen, pass.ends().0.as_slice());
}

#[test]
fn inference_has_no_noise_and_needs_no_room_for_gradients() {
    for (name, network) in tapped::<f32>(40) {
        let (params, state) = (network.init(1), network.initial_state());
        let x: Vec<f32> = random(2, 5 * 40, 1.0);
        let x = View::new(&x, 5, 40);
        let (mut lean, mut full) = (network.inference_workspace(40), network.workspace(40));
        assert!(lean.bytes() < full.bytes(), "{name}");
        let y = bits(network.infer(&params, &state, x, &mut lean).as_slice());
        assert_eq!(bits(network.infer(&params, &state, x, &mut lean).as_slice()), y, "{name} twice");
        assert_eq!(bits(network.infer(&params, &state, x, &mut full).as_slice()), y, "{name} among gradients");
        assert_eq!(bits(network.predict(&params, &state, x).as_slice()), y, "{name} predicted");
        let mut pass = network.forward(&params, &state, x, noise(), &mut full);
        let noisy = ["dropout", "nested residual blocks"].contains(&name);
        assert_eq!(bits(pass.ends().0.as_slice()) != y, noisy, "{name} in training");
    }
}

#[test]
fn any_number_of_samples_is_predicted() {
    let network = shared();
    let (params, cols) = (network.init(1), 2500);
    let x: Vec<f32> = random(2, 40 * cols, 1.0);
    let x = View::new(&x, 40, cols);
    let y = network.predict(&params, &[], x);
    for range in [0..1024, 1024..2048, 2048..2500] {
        let part = network.predict(&params, &[], x.columns(range.clone()));
        assert_eq!(View::from(&y).columns(range).as_slice(), part.as_slice());
    }
}

#[test]
fn first_parameters_depend_on_the_seed_alone() {
    let network = shared();
    assert_eq!(bits(&network.init(1)), bits(&network.init(1)));
    assert_ne!(bits(&network.init(1)), bits(&network.init(2)));
    let (first, second) = (&network.spans()[2], &network.spans()[4]);
    let params = network.init(1);
    assert_ne!(params[first.range.clone()], params[second.range.clone()], "layers of one shape start differently");

    let layers = |n: usize| Sequential::new().then(Dense::<f32>::new(n, n)).then(Dense::new(n, 1));
    let twin = Sequential::new().then(Dense::<f64>::new(9, 9)).then(Dense::new(9, 1));
    let (narrow, wide) = (Network::new(9, layers(9)).unwrap().init(7), Network::new(9, twin).unwrap().init(7));
    assert_eq!(narrow, wide.iter().map(|&p| p as f32).collect::<Vec<_>>(), "f32 starts as f64, rounded");
}
