//! The training loop, early stopping, and models as files.
#![forbid(unsafe_code)]
