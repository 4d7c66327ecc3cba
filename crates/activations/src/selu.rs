//! The self-normalising exponential linear unit.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family};

/// The scaled exponential linear unit, which draws the mean of a deep network's signals to 0 and their variance to 1.
///
/// ```text
/// y  = λ x                if x > 0
///      λ α (eˣ − 1)       otherwise
/// y′ = λ                  if x > 0
///      λ α eˣ = y + λ α   otherwise, also at the kink x = 0
///
/// α = 1.6732632423543772…, λ = 1.0507009873554805…: with them, mean 0 and variance 1 are a fixed point
/// ```
///
/// The fixed point is that of weights with variance 1/inputs (`lecun_normal`). The gain, ¾, is PyTorch's, which gives up some
/// of the normalisation for a steadier gradient.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Selu};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-1000.0_f64, 0.0, 2.0], 3, 1);
/// let f = Selu;
/// let mut y = [9.0; 3];
/// f.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y, [-1.758_099_340_847_376_6, 0.0, 2.0 * 1.050_700_987_355_480_5]);
///
/// let mut dx = [9.0; 3];
/// f.input_gradient(x, View::new(&y, 3, 1), View::new(&[0.0, 0.0, 1.0], 3, 1), ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [0.0, 0.0, 1.050_700_987_355_480_5]);
/// ```
///
/// # References
/// G. Klambauer, T. Unterthiner, A. Mayr and S. Hochreiter, *Self-Normalizing Neural Networks*, 2017.
/// <https://arxiv.org/abs/1706.02515>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selu;

impl Selu {
    const ALPHA: f64 = 1.673_263_242_354_377_2;
    const LAMBDA: f64 = 1.050_700_987_355_480_5;
}

impl Elementwise for Selu {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        T::from_f64(Self::LAMBDA) * if x > T::ZERO { x } else { T::from_f64(Self::ALPHA) * x.exp_m1() }
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        if y > T::ZERO { T::from_f64(Self::LAMBDA) } else { y + T::from_f64(Self::LAMBDA * Self::ALPHA) } // y has the sign of x
    }

    fn call(&self) -> Call {
        Call::new("selu")
    }

    fn family(&self) -> Family {
        Family::Rectifier
    }

    /// ¾, as PyTorch has it; 1 is the value of the paper.
    fn gain(&self) -> f64 {
        0.75
    }

    fn range(&self) -> RangeInclusive<f64> {
        -Self::LAMBDA * Self::ALPHA..=f64::INFINITY
    }

    fn kinks(&self) -> Vec<f64> {
        vec![0.0]
    }

    fn needs_input(&self) -> bool {
        false
    }
}
