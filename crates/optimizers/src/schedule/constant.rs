//! The same rate all the time.

use backprop_registry::{Call, OptionSpec, Options};

use super::named::Named;
use crate::{Schedule, Tick};

/// The base rate, all the time.
///
/// ```text
/// rate(t) = B
/// ```
///
/// ```
/// use backprop_optimizers::{Constant, Schedule};
/// assert_eq!(Constant { base_rate: 0.1 }.at(1_000_000).rate, 0.1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    /// B.
    pub base_rate: f64,
}

impl Schedule for Constant {
    fn at(&self, _step: u64) -> Tick {
        Tick::rate(self.base_rate)
    }

    fn call(&self) -> Call {
        Call::new(Self::NAME)
    }
}

impl Named for Constant {
    const NAME: &'static str = "constant";
    const SUMMARY: &'static str = "the base rate, all the time";
    const OPTIONS: &'static [OptionSpec] = &[];

    fn build(_options: &Options, base_rate: f64, _total_steps: u64) -> Box<dyn Schedule> {
        Box::new(Self { base_rate })
    }
}
