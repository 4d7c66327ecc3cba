#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod call;
mod domain;
mod entry;
mod error;
mod options;
mod suggest;
mod value;

pub use call::Call;
pub use domain::{Domain, Interval};
pub use entry::{Entry, Registry, Waiver};
pub use error::OptionError;
pub use options::{OptionSpec, Options, Preset};
pub use suggest::nearest;
pub use value::Value;
