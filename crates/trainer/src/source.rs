//! Where data come from: a file, a folder of images, the standard input, or a built-in set.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use backprop_data::{DataError, Idx, ImageFolder, ImagePart, Images, SETS, Set, Table};
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
    /// A folder of images.
    Folder(ImageFolder),
    /// `-`.
    Stdin,
}

/// What a source holds.
#[derive(Debug)]
pub(crate) enum Data<I> {
    /// A table.
    Table(Table),
    /// Images, or what became of them.
    Images(I),
}

/// What was read, and the fingerprint of the bytes it was read from.
#[derive(Debug)]
pub(crate) struct Loaded<I> {
    pub(crate) data: Data<I>,
    pub(crate) sha256: String,
}

/// Of images that training took only their number is left.
impl Data<usize> {
    /// How many samples there are.
    pub(crate) fn count(&self) -> usize {
        match self {
            Data::Table(table) => table.rows(),
            Data::Images(count) => *count,
        }
    }

    /// What a sample is called.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Data::Table(_) => "row",
            Data::Images(_) => "image",
        }
    }
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
            return Err(Failure::Settings(vec![format!("{error}; or name a CSV file or a folder of images")]));
        }
        let is_folder = Path::new(text).is_dir();
        if let Some(flag) = noise.map(|_| "--noise").or(samples.map(|_| "--samples")) {
            return Err(Failure::Settings(vec![format!(
                "{flag} is for generated sets, but {text} is a {}; leave it away, or write --data moons",
                if is_folder { "folder" } else { "file" }
            )]));
        }
        Ok(if is_folder { Self::Folder(ImageFolder::new(text)) } else { Self::File(PathBuf::from(text)) })
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
            Source::Folder(folder) => folder.path().display().to_string(),
            Source::Stdin => "standard input".to_owned(),
        }
    }

    /// The name without folders and endings, for a run folder.
    pub(crate) fn stem(&self) -> String {
        match self {
            Source::Set(_, call) => call.name.clone(),
            Source::File(path) => stem(path),
            // `..` and the root have no name.
            Source::Folder(folder) => {
                Some(stem(&absolute(folder.path()))).filter(|stem| !stem.is_empty()).unwrap_or("images".to_owned())
            }
            Source::Stdin => "stdin".to_owned(),
        }
    }

    /// The name for a config that stands in another folder.
    pub(crate) fn absolute(&self) -> String {
        match self {
            Source::File(path) => absolute(path).display().to_string(),
            Source::Folder(folder) => absolute(folder.path()).display().to_string(),
            _ => self.label(),
        }
    }

    /// What a row number is called: a file has lines.
    pub(crate) fn row_noun(&self) -> &'static str {
        if matches!(self, Source::Set(..)) { "row" } else { "line" }
    }

    /// Reads a table, or the training and the test images of a folder.
    pub(crate) fn load_to_train(&self, seed: u64) -> Result<Loaded<[Images; 2]>, Failure> {
        self.read(seed, None, |folder, witness| {
            Ok([images(folder, ImagePart::Train, witness)?, images(folder, ImagePart::Test, witness)?])
        })
    }

    /// Reads a table, or the test images of a folder.
    pub(crate) fn load(&self, seed: u64) -> Result<Loaded<Images>, Failure> {
        self.read(seed, None, |folder, witness| images(folder, ImagePart::Test, witness))
    }

    /// As [`load`](Self::load), and keeps the bytes that a table was read from.
    pub(crate) fn load_with_bytes(&self, seed: u64) -> Result<(Loaded<Images>, Vec<u8>), Failure> {
        let mut bytes = Vec::new();
        let copy = (!matches!(self, Source::Folder(_))).then_some(&mut bytes);
        let loaded = self.read(seed, copy, |folder, witness| images(folder, ImagePart::Test, witness))?;
        Ok((loaded, bytes))
    }

    fn read<I>(
        &self,
        seed: u64,
        copy: Option<&mut Vec<u8>>,
        read_folder: impl FnOnce(&ImageFolder, &mut Witness<'_>) -> Result<I, DataError>,
    ) -> Result<Loaded<I>, Failure> {
        let mut witness = Witness { hash: Sha256::new(), copy };
        let label = self.label();
        let table = match self {
            Source::Folder(folder) => {
                let images = read_folder(folder, &mut witness)?;
                return Ok(Loaded { data: Data::Images(images), sha256: witness.sha256() });
            }
            Source::Set(set, _) => {
                let table = set.table(seed);
                table.to_csv(&mut witness)?;
                table
            }
            Source::File(path) => Table::from_csv(Watched { reader: open(path)?, witness: &mut witness }, &label)?,
            Source::Stdin => Table::from_csv(Watched { reader: io::stdin().lock(), witness: &mut witness }, &label)?,
        };
        Ok(Loaded { data: Data::Table(table), sha256: witness.sha256() })
    }
}

fn open(path: &Path) -> Result<File, DataError> {
    File::open(path).map_err(|reason| DataError::Io { file: path.display().to_string(), reason })
}

/// The images of a part of a folder, and their labels.
fn images(folder: &ImageFolder, part: ImagePart, witness: &mut Witness<'_>) -> Result<Images, DataError> {
    let mut read = |path: &Path| Idx::from_reader(Watched { reader: open(path)?, witness }, &path.display().to_string());
    let [images, labels] = folder.files(part)?;
    Images::new(read(&images)?, read(&labels)?)
}

/// The same path from any folder.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
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

impl Witness<'_> {
    fn sha256(self) -> String {
        hexadecimal(&self.hash.finalize())
    }
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
        let here = Source::find(".", None, None).unwrap();
        assert_eq!(Some(here.stem().as_str()), std::env::current_dir().unwrap().file_name().unwrap().to_str());
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
        assert!(matches!(loaded.data, Data::Table(table) if table.rows() == 1));
        assert_eq!(loaded.sha256, hexadecimal(&Sha256::digest(&bytes)));
    }
}
