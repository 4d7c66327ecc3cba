//! The sigmoid in three straight pieces.

use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::Scalar;

use crate::{Elementwise, Family};

/// The sigmoid in three straight pieces, without an exponential.
///
/// ```text
/// y  = min(max(0, x + 3), 6)/6
/// y′ = 1/6   if −3 < x < 3
///      0     otherwise, also at the kinks
/// ```
///
/// This is the form of PyTorch and of the paper below; others have slopes of 1/5 or 1/2.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, HardSigmoid};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-3.0_f64, 0.0, 1.5, 3.0], 4, 1);
/// let f = HardSigmoid;
/// let mut y = [9.0; 4];
/// f.forward(x, ViewMut::new(&mut y, 4, 1));
/// assert_eq!(y, [0.0, 0.5, 0.75, 1.0]);
///
/// let mut dx = [9.0; 4];
/// f.input_gradient(x, View::new(&y, 4, 1), View::new(&[12.0, 12.0, 12.0, 12.0], 4, 1), ViewMut::new(&mut dx, 4, 1));
/// assert_eq!(dx, [0.0, 2.0, 2.0, 0.0]);
/// ```
///
/// # References
/// A. Howard et al., *Searching for `MobileNetV3`*, 2019. <https://arxiv.org/abs/1905.02244>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardSigmoid;

impl Elementwise for HardSigmoid {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        let six = T::from_f64(6.0);
        (x + T::from_f64(3.0)).at_least(T::ZERO).at_most(six) * (T::ONE / six)
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        if y > T::ZERO && y < T::ONE { T::ONE / T::from_f64(6.0) } else { T::ZERO }
    }

    fn call(&self) -> Call {
        Call::new("hard_sigmoid")
    }

    fn family(&self) -> Family {
        Family::Saturating
    }

    fn range(&self) -> RangeInclusive<f64> {
        0.0..=1.0
    }

    fn kinks(&self) -> Vec<f64> {
        vec![-3.0, 3.0]
    }

    fn needs_input(&self) -> bool {
        false
    }
}
