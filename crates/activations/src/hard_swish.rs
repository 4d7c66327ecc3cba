//! Swish in pieces without an exponential.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family, HardSigmoid};

/// x, weighted by its [`HardSigmoid`]: a [`Silu`](crate::Silu) without an exponential.
///
/// ```text
/// y  = x min(max(0, x + 3), 6)/6
/// y′ = 0            if x ≤ −3
///      (2x + 3)/6   if −3 < x < 3
///      1            if x ≥ 3
/// ```
///
/// It falls from 0 to −3/8 at x = −3/2 and rises from there.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, HardSwish};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-3.0_f64, -1.5, 1.5, 3.0], 4, 1);
/// let f = HardSwish;
/// let mut y = [9.0; 4];
/// f.forward(x, ViewMut::new(&mut y, 4, 1));
/// assert_eq!(y, [0.0, -0.375, 1.125, 3.0]);
///
/// let mut dx = [9.0; 4];
/// f.input_gradient(x, View::new(&y, 4, 1), View::new(&[2.0, 2.0, 2.0, 2.0], 4, 1), ViewMut::new(&mut dx, 4, 1));
/// assert_eq!(dx, [0.0, 0.0, 2.0, 2.0]);
/// ```
///
/// # References
/// A. Howard et al., *Searching for `MobileNetV3`*, 2019. <https://arxiv.org/abs/1905.02244>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardSwish;

impl Elementwise for HardSwish {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        x * HardSigmoid.value(x)
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, x: T, _y: T) -> T {
        let three = T::from_f64(3.0);
        let middle = x * (T::ONE / three) + T::from_f64(0.5); // (2x + 3)/6
        let left = if x <= -three { T::ZERO } else { middle };
        if x >= three { T::ONE } else { left }
    }

    fn call(&self) -> Call {
        Call::new("hard_swish")
    }

    fn family(&self) -> Family {
        Family::Rectifier
    }

    fn range(&self) -> RangeInclusive<f64> {
        -0.375..=f64::INFINITY // the lowest at −3/2
    }

    fn kinks(&self) -> Vec<f64> {
        vec![-3.0, 3.0]
    }
}
