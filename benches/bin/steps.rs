//! Times one training step of each workload, and says how near it comes to what the machine can do.
#![forbid(unsafe_code)]

use std::error::Error;

use benches::{Output, StepTime, Workload, chosen, print, print_header};
use clap::Parser;

/// Times one training step: mini-batch gather, forward, loss, backward, optimizer.
#[derive(Parser)]
struct Arguments {
    /// Which workloads; all if none is named.
    #[arg(value_parser = Workload::find)]
    workloads: Vec<Workload>,
    #[command(flatten)]
    output: Output,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { workloads, output } = Arguments::parse();
    if !output.json {
        print_header();
    }
    for workload in chosen(workloads, Workload::all()) {
        for threads in output.threads() {
            print(&StepTime::measure(&workload, threads, output.time())?, output.json)?;
        }
    }
    Ok(())
}
