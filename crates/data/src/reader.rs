//! From bytes to a table: decompression, encoding, delimiter, quotes, and which columns are numbers.

use std::io::Read;

use csv::StringRecord;

use crate::cell::Cell;
use crate::decompressed::Decompressed;
use crate::table::check_names;
use crate::{Column, DataError, Table, Values};

/// The longest field that is read, in bytes. A longer one is a quote that was not closed.
pub const MAX_FIELD_BYTES: usize = 1 << 20;

/// The most columns that a table may have.
pub const MAX_COLUMNS: usize = 65_536;

/// How much is read before the bytes are looked at.
const CHUNK: u64 = 1 << 16;

/// Of this many values, nine in ten numbers make the others typing errors.
const MANY: usize = 20;

const BYTE_ORDER_MARK: &str = "\u{feff}";

pub(crate) fn read(reader: impl Read, source: &str) -> Result<Table, DataError> {
    let text = read_text(Decompressed::new(reader, source)?, source)?;
    parse(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text), source)
}

/// All bytes as text. Bytes are checked as they come, so that a device without end stops at its first NUL.
fn read_text(mut reader: Decompressed<'_>, source: &str) -> Result<String, DataError> {
    let file = || source.to_owned();
    let mut bytes = Vec::new();
    loop {
        let seen = bytes.len();
        let read = reader.read(CHUNK, &mut bytes)?;
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(DataError::Encoding { file: file(), encoding: "UTF-16" });
        }
        if let Some(at) = bytes[seen..].iter().position(|&byte| byte == 0) {
            return Err(DataError::Nul { file: file(), line: Lines::new(&bytes).at(seen + at) });
        }
        if read == 0 {
            break;
        }
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let mut lines = Lines::new(error.as_bytes());
        let line = lines.at(at);
        DataError::NotUtf8 { file: file(), line, byte: at - lines.start + 1 }
    })
}

/// The line of a byte, for bytes asked for in ascending order.
struct Lines<'a> {
    text: &'a [u8],
    /// Everything before this byte is counted.
    next: usize,
    /// The line of `next`, counted from 1, and the byte where it begins.
    line: usize,
    start: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self { text, next: 0, line: 1, start: 0 }
    }

    /// The line of byte `at`. LF, CRLF and CR end a line.
    fn at(&mut self, at: usize) -> usize {
        while self.next < at {
            let byte = self.text[self.next];
            self.next += 1;
            if byte == b'\n' || byte == b'\r' && self.text.get(self.next) != Some(&b'\n') {
                self.line += 1;
                self.start = self.next;
            }
        }
        self.line
    }
}

/// The rows of a text, each with the line where it begins.
struct Records<'a> {
    reader: csv::Reader<&'a [u8]>,
    record: StringRecord,
    lines: Lines<'a>,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, delimiter: u8) -> Self {
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(delimiter);
        Self { reader: builder.from_reader(text.as_bytes()), record: StringRecord::new(), lines: Lines::new(text.as_bytes()) }
    }

    fn next(&mut self) -> Option<(usize, &StringRecord)> {
        let more = self.reader.read_record(&mut self.record);
        if !more.expect("text in memory is readable, UTF-8, and rows may have any length") {
            return None;
        }
        // The reader gives the end of the row before; empty lines lie between.
        let mut at = self.record.position().map_or(0, |position| position.byte() as usize);
        while matches!(self.lines.text.get(at), Some(b'\n' | b'\r')) {
            at += 1;
        }
        Some((self.lines.at(at), &self.record))
    }
}

/// The one of `,` `;` and tab that the first line has most of outside quotes; `,` if it has none.
fn delimiter(text: &str) -> u8 {
    let header = text.trim_start_matches(['\n', '\r']);
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in header.bytes().take_while(|byte| !matches!(byte, b'\n' | b'\r')) {
        quoted ^= byte == b'"';
        counts.iter_mut().filter(|(delimiter, _)| *delimiter == byte && !quoted).for_each(|(_, count)| *count += 1);
    }
    // The first of equals: `max_by_key` gives the last, hence from the back.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |&(delimiter, _)| delimiter)
}

/// Where the quote opens that is never closed, if there is one. A quote opens at the beginning of a field only.
fn unclosed_quote(text: &[u8], delimiter: u8) -> Option<usize> {
    let (mut i, mut beginning) = (0, true);
    while i < text.len() {
        if beginning && text[i] == b'"' {
            let Some(closing) = closing_quote(text, i + 1) else { return Some(i) };
            (i, beginning) = (closing, false);
        } else {
            beginning = matches!(text[i], b'\n' | b'\r') || text[i] == delimiter;
        }
        i += 1;
    }
    None
}

/// The first quote that is not doubled.
fn closing_quote(text: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let at = from + text[from..].iter().position(|&byte| byte == b'"')?;
        if text.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        from = at + 2;
    }
}

/// What the values of a column are.
#[derive(Clone, Debug, Default)]
struct Census {
    numbers: usize,
    texts: usize,
    first_text: Option<(usize, String)>,
    first_infinite: Option<(usize, String)>,
}

impl Census {
    fn count(&mut self, line: usize, cell: &str) {
        match Cell::read(cell) {
            Cell::Missing => {}
            Cell::Number(_) => self.numbers += 1,
            Cell::Infinite => {
                self.numbers += 1;
                self.first_infinite.get_or_insert_with(|| (line, cell.trim().to_owned()));
            }
            Cell::Text(text) => {
                self.texts += 1;
                self.first_text.get_or_insert_with(|| (line, text.to_owned()));
            }
        }
    }

    /// An empty column of the kind that the values are.
    fn column(self, source: &str, name: &str) -> Result<Column, DataError> {
        let (file, column, total) = (source.to_owned(), name.to_owned(), self.numbers + self.texts);
        let numeric = self.numbers * 10 >= total * 9 && self.numbers >= MANY;
        match (self.first_text, self.first_infinite) {
            (Some((line, value)), _) if numeric => {
                Err(DataError::Typo { file, line, column, value, numbers: self.numbers, total })
            }
            (Some(_), _) => Ok(Column { name: column, values: Values::Text(Vec::new()) }),
            (None, Some((line, value))) => Err(DataError::NotFinite { file, line, column, value }),
            (None, None) => Ok(Column { name: column, values: Values::Numbers(Vec::new()) }),
        }
    }
}

fn parse(text: &str, source: &str) -> Result<Table, DataError> {
    if text.trim().is_empty() {
        return Err(DataError::NoRows { file: source.to_owned() });
    }
    let delimiter = delimiter(text);
    if let Some(at) = unclosed_quote(text.as_bytes(), delimiter) {
        return Err(DataError::UnclosedQuote { file: source.to_owned(), line: Lines::new(text.as_bytes()).at(at) });
    }
    let names = header(text, delimiter, source)?;

    // The kinds of the columns are known at the end only: once to count, once to keep, and nothing is held twice.
    let mut census = vec![Census::default(); names.len()];
    let mut lines = Vec::new();
    let mut records = Records::new(text, delimiter);
    records.next();
    while let Some((line, record)) = records.next() {
        check(source, line, record, names.len())?;
        lines.push(line);
        census.iter_mut().zip(record).for_each(|(census, cell)| census.count(line, cell));
    }
    if lines.is_empty() {
        return Err(DataError::NoRows { file: source.to_owned() });
    }
    let columns = census.into_iter().zip(&names).map(|(census, name)| census.column(source, name));
    let mut columns = columns.collect::<Result<Vec<_>, _>>()?;
    let mut records = Records::new(text, delimiter);
    records.next();
    while let Some((_, record)) = records.next() {
        for (column, cell) in columns.iter_mut().zip(record) {
            match (&mut column.values, Cell::read(cell)) {
                (Values::Numbers(numbers), Cell::Number(x)) => numbers.push(x),
                (Values::Numbers(numbers), _) => numbers.push(f64::NAN),
                (Values::Text(texts), Cell::Missing) => texts.push(None),
                (Values::Text(texts), _) => texts.push(Some(cell.trim().to_owned())),
            }
        }
    }
    Table::with_lines(source.to_owned(), columns, lines)
}

/// The names of the columns.
fn header(text: &str, delimiter: u8, source: &str) -> Result<Vec<String>, DataError> {
    let mut records = Records::new(text, delimiter);
    let file = || source.to_owned();
    let (line, record) = records.next().ok_or_else(|| DataError::NoRows { file: file() })?;
    if record.len() > MAX_COLUMNS {
        return Err(DataError::TooManyColumns { file: file(), found: record.len(), limit: MAX_COLUMNS });
    }
    check(source, line, record, record.len())?;
    if record.iter().all(|name| matches!(Cell::read(name), Cell::Number(_))) {
        return Err(DataError::NoHeader { file: file(), line });
    }
    let names: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
    check_names(source, names.iter().map(String::as_str))?;
    Ok(names)
}

/// A row has as many fields as the header, and none of them is too long.
fn check(source: &str, line: usize, record: &StringRecord, expected: usize) -> Result<(), DataError> {
    if let Some(i) = record.iter().position(|field| field.len() > MAX_FIELD_BYTES) {
        let (file, found) = (source.to_owned(), record[i].len());
        return Err(DataError::FieldTooLong { file, line, position: i + 1, found, limit: MAX_FIELD_BYTES });
    }
    if record.len() != expected {
        return Err(DataError::Ragged { file: source.to_owned(), line, found: record.len(), expected });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What follows a quote that stays open, line break and all, belongs to the last field that the reader finds.
        #[test]
        fn the_scan_for_quotes_and_the_reader_agree(text in "[a,\"\n\r]{0,12}") {
            let more = format!("{text}!\n");
            let mut records = Records::new(&more, b',');
            let mut open = false;
            while let Some((_, record)) = records.next() {
                open = record.iter().next_back().is_some_and(|field| field.ends_with("!\n"));
            }
            prop_assert_eq!(unclosed_quote(text.as_bytes(), b',').is_some(), open);
        }
    }

    #[test]
    fn delimiters() {
        for (text, expected) in [
            ("a,b\n1;2;3", b','),
            ("\n\na;b\n", b';'),
            ("a\tb,c\td", b'\t'),
            ("a", b','),
            ("", b','),
            ("\"a,b,c\";d", b';'),
            ("a,b;c", b','),
        ] {
            assert_eq!(delimiter(text), expected, "{text:?}");
        }
    }

    #[test]
    fn quotes_that_stay_open() {
        for (text, expected) in [
            ("a,\"b\"", None),
            ("a,\"b\"\"", Some(2)),
            ("a,\"b\"\"\"", None),
            ("a,b\"", None),
            ("\"", Some(0)),
            ("\"\"", None),
            ("\"\"\"", Some(0)),
            ("\"a\"b\"", None),
            ("a\n\"b", Some(2)),
            ("a\r\"b\r", Some(2)),
        ] {
            assert_eq!(unclosed_quote(text.as_bytes(), b','), expected, "{text:?}");
        }
    }

    #[test]
    fn lines_end_with_lf_crlf_or_cr() {
        let mut lines = Lines::new(b"a\nb\r\nc\rd");
        assert_eq!([0, 1, 2, 3, 5, 7].map(|at| lines.at(at)), [1, 1, 2, 2, 3, 4]);
    }
}
