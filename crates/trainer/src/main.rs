//! `trainer`: trains neural networks from the command line.
#![forbid(unsafe_code)]

mod command_line;
mod config;
mod config_file;
mod console;
mod drawing;
mod evaluate;
mod failure;
mod figures;
mod given;
mod history;
mod interrupt;
mod invocation;
mod json_lines;
mod list;
mod measures;
mod model_path;
mod overview;
mod parts;
mod predict;
mod progress;
mod raw_table;
mod results;
mod run_folder;
mod run_record;
mod settings;
mod source;
mod summary;
mod train;
mod utc;

use std::process::ExitCode;

use command_line::Command;
use failure::Failure;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(console::internal_error));
    match std::panic::catch_unwind(run) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => {
            console::report(&failure);
            ExitCode::from(failure.exit_code())
        }
        Err(_) => ExitCode::FAILURE,
    }
}

fn run() -> Result<(), Failure> {
    match command_line::read(std::env::args_os())? {
        Command::Train(request) => train::run(&request),
        Command::Evaluate(request) => evaluate::run(&request),
        Command::Predict(request) => predict::run(&request),
        Command::Summary(request) => summary::run(&request),
        Command::List(request) => list::run(&request),
    }
}
