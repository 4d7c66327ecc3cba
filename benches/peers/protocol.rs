//! What the peers in Rust have in common: the table of workloads, the requests, time taking, one line of JSON for each measurement.

use std::error::Error;
use std::io::BufRead;
use std::time::{Duration, Instant};
use std::{env, io, thread};

use serde::Deserialize;

/// As `benches::Workload`.
#[derive(Deserialize)]
pub struct Workload {
    pub name: String,
    pub sizes: Vec<usize>,
    pub batch: usize,
    pub samples: usize,
    pub activation: String,
    pub dropout: f64,
    pub loss: String,
    pub optimizer: String,
}

impl Workload {
    pub fn outputs(&self) -> usize {
        *self.sizes.last().expect("a network has outputs")
    }

    /// The samples of each step of an epoch, in a shuffled order.
    pub fn batches(&self) -> Vec<Vec<u32>> {
        let mut order: Vec<u32> = (0..self.samples as u32).collect();
        let mut state = 1_u64;
        for i in (1..order.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(i, ((state >> 33) % (i as u64 + 1)) as usize);
        }
        order.chunks_exact(self.batch).map(<[u32]>::to_vec).collect()
    }
}

/// Does one step; its argument counts them.
pub type Step = Box<dyn FnMut(usize)>;

/// Times the workloads that are named as arguments, or on standard input with `--serve`; all if none is named.
/// `--seconds` says how long each is measured; the threads are those of `RAYON_NUM_THREADS`.
pub fn run(peer: &str, prepare: impl Fn(&Workload) -> Result<Step, Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    let table: Vec<Workload> = serde_json::from_str(include_str!("workloads.json"))?;
    let threads = env::var("RAYON_NUM_THREADS").ok().and_then(|threads| threads.parse().ok());
    let threads = threads.map_or_else(|| thread::available_parallelism().map(usize::from), Ok)?;
    let (mut names, mut seconds, mut serve) = (Vec::new(), 2.0, false);
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--serve" => serve = true,
            "--seconds" => seconds = arguments.next().ok_or("--seconds needs a number")?.parse()?,
            name => names.push(name.to_owned()),
        }
    }
    if names.is_empty() && !serve {
        names = table.iter().map(|workload| workload.name.clone()).collect();
    }
    let requests: Box<dyn Iterator<Item = io::Result<String>>> =
        if serve { Box::new(io::stdin().lock().lines()) } else { Box::new(names.into_iter().map(Ok)) };
    let mut made: Option<(String, Work)> = None;
    for name in requests {
        let name = name?;
        let workload = table.iter().find(|workload| workload.name == name).ok_or(format!("there is no workload {name}"))?;
        // The rounds of a comparison ask for the same again, and go on where the last one ended.
        let work = match &mut made {
            Some((known, work)) if *known == name => work,
            _ => {
                made = None; // two workloads at a time may be more than the memory holds
                &mut made.insert((name, Work::new(prepare(workload)?))).1
            }
        };
        let median_us = work.median(Duration::from_secs_f64(seconds)) * 1e6;
        println!(r#"{{"peer":"{peer}","workload":"{}","threads":{threads},"median_us":{median_us}}}"#, workload.name);
    }
    Ok(())
}

/// Steps, one after the other.
struct Work {
    step: Step,
    count: usize,
}

impl Work {
    /// Behind its first three steps, or behind fewer, where those take a second.
    fn new(step: Step) -> Self {
        let mut work = Self { step, count: 0 };
        work.next();
        let begin = Instant::now();
        while work.count < 3 && begin.elapsed() < Duration::from_secs(1) {
            work.next();
        }
        work
    }

    /// Does the next step, and gives the seconds that it took.
    fn next(&mut self) -> f64 {
        let start = Instant::now();
        (self.step)(self.count);
        self.count += 1;
        start.elapsed().as_secs_f64()
    }

    /// Seconds a step: of steps for so long, and of three at least.
    fn median(&mut self, time: Duration) -> f64 {
        let mut seconds = Vec::new();
        let begin = Instant::now();
        while seconds.len() < 3 || begin.elapsed() < time {
            seconds.push(self.next());
        }
        seconds.sort_by(f64::total_cmp);
        seconds[seconds.len() / 2]
    }
}
