//! What the programs that take times have in common on the command line.

use std::fmt::Display;
use std::time::Duration;

use backprop_tensor::instruction_set;
use clap::Args;
use serde::Serialize;

/// How long to measure, with how many threads, and how to print.
///
/// ```
/// use benches::Output;
/// let output = Output { threads: None, seconds: 0.5, json: false };
/// assert_eq!(output.threads(), [1, 2]);
/// assert_eq!(output.time().as_millis(), 500);
/// assert_eq!(Output { threads: Some(4), ..output }.threads(), [4]);
/// ```
#[derive(Args, Clone, Debug)]
pub struct Output {
    /// Threads; 1 and then 2 if not given.
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub threads: Option<usize>,
    /// How long each is measured.
    #[arg(long, default_value_t = 2.0, value_parser = seconds)]
    pub seconds: f64,
    /// Prints one JSON object a line.
    #[arg(long)]
    pub json: bool,
}

impl Output {
    /// The numbers of threads to measure with.
    pub fn threads(&self) -> Vec<usize> {
        self.threads.map_or_else(|| vec![1, 2], |threads| vec![threads])
    }

    /// How long each is measured.
    pub fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}

/// Prints what stands once above the lines for people: the instruction set in use.
#[allow(clippy::print_stdout)] // what programs are asked for
pub fn print_header() {
    println!("instruction set: {}", instruction_set());
}

/// Prints a line: for people, or as JSON with the instruction set as its last field.
///
/// # Errors
/// If it is no JSON.
#[allow(clippy::print_stdout)] // what programs are asked for
pub fn print(line: &(impl Display + Serialize), json: bool) -> Result<(), serde_json::Error> {
    if json {
        println!("{}", with_instruction_set(line)?);
    } else {
        println!("{line}");
    }
    Ok(())
}

fn with_instruction_set(line: &impl Serialize) -> Result<String, serde_json::Error> {
    #[derive(Serialize)]
    struct Line<'a, L> {
        #[serde(flatten)]
        line: &'a L,
        instruction_set: &'static str,
    }
    serde_json::to_string(&Line { line, instruction_set: instruction_set() })
}

/// A number of threads, as written on the command line.
///
/// ```
/// assert_eq!(benches::at_least_one("2"), Ok(2));
/// assert_eq!(benches::at_least_one("0"), Err("give a number from 1".to_owned()));
/// ```
///
/// # Errors
/// If it is no number from 1.
pub fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|&number| number > 0).ok_or_else(|| "give a number from 1".to_owned())
}

/// Seconds, as written on the command line.
///
/// ```
/// assert_eq!(benches::seconds("0.5"), Ok(0.5));
/// assert_eq!(benches::seconds("-1"), Err("give seconds from 0 to 3600".to_owned()));
/// ```
///
/// # Errors
/// If it is no number from 0 to 3600.
pub fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.0..=3600.0).contains(seconds));
    seconds.ok_or_else(|| "give seconds from 0 to 3600".to_owned())
}

/// Those that were named, or all if none was.
///
/// ```
/// assert_eq!(benches::chosen(vec![3], [1, 2]), [3]);
/// assert_eq!(benches::chosen(vec![], [1, 2]), [1, 2]);
/// ```
pub fn chosen<I>(named: Vec<I>, all: impl IntoIterator<Item = I>) -> Vec<I> {
    if named.is_empty() { all.into_iter().collect() } else { named }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StepTime;

    #[test]
    fn the_instruction_set_comes_behind_the_fields_of_the_format() {
        let (median_us, gflops, peak_gflops, fraction) = (10.0, 50.0, 100.0, 0.5);
        let time = StepTime { workload: "fashion", threads: 2, median_us, gflops, peak_gflops, fraction };
        let format = r#"{"workload":"fashion","threads":2,"median_us":10.0,"gflops":50.0,"peak_gflops":100.0,"fraction":0.5,"#;
        let expected = format!(r#"{format}"instruction_set":"{}"}}"#, instruction_set());
        assert_eq!(with_instruction_set(&time).unwrap(), expected);
    }
}
