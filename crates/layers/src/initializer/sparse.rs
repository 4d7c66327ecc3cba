//! Weights of which most are 0.

use backprop_registry::{Call, Interval, OptionSpec, Options};
use backprop_tensor::Stream;

use super::{Fans, Initializer};
use crate::Nonlinearity;

/// Normal weights, and in each column some that are 0: every input goes to a few units only.
///
/// ```text
/// in each column, ⌈sparsity · units⌉ weights at random places are 0, the others w ~ N(0, std²)
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `sparsity` | must be given | [0, 1] | the share of zeros in each column |
/// | `std` | 0.01 | (0, ∞) | standard deviation of the others |
///
/// A column is what one input is multiplied by; with a kernel, one input at one place of it. This is PyTorch's `sparse_`, which
/// takes matrices alone.
///
/// # Examples
/// ```
/// use backprop_layers::{Fans, Initializer, Nonlinearity, Sparse};
/// use backprop_tensor::{Key, Purpose};
///
/// let mut w = [0.0; 20];
/// let rule = Sparse { sparsity: 0.5, std: 0.01 };
/// rule.fill(&mut w, Fans::of(&[5, 4]), &Nonlinearity::none(), &mut Key::new(0, Purpose::Init).stream(0));
/// // ⌈0.5 · 5⌉ = 3 zeros in each of the 4 columns.
/// assert!(w.chunks(5).all(|column| column.iter().filter(|&&w| w == 0.0).count() == 3));
/// ```
///
/// # References
/// J. Martens, *Deep Learning via Hessian-Free Optimization*, 2010. <https://www.cs.toronto.edu/~jmartens/docs/Deep_HessianFree.pdf>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sparse {
    /// The share of zeros in each column.
    pub sparsity: f64,
    /// Standard deviation of the others.
    pub std: f64,
}

impl Sparse {
    /// What the registry can set.
    pub(super) const OPTIONS: &[OptionSpec] = &[
        OptionSpec::number("sparsity", 0.0, Interval::closed(0.0, 1.0), "the share of zeros in each column").required(),
        OptionSpec::number("std", 0.01, Interval::POSITIVE, "standard deviation of the others"),
    ];

    /// With what was set.
    pub(super) fn from_options(options: &Options) -> Self {
        Self { sparsity: options.number("sparsity"), std: options.number("std") }
    }
}

impl Initializer for Sparse {
    fn fill(&self, weights: &mut [f64], fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        let units = fans.units(weights.len());
        // A conversion to a whole number ends at its largest value.
        let zeros = ((self.sparsity * units as f64).ceil() as usize).min(units);
        for column in weights.chunks_exact_mut(units.max(1)) {
            column.iter_mut().for_each(|w| *w = self.std * stream.normal());
            stream.permutation(units)[..zeros].iter().for_each(|&unit| column[unit] = 0.0);
        }
    }

    fn call(&self) -> Call {
        let call = Call::new("sparse").with("sparsity", self.sparsity);
        if self.std == 0.01 { call } else { call.with("std", self.std) }
    }
}
