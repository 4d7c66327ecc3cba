//! The program in a folder of its own.
#![allow(dead_code, unreachable_pub)] // each test file takes what it needs

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use assert_cmd::Command;
use tempfile::TempDir;

/// The program, run in a folder that vanishes.
#[derive(Debug)]
pub struct Trainer {
    folder: TempDir,
}

/// What a run left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program prints UTF-8");
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Trainer {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("trainer").unwrap();
        command.current_dir(self.folder.path()).args(arguments).env_remove("CARGO").env_remove("CLICOLOR_FORCE");
        command
    }

    pub fn runs(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }

    pub fn with_stdin(&self, arguments: &[&str], stdin: &str) -> Ran {
        self.command(arguments).write_stdin(stdin).output().unwrap().into()
    }

    pub fn succeeds(&self, arguments: &[&str]) -> Ran {
        let ran = self.runs(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.stderr);
        ran
    }

    /// Fails with this code and these words, without a panic, results or anything left behind.
    pub fn fails(&self, arguments: &[&str], code: i32, words: &[&str]) {
        let ran = self.runs(arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.stderr);
        for word in words {
            assert!(ran.stderr.contains(word), "`{word}` in the message of {arguments:?}: {}", ran.stderr);
        }
        assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("internal error"), "{}", ran.stderr);
        assert!(ran.stderr.contains("error: "), "{}", ran.stderr);
    }

    fn plain(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("trainer"));
        command.current_dir(self.folder.path()).args(arguments).stderr(Stdio::piped());
        command
    }

    pub fn to_file(&self, arguments: &[&str], path: &str) -> Ran {
        let file = File::options().write(true).open(path).unwrap();
        self.plain(arguments).stdout(file).output().unwrap().into()
    }

    /// Starts, waits until `ready`, and asks it to end as Ctrl-C does.
    pub fn interrupted(&self, arguments: &[&str], ready: impl Fn() -> bool) -> Ran {
        let child = self.plain(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let pid = child.id().to_string();
        let waiting = std::thread::spawn(move || child.wait_with_output().unwrap());
        while !ready() && !waiting.is_finished() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap();
        waiting.join().unwrap().into()
    }

    pub fn to_closed_pipe(&self, arguments: &[&str]) -> Ran {
        let mut child = self.plain(arguments).stdout(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        child.wait_with_output().unwrap().into()
    }
}
