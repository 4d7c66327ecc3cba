//! Settings as a call: only what differs from the defaults.

use backprop_registry::{Call, OptionSpec, Value};

/// `name` with those of `values` that are not the defaults of `specs`; both in the same order.
pub(crate) fn written<const N: usize>(name: &str, specs: &[OptionSpec; N], values: [Value; N]) -> Call {
    let changed = specs.iter().zip(values).filter(|(spec, value)| spec.default.value().as_ref() != Some(value));
    changed.fold(Call::new(name), |call, (spec, value)| call.with(spec.name, value))
}
