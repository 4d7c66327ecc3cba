//! Tables, preprocessing, splits, built-in data sets and generators.
#![forbid(unsafe_code)]
