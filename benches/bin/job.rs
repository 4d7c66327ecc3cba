//! Does a whole job, Fashion-MNIST from its files to the accuracy, and says what it took.
#![forbid(unsafe_code)]

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use benches::{JobTime, at_least_one, print, print_header};
use clap::Parser;

/// Trains 784-256-128-10 on Fashion-MNIST (Adam, batches of 128) and measures it on the test set.
#[derive(Parser)]
struct Arguments {
    /// Where the four gzipped IDX files are.
    folder: PathBuf,
    /// Passes over the training set.
    #[arg(long, default_value_t = 5)]
    epochs: usize,
    /// Where random numbers start.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Threads.
    #[arg(long, value_name = "N", default_value = "2", value_parser = at_least_one)]
    threads: usize,
    /// Prints one JSON object a line.
    #[arg(long)]
    json: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let Arguments { folder, epochs, seed, threads, json } = Arguments::parse();
    if !json {
        print_header();
    }
    print(&JobTime::measure(&folder, epochs, seed, threads, start)?, json)?;
    Ok(())
}
