//! Fingerprints of parameters.

use backprop_tensor::Scalar;
use sha2::{Digest, Sha256};

/// SHA-256 of the little-endian bytes of a vector, as hexadecimal digits.
///
/// ```
/// use backprop_training::digest;
/// assert_eq!(digest::<f32>(&[]), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
/// assert_ne!(digest(&[1.0_f32]), digest(&[-1.0_f32]));
/// ```
pub fn digest<T: Scalar>(values: &[T]) -> String {
    let mut bytes = Vec::with_capacity(size_of_val(values));
    values.iter().for_each(|value| value.write_le(&mut bytes));
    digest_bytes([bytes.as_slice()])
}

/// SHA-256 of several pieces, each with its length in front, as hexadecimal digits.
pub(crate) fn digest_pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let pieces: Vec<&[u8]> = pieces.into_iter().collect();
    let lengths: Vec<[u8; 8]> = pieces.iter().map(|piece| (piece.len() as u64).to_le_bytes()).collect();
    digest_bytes(lengths.iter().zip(pieces).flat_map(|(length, piece)| [length.as_slice(), piece]))
}

fn digest_bytes<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    pieces.into_iter().for_each(|piece| hash.update(piece));
    hash.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
