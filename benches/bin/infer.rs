//! Times a prediction by networks of three sizes, for one sample and for ten thousand.
#![forbid(unsafe_code)]

use std::error::Error;

use benches::{InferenceCase, InferenceTime, Output, chosen, print, print_header};
use clap::Parser;

/// Times one call that predicts, in buffers made before.
#[derive(Parser)]
struct Arguments {
    /// Which cases, such as 784-256-128-10/1; all if none is named.
    #[arg(value_parser = InferenceCase::find)]
    cases: Vec<InferenceCase>,
    #[command(flatten)]
    output: Output,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { cases, output } = Arguments::parse();
    if !output.json {
        print_header();
    }
    for case in chosen(cases, InferenceCase::all()) {
        for threads in output.threads() {
            print(&InferenceTime::measure(&case, threads, output.time())?, output.json)?;
        }
    }
    Ok(())
}
