//! Bytes of a file that may be gzipped.

use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::DataError;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The bytes of a source, decompressed if they begin as gzip does.
pub(crate) struct Decompressed<'a> {
    file: &'a str,
    compressed: bool,
    reader: Box<dyn Read + 'a>,
}

impl<'a> Decompressed<'a> {
    /// Looks at the first bytes; `file` is what messages call the source, and says whether it must be gzip.
    pub(crate) fn new(mut reader: impl Read + 'a, file: &'a str) -> Result<Self, DataError> {
        let mut head = Vec::new();
        let io_error = |reason| DataError::Io { file: file.to_owned(), reason };
        reader.by_ref().take(GZIP.len() as u64).read_to_end(&mut head).map_err(io_error)?;
        let compressed = head == GZIP;
        if !compressed && Path::new(file).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz")) {
            return Err(DataError::Gzip { file: file.to_owned(), reason: "it does not begin as gzip does".to_owned() });
        }
        let whole = io::Cursor::new(head).chain(reader);
        let reader: Box<dyn Read + 'a> = if compressed { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) };
        Ok(Self { file, compressed, reader })
    }

    /// Appends the next bytes, at most `limit` of them, and gives how many there were. Memory is taken as they come.
    pub(crate) fn read(&mut self, limit: u64, bytes: &mut Vec<u8>) -> Result<usize, DataError> {
        self.reader.by_ref().take(limit).read_to_end(bytes).map_err(|reason| match reason.kind() {
            // What the decompression says of its data.
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof if self.compressed => {
                DataError::Gzip { file: self.file.to_owned(), reason: reason.to_string() }
            }
            _ => DataError::Io { file: self.file.to_owned(), reason },
        })
    }
}
