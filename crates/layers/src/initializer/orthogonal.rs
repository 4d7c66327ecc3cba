//! Weights that turn but do not stretch.

use backprop_registry::Call;
use backprop_tensor::{Matrix, Stream};

use super::{Fans, Initializer};
use crate::Nonlinearity;

/// A random matrix with orthogonal columns, or rows if there are fewer of them.
///
/// ```text
/// W = gain · Q, A = Q R, aᵢⱼ ~ N(0, 1), the diagonal of R positive
/// WᵀW = gain² I  if fan_out ≥ fan_in,  WWᵀ = gain² I  otherwise
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `gain` | 1 | (0, ∞) | the length of each column or row |
///
/// A. M. Saxe, J. L. McClelland and S. Ganguli, *Exact Solutions to the Nonlinear Dynamics of Learning in Deep Linear Neural
/// Networks*, 2013, <https://arxiv.org/abs/1312.6120>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Orthogonal {
    /// The length of each column or row.
    pub gain: f64,
}

impl Initializer for Orthogonal {
    fn fill(&self, weights: &mut [f64], fans: Fans, _next: &Nonlinearity, stream: &mut Stream) {
        let (tall, wide) = (fans.fan_out.max(fans.fan_in), fans.fan_out.min(fans.fan_in));
        let qr = Matrix::<f64>::from_fn(tall, wide, |_, _| stream.normal()).qr();
        let (mut q, r) = (qr.q(), qr.r());
        // With R's diagonal positive, Q is spread evenly over all orthogonal matrices.
        for (j, mut column) in q.column_iter_mut().enumerate() {
            column *= self.gain * r[(j, j)].signum();
        }
        let w = if fans.fan_out >= fans.fan_in { q } else { q.transpose() };
        weights.copy_from_slice(w.as_slice());
    }

    fn call(&self) -> Call {
        let call = Call::new("orthogonal");
        if self.gain == 1.0 { call } else { call.with("gain", self.gain) }
    }
}
