//! What can be wrong with data.

use std::io;

use crate::IdxType;

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
    /// A file that does not begin as IDX does.
    #[error("{file}: at byte 0: an IDX file begins with two bytes 00, but this one with {found}; {remedy}")]
    IdxMagic {
        /// The file.
        file: String,
        /// The first bytes, in hexadecimal digits.
        found: String,
        /// What the file looks like, and what to do.
        remedy: &'static str,
    },
    /// A type of numbers that IDX does not have.
    #[error(
        "{file}: at byte 2: type code 0x{found:02x} is unknown; known are 0x08 u8, 0x09 i8, 0x0b i16, 0x0c i32, 0x0d f32 and \
         0x0e f64: write the file anew as one of them"
    )]
    IdxType {
        /// The file.
        file: String,
        /// The code.
        found: u8,
    },
    /// No dimensions, or more than are possible.
    #[error("{file}: at byte 3: {found} dimensions, but from 1 to {limit} are possible; write the file anew")]
    IdxDimensions {
        /// The file.
        file: String,
        /// The number of dimensions.
        found: u8,
        /// The most that are possible.
        limit: u8,
    },
    /// A size is 0, so that there are no values.
    #[error("{file}: at byte {at}: size {position} of {dimensions} is 0, but at least 1 is needed; write the file anew")]
    IdxEmpty {
        /// The file.
        file: String,
        /// Where the size stands, counted from 0.
        at: usize,
        /// Which size it is, counted from 1.
        position: usize,
        /// How many there are.
        dimensions: usize,
    },
    /// More values than memory has addresses.
    #[error(
        "{file}: at byte 4: {sizes} values of {width} {} are more than any memory holds; the header is damaged: download or write \
         the file again",
        bytes_in_words(*.width)
    )]
    IdxTooLarge {
        /// The file.
        file: String,
        /// The sizes, with `×` between them.
        sizes: String,
        /// Bytes of a value.
        width: usize,
    },
    /// The file ends within its header.
    #[error("{file}: at byte {found}: the file ends here, but its header has {expected} bytes; download or write it again")]
    IdxHeader {
        /// The file.
        file: String,
        /// Bytes there are.
        found: usize,
        /// Bytes the header has.
        expected: usize,
    },
    /// The file ends before its data do.
    #[error(
        "{file}: at byte {found}: the file ends here, but its header announces {sizes} values and so {expected} bytes; download or \
         write it again"
    )]
    IdxTruncated {
        /// The file.
        file: String,
        /// Bytes there are.
        found: usize,
        /// Bytes that header and data have.
        expected: usize,
        /// The sizes, with `×` between them.
        sizes: String,
    },
    /// The file goes on where its data end.
    #[error(
        "{file}: at byte {expected}: the file goes on, but its header announces {sizes} values and so {expected} bytes; correct the \
         header, or download or write the file again"
    )]
    IdxTrailing {
        /// The file.
        file: String,
        /// Bytes that header and data have.
        expected: usize,
        /// The sizes, with `×` between them.
        sizes: String,
    },
    /// A value that is infinite, too large or no number.
    #[error("{file}: at byte {at}: the value {value} is not finite; correct it")]
    IdxNotFinite {
        /// The file.
        file: String,
        /// Where it stands, counted from 0.
        at: usize,
        /// What stands there.
        value: f64,
    },
    /// Images or labels in another number of dimensions.
    #[error("{file}: at byte 3: {found} dimensions ({sizes}), but {of} have {expected}; is it the other file?")]
    IdxShape {
        /// The file.
        file: String,
        /// `images (count, rows, columns)` or `labels (count)`.
        of: &'static str,
        /// Dimensions there are.
        found: usize,
        /// The sizes, with `×` between them.
        sizes: String,
        /// Dimensions there should be.
        expected: usize,
    },
    /// Labels that are not bytes.
    #[error("{file}: at byte 2: the labels are {found}, but must be u8 (type code 0x08); write them so")]
    LabelType {
        /// The file.
        file: String,
        /// What they are.
        found: IdxType,
    },
    /// Not one label for each image.
    #[error(
        "{file}: at byte 4: {labels} labels, but {images_file} has {images} images; the two files do not belong together: \
         download or write them again"
    )]
    LabelCount {
        /// The file of the labels.
        file: String,
        /// How many labels it has.
        labels: usize,
        /// The file of the images.
        images_file: String,
        /// How many images it has.
        images: usize,
    },
    /// A label that stands for no class.
    #[error("{file}: at byte {at}: label {label} of image {sample} is no class; the classes are {}", brief(.known))]
    UnknownLabel {
        /// The file of the labels.
        file: String,
        /// Where it stands, counted from 0.
        at: usize,
        /// The label.
        label: u32,
        /// The image, counted from 0.
        sample: usize,
        /// All classes.
        known: Box<[String]>,
    },
    /// A folder without one of the files of an image set.
    #[error(
        "{folder}: no file {wanted}, gzipped or not; a folder of images has train-images-idx3-ubyte, train-labels-idx1-ubyte, \
         t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte"
    )]
    NoImageFile {
        /// The folder.
        folder: String,
        /// The file.
        wanted: String,
    },
    /// Images of another size than those that were learned.
    #[error(
        "{file}: images of {} × {} pixels, but {}; give it data like those it was trained on",
        .found.0, .found.1, wanted_image(*.expected)
    )]
    ImageShape {
        /// The file of the images.
        file: String,
        /// Their rows and columns.
        found: (usize, usize),
        /// Rows and columns of those that were learned; `None` if no images were.
        expected: Option<(usize, usize)>,
    },
    /// A pixel too far from all that was learned.
    #[error("{file}: image {sample} has pixels beyond the range of the numbers; are they in the units of the training images?")]
    PixelTooLarge {
        /// The file of the images.
        file: String,
        /// The image, counted from 0.
        sample: usize,
    },
    /// Images for a model of numbers.
    #[error("{file}: images have classes, but the model predicts the numbers {}; give it a table", brief(.columns))]
    ImagesOfNumbers {
        /// The file of the images.
        file: String,
        /// What it predicts.
        columns: Vec<String>,
    },
    /// Two classes have one name.
    #[error("classes {first} and {second} are both called `{class}`; give every class a name of its own")]
    RepeatedClass {
        /// The name.
        class: String,
        /// The first class of that name, counted from 0.
        first: usize,
        /// The second, counted from 0.
        second: usize,
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
    /// Whether a file is not there, or the operating system refused to read or write, as opposed to data that are wrong.
    pub fn is_io(&self) -> bool {
        matches!(self, DataError::Io { .. } | DataError::NoImageFile { .. })
    }
}

/// How many names a message lists at most.
const LISTED: usize = 20;

fn rows_in_words(rows: usize) -> String {
    if rows == 1 { "only one row".to_owned() } else { format!("only {rows} rows") }
}

fn bytes_in_words(width: usize) -> &'static str {
    if width == 1 { "byte" } else { "bytes" }
}

fn wanted_image(shape: Option<(usize, usize)>) -> String {
    match shape {
        Some((rows, columns)) => format!("{rows} × {columns} were learned"),
        None => "the columns of a table were learned".to_owned(),
    }
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
