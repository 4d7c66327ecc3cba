//! Activations and a layer that a user writes: no registry, nothing in place.

use backprop_activations::{Activation, Family, Tanh};
use backprop_layers::{
    Activated, Constant, Dense, Initializer, Layer, LayerError, Mode, Network, Nonlinearity, Sequential, Shape, Step,
};
use backprop_registry::Call;
use backprop_tensor::{Key, Purpose, Role, Scalar, Span, Stream, View, ViewMut};

/// Each value times the next one of its column, around in a circle: neither elementwise nor in place.
///
/// ```text
/// yᵢ = xᵢ xᵢ₊₁      dxᵢ = xᵢ₊₁ dyᵢ + xᵢ₋₁ dyᵢ₋₁
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cyclic;

impl<T: Scalar> Activation<T> for Cyclic {
    fn forward(&self, x: View<'_, T>, mut y: ViewMut<'_, T>) {
        let n = x.rows();
        for j in 0..x.cols() {
            let x = x.column(j);
            y.column_mut(j).iter_mut().enumerate().for_each(|(i, y)| *y = x[i] * x[(i + 1) % n]);
        }
    }

    fn input_gradient(&self, x: View<'_, T>, _y: View<'_, T>, dy: View<'_, T>, mut dx: ViewMut<'_, T>) {
        let n = x.rows();
        for j in 0..x.cols() {
            let (x, dy) = (x.column(j), dy.column(j));
            for (i, dx) in dx.column_mut(j).iter_mut().enumerate() {
                let before = (i + n - 1) % n;
                *dx = x[(i + 1) % n] * dy[i] + x[before] * dy[before];
            }
        }
    }

    fn call(&self) -> Call {
        Call::new("cyclic")
    }

    fn family(&self) -> Family {
        Family::Linear
    }
}

/// The product of each pair: half as many rows come out.
///
/// ```text
/// yᵢ = x₂ᵢ x₂ᵢ₊₁      dx₂ᵢ = x₂ᵢ₊₁ dyᵢ      dx₂ᵢ₊₁ = x₂ᵢ dyᵢ
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pairs;

impl<T: Scalar> Activation<T> for Pairs {
    fn output_rows(&self, rows: usize) -> usize {
        rows / 2
    }

    fn forward(&self, x: View<'_, T>, mut y: ViewMut<'_, T>) {
        for j in 0..x.cols() {
            y.column_mut(j).iter_mut().zip(x.column(j).chunks_exact(2)).for_each(|(y, x)| *y = x[0] * x[1]);
        }
    }

    fn input_gradient(&self, x: View<'_, T>, _y: View<'_, T>, dy: View<'_, T>, mut dx: ViewMut<'_, T>) {
        for j in 0..x.cols() {
            let pairs = dx.column_mut(j).chunks_exact_mut(2).zip(x.column(j).chunks_exact(2)).zip(dy.column(j));
            pairs.for_each(|((dx, x), &dy)| dx.copy_from_slice(&[x[1] * dy, x[0] * dy]));
        }
    }

    fn call(&self) -> Call {
        Call::new("pairs")
    }

    fn family(&self) -> Family {
        Family::Linear
    }
}

/// Each row times a number that is learned.
///
/// ```text
/// y = s ⊙ x      dx = s ⊙ dy      ds = Σⱼ x ⊙ dy
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    pub(crate) features: usize,
}

impl<T: Scalar> Layer<T> for Scale {
    fn output_shape(&self, input: &Shape) -> Result<Shape, LayerError> {
        if input.len() == self.features {
            Ok(input.clone())
        } else {
            Err(LayerError::Rows { expected: self.features, got: input.len() })
        }
    }

    fn label(&self) -> String {
        format!("Scale({})", self.features)
    }

    fn spans(&self) -> Vec<Span> {
        vec![Span::new("s", &[self.features], Role::Norm)]
    }

    fn init(&self, params: &mut [T], _next: &Nonlinearity, _stream: &mut Stream) {
        params.fill(T::ONE);
    }

    fn forward(&self, params: &[T], _state: &[T], x: View<'_, T>, mut y: ViewMut<'_, T>, _cache: ViewMut<'_, T>, _mode: Mode) {
        for j in 0..x.cols() {
            y.column_mut(j).iter_mut().zip(x.column(j)).zip(params).for_each(|((y, &x), &s)| *y = s * x);
        }
    }

    fn input_gradient(&self, step: Step<'_, T>, mut dx: ViewMut<'_, T>) {
        for j in 0..step.dy.cols() {
            dx.column_mut(j).iter_mut().zip(step.dy.column(j)).zip(step.params).for_each(|((dx, &dy), &s)| *dx = s * dy);
        }
    }

    fn param_gradient(&self, step: Step<'_, T>, dparams: &mut [T]) {
        dparams.fill(T::ZERO);
        for j in 0..step.dy.cols() {
            dparams.iter_mut().zip(step.x.column(j)).zip(step.dy.column(j)).for_each(|((ds, &x), &dy)| *ds += x * dy);
        }
    }
}

#[test]
fn a_layer_of_ones_own_learns_in_a_network() {
    let network = Network::<f64>::new(2, Sequential::new().then(Scale { features: 2 })).unwrap();
    let (mut params, mut gradients) = (network.init(1), vec![f64::NAN; 2]);
    assert_eq!(params, [1.0, 1.0]);
    let mut workspace = network.workspace(1);
    // ½ ‖s ⊙ x − (4, −3)‖² with x = (1, 2): dx/ds = (s ⊙ x − t) ⊙ x = ((1 − 4) · 1, (2 + 3) · 2)
    let loss = |_: std::ops::Range<usize>, y: View<'_, f64>, mut dy: ViewMut<'_, f64>| {
        let error = [y.at(0, 0) - 4.0, y.at(1, 0) + 3.0];
        dy.as_mut_slice().copy_from_slice(&error);
        error.iter().map(|e| e * e / 2.0).sum()
    };
    let x = [1.0, 2.0];
    let mut step = |params: &[f64], gradients: &mut [f64]| {
        network.gradients(params, &[], View::new(&x, 2, 1), Key::new(1, Purpose::Noise), &loss, &mut workspace, gradients)
    };
    assert_eq!(step(&params, &mut gradients), 17.0);
    assert_eq!(gradients, [-3.0, 10.0]);
    for _ in 0..200 {
        step(&params, &mut gradients);
        params.iter_mut().zip(&gradients).for_each(|(s, ds)| *s -= 0.2 * ds);
    }
    assert!((params[0] - 4.0).abs() < 1e-12 && (params[1] + 1.5).abs() < 1e-12, "{params:?}");
}

/// An initializer that no registry knows.
#[derive(Debug)]
struct Halves;

impl Initializer for Halves {
    fn fill(&self, weights: &mut [f64], fans: backprop_layers::Fans, next: &Nonlinearity, stream: &mut Stream) {
        Constant { value: 0.5 }.fill(weights, fans, next, stream);
    }

    fn call(&self) -> Call {
        Call::new("halves")
    }
}

#[test]
fn what_the_registry_does_not_know_cannot_be_described() {
    let refused = |layers: Sequential| Network::new(8, layers).unwrap().describe().unwrap_err().to_string();
    let before = || Sequential::new().then(Dense::new(8, 8).activation(Tanh));
    assert_eq!(
        refused(before().then(Scale { features: 8 })),
        "layer 1 (Scale(8)) has no name in the registry, so it cannot be saved; save its parameters alone"
    );
    assert_eq!(
        refused(before().residual(before().then(Dense::new(8, 8).activation(Cyclic)))),
        "layer 2 (Dense(8 → 8, cyclic)) has no name in the registry, so it cannot be saved; save its parameters alone"
    );
    assert_eq!(
        refused(Sequential::new().then(Activated::new(Pairs))),
        "layer 0 (Activated(pairs)) has no name in the registry, so it cannot be saved; save its parameters alone"
    );
    assert_eq!(
        refused(Sequential::new().then(Dense::new(8, 1).initializer(Halves))),
        "layer 0 (Dense(8 → 1)) has no name in the registry, so it cannot be saved; save its parameters alone"
    );
}

/// A layer that forgets its formula for the parameters.
#[derive(Debug)]
struct Forgetful;

impl Layer<f32> for Forgetful {
    fn output_shape(&self, input: &Shape) -> Result<Shape, LayerError> {
        Ok(input.clone())
    }

    fn label(&self) -> String {
        "Forgetful".to_owned()
    }

    fn spans(&self) -> Vec<Span> {
        vec![Span::new("w", &[1], Role::Weight)]
    }

    fn forward(&self, _params: &[f32], _state: &[f32], x: View<'_>, mut y: ViewMut<'_>, _cache: ViewMut<'_>, _mode: Mode) {
        y.copy_from(x);
    }

    fn input_gradient(&self, step: Step<'_>, mut dx: ViewMut<'_>) {
        dx.copy_from(step.dy);
    }
}

#[test]
#[should_panic(expected = "Forgetful has parameters, so it needs a param_gradient")]
fn a_missing_formula_for_parameters_is_noticed() {
    let network = Network::new(1, Sequential::new().then(Forgetful)).unwrap();
    let mut pass_space = network.workspace(1);
    let x = [1.0];
    let pass = network.forward(&[0.0], &[], View::new(&x, 1, 1), Key::new(1, Purpose::Noise), &mut pass_space);
    pass.backward(&mut [0.0]);
}

/// A layer that cannot go back to its input.
#[derive(Debug)]
struct OneWay {
    weights: usize,
}

impl Layer<f32> for OneWay {
    fn output_shape(&self, input: &Shape) -> Result<Shape, LayerError> {
        Ok(input.clone())
    }

    fn label(&self) -> String {
        "OneWay".to_owned()
    }

    fn spans(&self) -> Vec<Span> {
        vec![Span::new("w", &[self.weights], Role::Weight)]
    }

    fn forward(&self, _params: &[f32], _state: &[f32], x: View<'_>, mut y: ViewMut<'_>, _cache: ViewMut<'_>, _mode: Mode) {
        y.copy_from(x);
    }

    fn input_gradient(&self, _step: Step<'_>, _dx: ViewMut<'_>) {
        panic!("nobody needs the gradient of the input");
    }

    fn param_gradient(&self, step: Step<'_>, dparams: &mut [f32]) {
        dparams.fill(step.dy.at(0, 0));
    }
}

#[test]
fn the_gradient_of_the_input_is_never_computed() {
    let free = || Sequential::new().then(OneWay { weights: 0 });
    let layers = free().residual(free()).then(OneWay { weights: 2 }).then(Dense::new(1, 1));
    let network = Network::new(1, layers).unwrap();
    let (mut workspace, mut gradients) = (network.workspace(1), [f32::NAN; 4]);
    let params = [0.0, 0.0, 3.0, 0.0];
    network.gradients(
        &params,
        &[],
        View::new(&[5.0], 1, 1),
        Key::new(1, Purpose::Noise),
        &|_, _, mut dy| {
            dy.fill(1.0);
            0.0
        },
        &mut workspace,
        &mut gradients,
    );
    // dw of the first weights is what comes back through w = 3; the block doubles x.
    assert_eq!(gradients, [3.0, 3.0, 10.0, 1.0]);
}
