//! Where data come from: a file, the standard input, or a built-in set.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use backprop_data::{DataError, SETS, Set, Table};
use backprop_registry::{Call, OptionError};
use sha2::{Digest, Sha256};

use crate::failure::Failure;

/// What `--data` names.
#[derive(Debug)]
pub(crate) enum Source {
    /// A built-in set, and how it was called.
    Set(Box<dyn Set>, Call),
    /// A file.
    File(PathBuf),
    /// `-`.
    Stdin,
}

/// A table, and the fingerprint of the bytes it was read from.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) table: Table,
    pub(crate) sha256: String,
}

impl Source {
    /// Finds out what `text` names. Noise and samples are options of a generated set.
    pub(crate) fn find(text: &str, noise: Option<f64>, samples: Option<u64>) -> Result<Self, Failure> {
        if let Some(mut call) = set_call(text)? {
            for (option, value) in [("noise", noise), ("samples", samples.map(|samples| samples as f64))] {
                if let Some(value) = value {
                    call = call.with(option, value);
                }
            }
            return Ok(Self::Set(SETS.build(&call)?, call));
        }
        if !Path::new(text).exists() && !looks_like_a_path(text) {
            let error = SETS.find(text.split(':').next().unwrap_or(text)).err();
            let error: OptionError = error.expect("a set of that name would have been found before");
            return Err(Failure::Settings(vec![format!("{error}; or name a CSV file")]));
        }
        if let Some(flag) = noise.map(|_| "--noise").or(samples.map(|_| "--samples")) {
            return Err(Failure::Settings(vec![format!(
                "{flag} is for generated sets, but {text} is a file; leave it away, or write --data moons"
            )]));
        }
        Ok(Self::File(PathBuf::from(text)))
    }

    /// As [`find`](Self::find), and `-` is the standard input.
    pub(crate) fn find_or_stdin(text: &str) -> Result<Self, Failure> {
        if text == "-" { Ok(Self::Stdin) } else { Self::find(text, None, None) }
    }

    /// The column to predict, if the source knows it.
    pub(crate) fn target(&self) -> Option<&'static str> {
        match self {
            Source::Set(set, _) => Some(set.target()),
            _ => None,
        }
    }

    /// The name as a person would say it.
    pub(crate) fn label(&self) -> String {
        match self {
            Source::Set(_, call) => call.to_string(),
            Source::File(path) => path.display().to_string(),
            Source::Stdin => "standard input".to_owned(),
        }
    }

    /// The name without folders and endings, for a run folder.
    pub(crate) fn stem(&self) -> String {
        match self {
            Source::Set(_, call) => call.name.clone(),
            Source::File(path) => stem(path),
            Source::Stdin => "stdin".to_owned(),
        }
    }

    /// The name for a config that stands in another folder.
    pub(crate) fn absolute(&self) -> String {
        match self {
            Source::File(path) => std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string(),
            _ => self.label(),
        }
    }

    /// What a row number is called: a file has lines.
    pub(crate) fn row_noun(&self) -> &'static str {
        if matches!(self, Source::Set(..)) { "row" } else { "line" }
    }

    /// Reads the table.
    pub(crate) fn load(&self, seed: u64) -> Result<Loaded, Failure> {
        self.read(seed, None)
    }

    /// Reads the table and keeps the bytes it was read from.
    pub(crate) fn load_with_bytes(&self, seed: u64) -> Result<(Loaded, Vec<u8>), Failure> {
        let mut bytes = Vec::new();
        let loaded = self.read(seed, Some(&mut bytes))?;
        Ok((loaded, bytes))
    }

    fn read(&self, seed: u64, copy: Option<&mut Vec<u8>>) -> Result<Loaded, Failure> {
        let mut witness = Witness { hash: Sha256::new(), copy };
        let label = self.label();
        let table = match self {
            Source::Set(set, _) => {
                let table = set.table(seed);
                table.to_csv(&mut witness)?;
                table
            }
            Source::File(path) => {
                let file = File::open(path).map_err(|reason| DataError::Io { file: label.clone(), reason })?;
                Table::from_csv(Watched { reader: file, witness: &mut witness }, &label)?
            }
            Source::Stdin => Table::from_csv(Watched { reader: io::stdin().lock(), witness: &mut witness }, &label)?,
        };
        let sha256 = hexadecimal(&witness.hash.finalize());
        Ok(Loaded { table, sha256 })
    }
}

/// The call of a set, if the text begins with the name of one.
fn set_call(text: &str) -> Result<Option<Call>, OptionError> {
    let name = text.split(':').next().unwrap_or(text).trim();
    if SETS.find(name).is_ok() { text.parse().map(Some) } else { Ok(None) }
}

fn looks_like_a_path(text: &str) -> bool {
    text.contains(['/', '\\', '.'])
}

/// A data path of a config file, which is relative to that file.
pub(crate) fn beside(config: &Path, text: &str) -> String {
    match config.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && set_call(text).is_ok_and(|call| call.is_none()) => {
            folder.join(text).display().to_string()
        }
        _ => text.to_owned(),
    }
}

/// The name of a file without what stands for its format.
pub(crate) fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let without = |name: String, ending: &str| name.strip_suffix(ending).map(str::to_owned).unwrap_or(name);
    [".gz", ".csv", ".tsv", ".txt", ".toml"].into_iter().fold(name, without)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// Sees bytes on their way.
struct Witness<'a> {
    hash: Sha256,
    copy: Option<&'a mut Vec<u8>>,
}

impl Write for Witness<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hash.update(bytes);
        if let Some(copy) = &mut self.copy {
            copy.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A reader with a witness.
struct Watched<'a, 'b, R> {
    reader: R,
    witness: &'a mut Witness<'b>,
}

impl<R: Read> Read for Watched<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.witness.write_all(&buffer[..count])?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_and_paths() {
        assert_eq!(["a/b.csv.gz", "b.tsv", "my.data.csv"].map(|path| stem(Path::new(path))), ["b", "b", "my.data"]);
        assert_eq!(beside(Path::new("dir/cfg.toml"), "x.csv"), Path::new("dir").join("x.csv").display().to_string());
        assert_eq!(beside(Path::new("dir/cfg.toml"), "moons:noise=0.2"), "moons:noise=0.2");
        assert_eq!(beside(Path::new("cfg.toml"), "x.csv"), "x.csv");
    }

    #[test]
    fn the_fingerprint_is_that_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, "x,y\n1,2\n").unwrap();
        let (loaded, bytes) = Source::File(path).load_with_bytes(0).unwrap();
        assert_eq!(bytes, b"x,y\n1,2\n");
        assert_eq!((loaded.table.rows(), loaded.sha256), (1, hexadecimal(&Sha256::digest(&bytes))));
    }
}
