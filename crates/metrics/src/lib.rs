//! Measures of how good predictions are.
#![forbid(unsafe_code)]
