//! Ours and theirs, in turn.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use backprop_tensor::{Pool, PoolError};

use crate::peer::Session;
use crate::{InferenceCase, Peer, PeerError, Predictor, Timer, Trainee, Workload, median};

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub enum Subject {
    /// One training step.
    Step(Workload),
    /// One prediction.
    Inference(InferenceCase),
}

impl Subject {
    /// The name that all programs know it by.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Step(workload) => workload.name,
            Self::Inference(case) => case.name,
        }
    }

    /// Does it once.
    fn work(&self) -> Box<dyn FnMut() + Send> {
        match self {
            Self::Step(workload) => {
                let mut trainee = Trainee::new(workload);
                Box::new(move || _ = trainee.step())
            }
            Self::Inference(case) => {
                let mut predictor = Predictor::new(case);
                Box::new(move || _ = std::hint::black_box(predictor.call()))
            }
        }
    }
}

/// How a comparison is made.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Numbers of threads; the best of them counts, for each side.
    pub threads: Vec<usize>,
    /// How often each is measured.
    pub rounds: usize,
    /// How long each measurement takes.
    pub seconds: f64,
    /// The Python that has the peers.
    pub python: PathBuf,
}

impl Comparison {
    /// Measures ours and each peer in turn, round after round. What happens on the way goes to `log`, a line each.
    ///
    /// # Errors
    /// If the operating system does not grant that many threads.
    pub fn run(&self, subjects: &[Subject], peers: &[Peer], log: &mut dyn FnMut(&str)) -> Result<Table, PoolError> {
        let mut missing = Vec::new();
        let mut present = Vec::new();
        for peer in peers {
            match peer.check(&self.python) {
                Ok(()) => present.push(*peer),
                Err(error) => {
                    log(&format!("NOT COMPARED: {error}"));
                    missing.push(error.to_string());
                }
            }
        }
        let mut rows: Vec<Row> = subjects.iter().map(|subject| Row::new(subject.name(), present.len())).collect();
        for &threads in &self.threads {
            let pool = Pool::new(threads)?;
            let mut sessions: Vec<Option<Session>> = Vec::new();
            for peer in &present {
                sessions.push(peer.start(&self.python, threads, self.seconds).map_err(|error| log(&error.to_string())).ok());
            }
            for (subject, row) in subjects.iter().zip(&mut rows) {
                log(&format!("{} T{threads}", subject.name()));
                self.rounds(subject, &pool, &mut sessions, row, log);
            }
        }
        Ok(Table { peers: present.iter().map(|peer| peer.name).collect(), rows, missing })
    }

    fn rounds(
        &self,
        subject: &Subject,
        pool: &Pool,
        sessions: &mut [Option<Session>],
        row: &mut Row,
        log: &mut dyn FnMut(&str),
    ) {
        let threads = pool.threads();
        let mut work = subject.work();
        let mut ours = Vec::new();
        let mut theirs = vec![Vec::new(); sessions.len()];
        let mut able = vec![true; sessions.len()];
        for _ in 0..self.rounds {
            for ((session, times), able) in sessions.iter_mut().zip(&mut theirs).zip(&mut able) {
                let Some(asked) = session.as_mut().filter(|_| *able) else { continue };
                match asked.ask(subject.name()) {
                    Ok(time) => {
                        times.push(time);
                        ours.push(self.ours(pool, &mut work));
                    }
                    Err(error) => {
                        log(&error.to_string());
                        *able = false;
                        if !matches!(error, PeerError::Cannot { .. }) {
                            *session = None; // it will not answer again
                        }
                    }
                }
            }
        }
        if ours.is_empty() {
            ours.push(self.ours(pool, &mut work)); // nobody to compare with
        }
        let best = |times: &mut Vec<f64>| (!times.is_empty()).then(|| Best { us: median(times), threads });
        row.ours = Best::of(row.ours, best(&mut ours));
        row.theirs.iter_mut().zip(&mut theirs).for_each(|(row, times)| *row = Best::of(*row, best(times)));
    }

    /// Microseconds of ours.
    fn ours(&self, pool: &Pool, mut work: &mut (dyn FnMut() + Send)) -> f64 {
        pool.run(|| {
            let mut timer = Timer::new(&mut work);
            timer.run(Duration::from_secs_f64(self.seconds), &mut work);
            timer.median() * 1e6
        })
    }
}

/// A time, and the number of threads that it took.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Best {
    us: f64,
    threads: usize,
}

impl Best {
    /// The shorter of two, of which either may be missing.
    fn of(a: Option<Self>, b: Option<Self>) -> Option<Self> {
        [a, b].into_iter().flatten().min_by(|a, b| a.us.total_cmp(&b.us))
    }
}

#[derive(Clone, Debug)]
struct Row {
    name: &'static str,
    ours: Option<Best>,
    theirs: Vec<Option<Best>>,
}

impl Row {
    fn new(name: &'static str, peers: usize) -> Self {
        Self { name, ours: None, theirs: vec![None; peers] }
    }
}

/// What came out, as a Markdown table: microseconds with the best number of threads, and how many times as long the best peer takes.
#[derive(Clone, Debug)]
pub struct Table {
    peers: Vec<&'static str>,
    rows: Vec<Row>,
    missing: Vec<String>,
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| µs | ours |")?;
        self.peers.iter().try_for_each(|peer| write!(f, " {peer} |"))?;
        writeln!(f, " best peer ÷ ours |")?;
        writeln!(f, "| :--- |{}", " ---: |".repeat(self.peers.len() + 2))?;
        let cell =
            |best: Option<Best>| best.map_or("–".to_owned(), |Best { us, threads }| format!("{} T{threads}", short(us)));
        for Row { name, ours, theirs } in &self.rows {
            write!(f, "| {name} | {} |", cell(*ours))?;
            theirs.iter().try_for_each(|&best| write!(f, " {} |", cell(best)))?;
            let best = theirs.iter().fold(None, |best, &other| Best::of(best, other));
            match (best, ours) {
                (Some(best), Some(ours)) => writeln!(f, " **{}×** |", short(best.us / ours.us))?,
                _ => writeln!(f, " – |")?,
            }
        }
        self.missing.iter().try_for_each(|missing| write!(f, "\n**NOT COMPARED: {missing}.**\n"))
    }
}

/// With as many decimals as say something.
fn short(number: f64) -> String {
    let decimals = if number < 10.0 { 2 } else { usize::from(number < 100.0) };
    format!("{number:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_the_best_of_each() {
        let best = |us, threads| Some(Best { us, threads });
        let table = Table {
            peers: vec!["a", "b"],
            rows: vec![
                Row { name: "fashion", ours: best(760.0, 2), theirs: vec![best(1722.4, 2), best(1553.0, 1)] },
                Row { name: "xor", ours: best(0.5, 1), theirs: vec![None, best(15.96, 1)] },
            ],
            missing: vec!["c is not installed".to_owned()],
        };
        assert_eq!(
            table.to_string(),
            "| µs | ours | a | b | best peer ÷ ours |\n\
             | :--- | ---: | ---: | ---: | ---: |\n\
             | fashion | 760 T2 | 1722 T2 | 1553 T1 | **2.04×** |\n\
             | xor | 0.50 T1 | – | 16.0 T1 | **31.9×** |\n\
             \n**NOT COMPARED: c is not installed.**\n"
        );
    }

    #[test]
    fn without_peers_ours_is_measured_all_the_same() {
        let comparison = Comparison { threads: vec![1], rounds: 1, seconds: 0.0, python: "no-such-python".into() };
        let subjects = [Subject::Inference(InferenceCase::find("8-16-1/1").unwrap())];
        let mut log = Vec::new();
        let table = comparison.run(&subjects, &Peer::INFERENCE, &mut |line| log.push(line.to_owned())).unwrap();
        assert!(table.rows[0].ours.is_some_and(|best| best.us > 0.0 && best.threads == 1));
        assert_eq!(log.iter().filter(|line| line.starts_with("NOT COMPARED: ")).count(), 3);
        assert_eq!(table.missing.len(), 3);
    }
}
