//! IDX: numbers of any shape in a binary file, the format of MNIST.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use backprop_tensor::Scalar;

use crate::DataError;
use crate::decompressed::Decompressed;

/// The most dimensions that an IDX file may have.
pub const MAX_DIMENSIONS: u8 = 8;

/// Two bytes 0, the type code, the number of dimensions.
const MAGIC_BYTES: usize = 4;

/// Bytes of a size.
const SIZE_BYTES: usize = 4;

/// What the numbers of an IDX file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdxType {
    /// Code 0x08: unsigned bytes.
    U8,
    /// Code 0x09: signed bytes.
    I8,
    /// Code 0x0b: integers of two bytes.
    I16,
    /// Code 0x0c: integers of four bytes.
    I32,
    /// Code 0x0d: floating-point numbers of four bytes.
    F32,
    /// Code 0x0e: floating-point numbers of eight bytes.
    F64,
}

impl IdxType {
    fn of_code(code: u8) -> Option<Self> {
        Some(match code {
            0x08 => Self::U8,
            0x09 => Self::I8,
            0x0b => Self::I16,
            0x0c => Self::I32,
            0x0d => Self::F32,
            0x0e => Self::F64,
            _ => return None,
        })
    }

    /// Bytes of a number.
    pub fn width(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::I16 => 2,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

impl fmt::Display for IdxType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::U8 => "u8",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::F32 => "f32",
            Self::F64 => "f64",
        })
    }
}

/// The content of an IDX file: numbers of one type in a block of one or more dimensions, the last of which changes fastest.
///
/// ```text
/// 00 00         always
/// 08            type code
/// 03            number of dimensions
/// 00 00 ea 60   size of the first, as are all numbers here with the most significant byte first
/// …             sizes of the others
/// …             the numbers
/// ```
///
/// ```
/// use backprop_data::{Idx, IdxType};
/// let file = [0, 0, 0x0b, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 5, 1, 0, 0xff, 0xff];
/// let idx = Idx::from_reader(&file[..], "three-numbers")?;
/// assert_eq!((idx.sizes(), idx.kind()), (&[1, 3][..], IdxType::I16));
/// assert_eq!(idx.values::<f32>()?, [5.0, 256.0, -1.0]);
/// # Ok::<(), backprop_data::DataError>(())
/// ```
///
/// # References
/// Y. LeCun, C. Cortes and C. J. C. Burges, *The MNIST database of handwritten digits*, 1998. <http://yann.lecun.com/exdb/mnist/>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idx {
    source: String,
    kind: IdxType,
    sizes: Vec<usize>,
    pub(crate) bytes: Vec<u8>,
}

impl Idx {
    /// Reads a file, gzipped or not.
    ///
    /// No size is believed before the bytes are there: memory grows with what is read, and no more is read, or decompressed, than
    /// the header announces and one byte.
    ///
    /// # Errors
    /// If the file cannot be opened or read ([`is_io`](DataError::is_io)), or is not such a file; the message names the byte, counted
    /// from 0.
    pub fn read(path: &Path) -> Result<Self, DataError> {
        let source = path.display().to_string();
        let file = File::open(path).map_err(|reason| DataError::Io { file: source.clone(), reason })?;
        Self::from_reader(file, &source)
    }

    /// Reads IDX as [`read`](Self::read) does; `source` is what messages call it.
    ///
    /// # Errors
    /// Those of [`read`](Self::read).
    pub fn from_reader(reader: impl Read, source: &str) -> Result<Self, DataError> {
        let file = || source.to_owned();
        let mut reader = Decompressed::new(reader, source)?;
        let mut header = Vec::new();
        read_header(&mut reader, MAGIC_BYTES, &mut header, source)?;
        let [0, 0, code, dimensions] = header[..] else {
            return Err(DataError::IdxMagic { file: file(), found: hexadecimal(&header), remedy: remedy(&header) });
        };
        let kind = IdxType::of_code(code).ok_or_else(|| DataError::IdxType { file: file(), found: code })?;
        if !(1..=MAX_DIMENSIONS).contains(&dimensions) {
            return Err(DataError::IdxDimensions { file: file(), found: dimensions, limit: MAX_DIMENSIONS });
        }
        let dimensions = usize::from(dimensions);
        read_header(&mut reader, MAGIC_BYTES + dimensions * SIZE_BYTES, &mut header, source)?;
        let (sizes, _) = header[MAGIC_BYTES..].as_chunks();
        let sizes: Vec<u32> = sizes.iter().map(|&size| u32::from_be_bytes(size)).collect();
        if let Some(i) = sizes.iter().position(|&size| size == 0) {
            let at = MAGIC_BYTES + i * SIZE_BYTES;
            return Err(DataError::IdxEmpty { file: file(), at, position: i + 1, dimensions });
        }
        let length = length(&sizes, kind.width()).filter(|&length| length < isize::MAX as usize - header.len());
        let length =
            length.ok_or_else(|| DataError::IdxTooLarge { file: file(), sizes: times(&sizes), width: kind.width() })?;

        // One more, to see whether the file ends where it should; of gzip this also checks the sum at its end.
        let mut bytes = Vec::new();
        let found = reader.read(length as u64 + 1, &mut bytes)?;
        let expected = header.len() + length;
        if found < length {
            return Err(DataError::IdxTruncated { file: file(), found: header.len() + found, expected, sizes: times(&sizes) });
        }
        if found > length {
            return Err(DataError::IdxTrailing { file: file(), expected, sizes: times(&sizes) });
        }
        Ok(Self { source: file(), kind, sizes: sizes.into_iter().map(|size| size as usize).collect(), bytes })
    }

    /// What messages call it: the path of the file.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What its numbers are.
    pub fn kind(&self) -> IdxType {
        self.kind
    }

    /// The size of each dimension; none is 0.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The bytes of the numbers as they stand in the file, the most significant of each first.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The numbers.
    ///
    /// # Errors
    /// If one is not finite as a `T`; the message names the byte.
    pub fn values<T: Scalar>(&self) -> Result<Vec<T>, DataError> {
        match self.kind {
            IdxType::U8 => self.decode(|[byte]: [u8; 1]| f64::from(byte)),
            IdxType::I8 => self.decode(|bytes| f64::from(i8::from_be_bytes(bytes))),
            IdxType::I16 => self.decode(|bytes| f64::from(i16::from_be_bytes(bytes))),
            IdxType::I32 => self.decode(|bytes| f64::from(i32::from_be_bytes(bytes))),
            IdxType::F32 => self.decode(|bytes| f64::from(f32::from_be_bytes(bytes))),
            IdxType::F64 => self.decode(f64::from_be_bytes),
        }
    }

    fn decode<const N: usize, T: Scalar>(&self, number: impl Fn([u8; N]) -> f64) -> Result<Vec<T>, DataError> {
        let (numbers, _) = self.bytes.as_chunks::<N>();
        let values: Vec<T> = numbers.iter().map(|&bytes| T::from_f64(number(bytes))).collect();
        // An integer always is: to look at millions of pixels would take as long as to decode them.
        let may_be_wrong = matches!(self.kind, IdxType::F32 | IdxType::F64);
        match values.iter().position(|x| may_be_wrong && !x.is_finite()) {
            None => Ok(values),
            Some(i) => {
                let at = MAGIC_BYTES + SIZE_BYTES * self.sizes.len() + i * N;
                Err(DataError::IdxNotFinite { file: self.source.clone(), at, value: number(numbers[i]) })
            }
        }
    }

    /// The sizes with `×` between them.
    pub(crate) fn times(&self) -> String {
        times(&self.sizes)
    }
}

/// Reads on until the header has as many bytes as `expected`; fewer only if it is that of something else.
fn read_header(reader: &mut Decompressed<'_>, expected: usize, header: &mut Vec<u8>, source: &str) -> Result<(), DataError> {
    reader.read((expected - header.len()) as u64, header)?;
    let foreign = header.iter().take(2).any(|&byte| byte != 0);
    if header.len() == expected || foreign {
        return Ok(());
    }
    Err(DataError::IdxHeader { file: source.to_owned(), found: header.len(), expected })
}

/// Bytes of all numbers together, `None` if that is beyond all addresses.
fn length(sizes: &[u32], width: usize) -> Option<usize> {
    sizes.iter().try_fold(width, |length, &size| length.checked_mul(usize::try_from(size).ok()?))
}

fn times(sizes: &[impl ToString]) -> String {
    sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" × ")
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

/// What a file is that does not begin as IDX does, and what to do about it.
fn remedy(start: &[u8]) -> &'static str {
    match start {
        [1..=MAX_DIMENSIONS, code, 0, 0] if IdxType::of_code(*code).is_some() => {
            "its numbers have the least significant byte first: write them with the most significant byte first"
        }
        [b'<', ..] => "it is a web page: download the file again",
        [b'P', b'K', ..] => "it is a zip archive: unpack it",
        [0x93, b'N', b'U', b'M'] => "it is a NumPy array: write it as IDX",
        [b'v', b'e', b'r', b's'] => "it is a pointer of git-lfs: fetch the file itself",
        _ => "download or write the file again, or name another",
    }
}
