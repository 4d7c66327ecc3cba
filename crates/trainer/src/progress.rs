//! What is to be seen while training goes on, and the files that grow with it.

use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use backprop_training::{EpochReport, Observer, Progress as Step, Scores};
use indicatif::{ProgressBar, ProgressStyle};

use crate::console::{BOLD, Console, GOOD};
use crate::figures::{duration, figure};
use crate::history::{self, History};
use crate::interrupt;
use crate::json_lines::JsonLines;

/// Often enough for eyes, and too seldom to cost anything.
const REDRAW: Duration = Duration::from_millis(50);

/// Listens to a training run.
#[derive(Debug)]
pub(crate) struct Progress {
    view: View,
    console: Console,
    history: History,
    pub(crate) json: JsonLines,
    /// The files that grow could not be written.
    pub(crate) failed: Option<io::Error>,
    drawn: Instant,
    said_that_it_ends: bool,
    /// Epoch and validation of the best epoch so far.
    best: String,
}

#[derive(Debug)]
enum View {
    /// Nothing.
    Silent,
    /// A plain line for each epoch: for files, pipes and dumb terminals.
    Lines,
    /// One line that changes.
    Bar(ProgressBar),
}

impl Progress {
    /// Shows a bar on a terminal that can, lines elsewhere, nothing if it is to be quiet.
    pub(crate) fn new(console: Console, history: History, json: JsonLines) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let view = if console.quiet {
            View::Silent
        } else if io::stderr().is_terminal() && !dumb {
            View::Bar(bar())
        } else {
            View::Lines
        };
        Self {
            view,
            console,
            history,
            json,
            failed: None,
            drawn: Instant::now(),
            said_that_it_ends: false,
            best: String::new(),
        }
    }

    /// Takes the bar away, so that what follows stands alone.
    pub(crate) fn finish(&self) {
        if let View::Bar(bar) = &self.view {
            bar.finish_and_clear();
        }
    }

    fn continue_unless_interrupted(&mut self) -> ControlFlow<()> {
        if !interrupt::requested() {
            return ControlFlow::Continue(());
        }
        if !self.said_that_it_ends {
            self.said_that_it_ends = true;
            self.finish();
            self.console.say("stopping", "the best epoch so far is kept; Ctrl-C again ends at once");
        }
        ControlFlow::Break(())
    }
}

impl Observer for Progress {
    fn epoch(&mut self, report: &EpochReport) -> ControlFlow<()> {
        if let Err(error) = self.history.add(report) {
            self.failed = Some(error);
            return ControlFlow::Break(());
        }
        self.json.line(&history::json_line(report));
        match &self.view {
            View::Silent => {}
            View::Lines => self.console.print(line(report)),
            View::Bar(_) => {
                if let (true, Some(validation)) = (report.improved, &report.validation) {
                    self.best = format!("best {} at {}", measure(validation), report.epoch);
                }
            }
        }
        self.continue_unless_interrupted()
    }

    fn step(&mut self, step: &Step) -> ControlFlow<()> {
        if let View::Bar(bar) = &self.view
            && self.drawn.elapsed() >= REDRAW
        {
            self.drawn = Instant::now();
            bar.set_length((step.steps * step.epochs) as u64);
            bar.set_position(((step.epoch - 1) * step.steps + step.step) as u64);
            bar.set_prefix(format!("epoch {}/{}", step.epoch, step.epochs));
            let accuracy = step.accuracy.map(|accuracy| format!("  accuracy {}", figure(accuracy))).unwrap_or_default();
            let best = if self.best.is_empty() { String::new() } else { format!("  {}", self.best) };
            bar.set_message(format!("loss {}{accuracy}{best}", figure(step.loss)));
        }
        self.continue_unless_interrupted()
    }
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix}  {msg}  {wide_bar} {eta}").expect("the template is written above");
    ProgressBar::new(1).with_style(style.progress_chars("━╸ "))
}

/// Accuracy or r2 if there is one, else the loss.
fn measure(scores: &Scores) -> String {
    let (name, value) = history::followed(scores).last().unwrap_or(("loss", scores.loss));
    format!("{name} {}", figure(value))
}

/// An epoch as a plain line; a star marks the best so far.
fn line(report: &EpochReport) -> String {
    let width = report.epochs.to_string().len();
    let scores = |prefix: &str, scores: &Scores| {
        let each = history::followed(scores).map(|(name, value)| format!("  {prefix}{name} {}", figure(value)));
        each.collect::<Vec<_>>().concat()
    };
    let train = scores("", &report.train);
    let validation = report.validation.as_ref().map(|validation| scores("val ", validation)).unwrap_or_default();
    let star = if report.improved { '*' } else { ' ' };
    format!(
        "{BOLD}epoch{BOLD:#} {:>width$}/{}{train}{validation}  {GOOD}{star}{GOOD:#}  {}",
        report.epoch,
        report.epochs,
        duration(report.seconds)
    )
}
