//! ChaCha8 for many streams at once: the words of [`Stream`](crate::Stream), one block in each lane of a vector.
//!
//! D. J. Bernstein, *ChaCha, a variant of Salsa20*, 2008, <https://cr.yp.to/chacha.html>.

use crate::vectorize;

/// Words of a block.
const WORDS: usize = 16;
/// Blocks at a time: one for each lane of the widest vectors.
const LANES: usize = 16;
/// "expand 32-byte k".
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// Fills columns of `rows` words: the j-th with the stream `first` + j of this key, from its word `skip` on.
///
/// # Panics
/// If `words` is not made of whole columns, or `skip` of whole blocks.
pub(crate) fn fill_columns(key: [u32; 8], first: u64, skip: usize, rows: usize, words: &mut [u32]) {
    assert!(skip.is_multiple_of(WORDS), "whole blocks of {WORDS} words can be left out, not {skip} words");
    if words.is_empty() {
        return;
    }
    assert!(rows > 0 && words.len().is_multiple_of(rows), "{} words are not whole columns of {rows} rows", words.len());
    let (mut nonces, mut out) = ([[0; LANES]; 4], [[0; LANES]; WORDS]);
    // The next block: its column, and how many words of that are before it.
    let (mut column, mut before) = (first, 0);
    let mut rest = words;
    while !rest.is_empty() {
        let mut lengths = [0; LANES];
        let mut waiting = rest.len();
        for (lane, length) in lengths.iter_mut().enumerate() {
            let counter = ((skip + before) / WORDS) as u64;
            let parts = [counter as u32, (counter >> 32) as u32, column as u32, (column >> 32) as u32];
            nonces.iter_mut().zip(parts).for_each(|(nonce, part)| nonce[lane] = part);
            *length = WORDS.min(rows - before).min(waiting); // 0 past the end
            waiting -= *length;
            before += *length;
            if before == rows {
                (column, before) = (column.wrapping_add(1), 0);
            }
        }
        vectorize!(blocks_in_lanes(key, &nonces, &mut out));
        for (lane, length) in lengths.into_iter().enumerate() {
            let (block, after) = rest.split_at_mut(length);
            block.iter_mut().zip(&out).for_each(|(word, out)| *word = out[lane]);
            rest = after;
        }
    }
}

/// Word w of the block with the counter and nonce `nonces[..][l]`, in `out[w][l]`.
#[inline(always)]
fn blocks_in_lanes(key: [u32; 8], nonces: &[[u32; LANES]; 4], out: &mut [[u32; LANES]; WORDS]) {
    for lane in 0..LANES {
        let [n0, n1, n2, n3] = [nonces[0][lane], nonces[1][lane], nonces[2][lane], nonces[3][lane]];
        let [c0, c1, c2, c3] = CONSTANTS;
        let [k0, k1, k2, k3, k4, k5, k6, k7] = key;
        let begin = [c0, c1, c2, c3, k0, k1, k2, k3, k4, k5, k6, k7, n0, n1, n2, n3];
        let mut x = begin;
        // Eight rounds, written out: a loop in here would keep that over the lanes from becoming vector code.
        double_round(&mut x);
        double_round(&mut x);
        double_round(&mut x);
        double_round(&mut x);
        for word in 0..WORDS {
            out[word][lane] = x[word].wrapping_add(begin[word]);
        }
    }
}

/// Two rounds: the columns of the 4 × 4 words, then the diagonals.
#[inline(always)]
fn double_round(x: &mut [u32; WORDS]) {
    quarter_round::<0, 4, 8, 12>(x);
    quarter_round::<1, 5, 9, 13>(x);
    quarter_round::<2, 6, 10, 14>(x);
    quarter_round::<3, 7, 11, 15>(x);
    quarter_round::<0, 5, 10, 15>(x);
    quarter_round::<1, 6, 11, 12>(x);
    quarter_round::<2, 7, 8, 13>(x);
    quarter_round::<3, 4, 9, 14>(x);
}

#[inline(always)]
fn quarter_round<const A: usize, const B: usize, const C: usize, const D: usize>(x: &mut [u32; WORDS]) {
    x[A] = x[A].wrapping_add(x[B]);
    x[D] = (x[D] ^ x[A]).rotate_left(16);
    x[C] = x[C].wrapping_add(x[D]);
    x[B] = (x[B] ^ x[C]).rotate_left(12);
    x[A] = x[A].wrapping_add(x[B]);
    x[D] = (x[D] ^ x[A]).rotate_left(8);
    x[C] = x[C].wrapping_add(x[D]);
    x[B] = (x[B] ^ x[C]).rotate_left(7);
}
