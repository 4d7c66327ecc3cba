//! Leaving nodes out of training.

use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut, vectorize};

use crate::{Layer, LayerError, Mode, Shape, Step};

/// Leaves out each value with probability p in training, and scales the others so that the expected value stays (inverted dropout).
///
/// ```text
/// training:    y = m ⊙ x      dx = m ⊙ dy      mᵢ = 0 with probability p, else 1/(1 − p)
/// inference:   y = x
/// ```
///
/// | setting | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `rate` | 0.5 | [0, 1) | p; 0 changes nothing |
///
/// The mask is a function of (seed, epoch, step, layer, column) alone.
///
/// # Shapes
/// `x`, `y`: `(features, batch)`. No parameters.
///
/// # Examples
/// ```
/// use backprop_layers::{Dropout, Network, Sequential};
/// use backprop_tensor::View;
///
/// let network = Network::<f32>::new(2, Sequential::new().then(Dropout::new(0.5)))?;
/// assert_eq!(network.predict(&[], &[], View::new(&[3.0, -1.0], 2, 1)).as_slice(), &[3.0, -1.0]);
/// # Ok::<(), backprop_layers::ShapeError>(())
/// ```
///
/// N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, *Dropout: A Simple Way to Prevent Neural Networks
/// from Overfitting*, 2014, <https://jmlr.org/papers/v15/srivastava14a.html>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    /// p, the share of values that is left out.
    pub rate: f64,
}

impl Default for Dropout {
    fn default() -> Self {
        Self { rate: 0.5 }
    }
}

impl Dropout {
    /// The layer that leaves out a share `rate` of the values.
    pub fn new(rate: f64) -> Self {
        Self { rate }
    }
}

/// Random words that are drawn at a time: whole blocks of the generator.
const WORDS: usize = 512;

impl<T: Scalar> Layer<T> for Dropout {
    fn output_shape(&self, input: &Shape) -> Result<Shape, LayerError> {
        if !(0.0..1.0).contains(&self.rate) {
            return Err(LayerError::Setting(format!("leaves out a share of {}, which is not in [0, 1)", self.rate)));
        }
        Ok(input.clone())
    }

    fn label(&self) -> String {
        format!("Dropout({})", self.rate)
    }

    fn call(&self) -> Option<Call> {
        Some(Call::new("dropout").with("rate", self.rate))
    }

    fn cache_rows(&self, input: &Shape) -> usize {
        input.len() // m
    }

    fn forward(
        &self,
        _params: &[T],
        _state: &[T],
        x: View<'_, T>,
        mut y: ViewMut<'_, T>,
        mut cache: ViewMut<'_, T>,
        mode: Mode,
    ) {
        let Mode::Train(noise) = mode else {
            y.copy_from(x);
            return;
        };
        let scale = T::from_f64(1.0 / (1.0 - self.rate));
        // A value is left out if its 32 random bits are below p · 2³², which is at most 2³² − 1: p < 1 in steps of 2⁻³².
        let threshold = (self.rate * 4_294_967_296.0) as u32;
        let (rows, mut words) = (x.rows().max(1), [0; WORDS]);
        // The short columns whose words fit, or a longer one alone, in parts.
        let columns = (WORDS / rows).max(1);
        let block = rows * columns;
        let (masks, outputs) = (cache.as_mut_slice().chunks_mut(block), y.as_mut_slice().chunks_mut(block));
        for (i, ((mask, y), x)) in masks.zip(outputs).zip(x.as_slice().chunks(block)).enumerate() {
            let parts = mask.chunks_mut(WORDS).zip(y.chunks_mut(WORDS)).zip(x.chunks(WORDS));
            for (part, ((mask, y), x)) in parts.enumerate() {
                let words = &mut words[..x.len()];
                noise.fill_columns(i * columns, part * WORDS, rows.min(x.len()), words);
                vectorize!({
                    for (((m, y), &x), &word) in mask.iter_mut().zip(y).zip(x).zip(&*words) {
                        *m = if word < threshold { T::ZERO } else { scale };
                        *y = *m * x; // y = m ⊙ x
                    }
                });
            }
        }
    }

    fn input_gradient(&self, step: Step<'_, T>, mut dx: ViewMut<'_, T>) {
        let (mask, dy) = (step.cache.as_slice(), step.dy.as_slice());
        vectorize!(dx.as_mut_slice().iter_mut().zip(mask).zip(dy).for_each(|((dx, &m), &dy)| *dx = m * dy)); // dx = m ⊙ dy
    }
}
