//! JSON on the standard output, one object per line.

use std::io::{self, Write};

use serde::Serialize;

use crate::failure::Failure;

/// Prints lines if it was asked for. A reader that goes away does not stop the work: the files are worth as much as before.
#[derive(Debug)]
pub(crate) struct JsonLines {
    is_on: bool,
    failed: Option<io::Error>,
}

impl JsonLines {
    /// Prints, or does not.
    pub(crate) fn new(is_on: bool) -> Self {
        Self { is_on, failed: None }
    }

    /// A line that is JSON already.
    pub(crate) fn line(&mut self, line: &str) {
        if self.is_on && self.failed.is_none() {
            self.failed = writeln!(io::stdout().lock(), "{line}").err();
        }
    }

    /// An object.
    pub(crate) fn object(&mut self, object: &impl Serialize) {
        self.line(&serde_json::to_string(object).expect("keys are strings"));
    }

    /// Says whether all lines were taken.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        self.failed.map_or(Ok(()), |error| Err(error.into()))
    }
}
