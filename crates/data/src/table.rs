//! A table: named columns of numbers or text.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use backprop_registry::nearest;
use backprop_tensor::Scalar;

use crate::cell::{Cell, number_name};
use crate::{DataError, reader};

/// The values of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Finite numbers; NaN where the value is missing.
    Numbers(Vec<f64>),
    /// Text; `None` where the value is missing.
    Text(Vec<Option<String>>),
}

impl Values {
    /// How many there are, the missing ones included.
    pub fn len(&self) -> usize {
        match self {
            Values::Numbers(numbers) => numbers.len(),
            Values::Text(texts) => texts.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A named column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name, unlike those of the other columns.
    pub name: String,
    /// One value for each row.
    pub values: Values,
}

impl Column {
    /// A column of numbers; NaN where the value is missing.
    pub fn numbers(name: impl Into<String>, numbers: Vec<f64>) -> Self {
        Self { name: name.into(), values: Values::Numbers(numbers) }
    }

    /// A column of text without missing values.
    pub fn text<S: Into<String>>(name: impl Into<String>, texts: impl IntoIterator<Item = S>) -> Self {
        Self { name: name.into(), values: Values::Text(texts.into_iter().map(|text| Some(text.into())).collect()) }
    }

    /// Whether the value in `row` is missing.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn is_missing(&self, row: usize) -> bool {
        match &self.values {
            Values::Numbers(numbers) => numbers[row].is_nan(),
            Values::Text(texts) => texts[row].is_none(),
        }
    }

    /// The value in `row` as text, `None` if it is missing. A whole number has no decimals: `3`, not `3.0`.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn display(&self, row: usize) -> Option<Cow<'_, str>> {
        match &self.values {
            Values::Numbers(numbers) => Some(numbers[row]).filter(|x| !x.is_nan()).map(|x| Cow::Owned(number_name(x))),
            Values::Text(texts) => texts[row].as_deref().map(Cow::Borrowed),
        }
    }
}

/// Named columns of equal length, and where they come from.
///
/// ```
/// use backprop_data::{Table, Values};
/// let table = Table::from_csv("name,height\nAda,1.65\nKurt,NA\n".as_bytes(), "people.csv")?;
/// assert_eq!(table.rows(), 2);
/// assert_eq!(table.column("name").unwrap().display(1).unwrap(), "Kurt");
/// assert!(table.column("height").unwrap().is_missing(1));
/// assert_eq!(table.line(1), 3);                                   // the line of the file, for messages
/// # Ok::<(), backprop_data::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    source: String,
    columns: Vec<Column>,
    /// The line where each row begins; empty if rows follow a header line without gaps.
    lines: Vec<usize>,
}

impl Table {
    /// A table of these columns; `source` is what messages call it.
    ///
    /// # Errors
    /// If the columns differ in length, have no name or share one, or hold an infinite number.
    pub fn new(source: impl Into<String>, columns: Vec<Column>) -> Result<Self, DataError> {
        Self::with_lines(source.into(), columns, Vec::new())
    }

    pub(crate) fn with_lines(source: String, columns: Vec<Column>, lines: Vec<usize>) -> Result<Self, DataError> {
        let table = Self { source, columns, lines };
        let file = || table.source.clone();
        check_names(&table.source, table.columns.iter().map(|column| column.name.as_str()))?;
        for column in &table.columns {
            if column.values.len() != table.rows() {
                let (found, expected) = (column.values.len(), table.rows());
                return Err(DataError::Lengths { file: file(), column: column.name.clone(), found, expected });
            }
            let Values::Numbers(numbers) = &column.values else { continue };
            if let Some(row) = numbers.iter().position(|x| x.is_infinite()) {
                let value = numbers[row].to_string();
                return Err(DataError::NotFinite { file: file(), line: table.line(row), column: column.name.clone(), value });
            }
        }
        Ok(table)
    }

    /// Reads a CSV file, gzipped or not.
    ///
    /// - The first line is the header: a name for each column, all different, not all of them numbers.
    /// - The delimiter is the one of `,` `;` and tab that the header line has most of outside quotes; `,` if it has none.
    /// - Fields may stand in quotes, `""` is a quote within them, and line breaks within them belong to the text. Lines end with
    ///   LF, CRLF or CR; empty lines are passed over; a byte order mark is removed; spaces around a value do not count.
    /// - Missing is an empty field and `NA`, `N/A`, `NaN`, `nan`, `null`, `NULL`, `?`.
    /// - A column is numeric if all its values are numbers, else it is text. If nine in ten of at least 20 values are numbers, the
    ///   rest is taken for typing errors and refused.
    ///
    /// # Errors
    /// If the file cannot be opened or read ([`is_io`](DataError::is_io)), or is not such a file; the message names the line.
    pub fn read_csv(path: &Path) -> Result<Self, DataError> {
        let source = path.display().to_string();
        let file = File::open(path).map_err(|reason| DataError::Io { file: source.clone(), reason })?;
        Self::from_csv(file, &source)
    }

    /// Reads CSV as [`read_csv`](Self::read_csv) does; `source` is what messages call it.
    ///
    /// # Errors
    /// Those of [`read_csv`](Self::read_csv).
    pub fn from_csv(reader: impl Read, source: &str) -> Result<Self, DataError> {
        reader::read(reader, source)
    }

    /// Writes a CSV file that [`read_csv`](Self::read_csv) reads back: numbers in their shortest exact form, missing values empty.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_csv(&self, path: &Path) -> Result<(), DataError> {
        let error = |reason| DataError::Io { file: path.display().to_string(), reason };
        let mut file = BufWriter::new(File::create(path).map_err(error)?);
        self.to_csv(&mut file).and_then(|()| file.flush()).map_err(error)
    }

    /// Writes CSV as [`write_csv`](Self::write_csv) does.
    ///
    /// # Errors
    /// If `writer` does not take it.
    pub fn to_csv(&self, writer: impl Write) -> std::io::Result<()> {
        let mut writer = csv::Writer::from_writer(writer);
        writer.write_record(self.columns.iter().map(|column| &column.name))?;
        for row in 0..self.rows() {
            for column in &self.columns {
                writer.write_field(column.display(row).unwrap_or_default().as_bytes())?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        writer.flush()
    }

    /// What messages call it: the path of the file.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }

    /// The columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The names of the columns, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The column called `name`.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns of these names, in this order.
    ///
    /// # Errors
    /// If some are not there; the message names all of those and suggests the nearest names.
    pub fn find<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<Vec<&Column>, DataError> {
        let names: Vec<&str> = names.into_iter().collect();
        let found: Vec<&Column> = names.iter().filter_map(|name| self.column(name)).collect();
        if found.len() == names.len() {
            return Ok(found);
        }
        // A column that is asked for by its own name is not a misspelled other one.
        let spare = || self.names().filter(|name| !names.contains(name));
        let absent = names.iter().filter(|name| self.column(name).is_none());
        let missing = absent.map(|&name| (name.to_owned(), nearest(name, spare()).map(str::to_owned))).collect();
        Err(DataError::MissingColumns { file: self.source.clone(), missing, known: self.names().map(str::to_owned).collect() })
    }

    /// The table without these columns.
    ///
    /// # Errors
    /// If one is not there.
    pub fn without(mut self, names: &[String]) -> Result<Self, DataError> {
        self.find(names.iter().map(String::as_str))?;
        self.columns.retain(|column| !names.contains(&column.name));
        Ok(self)
    }

    /// The number in `row` of `column`, a column of this table; `None` if it is missing.
    pub(crate) fn number(&self, column: &Column, row: usize) -> Result<Option<f64>, DataError> {
        let text = match &column.values {
            Values::Numbers(numbers) => return Ok(Some(numbers[row]).filter(|x| !x.is_nan())),
            Values::Text(texts) => texts[row].as_deref().unwrap_or_default(),
        };
        let (file, line, name) = (self.source.clone(), self.line(row), column.name.clone());
        match Cell::read(text) {
            Cell::Missing => Ok(None),
            Cell::Number(x) => Ok(Some(x)),
            Cell::Infinite => Err(DataError::NotFinite { file, line, column: name, value: text.to_owned() }),
            Cell::Text(text) => Err(DataError::NotANumber { file, line, column: name, value: text.to_owned() }),
        }
    }

    /// `x`, which was made from the number in `row` of `column`, as a `T`.
    pub(crate) fn finite<T: Scalar>(&self, column: &Column, row: usize, x: f64) -> Result<T, DataError> {
        Some(T::from_f64(x)).filter(|x| x.is_finite()).ok_or_else(|| DataError::NotFinite {
            file: self.source.clone(),
            line: self.line(row),
            column: column.name.clone(),
            value: column.display(row).unwrap_or_default().into_owned(),
        })
    }

    /// The line of the file where `row` begins, counted from 1. In a table that was not read, row 0 is on line 2.
    pub fn line(&self, row: usize) -> usize {
        self.lines.get(row).copied().unwrap_or(row + 2)
    }
}

/// Every column has a name of its own.
pub(crate) fn check_names<'a>(file: &str, names: impl Iterator<Item = &'a str>) -> Result<(), DataError> {
    let mut seen = std::collections::BTreeMap::new();
    for (i, name) in names.enumerate() {
        if name.is_empty() {
            return Err(DataError::EmptyName { file: file.to_owned(), position: i + 1 });
        }
        if let Some(first) = seen.insert(name, i + 1) {
            return Err(DataError::DuplicateName { file: file.to_owned(), name: name.to_owned(), first, second: i + 1 });
        }
    }
    Ok(())
}
