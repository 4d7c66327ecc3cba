//! Weight decay, in its two forms.

/// Weight decay: as a term of the gradient, or on its own.
///
/// ```text
/// L2(w):         g ← g + w p              the gradient of w/2 ‖p‖², before the rule sees it
/// Decoupled(w):  p ← p (1 − rate·w)       before the step, past the rule
/// ```
///
/// For plain gradient descent both are the same. A rule that divides by the size of the gradient, such as [`Adam`](crate::Adam),
/// divides an L2 term too: weights with large gradients are then hardly decayed at all. The decoupled form decays all alike.
///
/// ```
/// use backprop_optimizers::Decay;
/// assert_eq!(Decay::Decoupled(0.5).shrink(0.1), 0.95);
/// assert_eq!((Decay::L2(0.5).shrink(0.1), Decay::L2(0.5).l2()), (1.0, 0.5));
/// ```
///
/// # References
/// I. Loshchilov, F. Hutter, *Decoupled Weight Decay Regularization*, 2019. <https://arxiv.org/abs/1711.05101>
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decay {
    /// g ← g + w p.
    L2(f64),
    /// p ← p (1 − rate·w).
    Decoupled(f64),
}

impl Decay {
    /// No decay.
    pub const NONE: Self = Self::L2(0.0);

    /// w, whichever the form.
    pub fn weight(self) -> f64 {
        match self {
            Self::L2(weight) | Self::Decoupled(weight) => weight,
        }
    }

    /// The factor of p that is added to the gradient.
    pub fn l2(self) -> f64 {
        match self {
            Self::L2(weight) => weight,
            Self::Decoupled(_) => 0.0,
        }
    }

    /// The factor that p is multiplied with before a step of this rate.
    pub fn shrink(self, rate: f64) -> f64 {
        match self {
            Self::L2(_) => 1.0,
            Self::Decoupled(weight) => 1.0 - rate * weight,
        }
    }
}
