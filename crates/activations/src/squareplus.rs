//! A soft rectifier made of a square root.

use std::ops::RangeInclusive;

use backprop_registry::{Call, Interval, OptionSpec, Options};
use backprop_tensor::Scalar;

use crate::registry::call;
use crate::{Elementwise, Family};

/// A [`Relu`](crate::Relu) with a soft bend, made of a square root instead of exponentials.
///
/// ```text
/// y  = (x + √(x² + b))/2 = s             if x > 0, with s = (|x| + √(x² + b))/2
///                          (b/4)/s       otherwise, where the sum would cancel
/// y′ = (1 + x/√(x² + b))/2 = y²/(y² + b/4)
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `b` | 4 | [1e-6, 1e6] | how wide the bend is: f(0) = √b/2 |
///
/// Both tails keep their digits: y is b/(4|x|) far on the left. Where b is nothing beside x², the square is not taken, so that
/// it does not overflow.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Squareplus};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-1.5_f64, 0.0, 1.5], 3, 1);
/// let f = Squareplus::default();
/// let mut y = [9.0; 3];
/// f.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y, [0.5, 1.0, 2.0]);
///
/// let mut dx = [9.0; 3];
/// f.input_gradient(x, View::new(&y, 3, 1), View::new(&[10.0, 10.0, 10.0], 3, 1), ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [2.0, 5.0, 8.0]);
/// ```
///
/// # References
/// J. T. Barron, *Squareplus: A Softplus-Like Algebraic Rectifier*, 2021. <https://arxiv.org/abs/2112.11687>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Squareplus {
    /// How wide the bend is.
    pub b: f64,
}

impl Squareplus {
    const B: f64 = 4.0;
    /// Beyond it √(x² + b) is |x| in any number type, and y² is far from overflow.
    const BOUND: f64 = 1e15;

    /// What the registry can set.
    pub(crate) const OPTIONS: &[OptionSpec] =
        &[OptionSpec::number("b", Self::B, Interval::closed(1e-6, 1e6), "how wide the bend is: f(0) = √b/2")];

    /// With the options that were set.
    pub(crate) fn from_options(options: &Options) -> Self {
        Self { b: options.number("b") }
    }
}

impl Default for Squareplus {
    fn default() -> Self {
        Self { b: Self::B }
    }
}

impl Elementwise for Squareplus {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        let (half, quarter) = (T::from_f64(0.5), T::from_f64(0.25 * self.b));
        let a = x.abs();
        let c = a.at_most(T::from_f64(Self::BOUND));
        let root = (c * c + T::from_f64(self.b)).sqrt().at_least(a);
        let s = half * a + half * root;
        if x > T::ZERO { s } else { quarter / s }
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        let y = y.at_most(T::from_f64(Self::BOUND));
        y * y / (y * y + T::from_f64(0.25 * self.b))
    }

    fn call(&self) -> Call {
        call("squareplus", Self::OPTIONS, &[self.b])
    }

    fn family(&self) -> Family {
        Family::Rectifier
    }

    fn range(&self) -> RangeInclusive<f64> {
        0.0..=f64::INFINITY
    }

    fn needs_input(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tails_keep_their_digits() {
        let f = Squareplus::default();
        for x in [1e3_f64, 1e7, 1e15, 1e20, 1e30] {
            // On the right nothing cancels; y(−x) = 1/y(x) and y′(−x) = 1 − y′(x) = 1/(1 + y²(x)).
            let y = 0.5 * (x + (x * x + 4.0).sqrt());
            for (got, exact, tolerance) in [
                (f.value(x), y, 1e-15),
                (f.value(-x), 1.0 / y, 1e-15),
                (f64::from(f.value(-x as f32)), 1.0 / y, 2e-7),
                (f.derivative(-x, f.value(-x)), 1.0 / (1.0 + y * y), 1e-14),
                (f.derivative(x, f.value(x)), 1.0 - 1.0 / (1.0 + y * y), 1e-15),
            ] {
                assert!((got / exact - 1.0).abs() <= tolerance, "{x:e}: {got:e} is not {exact:e}");
            }
        }
        for x in [f32::MAX, f32::INFINITY] {
            assert_eq!([f.value(x), f.derivative(x, x), f.derivative(-x, f.value(-x))], [x, 1.0, 0.0]);
        }
    }
}
