//! The programs that do the same work with other libraries: `benches/peers`.

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde::Deserialize;

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

    /// Starts it with so many threads; each answer is the median of so many seconds.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start(&self, python: &Path, threads: usize, seconds: f64) -> Result<Session, PeerError> {
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
        Session::start(self.name, command)
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
    answers: BufReader<ChildStdout>,
}

impl Session {
    fn start(peer: &'static str, mut command: Command) -> Result<Self, PeerError> {
        let failed = |source| PeerError::Io { peer, source };
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
        let answers = BufReader::new(child.stdout.take().expect("its standard output is a pipe"));
        Ok(Self { peer, child, answers })
    }

    /// The microseconds of one step of a workload, or of one call of an inference case.
    ///
    /// # Errors
    /// If the peer cannot do it, or no longer answers.
    pub fn ask(&mut self, workload: &str) -> Result<f64, PeerError> {
        let peer = self.peer;
        let failed = |source| PeerError::Io { peer, source };
        let stdin = self.child.stdin.as_mut().expect("its standard input is a pipe");
        writeln!(stdin, "{workload}").and_then(|()| stdin.flush()).map_err(failed)?;
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(failed)?;
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
        let mut session = Session::start("p", shell).unwrap();
        assert_eq!(session.ask("xor").unwrap(), 1.5);
        assert_eq!(session.ask("wide").unwrap_err().to_string(), "p has no such thing: too wide");
        assert_eq!(session.ask("xor").unwrap(), 1.5);
        let silence = session.ask("end").unwrap_err().to_string();
        assert_eq!(silence, "p answered `` in place of a time; run its program alone to see why");
    }
}
