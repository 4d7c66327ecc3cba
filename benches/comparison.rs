//! Ours and theirs, in turn.

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

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
    /// How long a peer may take for all measurements of a subject with a number of threads: it is started and compiled in that time.
    pub deadline: Duration,
    /// The Python that has the peers.
    pub python: PathBuf,
}

impl Comparison {
    /// Measures ours and each peer in turn, round after round. What happens on the way goes to `log`, piece by piece: a line for each
    /// round, in which each peer is named before it is measured, and then how long that took.
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
                    log(&format!("NOT COMPARED: {error}\n"));
                    missing.push(error.to_string());
                }
            }
        }
        let mut rows: Vec<Row> = subjects.iter().map(|subject| Row::new(subject.name(), present.len())).collect();
        let mut notes = Vec::new();
        for &threads in &self.threads {
            let pool = Pool::new(threads)?;
            let mut sessions: Vec<_> = present.iter().map(|&peer| (peer, None)).collect();
            for (subject, row) in subjects.iter().zip(&mut rows) {
                self.rounds(subject, &pool, &mut sessions, row, &mut notes, log);
            }
        }
        Ok(Table { peers: present.iter().map(|peer| peer.name).collect(), rows, notes, missing })
    }

    fn rounds(
        &self,
        subject: &Subject,
        pool: &Pool,
        sessions: &mut [(Peer, Option<Session>)],
        row: &mut Row,
        notes: &mut Vec<String>,
        log: &mut dyn FnMut(&str),
    ) {
        let (name, threads) = (subject.name(), pool.threads());
        let mut work = subject.work();
        let timer = pool.run(|| Timer::new(&mut work));
        let mut run_ours = || {
            let mut timer = timer.clone();
            pool.run(|| timer.run(Duration::from_secs_f64(self.seconds), &mut work));
            timer.median() * 1e6
        };
        let mut ours = Vec::new();
        let mut theirs = vec![Vec::new(); sessions.len()];
        let mut able = vec![true; sessions.len()];
        for round in 1..=self.rounds {
            if round > 1 && !able.contains(&true) {
                break;
            }
            log(&format!("{name} T{threads} {round}/{}", self.rounds));
            let mut before = ':';
            for (((peer, session), times), able) in
                sessions.iter_mut().zip(&mut theirs).zip(&mut able).filter(|(_, able)| **able)
            {
                log(&format!("{before} {}", peer.name));
                before = ',';
                let begin = Instant::now();
                let answer = self.ask(*peer, session, threads, name);
                log(&format!(" {:.1} s", begin.elapsed().as_secs_f64()));
                match answer {
                    Ok(time) => {
                        times.push(time);
                        ours.push(run_ours());
                    }
                    Err(error) => {
                        log(&format!(" – ({error})"));
                        let is_lasting = matches!(error, PeerError::Cannot { .. });
                        let note = if is_lasting { format!("{name}: {error}") } else { format!("{name} T{threads}: {error}") };
                        if !notes.contains(&note) {
                            notes.push(note);
                        }
                        if !is_lasting {
                            *session = None; // it will not answer again: another takes its place for the next subject
                        }
                        times.clear();
                        *able = false;
                    }
                }
            }
            log("\n");
        }
        if ours.is_empty() {
            ours.push(run_ours()); // nobody to compare with
        }
        let best = |times: &mut Vec<f64>| (!times.is_empty()).then(|| Best { us: median(times), threads });
        row.ours = Best::of(row.ours, best(&mut ours));
        row.theirs.iter_mut().zip(&mut theirs).for_each(|(row, times)| *row = Best::of(*row, best(times)));
    }

    /// Microseconds of a peer, which is started if it is not at work.
    fn ask(&self, peer: Peer, session: &mut Option<Session>, threads: usize, name: &str) -> Result<f64, PeerError> {
        match session {
            Some(session) => session.ask(name),
            None => session.insert(peer.start(&self.python, threads, self.seconds, self.deadline)?).ask(name),
        }
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
    /// Why a cell is empty.
    notes: Vec<String>,
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
        self.notes.iter().try_for_each(|note| write!(f, "\n– {note}.\n"))?;
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
            notes: vec!["xor T1: a was not done within 2 s".to_owned()],
            missing: vec!["c is not installed".to_owned()],
        };
        assert_eq!(
            table.to_string(),
            "| µs | ours | a | b | best peer ÷ ours |\n\
             | :--- | ---: | ---: | ---: | ---: |\n\
             | fashion | 760 T2 | 1722 T2 | 1553 T1 | **2.04×** |\n\
             | xor | 0.50 T1 | – | 16.0 T1 | **31.9×** |\n\
             \n– xor T1: a was not done within 2 s.\n\
             \n**NOT COMPARED: c is not installed.**\n"
        );
    }

    #[test]
    fn without_peers_ours_is_measured_all_the_same() {
        let comparison = Comparison {
            threads: vec![1],
            rounds: 1,
            seconds: 0.0,
            deadline: Duration::from_secs(60),
            python: "no-such-python".into(),
        };
        let subjects = [Subject::Inference(InferenceCase::find("8-16-1/1").unwrap())];
        let mut log = String::new();
        let table = comparison.run(&subjects, &Peer::INFERENCE, &mut |piece| log.push_str(piece)).unwrap();
        assert!(table.rows[0].ours.is_some_and(|best| best.us > 0.0 && best.threads == 1));
        assert_eq!(log.lines().filter(|line| line.starts_with("NOT COMPARED: ")).count(), 3);
        assert_eq!(table.missing.len(), 3);
    }

    #[cfg(unix)]
    #[test]
    fn who_is_late_is_ended_and_noted() {
        let deadline = Duration::ZERO;
        let comparison = Comparison { threads: vec![1], rounds: 2, seconds: 0.0, deadline, python: "no-such-python".into() };
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", "read name; exec sleep 60"]);
        let session = Session::start("jax", shell, deadline).unwrap();
        let mut sessions = [(Peer::find("jax", &Peer::STEPS).unwrap(), Some(session))];
        let subject = Subject::Step(Workload::find("xor").unwrap());
        let (mut row, mut notes, mut log) = (Row::new("xor", 1), Vec::new(), String::new());
        let pool = Pool::new(1).unwrap();
        comparison.rounds(&subject, &pool, &mut sessions, &mut row, &mut notes, &mut |piece| log.push_str(piece));
        assert!(sessions[0].1.is_none(), "it is still at work");
        assert!(row.ours.is_some() && row.theirs == [None], "{row:?}");
        assert_eq!(notes, ["xor T1: jax was not done within 0 s; --deadline gives it more"]);
        assert!(log.starts_with("xor T1 1/2: jax 0.") && log.lines().count() == 1, "{log}");
    }
}
