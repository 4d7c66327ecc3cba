//! Times the elementary functions and every activation, and says how near they come to a plain copy.
#![forbid(unsafe_code)]

use std::error::Error;
use std::time::Duration;

use benches::{Function, FunctionTime, at_least_one, print, print_header, seconds};
use clap::Parser;

/// Times exp, ln, tanh, sigmoid, erf and both passes of every activation over many numbers, on one thread.
#[derive(Parser)]
struct Arguments {
    /// How many numbers, rounded up to whole columns of 1000.
    #[arg(long, value_name = "N", default_value = "1000000", value_parser = at_least_one)]
    elements: usize,
    /// How long each is measured, together with the copy beside it.
    #[arg(long, default_value_t = 0.2, value_parser = seconds)]
    seconds: f64,
    /// Prints one JSON object a line.
    #[arg(long)]
    json: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { elements, seconds, json } = Arguments::parse();
    if !json {
        print_header();
    }
    for function in Function::all() {
        print(&FunctionTime::measure(&function, elements, Duration::from_secs_f64(seconds)), json)?;
    }
    Ok(())
}
