//! What the registry needs of a schedule.

use backprop_registry::{Domain, Interval, OptionError, OptionSpec, Options, Preset, Value, Waiver};

use crate::Schedule;

/// A schedule that configs can name: its name, its options, and how it is made of them.
pub(super) trait Named {
    const NAME: &'static str;
    const SUMMARY: &'static str;
    const OPTIONS: &'static [OptionSpec];
    const WAIVES: &'static [Waiver] = &[];

    /// Whether the options, each in its range, go together.
    fn check(options: &Options) -> Result<(), OptionError> {
        let _ = options;
        Ok(())
    }

    /// The schedule of a run of `total_steps` steps with this base rate, from checked options.
    fn build(options: &Options, base_rate: f64, total_steps: u64) -> Box<dyn Schedule>;
}

/// A number of steps that is at least one.
pub(super) const COUNT: Interval = Interval::half_open(1.0, f64::INFINITY);

/// From nothing to all.
pub(super) const SHARE: Interval = Interval::closed(0.0, 1.0);

/// The ramp of a warm-up.
pub(super) const RAMP: [OptionSpec; 2] = [
    optional_steps("warmup", Interval::NON_NEGATIVE, "steps of the ramp; left out: a twentieth of all steps"),
    OptionSpec::number("start_factor", 1.0 / 3.0, SHARE, "factor of the base rate at step 0"),
];

/// A whole number of steps that may be left out.
pub(super) const fn optional_steps(name: &'static str, interval: Interval, meaning: &'static str) -> OptionSpec {
    OptionSpec { name, domain: Domain::Integer(interval), default: Preset::None, meaning }
}

/// The number of steps set for `name`, or `None` if it was left out.
pub(super) fn length(options: &Options, name: &str) -> Option<u64> {
    options.optional_number(name).map(|steps| steps as u64) // the table admits whole numbers only
}

/// The length of a warm-up that was left out.
pub(super) fn twentieth(total_steps: u64) -> u64 {
    total_steps / 20
}

/// A number of steps as a value.
pub(super) fn count(steps: u64) -> Value {
    Value::Number(steps as f64)
}

/// A conflict between options.
pub(super) fn conflict(item: &'static str, reason: impl Into<String>) -> OptionError {
    OptionError::Conflict { item, reason: reason.into() }
}
