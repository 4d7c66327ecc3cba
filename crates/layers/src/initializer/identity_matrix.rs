//! Weights that hand their input on.

use backprop_registry::{Call, OptionSpec, Options};
use backprop_tensor::Stream;

use super::{Fans, GAIN, Initializer};
use crate::{LayerError, Nonlinearity};

/// The identity matrix: unit i starts with input i.
///
/// ```text
/// wᵢⱼ = gain if i = j, else 0
/// ```
///
/// Where there are more units than inputs, those beyond start with nothing; where there are fewer, the inputs beyond are not heard:
/// PyTorch's `eye_` and Keras' `Identity`. Like these it is for matrices; weights with a kernel are refused when the network is built.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `gain` | 1 | (0, ∞) | the diagonal |
///
/// # Examples
/// ```
/// use backprop_layers::{Dense, IdentityMatrix, Network, Sequential};
/// use backprop_tensor::View;
///
/// let layers = Sequential::new().then(Dense::new(2, 3).initializer(IdentityMatrix { gain: 2.0 }));
/// let network = Network::<f32>::new(2, layers)?;
/// let y = network.predict(&network.init(0), &[], View::new(&[5.0, 7.0], 2, 1));
/// assert_eq!(y.as_slice(), [10.0, 14.0, 0.0]);
/// # Ok::<(), backprop_layers::ShapeError>(())
/// ```
///
/// # References
/// Q. V. Le, N. Jaitly and G. E. Hinton, *A Simple Way to Initialize Recurrent Networks of Rectified Linear Units*, 2015.
/// <https://arxiv.org/abs/1504.00941>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IdentityMatrix {
    /// The diagonal.
    pub gain: f64,
}

impl IdentityMatrix {
    /// What the registry can set.
    pub(super) const OPTIONS: &[OptionSpec] = &[GAIN];

    /// With what was set.
    pub(super) fn from_options(options: &Options) -> Self {
        Self { gain: options.number("gain") }
    }
}

impl Initializer for IdentityMatrix {
    fn check(&self, shape: &[usize]) -> Result<(), LayerError> {
        if shape.len() == 2 {
            return Ok(());
        }
        let shape = shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ");
        let reason = format!("cannot start as the identity, which is for a matrix, with weights of {shape}; take orthogonal");
        Err(LayerError::Setting(reason))
    }

    fn fill(&self, weights: &mut [f64], fans: Fans, _next: &Nonlinearity, _stream: &mut Stream) {
        weights.fill(0.0);
        // Down the diagonal of a column-major matrix: one column on, and one row. It ends with the last column or row.
        let units = fans.units(weights.len());
        weights.iter_mut().step_by(units + 1).take(units.min(fans.fan_in)).for_each(|w| *w = self.gain);
    }

    fn call(&self) -> Call {
        let call = Call::new("identity");
        if self.gain == 1.0 { call } else { call.with("gain", self.gain) }
    }
}
