//! The exponential linear unit.

use std::ops::RangeInclusive;

use backprop_registry::{Call, Interval, OptionSpec, Options};
use backprop_tensor::Scalar;

use crate::registry::call;
use crate::{Elementwise, Family};

/// The exponential linear unit: a rectifier that goes down to −alpha instead of being cut off, so that its mean is nearer to 0.
///
/// ```text
/// y  = x                      if x > 0
///      alpha (eˣ − 1)         otherwise
/// y′ = 1                      if x > 0
///      alpha eˣ = y + alpha   otherwise, also at x = 0
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `alpha` | 1 | [0, 1e6] | how far it goes down; 0 makes it [`Relu`](crate::Relu) |
///
/// With alpha = 1 it has no kink; with any other, one at 0. eˣ − 1 is taken as one function, exact near 0.
///
/// # Shapes
/// `x`, `y`, `dy`, `dx`: `(features, batch)`.
///
/// # Examples
/// ```
/// use backprop_activations::{Activation, Elu};
/// use backprop_tensor::{View, ViewMut};
///
/// let x = View::new(&[-1000.0_f32, 0.0, 3.0], 3, 1);
/// let f = Elu { alpha: 2.0 };
/// let mut y = [9.0; 3];
/// f.forward(x, ViewMut::new(&mut y, 3, 1));
/// assert_eq!(y, [-2.0, 0.0, 3.0]);
///
/// let mut dx = [9.0; 3];
/// f.input_gradient(x, View::new(&y, 3, 1), View::new(&[5.0, 5.0, 5.0], 3, 1), ViewMut::new(&mut dx, 3, 1));
/// assert_eq!(dx, [0.0, 10.0, 5.0]);
/// ```
///
/// # References
/// D.-A. Clevert, T. Unterthiner and S. Hochreiter, *Fast and Accurate Deep Network Learning by Exponential Linear Units
/// (ELUs)*, 2015. <https://arxiv.org/abs/1511.07289>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elu {
    /// How far it goes down.
    pub alpha: f64,
}

impl Elu {
    const ALPHA: f64 = 1.0;

    /// What the registry can set.
    pub(crate) const OPTIONS: &[OptionSpec] =
        &[OptionSpec::number("alpha", Self::ALPHA, Interval::closed(0.0, 1e6), "how far it goes down")];

    /// With the options that were set.
    pub(crate) fn from_options(options: &Options) -> Self {
        Self { alpha: options.number("alpha") }
    }
}

impl Default for Elu {
    fn default() -> Self {
        Self { alpha: Self::ALPHA }
    }
}

impl Elementwise for Elu {
    #[inline(always)]
    fn value<T: Scalar>(&self, x: T) -> T {
        if x > T::ZERO { x } else { T::from_f64(self.alpha) * x.exp_m1() }
    }

    #[inline(always)]
    fn derivative<T: Scalar>(&self, _x: T, y: T) -> T {
        let alpha = T::from_f64(self.alpha);
        if y > T::ZERO { T::ONE } else { y + alpha } // y has the sign of x
    }

    fn call(&self) -> Call {
        call("elu", Self::OPTIONS, &[self.alpha])
    }

    fn family(&self) -> Family {
        Family::Rectifier
    }

    fn range(&self) -> RangeInclusive<f64> {
        -self.alpha..=f64::INFINITY
    }

    fn kinks(&self) -> Vec<f64> {
        if self.alpha == 1.0 { Vec::new() } else { vec![0.0] }
    }

    fn needs_input(&self) -> bool {
        false
    }
}
