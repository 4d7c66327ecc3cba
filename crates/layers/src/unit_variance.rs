//! Layer-sequential unit variance: weights scaled, layer by layer, to what data make of them.

use backprop_tensor::{Matrix, Role, Scalar, View, ViewMut};

use crate::network::each_slice;
use crate::pass::Run;
use crate::plan::{INPUT, Operation, Placed};
use crate::{Lsuv, Mode, Network};

impl<T: Scalar> Network<T> {
    /// How many samples [`lsuv`](Self::lsuv) wants to see; `None` if no layer starts with [`Lsuv`].
    pub fn lsuv_samples(&self) -> Option<usize> {
        self.plan.layers().filter_map(lsuv).map(|settings| settings.samples).max()
    }

    /// Scales the weights of each layer that starts with [`Lsuv`], from the first to the last, until what it makes of `x` before its
    /// activation has variance 1; the others stay as they are. Between [`init`](Self::init) and training, once.
    ///
    /// All of `x` is looked at, as in inference: without dropout. A layer whose sums do not vary at all, and one whose weights would
    /// become infinite, is left alone. The bits do not depend on the number of threads.
    ///
    /// # Panics
    /// If a vector has the wrong length, or `x` the wrong rows.
    ///
    /// # Examples
    /// ```
    /// use backprop_activations::Relu;
    /// use backprop_layers::{Dense, Lsuv, Network, Sequential};
    /// use backprop_tensor::View;
    ///
    /// let layers = Sequential::new()
    ///     .then(Dense::new(1, 1).activation(Relu).initializer(Lsuv::default()))
    ///     .then(Dense::new(1, 1).initializer(Lsuv::default()));
    /// let network = Network::<f64>::new(1, layers)?;
    /// let mut params = network.init(0);
    /// network.lsuv(&mut params, &[], View::new(&[-2.0, 2.0], 1, 2));
    /// let [v, w] = [params[0].abs(), params[2].abs()];
    /// assert_eq!(v, 0.5);                                       // ±1 before the ReLU, so 0 and 1 behind it
    /// assert_eq!(w, 2.0);                                       // ±2 and 0: mean ±1, variance 1
    /// # Ok::<(), backprop_layers::ShapeError>(())
    /// ```
    pub fn lsuv(&self, params: &mut [T], state: &[T], x: View<'_, T>) {
        let columns = x.cols();
        let mut workspace = self.inference_workspace(columns);
        self.check(params, state, x, &workspace);
        for operation in &self.plan.operations {
            if let Operation::Layer { place, from, .. } = operation
                && let Some(settings) = lsuv(place)
            {
                let value = workspace.places.values[*from];
                let x = if *from == INPUT { x } else { workspace.arena.view(value, columns) };
                scale(place, settings, params, state, x);
            }
            let run = Run { plan: &self.plan, params, state, x, noise: None, places: &workspace.places };
            each_slice(&mut workspace.arena, columns, self.shares_work(columns), |slice| run.operate(operation, slice));
        }
    }
}

/// The settings of a layer that starts this way.
fn lsuv<T: Scalar>(place: &Placed<T>) -> Option<Lsuv> {
    place.layer.weight_initializer()?.lsuv()
}

/// Scales the weights of one layer to its input.
fn scale<T: Scalar>(place: &Placed<T>, settings: Lsuv, params: &mut [T], state: &[T], x: View<'_, T>) {
    let bare = place.layer.without_activation();
    let layer = bare.as_ref().unwrap_or(&place.layer);
    let weights = layer.spans().into_iter().filter(|span| span.role == Role::Weight);
    let weights: Vec<_> = weights.map(|span| span.after(place.params.start).range).collect();
    let matrix = |rows| Matrix::from_element(rows, x.cols(), T::ZERO);
    let (mut z, mut cache) = (matrix(place.output.len()), matrix(layer.cache_rows(&place.input)));
    for _ in 0..settings.iterations {
        let (params_of_layer, state) = (&params[place.params.clone()], &state[place.state.clone()]);
        layer.forward(params_of_layer, state, x, ViewMut::from(&mut z), ViewMut::from(&mut cache), Mode::Infer);
        let variance = variance(z.as_slice());
        // Zero: dead, or without data. Infinite or NaN: out of range already.
        if variance == 0.0 || !variance.is_finite() || (variance - 1.0).abs() <= settings.tolerance {
            return;
        }
        let scaled = |w: T| T::from_f64(w.to_f64() / variance.sqrt()); // W ← W / √v
        if !weights.iter().all(|range| params[range.clone()].iter().all(|&w| scaled(w).is_finite())) {
            return;
        }
        weights.iter().for_each(|range| params[range.clone()].iter_mut().for_each(|w| *w = scaled(*w)));
    }
}

/// The variance of some values around their mean, in two passes over their distances from the first: exactly 0 if all are the same.
fn variance<T: Scalar>(values: &[T]) -> f64 {
    let Some(first) = values.first() else { return 0.0 };
    let distances = || values.iter().map(|value| value.to_f64() - first.to_f64());
    let n = values.len() as f64;
    let mean = distances().sum::<f64>() / n;
    distances().map(|distance| (distance - mean).powi(2)).sum::<f64>() / n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variances() {
        assert_eq!(variance::<f64>(&[]), 0.0);
        assert_eq!(variance(&[0.1_f32; 7]), 0.0);
        assert_eq!(variance(&[1.0e15, 1.0e15 + 2.0]), 1.0);
        assert_eq!(variance(&[1.0_f32, 2.0, 6.0]), 14.0 / 3.0);
        assert_eq!(variance(&[f32::MAX, -f32::MAX]), f64::from(f32::MAX).powi(2));
        assert!(variance(&[0.0, f64::NAN]).is_nan() && !variance(&[f64::MAX, -f64::MAX]).is_finite());
    }
}
