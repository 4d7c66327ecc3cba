//! Runs ours and what is installed of the others in turn, and prints a table for the README.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout)] // the table is what is asked for

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use benches::{Comparison, InferenceCase, Peer, Subject, UnknownError, Workload, at_least_one, chosen, print_header, seconds};
use clap::Parser;

/// Compares one training step, or with --infer one prediction, with other libraries.
#[derive(Parser)]
struct Arguments {
    /// Which workloads, or with --infer which inference cases; all if none is named.
    names: Vec<String>,
    /// Compares predictions.
    #[arg(long)]
    infer: bool,
    /// Which peers; all that are for it if not given.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    peers: Vec<String>,
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
    /// How many seconds a peer may take for a workload with a number of threads, compilation included.
    #[arg(long, value_name = "SECONDS", default_value_t = 120.0, value_parser = seconds)]
    deadline: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { names, infer, peers, threads, python, rounds, seconds, deadline } = Arguments::parse();
    let (subjects, known): (Vec<_>, &[Peer]) = if infer {
        (InferenceCase::all().map(Subject::Inference).collect(), &Peer::INFERENCE)
    } else {
        (Workload::all().map(Subject::Step).collect(), &Peer::STEPS)
    };
    let find = |name: &String| {
        if infer { InferenceCase::find(name).map(Subject::Inference) } else { Workload::find(name).map(Subject::Step) }
    };
    let subjects = chosen(or_usage(names.iter().map(find).collect()), subjects);
    let peers = chosen(or_usage(peers.iter().map(|name| Peer::find(name, known)).collect()), known.iter().copied());
    let comparison = Comparison { threads, rounds, seconds, deadline: Duration::from_secs_f64(deadline), python };
    let table = comparison.run(&subjects, &peers, &mut |piece| eprint!("{piece}"))?;
    print_header();
    print!("\n{table}");
    Ok(())
}

/// Ends the program as for any argument that is wrong.
fn or_usage<T>(found: Result<T, UnknownError>) -> T {
    found.unwrap_or_else(|error| clap::Error::raw(clap::error::ErrorKind::InvalidValue, format!("{error}\n")).exit())
}
