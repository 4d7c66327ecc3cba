//! What can be wrong with data.

use std::io;

/// Why data could not be read, understood or prepared. Each message names the place and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The operating system does not give or take the bytes.
    #[error("{file}: {reason}; check the path and its permissions")]
    Io {
        /// The path, or the name of the source.
        file: String,
        /// What the operating system said.
        #[source]
        reason: io::Error,
    },
    /// The file is compressed but cannot be decompressed.
    #[error("{file}: the gzip data is damaged ({reason}); compress or download the file again")]
    Gzip {
        /// The file.
        file: String,
        /// What the decompression said.
        reason: String,
    },
    /// The text is not UTF-8 but another encoding of Unicode.
    #[error("{file}:1: the text is {encoding}; save the file as UTF-8")]
    Encoding {
        /// The file.
        file: String,
        /// The encoding that it is.
        encoding: &'static str,
    },
    /// A NUL byte: not a text, or UTF-16 without a mark.
    #[error("{file}:{line}: a NUL byte; this is no text, or it is UTF-16: save the file as UTF-8")]
    Nul {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// Bytes that are not UTF-8.
    #[error("{file}:{line}: byte {byte} of the line is not UTF-8 (Latin-1, perhaps?); save the file as UTF-8")]
    NotUtf8 {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The byte within the line, counted from 1.
        byte: usize,
    },
    /// Nothing but a header, or nothing at all.
    #[error("{file}: no data rows; the file needs a header line and at least one row below it")]
    NoRows {
        /// The file.
        file: String,
    },
    /// The first line is made of numbers.
    #[error("{file}:{line}: no header? every name in the first line is a number; put a line with a name for each column first")]
    NoHeader {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// A column has no name.
    #[error("{file}: column {position} has no name; give every column a name in the header")]
    EmptyName {
        /// The file.
        file: String,
        /// The column, counted from 1.
        position: usize,
    },
    /// Two columns have one name.
    #[error("{file}: columns {first} and {second} are both called `{name}`; rename one of them in the header")]
    DuplicateName {
        /// The file.
        file: String,
        /// The name.
        name: String,
        /// The first column of that name, counted from 1.
        first: usize,
        /// The second, counted from 1.
        second: usize,
    },
    /// More columns than a table may have.
    #[error("{file}: {found} columns, but at most {limit} are possible; is the delimiter right?")]
    TooManyColumns {
        /// The file.
        file: String,
        /// The number of columns.
        found: usize,
        /// The most that are possible.
        limit: usize,
    },
    /// A field longer than any sensible value.
    #[error("{file}:{line}: field {position} has {found} bytes, but at most {limit} are possible; is a quote missing?")]
    FieldTooLong {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The field, counted from 1.
        position: usize,
        /// Its length in bytes.
        found: usize,
        /// The most that are possible.
        limit: usize,
    },
    /// A row with too few or too many fields.
    #[error(
        "{file}:{line}: {found} fields, but the header has {expected}; add or remove fields, or quote those with a delimiter"
    )]
    Ragged {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// Fields in the row.
        found: usize,
        /// Fields in the header.
        expected: usize,
    },
    /// A quote opens and never closes.
    #[error(
        "{file}:{line}: the quote that opens here is never closed; close it, or double it (\"\") if it belongs to the text"
    )]
    UnclosedQuote {
        /// The file.
        file: String,
        /// The line where it opens, counted from 1.
        line: usize,
    },
    /// A number that is infinite or too large.
    #[error("{file}:{line}: `{value}` in column `{column}` is not finite; correct it, or write NA if the value is missing")]
    NotFinite {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The column.
        column: String,
        /// What stands there.
        value: String,
    },
    /// A column of numbers with a few cells of text.
    #[error(
        "{file}:{line}: `{value}` in column `{column}` is not a number, as {numbers} of the {total} values of the column are; \
         correct it, or write NA if the value is missing"
    )]
    Typo {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The column.
        column: String,
        /// What stands there.
        value: String,
        /// How many values of the column are numbers.
        numbers: usize,
        /// How many values the column has.
        total: usize,
    },
    /// Text where a number is needed.
    #[error("{file}:{line}: `{value}` in column `{column}` is not a number; correct it, or write NA if the value is missing")]
    NotANumber {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The column.
        column: String,
        /// What stands there.
        value: String,
    },
    /// Columns of different length.
    #[error("{file}: column `{column}` has {found} values, but the first has {expected}; give every column as many")]
    Lengths {
        /// The table.
        file: String,
        /// The column.
        column: String,
        /// Its length.
        found: usize,
        /// The length of the first column.
        expected: usize,
    },
    /// Columns that are needed are not there.
    #[error("{file}: no column {}; the columns are {}", wanted(.missing), brief(.known))]
    MissingColumns {
        /// The table.
        file: String,
        /// The columns, each with the nearest name that is there.
        missing: Vec<(String, Option<String>)>,
        /// The columns of the table.
        known: Vec<String>,
    },
    /// No target is named.
    #[error("{file}: no target; name the column to predict, one of {}", brief(.known))]
    NoTarget {
        /// The table.
        file: String,
        /// The columns of the table.
        known: Vec<String>,
    },
    /// There is nothing to split.
    #[error("{file}: {} with a value in the target; training needs at least 3, to learn, to validate and to test", rows_in_words(*.rows))]
    TooFewRows {
        /// The table.
        file: String,
        /// Rows with a value in the target.
        rows: usize,
    },
    /// No column is left to predict from.
    #[error("{file}: no usable feature; the table needs a column with values besides the target")]
    NoFeatures {
        /// The table.
        file: String,
    },
    /// The value to predict is missing.
    #[error("{file}:{line}: column `{column}` is the target and has no value here; fill it in, or leave the row out")]
    MissingTarget {
        /// The table.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The target.
        column: String,
    },
    /// The target is missing in every row.
    #[error("{file}: no row has a value in the target {}; fill it in, or name another target", quoted(.columns))]
    NoUsableRows {
        /// The table.
        file: String,
        /// The targets.
        columns: Vec<String>,
    },
    /// All rows belong to one class.
    #[error("{file}: every row has the same class `{class}` in column `{column}`; a classifier needs at least two")]
    OneClass {
        /// The table.
        file: String,
        /// The target.
        column: String,
        /// The class.
        class: String,
    },
    /// More than one column of classes.
    #[error("{file}: {} cannot be classes together; name one target, or predict numbers", quoted(.columns))]
    SeveralClassTargets {
        /// The table.
        file: String,
        /// The targets.
        columns: Vec<String>,
    },
    /// A number too large to be told from its neighbours.
    #[error(
        "{file}:{line}: {value} in column `{column}` is too large for a class (beyond 2^53 numbers run together); write it as text"
    )]
    LabelTooLarge {
        /// The table.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The target.
        column: String,
        /// The number.
        value: f64,
    },
    /// A class that the model does not know.
    #[error("{file}:{line}: unknown class `{class}` in column `{column}`{} the classes are {}", hint(.suggestion.as_deref()), brief(.known))]
    UnknownClass {
        /// The table.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The target.
        column: String,
        /// The class found.
        class: String,
        /// The nearest class, if one is near.
        suggestion: Option<Box<str>>,
        /// All classes.
        known: Box<[String]>,
    },
    /// Numbers whose mean or variance is beyond the range of the type.
    #[error("{file}: the numbers in column `{column}` are too large to standardise; give them in larger units")]
    TooLarge {
        /// The table.
        file: String,
        /// The column.
        column: String,
    },
    /// Parts that do not make a split.
    #[error("validation {validation} and test {test} are no fractions; each must lie in [0, 1), and both together below 1")]
    Fractions {
        /// The fraction for validation.
        validation: f64,
        /// The fraction for the test.
        test: f64,
    },
    /// A saved preprocessing that does not hold together.
    #[error("the saved preprocessing is damaged: {reason}; save the model again")]
    Damaged {
        /// What does not hold.
        reason: &'static str,
    },
}

impl DataError {
    /// Whether the operating system refused to read or write, as opposed to data that are wrong.
    pub fn is_io(&self) -> bool {
        matches!(self, DataError::Io { .. })
    }
}

/// How many names a message lists at most.
const LISTED: usize = 20;

fn rows_in_words(rows: usize) -> String {
    if rows == 1 { "only one row".to_owned() } else { format!("only {rows} rows") }
}

fn brief(names: &[String]) -> String {
    let more = if names.len() > LISTED { format!(", … ({} in all)", names.len()) } else { String::new() };
    format!("{}{more}", names[..names.len().min(LISTED)].join(", "))
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn wanted(missing: &[(String, Option<String>)]) -> String {
    let each = missing.iter().map(|(name, suggestion)| match suggestion {
        Some(near) => format!("`{name}` (did you mean `{near}`?)"),
        None => format!("`{name}`"),
    });
    brief(&each.collect::<Vec<_>>())
}

/// Leads over to the list of what there is.
fn hint(suggestion: Option<&str>) -> String {
    suggestion.map_or(";".to_owned(), |name| format!(", did you mean `{name}`?"))
}
