//! `trainer predict`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use backprop_tensor::{Pool, View};
use backprop_training::Predictions;
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::figures::exact;
use crate::model_path;
use crate::raw_table::RawTable;
use crate::source::{Data, Source};

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) model: PathBuf,
    pub(crate) data: String,
    pub(crate) output: Option<PathBuf>,
    pub(crate) json: bool,
    pub(crate) threads: usize,
}

/// The column of answers.
const PREDICTION: &str = "prediction";
/// The column that counts images, from 0.
const SAMPLE: &str = "sample";

/// Predicts, and writes the table with the answers.
pub(crate) fn run(request: &Request) -> Result<(), Failure> {
    let pool = Pool::new(request.threads)?;
    let model = model_path::load(&request.model)?;
    let source = Source::find_or_stdin(&request.data)?;
    let (loaded, bytes) = source.load_with_bytes(0)?;
    let (predictions, raw, lines) = match loaded.data {
        Data::Table(table) => {
            let raw = RawTable::read(&bytes, &table).expect("these bytes were read as a table before");
            let lines: Vec<usize> = (0..table.rows()).map(|row| table.line(row)).collect();
            (pool.run(|| model.predict(&table))?, raw, Some(lines))
        }
        Data::Images(images) => {
            let data = model.preprocessing().image_dataset(images)?;
            (pool.run(|| model.predict_inputs(View::from(&data.x))), RawTable::numbered(SAMPLE, data.len()), None)
        }
    };
    let columns = columns(&predictions);
    let taken = |column: &&String| raw.header.iter().any(|name| name.trim() == column.as_str());
    if let Some(taken) = columns.iter().find(taken).filter(|_| !request.json) {
        return Err(Failure::ColumnTaken { file: source.label(), column: taken.clone() });
    }
    let place = |i: usize| lines.as_ref().map_or((SAMPLE, i), |lines| ("line", lines[i]));
    let write = |writer: &mut dyn Write| {
        if request.json {
            (0..predictions.len()).try_for_each(|i| {
                let (noun, number) = place(i);
                let mut object = Map::from_iter([(noun.to_owned(), Value::from(number))]);
                let cells = columns.iter().cloned().zip(answers(&predictions, i));
                object.extend(cells.map(|(column, answer)| (column, answer.json())));
                writeln!(writer, "{}", Value::Object(object))
            })
        } else {
            write_csv(writer, &raw, &columns, &predictions)
        }
    };
    match &request.output {
        None => {
            let mut stdout = BufWriter::new(io::stdout().lock());
            write(&mut stdout)?;
            Ok(stdout.flush()?)
        }
        Some(path) => {
            let mut text = Vec::new();
            write(&mut text)?;
            put(path, &text).map_err(|reason| Failure::Io { verb: "write", path: path.display().to_string(), reason })
        }
    }
}

/// Writes a file whole or not at all. A device or a pipe takes the bytes itself: to put a file in its place would destroy it.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) if !there.is_file() => File::options().write(true).open(path)?.write_all(bytes),
        _ => backprop_training::write_atomically(path, bytes),
    }
}

/// The names of the columns that are added.
fn columns(predictions: &Predictions) -> Vec<String> {
    let names = predictions.names();
    if predictions.is_classification() {
        let probabilities = names.iter().map(|class| format!("probability_{class}"));
        return std::iter::once(PREDICTION.to_owned()).chain(probabilities).collect();
    }
    match names {
        [_] => vec![PREDICTION.to_owned()],
        _ => names.iter().map(|target| format!("{PREDICTION}_{target}")).collect(),
    }
}

/// A cell that is added.
enum Answer<'a> {
    Class(&'a str),
    Number(f64),
}

impl Answer<'_> {
    fn json(&self) -> Value {
        match self {
            Answer::Class(class) => Value::from(*class),
            Answer::Number(number) => Value::from(*number),
        }
    }

    fn csv(&self) -> String {
        match self {
            Answer::Class(class) => (*class).to_owned(),
            Answer::Number(number) => exact(*number),
        }
    }
}

/// The cells that are added to row `i`.
fn answers(predictions: &Predictions, i: usize) -> impl Iterator<Item = Answer<'_>> {
    let numbers = predictions.values(i).map(|(_, value)| Answer::Number(value));
    predictions.class(i).map(Answer::Class).into_iter().chain(numbers)
}

fn write_csv(writer: &mut dyn Write, raw: &RawTable, columns: &[String], predictions: &Predictions) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().delimiter(raw.delimiter).from_writer(writer);
    let header = raw.header.iter().chain(columns.iter().map(String::as_str));
    csv.write_record(header).map_err(io_error)?;
    for (i, row) in raw.rows.iter().enumerate() {
        let added: Vec<String> = answers(predictions, i).map(|answer| answer.csv()).collect();
        csv.write_record(row.iter().chain(added.iter().map(String::as_str))).map_err(io_error)?;
    }
    csv.flush()
}

/// What the system said, so that a closed pipe is still known as one.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn only_files_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        put(&link, b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        // A socket stands for everything that is no file, devices too.
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert!(put(&socket, b"new").is_err());
        assert!(!socket.is_file(), "it is still there as it was");
        assert!(put(folder.path(), b"new").is_err());
    }
}
