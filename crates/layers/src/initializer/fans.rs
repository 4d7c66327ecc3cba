//! What flows into a unit and out of it.

/// How many values a unit adds up, and to how many it gives.
///
/// A weight of shape `[out, in, kernel…]` has `fan_in` = in · kernel and `fan_out` = out · kernel; with groups, its second axis is
/// in / groups.
///
/// ```
/// use backprop_layers::Fans;
/// assert_eq!(Fans::of(&[10, 64]), Fans { fan_in: 64, fan_out: 10 });
/// assert_eq!(Fans::of(&[8, 3, 5, 5]), Fans { fan_in: 75, fan_out: 200 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fans {
    /// Values added up by one unit.
    pub fan_in: usize,
    /// Units that one value goes to.
    pub fan_out: usize,
}

impl Fans {
    /// The fans of a weight of this shape.
    ///
    /// # Panics
    /// If the shape has fewer than two axes.
    pub fn of(shape: &[usize]) -> Self {
        let [out, inputs, kernel @ ..] = shape else { panic!("a weight has at least two axes, not {shape:?}") };
        let kernel: usize = kernel.iter().product();
        Self { fan_in: inputs * kernel, fan_out: out * kernel }
    }

    /// Rows of the matrix that so many weights make: the units, each of which adds up `fan_in` values.
    pub(super) fn units(self, weights: usize) -> usize {
        weights / self.fan_in.max(1)
    }
}

/// Which way the variance is kept.
///
/// ```
/// use backprop_layers::{Fan, Fans};
/// let fans = Fans { fan_in: 64, fan_out: 10 };
/// assert_eq!([Fan::In, Fan::Out, Fan::Average].map(|fan| fan.of(fans)), [64.0, 10.0, 37.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fan {
    /// Of the signal, going forward: `fan_in`.
    #[default]
    In,
    /// Of the gradient, going back: `fan_out`.
    Out,
    /// Half of each: (`fan_in` + `fan_out`) / 2.
    Average,
}

impl Fan {
    /// The words of an option `mode`; the first is the default.
    pub(super) const NAMES: [&str; 3] = ["fan_in", "fan_out", "fan_avg"];

    /// This number for a weight with these fans.
    pub fn of(self, fans: Fans) -> f64 {
        match self {
            Self::In => fans.fan_in as f64,
            Self::Out => fans.fan_out as f64,
            Self::Average => f64::midpoint(fans.fan_in as f64, fans.fan_out as f64),
        }
    }

    /// As an option has it.
    pub(super) fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The one that a word of [`NAMES`](Self::NAMES) means.
    pub(super) fn named(name: &str) -> Self {
        [Self::In, Self::Out, Self::Average].into_iter().find(|fan| fan.name() == name).unwrap_or_default()
    }
}
