//! What dropout promises: how much it leaves out, what it keeps, and what its mask depends on.

use std::collections::BTreeSet;

use backprop_layers::{Dropout, Layer, Mode, Network, Noise, Sequential};
use backprop_tensor::{Key, Purpose, View, ViewMut};

use crate::alone::bits;

/// Where the noise of a test starts.
fn noise() -> Noise {
    Noise { key: Key::new(1, Purpose::Noise), layer: 0, first_column: 0 }
}

/// A matrix of ones after dropout in training.
fn ones(rate: f64, rows: usize, cols: usize, noise: Noise) -> Vec<f64> {
    let (x, mut y, mut cache) = (vec![1.0; rows * cols], vec![f64::NAN; rows * cols], vec![f64::NAN; rows * cols]);
    let (y_view, cache_view) = (ViewMut::new(&mut y, rows, cols), ViewMut::new(&mut cache, rows, cols));
    Dropout::new(rate).forward(&[], &[], View::new(&x, rows, cols), y_view, cache_view, Mode::Train(noise));
    y
}

#[test]
fn the_share_left_out_is_p_and_the_mean_stays() {
    let (rows, cols) = (1000, 1000);
    let n = (rows * cols) as f64;
    for p in [0.01, 0.1, 0.5, 0.9] {
        let y = ones(p, rows, cols, noise());
        assert!(y.iter().all(|&y| y == 0.0 || y == 1.0 / (1.0 - p)), "values are left out, or scaled by 1/(1 − p)");
        let share = y.iter().filter(|&&y| y == 0.0).count() as f64 / n;
        assert!((share - p).abs() <= 4.0 * (p * (1.0 - p) / n).sqrt(), "{share} instead of {p}");
        let mean = y.iter().sum::<f64>() / n;
        assert!((mean - 1.0).abs() <= 4.0 * (p / (1.0 - p) / n).sqrt(), "mean {mean} for p = {p}");
    }
}

#[test]
fn rate_0_is_the_identity() {
    let network = Network::<f32>::new(3, Sequential::new().then(Dropout::new(0.0))).unwrap();
    let x = [0.1, -0.0, f32::MIN_POSITIVE, 1e30, f32::INFINITY, -3.0];
    let mut workspace = network.workspace(2);
    let mut pass = network.forward(&[], &[], View::new(&x, 3, 2), Key::new(1, Purpose::Noise), &mut workspace);
    assert_eq!(bits(pass.ends().0.as_slice()), bits(&x));
}

#[test]
fn the_mask_is_drawn_word_by_word_from_the_stream_of_its_column() {
    for (rows, cols) in [(1, 700), (10, 128), (511, 3), (512, 2), (513, 3), (1300, 2)] {
        for rate in [0.0, 0.3, 0.5, 1.0 - f64::EPSILON] {
            let y = ones(rate, rows, cols, noise());
            for (j, column) in y.chunks(rows).enumerate() {
                let mut stream = noise().stream(j);
                let kept = |word: u32| f64::from(word) >= (rate * 4_294_967_296.0).floor();
                let expected = column.iter().map(|_| if kept(stream.next_u32()) { 1.0 / (1.0 - rate) } else { 0.0 });
                assert!(column.iter().copied().eq(expected), "column {j} of {rows} × {cols}, rate {rate}");
            }
        }
    }
}

#[test]
fn every_part_of_the_key_changes_the_mask() {
    let of = |noise: Noise| ones(0.5, 64, 1, noise).iter().fold(0, |mask: u64, &y| mask << 1 | u64::from(y == 0.0));
    let key = |seed, epoch, step| Key::new(seed, Purpose::Noise).at(epoch, step);
    let others = [
        noise(),
        Noise { key: key(2, 0, 0), ..noise() },
        Noise { key: key(1, 1, 0), ..noise() },
        Noise { key: key(1, 0, 1), ..noise() },
        Noise { layer: 1, ..noise() },
        Noise { first_column: 1, ..noise() },
    ];
    let masks: BTreeSet<u64> = others.into_iter().map(of).collect();
    assert_eq!(masks.len(), others.len());
    assert_eq!(of(noise()), of(noise()), "the same key gives the same mask");
}

#[test]
fn columns_keep_their_masks_in_any_slice() {
    let whole = ones(0.5, 10, 6, noise());
    for first in 0..6 {
        assert_eq!(ones(0.5, 10, 6 - first, Noise { first_column: first, ..noise() }), whole[10 * first..]);
    }
    let columns: BTreeSet<Vec<u64>> = whole.chunks(10).map(bits).collect();
    assert_eq!(columns.len(), 6, "no two columns have the same mask");
}

#[test]
fn a_network_draws_for_each_layer_and_column_of_the_whole_batch() {
    let (rows, cols, key) = (10, 100, Key::new(1, Purpose::Noise).at(3, 4));
    let half = || Dropout::new(0.5);
    let network = Network::<f64>::new(rows, Sequential::new().then(half()).then(half())).unwrap();
    let x = vec![1.0; rows * cols];
    let mut workspace = network.workspace(cols);
    let mut pass = network.forward(&[], &[], View::new(&x, rows, cols), key, &mut workspace);
    let of = |layer| ones(0.5, rows, cols, Noise { key, layer, first_column: 0 });
    let expected: Vec<f64> = of(0).iter().zip(of(1)).map(|(first, second)| first * second).collect();
    assert_eq!(pass.ends().0.as_slice(), expected);
}
