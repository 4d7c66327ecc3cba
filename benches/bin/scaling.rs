//! Draws the cost against width, depth, batch, samples and threads.
#![forbid(unsafe_code)]

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;
use std::{fs, thread};

use benches::{Axis, Scaling, at_least_one, print_header, seconds};
use clap::Parser;

/// Measures how the cost of training grows, and writes one SVG plot for each axis.
#[derive(Parser)]
struct Arguments {
    /// Where the plots go.
    out_dir: PathBuf,
    /// Threads at most; all cores if not given.
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    threads: Option<usize>,
    /// How long each point is measured.
    #[arg(long, default_value_t = 1.0, value_parser = seconds)]
    seconds: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { out_dir, threads, seconds } = Arguments::parse();
    let threads = threads.map_or_else(|| thread::available_parallelism().map(usize::from), Ok)?;
    fs::create_dir_all(&out_dir)?;
    print_header();
    let scaling = Scaling { threads, time: Duration::from_secs_f64(seconds) };
    for axis in Axis::ALL {
        let path = out_dir.join(axis.name()).with_extension("svg");
        fs::write(&path, scaling.plot(axis)?.svg())?;
        eprintln!("{}", path.display());
    }
    Ok(())
}
