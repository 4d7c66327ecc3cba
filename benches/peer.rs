//! The programs that do the same work with other libraries: `benches/peers`.

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::UnknownError;

/// A program of `benches/peers` that times another library.
///
/// It reads names of workloads from its standard input and answers each with a line of JSON:
///
/// ```text
/// {"peer":"jax","workload":"fashion","threads":1,"median_us":1553.0}
/// {"peer":"jax","workload":"fashion","threads":1,"error":"why not"}
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// What it is called.
    pub name: &'static str,
    program: Program,
}

#[derive(Clone, Copy, Debug)]
enum Program {
    Python { script: &'static str, options: &'static [&'static str], modules: &'static str },
    Rust { folder: &'static str, binary: &'static str },
}

const fn python(name: &'static str, script: &'static str, options: &'static [&'static str], modules: &'static str) -> Peer {
    Peer { name, program: Program::Python { script, options, modules } }
}

const fn rust(name: &'static str, folder: &'static str, binary: &'static str) -> Peer {
    Peer { name, program: Program::Rust { folder, binary } }
}

impl Peer {
    /// Those that train.
    pub const STEPS: [Self; 6] = [
        python("torch-eager", "torch_steps.py", &[], "torch"),
        python("torch-compile", "torch_steps.py", &["--compile"], "torch"),
        python("jax", "jax_steps.py", &[], "jax, optax"),
        python("scikit-learn", "sklearn_steps.py", &[], "sklearn, threadpoolctl"),
        rust("candle", "candle", "candle-steps"),
        rust("burn-flex", "burn", "burn-steps"),
    ];

    /// Those that predict.
    pub const INFERENCE: [Self; 3] = [
        python("torch", "infer.py", &["--peer", "torch"], "numpy, torch"),
        python("onnxruntime", "infer.py", &["--peer", "onnxruntime"], "numpy, onnx, onnxruntime"),
        python("numpy", "infer.py", &["--peer", "numpy"], "numpy"),
    ];

    /// The peer of this name among some.
    ///
    /// ```
    /// use benches::Peer;
    /// assert_eq!(Peer::find("jax", &Peer::STEPS)?.name, "jax");
    /// let error = Peer::find("jaxx", &Peer::INFERENCE).unwrap_err();
    /// assert_eq!(error.to_string(), "there is no peer `jaxx`; there are torch, onnxruntime, numpy");
    /// # Ok::<(), benches::UnknownError>(())
    /// ```
    ///
    /// # Errors
    /// If there is none.
    pub fn find(name: &str, among: &[Self]) -> Result<Self, UnknownError> {
        let found = among.iter().find(|peer| peer.name == name);
        found.copied().ok_or_else(|| UnknownError::new("peer", name, among.iter().map(|peer| peer.name)))
    }

    /// Whether it is installed.
    ///
    /// # Errors
    /// If it is not; the error says what is missing.
    pub fn check(&self, python: &Path) -> Result<(), PeerError> {
        let missing = |reason: String| Err(PeerError::Missing { peer: self.name, reason });
        match self.program {
            Program::Python { modules, .. } => {
                match Command::new(python).args(["-c", &format!("import {modules}")]).stdin(Stdio::null()).output() {
                    Ok(output) if output.status.success() => Ok(()),
                    Ok(output) => {
                        let text = String::from_utf8_lossy(&output.stderr);
                        missing(text.trim_end().lines().last().unwrap_or("its import fails").to_owned())
                    }
                    Err(error) => missing(format!("{}: {error}", python.display())),
                }
            }
            Program::Rust { folder, binary } if !built(binary).is_file() => {
                let manifest = format!("benches/peers/{folder}/Cargo.toml");
                missing(format!("build it: cargo build --release --manifest-path {manifest} --target-dir target/peers"))
            }
            Program::Rust { .. } => Ok(()),
        }
    }

    /// Starts it with so many threads. Each answer is the median of so many seconds, and those for one workload take no longer
    /// than the deadline together.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start(&self, python: &Path, threads: usize, seconds: f64, deadline: Duration) -> Result<Session, PeerError> {
        let mut command = match self.program {
            Program::Python { script, options, .. } => {
                let mut command = Command::new(python);
                command.env("PYTHONDONTWRITEBYTECODE", "1").arg(folder().join(script)).args(options);
                command.args(["--threads", &threads.to_string()]);
                command
            }
            Program::Rust { binary, .. } => Command::new(built(binary)),
        };
        command.env("RAYON_NUM_THREADS", threads.to_string()).args(["--serve", "--seconds", &seconds.to_string()]);
        Session::start(self.name, command, deadline)
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

fn built(binary: &str) -> PathBuf {
    let name = format!("{binary}{}", std::env::consts::EXE_SUFFIX);
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/peers/release").join(name)
}

/// A peer at work, which stays ready between questions: no import and no compilation falls into a measurement.
#[derive(Debug)]
pub struct Session {
    peer: &'static str,
    child: Child,
    /// The lines that it writes.
    answers: Receiver<io::Result<String>>,
    deadline: Duration,
    /// What it was asked last.
    workload: String,
    /// What is left of the deadline.
    left: Duration,
}

impl Session {
    pub(crate) fn start(peer: &'static str, mut command: Command, deadline: Duration) -> Result<Self, PeerError> {
        let failed = |source| PeerError::Io { peer, source };
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
        let stdout = BufReader::new(child.stdout.take().expect("its standard output is a pipe"));
        let (sender, answers) = channel();
        // A pipe cannot be waited for until a deadline, a channel can. The thread ends with the peer.
        thread::spawn(move || {
            for line in stdout.lines() {
                let is_last = line.is_err();
                if sender.send(line).is_err() || is_last {
                    break;
                }
            }
        });
        Ok(Self { peer, child, answers, deadline, workload: String::new(), left: deadline })
    }

    /// The microseconds of one step of a workload, or of one call of an inference case.
    ///
    /// # Errors
    /// If the peer cannot do it, does not do it within the deadline, or no longer answers. Except after [`PeerError::Cannot`] it is
    /// of no further use.
    pub fn ask(&mut self, workload: &str) -> Result<f64, PeerError> {
        let peer = self.peer;
        let failed = |source| PeerError::Io { peer, source };
        if self.workload != workload {
            workload.clone_into(&mut self.workload);
            self.left = self.deadline;
        }
        let stdin = self.child.stdin.as_mut().expect("its standard input is a pipe");
        writeln!(stdin, "{workload}").and_then(|()| stdin.flush()).map_err(failed)?;
        let begin = Instant::now();
        let line = match self.answers.recv_timeout(self.left) {
            Ok(line) => line.map_err(failed)?,
            Err(RecvTimeoutError::Timeout) => return Err(PeerError::Late { peer, seconds: self.deadline.as_secs_f64() }),
            Err(RecvTimeoutError::Disconnected) => String::new(),
        };
        self.left = self.left.saturating_sub(begin.elapsed());
        match serde_json::from_str(&line) {
            Ok(Answer { workload: of, median_us: Some(median_us), .. }) if of == workload => Ok(median_us),
            Ok(Answer { workload: of, error: Some(reason), .. }) if of == workload => Err(PeerError::Cannot { peer, reason }),
            _ => Err(PeerError::Answer { peer, line: line.trim_end().to_owned() }),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // It has nothing to lose. One that has ended already cannot be ended, and that is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Deserialize)]
struct Answer {
    workload: String,
    median_us: Option<f64>,
    error: Option<String>,
}

/// Why a peer is not compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PeerError {
    /// It is not there.
    #[error("{peer} is not installed ({reason}); see benches/peers/README.md")]
    Missing {
        /// Which.
        peer: &'static str,
        /// What is missing.
        reason: String,
    },
    /// It has no such thing.
    #[error("{peer} has no such thing: {reason}")]
    Cannot {
        /// Which.
        peer: &'static str,
        /// In its own words.
        reason: String,
    },
    /// It takes too long.
    #[error("{peer} was not done within {seconds} s; --deadline gives it more")]
    Late {
        /// Which.
        peer: &'static str,
        /// The deadline.
        seconds: f64,
    },
    /// It said something else, or nothing.
    #[error("{peer} answered `{line}` in place of a time; run its program alone to see why")]
    Answer {
        /// Which.
        peer: &'static str,
        /// What it said.
        line: String,
    },
    /// It could not be started or spoken to.
    #[error("{peer}: {source}")]
    Io {
        /// Which.
        peer: &'static str,
        /// Why.
        source: io::Error,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_installed_is_named() {
        let error = Peer::STEPS[0].check(Path::new("no-such-python")).unwrap_err().to_string();
        assert!(error.starts_with("torch-eager is not installed (no-such-python: "), "{error}");
    }

    #[test]
    fn every_peer_has_its_program() {
        for peer in Peer::STEPS.iter().chain(&Peer::INFERENCE) {
            let path = match peer.program {
                Program::Python { script, .. } => folder().join(script),
                Program::Rust { folder: name, .. } => folder().join(name).join("main.rs"),
            };
            assert!(path.is_file(), "{}: there is no {}", peer.name, path.display());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_peer_answers_each_question() {
        let script = r#"while read name; do case $name in
            xor) echo '{"peer":"p","workload":"xor","threads":1,"median_us":1.5}';;
            wide) echo '{"peer":"p","workload":"wide","threads":1,"error":"too wide"}';;
            *) exit;;
        esac; done"#;
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        let mut session = Session::start("p", shell, Duration::from_secs(60)).unwrap();
        assert_eq!(session.ask("xor").unwrap(), 1.5);
        assert_eq!(session.ask("wide").unwrap_err().to_string(), "p has no such thing: too wide");
        assert_eq!(session.ask("xor").unwrap(), 1.5);
        let silence = session.ask("end").unwrap_err().to_string();
        assert_eq!(silence, "p answered `` in place of a time; run its program alone to see why");
    }

    #[cfg(unix)]
    #[test]
    fn a_deadline_is_that_of_all_questions_for_a_workload() {
        let script = r#"while read name; do
            sleep 0.3
            echo '{"peer":"p","workload":"'$name'","threads":1,"median_us":2.5}'
        done"#;
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        let mut session = Session::start("p", shell, Duration::from_millis(100)).unwrap();
        let begin = Instant::now();
        assert_eq!(session.ask("wide").unwrap_err().to_string(), "p was not done within 0.1 s; --deadline gives it more");
        assert!(begin.elapsed() >= Duration::from_millis(100));
        // Whatever the machine does besides, so much is gone of an hour after two answers; another workload has all of it.
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        let hour = Duration::from_secs(3600);
        let mut session = Session::start("p", shell, hour).unwrap();
        assert_eq!([session.ask("wide").unwrap(), session.ask("wide").unwrap()], [2.5; 2]);
        assert!(session.left + Duration::from_millis(600) <= hour, "{:?}", session.left);
        session.left = Duration::ZERO;
        assert!(matches!(session.ask("wide"), Err(PeerError::Late { .. })));
        let _ = session.ask("xor"); // it may be the late answer that comes first
        assert!(session.left > Duration::from_secs(1800), "{:?}", session.left);
    }
}
