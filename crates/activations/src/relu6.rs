//! The rectified linear unit that ends at 6.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family};

/// The rectified linear unit with a ceiling: numbers of few bits can hold what it gives.
///
/// ```text
/// y  = min(max(0, x), 6)
/// y′ = 1   if 0 < x < 6
///      0   otherwise, also at the kinks
/// ```
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Relu6};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-2.0_f32, 0.0, 3.0, 6.0, 7.0], 5, 1);
/// let f = Relu6;
/// let mut y = [9.0; 5];
/// f.forward(x, ViewMut::new(&mut y, 5, 1));
/// assert_eq!(y, [0.0, 0.0, 3.0, 6.0, 6.0]);
///
/// let mut dx = [9.0; 5];
/// f.input_gradient(x, View::new(&y, 5, 1), View::new(&[5.0, 5.0, 5.0, 5.0, 5.0], 5, 1), ViewMut::new(&mut dx, 5, 1));
/// assert_eq!(dx, [0.0, 0.0, 5.0, 0.0, 0.0]);
/// ```
///
/// # References
/// A. Krizhevsky, *Convolutional Deep Belief Networks on CIFAR-10*, 2010.
/// <https://www.cs.toronto.edu/~kriz/conv-cifar10-aug2010.pdf>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relu6;

impl Elementwise for Relu6 {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        x.at_least(T::ZERO).at_most(T::from_f64(6.0))
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        if y > T::ZERO && y < T::from_f64(6.0) { T::ONE } else { T::ZERO }
    }

    fn call(&self) -> Call {
        Call::new("relu6")
    }

    fn family(&self) -> Family {
        Family::Rectifier
    }

    /// √2, that of [`Relu`](crate::Relu), which it is up to 6. PyTorch names none.
    fn gain(&self) -> f64 {
        std::f64::consts::SQRT_2
    }

    fn range(&self) -> RangeInclusive<f64> {
        0.0..=6.0
    }

    fn kinks(&self) -> Vec<f64> {
        vec![0.0, 6.0]
    }

    fn needs_input(&self) -> bool {
        false
    }
}
