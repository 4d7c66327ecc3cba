//! Quantile (pinball) loss.

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::bounded::finite;
use crate::{Elementwise, Input};

/// The quantile loss, also called pinball loss, of one quantile or of several at once.
///
/// ```text
/// l(y, t) = max(q (t − y), (q − 1)(t − y))
/// ∂l/∂y   = −q        if y < t
///         = 1 − q     if y > t
///         = ½ − q     if y = t
/// ```
///
/// Its best constant prediction is the q-quantile of the target: q = 0.9 learns what is exceeded in one case out of ten, and q = 0.1
/// together with q = 0.9 a range that holds eight out of ten. q = ½ is half of [`MeanAbsolute`](crate::MeanAbsolute).
///
/// With several quantiles the prediction has one **block** of rows for each, in their order: for targets a and b and quantiles 0.1
/// and 0.9 its rows are a₀.₁, b₀.₁, a₀.₉, b₀.₉. The loss of a sample is the mean over all of them. Nothing keeps quantiles in order:
/// sort them if a network that has learned little crosses them.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `quantiles` (option `quantile` for one, `quantiles` for several) | 0.5 | (0, 1) each | q |
///
/// # Shapes
/// Target values: `(features, batch)`; `y`, `dy`: `(quantiles · features, batch)`. With one quantile labels too: see [`Elementwise`].
///
/// # Panics
/// If the shapes do not fit, there is no quantile, or there are several and the target is labels.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, Quantile, Target, check_target};
/// use backprop_tensor::{View, ViewMut};
/// let loss = Quantile { quantiles: vec![0.25, 0.75] };
/// let (y, t) = (View::new(&[2.0_f64, 5.0], 2, 1), View::new(&[4.0], 1, 1));
/// check_target(2, &loss, Target::Values(t))?;                                               // two rows for one
/// let mut dy = [0.0; 2];
/// let value = loss.value_and_gradient(y, Target::Values(t), None, ViewMut::new(&mut dy, 2, 1));
/// assert_eq!(value, (0.25 * 2.0 + 0.25 * 1.0) / 2.0);
/// assert_eq!(dy, [-0.125, 0.125]);                                                          // −q₁/2, (1 − q₂)/2
/// # Ok::<(), backprop_losses::TargetError>(())
/// ```
///
/// # References
/// R. Koenker, G. Bassett, *Regression Quantiles*, 1978. <https://doi.org/10.2307/1913643>
#[derive(Clone, Debug, PartialEq)]
pub struct Quantile {
    /// q: one or several.
    pub quantiles: Vec<f64>,
}

impl Default for Quantile {
    fn default() -> Self {
        Self { quantiles: vec![0.5] }
    }
}

impl Elementwise for Quantile {
    // q (t − y) above the prediction, (q − 1)(t − y) below
    #[inline(always)]
    fn term<T: Scalar>(&self, y: T, t: T, q: T) -> T {
        let e = finite(t - y);
        let slope = if e > T::ZERO { q } else { q - T::ONE };
        slope * e
    }

    // −q, 1 − q, ½ − q; what is neither above nor below is 0 or NaN.
    #[inline(always)]
    fn derivative<T: Scalar>(&self, y: T, t: T, q: T) -> T {
        let e = t - y;
        let at = (T::from_f64(0.5) - q) + e;
        let not_above = if e < T::ZERO { T::ONE - q } else { at };
        if e > T::ZERO { -q } else { not_above }
    }

    fn call(&self) -> Call {
        let call = Call::new("quantile");
        match self.quantiles[..] {
            [0.5] => call,
            [quantile] => call.with("quantile", quantile),
            _ => call.with("quantiles", self.quantiles.clone()),
        }
    }

    fn input(&self) -> Input {
        Input::Values
    }

    fn blocks(&self) -> usize {
        assert!(!self.quantiles.is_empty(), "a quantile loss has at least one quantile");
        self.quantiles.len()
    }

    // q
    fn setting(&self, block: usize) -> f64 {
        self.quantiles[block]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_of_the_target_and_between() {
        let at = |y: f64, q: f64| (Quantile::default().term(y, 1.0, q), Quantile::default().derivative(y, 1.0, q));
        assert_eq!([at(-1.0, 0.25), at(1.0, 0.25), at(5.0, 0.25)], [(0.5, -0.25), (0.0, 0.25), (3.0, 0.75)]);
        assert!(at(f64::NAN, 0.25).0.is_nan() && at(f64::NAN, 0.25).1.is_nan());
    }
}
