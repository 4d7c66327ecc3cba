#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod chacha;
mod columns;
mod error;
mod kernels;
pub mod lanes;
mod math;
mod matrix;
mod pieces;
mod product;
mod scalar;
mod span;
mod stream;

pub use columns::{add, add_bias, copy_columns, sum_columns};
pub use error::PoolError;
pub use kernels::arena::{Arena, Slice};
pub use kernels::dispatch::vectorized;
pub use kernels::gemm::instruction_set;
pub use kernels::parts::{for_each, for_each_block};
pub use kernels::pool::Pool;
pub use matrix::{Matrix, Operand, View, ViewMut};
pub use pieces::{Cut, for_each_piece, map_pieces};
pub use product::{Accumulate, product};
pub use scalar::Scalar;
pub use span::{Role, Span};
pub use stream::{Key, Purpose, Stream};
