//! Runs ours and what is installed of the others in turn, and prints a table for the README.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout)] // the table is what is asked for

use std::error::Error;
use std::path::PathBuf;

use benches::{Comparison, InferenceCase, Peer, Subject, Workload, at_least_one, chosen, seconds};
use clap::Parser;

/// Compares one training step, or with --infer one prediction, with other libraries.
#[derive(Parser)]
struct Arguments {
    /// Which workloads, or with --infer which inference cases; all if none is named.
    names: Vec<String>,
    /// Compares predictions.
    #[arg(long)]
    infer: bool,
    /// Numbers of threads; the best counts, for each side.
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1,2", value_parser = at_least_one)]
    threads: Vec<usize>,
    /// The Python that has the peers.
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// How often each is measured.
    #[arg(long, default_value = "5", value_parser = at_least_one)]
    rounds: usize,
    /// How long each measurement takes.
    #[arg(long, default_value_t = 0.5, value_parser = seconds)]
    seconds: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { names, infer, threads, python, rounds, seconds } = Arguments::parse();
    let find = |name: &String| {
        if infer { InferenceCase::find(name).map(Subject::Inference) } else { Workload::find(name).map(Subject::Step) }
    };
    let named = names.iter().map(find).collect::<Result<_, _>>();
    let named =
        named.unwrap_or_else(|error| clap::Error::raw(clap::error::ErrorKind::InvalidValue, format!("{error}\n")).exit());
    let comparison = Comparison { threads, rounds, seconds, python };
    let mut log = |line: &str| eprintln!("{line}");
    let table = if infer {
        comparison.run(&chosen(named, InferenceCase::all().map(Subject::Inference)), &Peer::INFERENCE, &mut log)
    } else {
        comparison.run(&chosen(named, Workload::all().map(Subject::Step)), &Peer::STEPS, &mut log)
    };
    print!("{}", table?);
    Ok(())
}
