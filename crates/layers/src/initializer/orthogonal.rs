//! Weights that turn but do not stretch.

use backprop_registry::{Call, OptionSpec, Options};
use backprop_tensor::{Matrix, Stream};

use super::{Fans, GAIN, Initializer};
use crate::Nonlinearity;

/// A random matrix with orthogonal columns, or rows if there are fewer of them.
///
/// ```text
/// W = gain · Q, A = Q R, aᵢⱼ ~ N(0, 1), the diagonal of R positive
/// WᵀW = gain² I  if there are at least as many rows as columns,  WWᵀ = gain² I  otherwise
/// ```
///
/// A row is what one unit adds up; with a kernel, `[out, in, kernel…]` is the matrix of out × (in · kernel), as in PyTorch.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `gain` | 1 | (0, ∞) | the length of each column or row |
///
/// # Examples
/// ```
/// use backprop_layers::{Fans, Initializer, Nonlinearity, Orthogonal};
/// use backprop_tensor::{Key, Purpose};
///
/// let mut w = [0.0; 4];
/// Orthogonal { gain: 2.0 }.fill(&mut w, Fans::of(&[2, 2]), &Nonlinearity::none(), &mut Key::new(0, Purpose::Init).stream(0));
/// let [a, b] = [[w[0], w[1]], [w[2], w[3]]];
/// assert!((a[0] * a[0] + a[1] * a[1] - 4.0).abs() < 1e-12);
/// assert!((a[0] * b[0] + a[1] * b[1]).abs() < 1e-12);
/// ```
///
/// # References
/// A. M. Saxe, J. L. McClelland and S. Ganguli, *Exact Solutions to the Nonlinear Dynamics of Learning in Deep Linear Neural
/// Networks*, 2013. <https://arxiv.org/abs/1312.6120>
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Orthogonal {
    /// The length of each column or row.
    pub gain: f64,
}

impl Orthogonal {
    /// What the registry can set.
    pub(super) const OPTIONS: &[OptionSpec] = &[GAIN];

    /// With what was set.
    pub(super) fn from_options(options: &Options) -> Self {
        Self { gain: options.number("gain") }
    }
}

impl Initializer for Orthogonal {
    fn fill(&self, weights: &mut [f64], fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        if weights.is_empty() {
            return;
        }
        let (rows, columns) = (fans.units(weights.len()), fans.fan_in);
        let qr = Matrix::<f64>::from_fn(rows.max(columns), rows.min(columns), |_, _| stream.normal()).qr();
        let (mut q, r) = (qr.q(), qr.r());
        // With R's diagonal positive, Q is spread evenly over all orthogonal matrices.
        for (j, mut column) in q.column_iter_mut().enumerate() {
            column *= self.gain * r[(j, j)].signum();
        }
        let w = if rows >= columns { q } else { q.transpose() };
        weights.copy_from_slice(w.as_slice());
    }

    fn call(&self) -> Call {
        let call = Call::new("orthogonal");
        if self.gain == 1.0 { call } else { call.with("gain", self.gain) }
    }
}
