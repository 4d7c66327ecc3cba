//! Random streams: the bits are pinned, the distributions are what they are called.

use backprop_tensor::{Key, Purpose, Stream};

/// The stream of the golden values, which were computed by another implementation of ChaCha8, in Python.
fn golden() -> Stream {
    Key::new(42, Purpose::Shuffle).at(1, 2).stream(7)
}

fn many<T>(n: usize, draw: impl FnMut() -> T) -> Vec<T> {
    std::iter::repeat_with(draw).take(n).collect()
}

/// The digest FNV-1a, over whole numbers in place of bytes.
fn digest(numbers: &[usize]) -> u64 {
    numbers.iter().fold(0xcbf2_9ce4_8422_2325, |digest, &n| (digest ^ n as u64).wrapping_mul(0x100_0000_01b3))
}

#[test]
fn bits_are_pinned() {
    let mut stream = golden();
    assert_eq!(many(4, || stream.next_u32()), [0xf40b_8b89, 0xee53_ece7, 0xe627_d14e, 0xe5bf_98ca]);
    let mut stream = golden();
    assert_eq!(many(2, || stream.next_u64()), [0xee53_ece7_f40b_8b89, 0xe5bf_98ca_e627_d14e]);
    let mut stream = Key::new(0, Purpose::Init).stream(0);
    assert_eq!(many(3, || stream.next_u32()), [0x52d7_6565, 0x3feb_e7d0, 0xb939_a805]);
    assert_eq!(many(998, || stream.next_u32())[997], 0xbf8b_fca9);
}

#[test]
fn columns_are_filled_with_the_words_of_their_streams() {
    let key = Key::new(42, Purpose::Noise).at(1, 2);
    for (rows, columns) in [(1, 1), (1, 40), (3, 7), (10, 128), (16, 17), (17, 5), (64, 4), (250, 3), (1000, 2)] {
        for (first, skip) in [(0, 0), (7 << 32, 16), (u64::MAX - 1, 512)] {
            let mut words = vec![0; rows * columns];
            key.fill_columns(first, skip, rows, &mut words);
            for (j, column) in (0..).zip(words.chunks(rows)) {
                let mut stream = key.stream(first.wrapping_add(j));
                many(skip, || stream.next_u32());
                assert_eq!(
                    column,
                    many(rows, || stream.next_u32()),
                    "column {j} of {rows} × {columns} from {first} after {skip}"
                );
            }
        }
    }
    key.fill_columns(0, 0, 0, &mut []);
}

#[test]
#[should_panic(expected = "5 words are not whole columns of 3 rows")]
fn half_a_column_is_not_filled() {
    Key::new(1, Purpose::User).fill_columns(0, 0, 3, &mut [0; 5]);
}

#[test]
#[should_panic(expected = "whole blocks of 16 words can be left out, not 5 words")]
fn half_a_block_is_not_left_out() {
    Key::new(1, Purpose::User).fill_columns(0, 5, 3, &mut [0; 3]);
}

#[test]
fn uniform_and_normal_are_pinned() {
    let mut stream = golden();
    let expected = [0.930_968_100_194_190_9, 0.897_454_785_858_058_6, 0.972_441_813_563_735_3, 0.082_662_229_660_864_78];
    assert_eq!(many(4, || stream.uniform()), expected);
    let mut stream = golden();
    let expected = [1.848_654_425_304_282_7, -1.388_830_423_842_473_3, 2.326_660_575_087_382_6, 1.330_248_791_293_033_9];
    assert_eq!(many(4, || stream.normal()), expected);
}

#[test]
fn below_is_pinned() {
    let mut stream = golden();
    let bounds = [1, 2, 3, 10, 1000, (1 << 32) + 1, (1 << 63) + 1, u64::MAX];
    let expected = [0, 1, 2, 0, 354, 2_167_091_937, 1_989_655_938_137_105_771, 5_119_059_487_426_656_101];
    assert_eq!(bounds.map(|n| stream.below(n)), expected);
}

#[test]
fn permutations_are_pinned() {
    let first: [(usize, &[usize], u64); 4] = [
        (1, &[0], 0xaf63_bd4c_8601_b7df),
        (2, &[0, 1], 0x0832_8707_b4eb_6e3a),
        (10, &[1, 3, 6, 4, 5, 2, 0, 7, 8, 9], 0x71e5_37a4_e7bf_be16),
        (1000, &[86, 826, 70, 310, 692, 51, 250, 720, 117, 631], 0x1dd7_b4a7_1d8c_bd17),
    ];
    for (n, beginning, expected) in first {
        let order = golden().permutation(n);
        assert_eq!(&order[..beginning.len()], beginning);
        assert_eq!(digest(&order), expected, "{n}");
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..n), "{n}");
        let mut items: Vec<usize> = (0..n).collect();
        golden().shuffle(&mut items);
        assert_eq!(items, order, "{n}");
    }
    assert!(golden().permutation(0).is_empty());
}

#[test]
fn uniform_has_the_moments_of_its_name_and_is_never_one() {
    const N: usize = 1_000_000;
    let mut stream = Key::new(1, Purpose::User).stream(0);
    let (mut sum, mut squares, mut bins) = (0.0, 0.0, [0_u32; 10]);
    for _ in 0..N {
        let u = stream.uniform();
        assert!((0.0..1.0).contains(&u), "{u:e}");
        sum += u - 0.5;
        squares += (u - 0.5) * (u - 0.5);
        bins[(u * 10.0) as usize] += 1;
    }
    let n = N as f64;
    // σ of the mean: √(1/12n); of the variance: √(1/180n).
    assert!((sum / n).abs() < 4.5 * (1.0 / 12.0 / n).sqrt(), "mean is off by {}", sum / n);
    assert!((squares / n - 1.0 / 12.0).abs() < 4.5 * (1.0 / 180.0 / n).sqrt(), "variance is {}", squares / n);
    // χ² of 9 degrees of freedom is above 33.7 once in 10⁴ times.
    let chi: f64 = bins.iter().map(|&count| (f64::from(count) - n / 10.0).powi(2) / (n / 10.0)).sum();
    assert!(chi < 33.7, "χ² is {chi}");
}

#[test]
fn the_largest_uniform_number_is_below_one() {
    // All 53 bits set: what `uniform` gives at most.
    let largest = (u64::MAX >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0);
    assert!(largest < 1.0);
    assert_eq!(largest, 1.0 - f64::EPSILON / 2.0);
}

#[test]
fn normal_has_the_moments_of_its_name() {
    const N: usize = 1_000_000;
    let mut stream = Key::new(2, Purpose::User).stream(0);
    let x = many(N, || stream.normal());
    assert!(x.iter().all(|x| x.is_finite()));
    let n = N as f64;
    let moment = |power: i32| x.iter().map(|x| x.powi(power)).sum::<f64>() / n;
    // Mean, variance, skewness, kurtosis, each with the variance that n draws of it have.
    for (power, expected, variance) in [(1, 0.0, 1.0_f64), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
        let (got, sigma) = (moment(power), (variance / n).sqrt());
        assert!((got - expected).abs() < 4.5 * sigma, "moment {power} is {got}");
    }
    // Pairs come from one radius and one angle: they must not be correlated.
    let correlation = x.chunks_exact(2).map(|pair| pair[0] * pair[1]).sum::<f64>() / (n / 2.0);
    assert!(correlation.abs() < 4.5 * (2.0 / n).sqrt(), "correlation is {correlation}");
    let tail = x.iter().filter(|x| x.abs() > 3.0).count() as f64 / n;
    assert!((tail - 0.0027).abs() < 4.5 * (0.0027 / n).sqrt(), "{tail} lie beyond 3σ");
}

#[test]
fn below_is_unbiased() {
    for n in [1, 2, 3, 7, 10, 97] {
        let mut stream = Key::new(3, Purpose::User).stream(n);
        let mut counts = vec![0_u32; n as usize];
        let draws = 1000 * n;
        (0..draws).for_each(|_| counts[stream.below(n) as usize] += 1);
        let chi: f64 = counts.iter().map(|&count| (f64::from(count) - 1000.0).powi(2) / 1000.0).sum();
        // χ² has mean n − 1 and variance 2(n − 1); 5σ, and a little for its skew.
        let freedom = (n - 1) as f64;
        assert!(chi <= freedom + 5.0 * (2.0 * freedom).sqrt() + 10.0, "χ² below {n} is {chi}");
    }
    // 3 · 2⁶² + 1 leaves a quarter of 2⁶⁴ over. Without rejection a remainder would draw the first third twice as often as the
    // others, and the high half of a product the multiples of three.
    let n = (3 << 62) + 1;
    let mut stream = Key::new(3, Purpose::User).stream(0);
    let draws = many(90_000, || stream.below(n));
    assert!(draws.iter().all(|&draw| draw < n));
    let cuts: [fn(u64) -> u64; 2] = [|draw| draw / (1 << 62), |draw| draw % 3];
    for cut in cuts {
        for third in 0..3 {
            let count = draws.iter().filter(|&&draw| cut(draw) == third).count() as f64;
            assert!((count - 30_000.0).abs() < 4.5 * (90_000.0_f64 * 2.0 / 9.0).sqrt(), "third {third} has {count}");
        }
    }
    assert!(many(1000, || stream.below(u64::MAX)).iter().any(|&draw| draw > u64::MAX / 2));
}

#[test]
#[should_panic(expected = "there is no number below 0")]
fn nothing_is_below_zero() {
    golden().below(0);
}

#[test]
fn all_orders_of_three_are_alike() {
    let mut counts = [0_u32; 6];
    for index in 0..60_000 {
        let order = Key::new(4, Purpose::Shuffle).stream(index).permutation(3);
        // The six orders as numbers: which is first, and whether the rest is turned.
        counts[2 * order[0] + usize::from(order[1] > order[2])] += 1;
    }
    // χ² of 5 degrees of freedom is above 25.7 once in 10⁴ times.
    let chi: f64 = counts.iter().map(|&count| (f64::from(count) - 10_000.0).powi(2) / 10_000.0).sum();
    assert!(chi < 25.7, "{counts:?}: χ² is {chi}");
}

#[test]
fn every_part_of_the_key_counts() {
    let key = Key::new(1, Purpose::Noise).at(2, 3);
    let mut streams = vec![key.stream(4), key.stream(5), Key::new(9, Purpose::Noise).at(2, 3).stream(4)];
    streams.extend([key.at(9, 3), key.at(2, 9), key.at(3, 2)].map(|key| key.stream(4)));
    streams.extend([1 << 32, 1 << 63, u64::MAX].map(|index| key.stream(index)));
    streams.extend([1 << 32, u64::MAX].map(|seed| Key::new(seed, Purpose::Noise).at(2, 3).stream(4)));
    let others = [Purpose::Init, Purpose::Split, Purpose::Shuffle, Purpose::Data, Purpose::User];
    streams.extend(others.map(|purpose| Key::new(1, purpose).at(2, 3).stream(4)));
    let beginnings: Vec<Vec<u64>> = streams.iter_mut().map(|stream| many(4, || stream.next_u64())).collect();
    for (i, a) in beginnings.iter().enumerate() {
        for b in &beginnings[..i] {
            assert!(a.iter().zip(b).all(|(a, b)| a != b), "{a:x?} and {b:x?}");
        }
    }
}
