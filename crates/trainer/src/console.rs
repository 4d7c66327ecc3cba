//! What goes to the standard error: errors, notes, headings. Colours appear where the terminal and the environment want them.

use std::error::Error;
use std::fmt::Display;
use std::io::Write;
use std::panic::PanicHookInfo;

use anstyle::{AnsiColor, Style};

use crate::failure::Failure;
use crate::figures::wrap;

/// The width of a page.
pub(crate) const WIDTH: usize = 80;
/// The width of what stands left of a text.
const HEADING: usize = 10;

/// Headings.
pub(crate) const BOLD: Style = Style::new().bold();
/// What is good.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What is wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Hints.
const HINT: Style = AnsiColor::Cyan.on_default();

/// Speaks to the user on the standard error, unless told to be quiet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console {
    /// Says nothing.
    pub(crate) quiet: bool,
}

impl Console {
    /// A heading and what it is about.
    pub(crate) fn say(self, heading: &str, text: impl Display) {
        if !self.quiet {
            // Nobody can be told that the standard error is closed.
            let _ = write!(anstream::stderr().lock(), "{}", headed(heading, &text.to_string()));
        }
    }

    /// Lines as they are.
    pub(crate) fn print(self, text: impl Display) {
        if !self.quiet {
            let _ = writeln!(anstream::stderr().lock(), "{text}");
        }
    }
}

/// A heading, and beside it a text that is wrapped to the width of a page.
pub(crate) fn headed(heading: &str, text: &str) -> String {
    let lines = wrap(text, WIDTH - HEADING - 1);
    let line = |(i, line)| format!("{BOLD}{:<HEADING$}{BOLD:#} {line}\n", if i == 0 { heading } else { "" });
    lines.iter().enumerate().map(line).collect::<Vec<_>>().concat()
}

/// Prints why the program ends: one line for each error, causes after colons, and a hint.
pub(crate) fn report(failure: &Failure) {
    if let Failure::CommandLine(error) = failure {
        let _ = error.print();
        return;
    }
    if failure.is_closed_pipe() {
        return;
    }
    let mut message = failure.to_string();
    let mut cause = failure.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = error.source();
    }
    let mut stderr = anstream::stderr().lock();
    for line in message.lines() {
        let _ = writeln!(stderr, "trainer: {BAD}error:{BAD:#} {line}");
    }
    if let Some(hint) = failure.hint() {
        let _ = writeln!(stderr, "  {HINT}hint:{HINT:#} {hint}");
    }
}

/// What a mistake in the program itself looks like.
pub(crate) fn internal_error(panic: &PanicHookInfo<'_>) {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let what = text.unwrap_or("no message");
    let place = panic.location().map(|location| format!(" ({}:{})", location.file(), location.line())).unwrap_or_default();
    let mut stderr = anstream::stderr().lock();
    let _ = writeln!(stderr, "trainer: {BAD}internal error:{BAD:#} {what}{place}");
    let _ = writeln!(
        stderr,
        "  {HINT}hint:{HINT:#} this is a mistake in trainer itself; please report it with the command you ran"
    );
}
