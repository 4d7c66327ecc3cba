//! Standardised inputs as part of the network.

use backprop_registry::Call;
use backprop_tensor::{Role, Scalar, Span, View, ViewMut, vectorize};

use crate::{Layer, LayerError, Mode, Shape, Step};

/// Brings every input to mean 0 and variance 1 with figures that stand in the state vector: counted once, never learned.
///
/// ```text
/// y = (x − mean) / scale      dx = dy / scale
/// ```
///
/// # Shapes
/// `x`, `y`: `(features, batch)`. State: `mean` (at first 0) and `scale` (at first 1), written by [`fit`](Self::fit).
///
/// # Examples
/// ```
/// use backprop_layers::{InputNormalizer, Network, Sequential};
/// use backprop_tensor::View;
///
/// let layer = InputNormalizer::new(1);
/// let network = Network::<f32>::new(1, Sequential::new().then(layer))?;
/// let mut state = network.initial_state();
/// layer.fit(View::new(&[1.0, 3.0], 1, 2), &mut state);       // mean 2, standard deviation 1
/// assert_eq!(network.predict(&[], &state, View::new(&[5.0], 1, 1)).as_slice(), &[3.0]);
/// # Ok::<(), backprop_layers::ShapeError>(())
/// ```
///
/// Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, *Efficient BackProp*, 1998, <https://doi.org/10.1007/3-540-49430-8_2>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputNormalizer {
    features: usize,
}

impl InputNormalizer {
    /// The layer for so many inputs.
    pub fn new(features: usize) -> Self {
        Self { features }
    }

    /// Writes mean and standard deviation (biased, in two passes) of each row of `x` into this layer's part of the state. A row
    /// that varies by no more than rounding (a deviation of at most 10 ε·|mean|, ε that of `T`) gets the scale 1.
    ///
    /// # Panics
    /// If `x` has other rows, or no column, or `state` another length than this layer's state.
    pub fn fit<T: Scalar>(&self, x: View<'_, T>, state: &mut [T]) {
        assert!(x.rows() == self.features && x.cols() > 0, "statistics need {} rows and a column", self.features);
        let (mean, scale) = state.split_at_mut(self.features);
        assert_eq!(scale.len(), self.features, "the state holds a mean and a scale for each input");
        let n = x.cols() as f64;
        for i in 0..self.features {
            let row = || (0..x.cols()).map(|j| x.at(i, j).to_f64());
            // Counted from the first value, so that the mean of equal values is that value, however many there are.
            let first = x.at(i, 0).to_f64();
            let mu = first + row().map(|x| x - first).sum::<f64>() / n;
            let sigma = (row().map(|x| (x - mu).powi(2)).sum::<f64>() / n).sqrt();
            let constant = sigma <= (10.0 * T::EPSILON.to_f64() * mu.abs()).max(T::MIN_POSITIVE.to_f64());
            mean[i] = T::from_f64(mu);
            scale[i] = if constant { T::ONE } else { T::from_f64(sigma) };
        }
    }
}

impl<T: Scalar> Layer<T> for InputNormalizer {
    fn output_shape(&self, input: &Shape) -> Result<Shape, LayerError> {
        if input.len() == self.features {
            Ok(input.clone())
        } else {
            Err(LayerError::Rows { expected: self.features, got: input.len() })
        }
    }

    fn label(&self) -> String {
        format!("InputNormalizer({})", self.features)
    }

    fn call(&self) -> Option<Call> {
        Some(Call::new("input_normalizer").with("features", self.features))
    }

    fn state_spans(&self) -> Vec<Span> {
        let mean = Span::new("mean", &[self.features], Role::Norm);
        let scale = Span::new("scale", &[self.features], Role::Norm).after(self.features);
        vec![mean, scale]
    }

    fn init_state(&self, state: &mut [T]) {
        let (mean, scale) = state.split_at_mut(self.features);
        mean.fill(T::ZERO);
        scale.fill(T::ONE);
    }

    fn forward(&self, _params: &[T], state: &[T], x: View<'_, T>, mut y: ViewMut<'_, T>, _cache: ViewMut<'_, T>, _mode: Mode) {
        let (mean, scale) = state.split_at(self.features);
        vectorize!({
            for j in 0..x.cols() {
                for (((y, &x), &mean), &scale) in y.column_mut(j).iter_mut().zip(x.column(j)).zip(mean).zip(scale) {
                    *y = (x - mean) / scale;
                }
            }
        });
    }

    fn input_gradient(&self, step: Step<'_, T>, mut dx: ViewMut<'_, T>) {
        let scale = &step.state[self.features..];
        vectorize!({
            for j in 0..step.dy.cols() {
                for ((dx, &dy), &scale) in dx.column_mut(j).iter_mut().zip(step.dy.column(j)).zip(scale) {
                    *dx = dy / scale;
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted<T: Scalar>(row: &[T]) -> [f64; 2] {
        let mut state = [T::ZERO; 2];
        InputNormalizer::new(1).fit(View::new(row, 1, row.len()), &mut state);
        state.map(T::to_f64)
    }

    #[test]
    fn each_row_comes_out_with_mean_0_and_variance_1() {
        let (layer, x) = (InputNormalizer::new(2), [3.0, 100.0, 5.0, -100.0, 4.0, 30.0_f64]);
        let (mut state, mut y) = ([0.0; 4], [f64::NAN; 6]);
        layer.fit(View::new(&x, 2, 3), &mut state);
        layer.forward(&[], &state, View::new(&x, 2, 3), ViewMut::new(&mut y, 2, 3), ViewMut::new(&mut [], 0, 3), Mode::Infer);
        for i in 0..2 {
            let row = [y[i], y[i + 2], y[i + 4]];
            assert!(row.iter().sum::<f64>().abs() < 1e-14, "{row:?}");
            assert!((row.iter().map(|y| y * y).sum::<f64>() / 3.0 - 1.0).abs() < 1e-14, "{row:?}");
        }
    }

    #[test]
    fn a_constant_is_seen_as_one_however_often_it_stands_there() {
        // Added up a million times, 0.1 is off by 1e-11 of itself, which looks like a deviation.
        assert_eq!(fitted(&vec![0.1_f64; 1_000_000]), [0.1, 1.0]);
        assert_eq!(fitted(&vec![0.1_f32; 1000]), [f64::from(0.1_f32), 1.0]);
        assert_eq!(fitted(&[0.1 + 0.2, 0.3, 0.3_f64])[1], 1.0, "rounding is no variation");
        assert_eq!(fitted(&[0.0_f32; 3]), [0.0, 1.0]);
    }

    #[test]
    fn small_units_are_not_a_constant() {
        // Nanometres in metres.
        assert!((fitted(&[1e-9_f64, 3e-9])[1] - 1e-9).abs() < 1e-24);
        assert_eq!(fitted(&[-2e-30_f32, 2e-30])[1], f64::from(2e-30_f32));
    }
}
