//! A layer on its own: what a network does with one, without a network.

use std::sync::Arc;

use backprop_activations::registry;
use backprop_gradcheck::Random;
use backprop_layers::{Layer, Mode, Noise, Nonlinearity, Shape, Step};
use backprop_tensor::{Key, Purpose, Scalar, View, ViewMut};

/// A layer, with parameters and state drawn at random.
pub(crate) struct Alone<T: Scalar> {
    pub(crate) layer: Arc<dyn Layer<T>>,
    pub(crate) params: Vec<T>,
    pub(crate) state: Vec<T>,
    pub(crate) rows: usize,
    pub(crate) outputs: usize,
    cache_rows: usize,
    /// What every buffer holds before it is written.
    pub(crate) rubbish: T,
}

impl<T: Scalar> Alone<T> {
    pub(crate) fn new(layer: Arc<dyn Layer<T>>, rows: usize) -> Self {
        let input = Shape::from(rows);
        let length = |spans: Vec<backprop_tensor::Span>| spans.last().map_or(0, |span| span.range.end);
        let mut params = vec![T::ZERO; length(layer.spans())];
        layer.init(&mut params, &Nonlinearity::none(), &mut Key::new(3, Purpose::Init).stream(0));
        // Biases start at 0; here they must count.
        let mut random = Random::new(4);
        params.iter_mut().for_each(|p| *p += T::from_f64(0.2 * random.next()));
        let state = random.vector(length(layer.state_spans()), 0.5).into_iter().map(|s| T::from_f64(s + 1.0)).collect();
        let (outputs, cache_rows) = (layer.output_shape(&input).unwrap().len(), layer.cache_rows(&input));
        Self { layer, params, state, rows, outputs, cache_rows, rubbish: T::from_f64(f64::NAN) }
    }

    /// `cols` samples, each drawn until no value before the activation is near one of its kinks.
    pub(crate) fn input(&self, cols: usize, seed: u64) -> Vec<T> {
        let mut random = Random::new(seed);
        let mut sample = || -> Vec<T> { random.vector(self.rows, 2.0).into_iter().map(T::from_f64).collect() };
        let function = self.layer.nonlinearity().map(|function| registry::<T>().parse(&function.name).unwrap());
        let kinks = function.map(|function| function.kinks()).unwrap_or_default();
        let near = |x: &[T]| {
            !kinks.is_empty() && self.before_activation(x).iter().any(|z| kinks.iter().any(|kink| (z - kink).abs() < 1e-2))
        };
        (0..cols).flat_map(|_| std::iter::repeat_with(&mut sample).find(|x| !near(x)).unwrap()).collect()
    }

    /// What the activation of this layer is given for one sample: W x + b, or x if there is no W.
    fn before_activation(&self, x: &[T]) -> Vec<f64> {
        if self.params.is_empty() {
            return wide(x);
        }
        let (w, b) = self.params.split_at(self.rows * self.outputs);
        let bias = |i: usize| b.get(i).copied().unwrap_or(T::ZERO);
        let sum = |i: usize| bias(i) + (0..self.rows).map(|k| w[k * self.outputs + i] * x[k]).sum::<T>();
        (0..self.outputs).map(|i| sum(i).to_f64()).collect()
    }

    /// What training with this key does, for columns that start at `first_column` of the batch.
    pub(crate) fn train(first_column: usize) -> Mode {
        Mode::Train(Noise { key: Key::new(5, Purpose::Noise).at(1, 2), layer: 3, first_column })
    }

    /// y and the cache.
    pub(crate) fn forward(&self, params: &[T], x: &[T], mode: Mode) -> (Vec<T>, Vec<T>) {
        let cols = x.len() / self.rows;
        let (mut y, mut cache) = (vec![self.rubbish; self.outputs * cols], vec![self.rubbish; self.cache_rows * cols]);
        let views = (ViewMut::new(&mut y, self.outputs, cols), ViewMut::new(&mut cache, self.cache_rows, cols));
        self.layer.forward(params, &self.state, View::new(x, self.rows, cols), views.0, views.1, mode);
        (y, cache)
    }

    /// dx and dθ.
    pub(crate) fn backward(&self, params: &[T], x: &[T], y: &[T], cache: &[T], dy: &[T]) -> (Vec<T>, Vec<T>) {
        let cols = x.len() / self.rows;
        let (mut cache, mut dy) = (cache.to_vec(), dy.to_vec());
        let (mut dx, mut dparams) = (vec![self.rubbish; x.len()], vec![self.rubbish; params.len()]);
        let y = View::new(y, self.outputs, cols);
        let kept = ViewMut::new(&mut cache, self.cache_rows, cols);
        self.layer.local_gradient(y, kept, ViewMut::new(&mut dy, self.outputs, cols));
        let step = Step {
            params,
            state: &self.state,
            x: View::new(x, self.rows, cols),
            y,
            dy: View::new(&dy, self.outputs, cols),
            cache: View::new(&cache, self.cache_rows, cols),
        };
        self.layer.input_gradient(step, ViewMut::new(&mut dx, self.rows, cols));
        self.layer.param_gradient(step, &mut dparams);
        // The parts that a network computes apart are those of the whole, to the bit.
        let mut parts = vec![self.rubbish; params.len()];
        let mut end = 0;
        for block in self.layer.blocks() {
            assert_eq!(block.start, end, "blocks follow one another without gap");
            end = block.end;
            self.layer.block_gradient(block.clone(), step, &mut parts[block]);
        }
        assert_eq!((end, bits(&parts)), (params.len(), bits(&dparams)), "blocks give what the whole gives");
        (dx, dparams)
    }

    /// y, dx and dθ of a training step on columns that start at `first_column`.
    pub(crate) fn step(&self, x: &[T], dy: &[T], first_column: usize) -> [Vec<T>; 3] {
        let (y, cache) = self.forward(&self.params, x, Self::train(first_column));
        let (dx, dparams) = self.backward(&self.params, x, &y, &cache, dy);
        [y, dx, dparams]
    }

    pub(crate) fn cotangent(&self, cols: usize) -> Vec<T> {
        Random::new(11).vector(self.outputs * cols, 1.0).into_iter().map(T::from_f64).collect()
    }
}

/// The exact numbers, so that NaN is equal to itself and −0 differs from 0.
pub(crate) fn bits<T: Scalar>(values: &[T]) -> Vec<u64> {
    values.iter().map(|value| value.to_f64().to_bits()).collect()
}

/// The numbers in double precision.
pub(crate) fn wide<T: Scalar>(values: &[T]) -> Vec<f64> {
    values.iter().map(|value| value.to_f64()).collect()
}
