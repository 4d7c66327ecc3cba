//! Update rules, learning-rate schedules and gradient clipping.
#![forbid(unsafe_code)]
