#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod columns;
mod error;
mod kernels;
mod math;
mod matrix;
mod parallel;
mod product;
mod scalar;
mod span;
mod stream;

pub use columns::{add, add_bias, copy_columns, sum_columns};
pub use error::PoolError;
pub use kernels::arena::{Arena, Slice};
pub use kernels::dispatch::vectorized;
pub use matrix::{Matrix, Operand, View, ViewMut};
pub use parallel::{Pool, for_each, for_each_block};
pub use product::{Accumulate, product};
pub use scalar::Scalar;
pub use span::{Role, Span};
pub use stream::{Key, Purpose, Stream};
