//! How a rate gets from one value to another.

use std::f64::consts::PI;

use super::between;

words! {
    /// The curve from one value to another.
    ///
    /// ```text
    /// value(x) = from + (to − from)·c(x)      x from 0 to 1
    /// c(x) = (1 − cos πx)/2,  x,  √x          cos, linear, sqrt
    /// ```
    ///
    /// `sqrt`, fast at first, is the 1 − √x of Hägele et al., *Scaling Laws and Compute-Optimal Training Beyond Fixed Training
    /// Durations*, 2024. <https://arxiv.org/abs/2405.18392>
    Anneal {
        /// Half a wave of cosine: slow, fast, slow.
        Cos = "cos",
        /// A straight line.
        Linear = "linear",
        /// A square root: fast, then slow.
        Sqrt = "sqrt",
    }
}

impl Anneal {
    /// The value after `share` of the way.
    pub(super) fn between(self, from: f64, to: f64, share: f64) -> f64 {
        let share = match self {
            Self::Cos => 0.5 - 0.5 * (PI * share).cos(), //                         (1 − cos πx)/2
            Self::Linear => share,
            Self::Sqrt => share.sqrt(),
        };
        between(from, to, share)
    }
}
