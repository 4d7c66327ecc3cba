//! Data sets made by a formula.

mod blobs;
mod circles;
mod moons;
mod sine;
mod spirals;
mod xor;

pub use blobs::Blobs;
pub use circles::Circles;
pub use moons::Moons;
pub use sine::Sine;
pub use spirals::Spirals;
pub use xor::Xor;

use backprop_registry::{Interval, OptionSpec};
use backprop_tensor::{Key, Purpose, Stream};

use crate::{Column, Table};

const SAMPLES: OptionSpec = OptionSpec::integer("samples", 1000.0, Interval::closed(1.0, 1e7), "number of samples");

/// The deviation of the normal noise on each coordinate.
const fn noise(default: f64) -> OptionSpec {
    OptionSpec::number("noise", default, Interval::closed(0.0, 1e6), "standard deviation of the noise on each coordinate")
}

/// The number of classes.
const fn classes(default: f64) -> OptionSpec {
    OptionSpec::integer("classes", default, Interval::closed(2.0, 1000.0), "number of classes")
}

/// Points in the plane, with noise; sample i is of class `i mod classes`, so that no class has more than one sample more.
fn plane(
    name: &str,
    samples: usize,
    classes: usize,
    noise: f64,
    seed: u64,
    mut point: impl FnMut(usize, &mut Stream) -> [f64; 2],
) -> Table {
    let mut stream = Key::new(seed, Purpose::Data).stream(0);
    let (mut x1, mut x2) = (Vec::with_capacity(samples), Vec::with_capacity(samples));
    for i in 0..samples {
        let [a, b] = point(i, &mut stream);
        x1.push(a + noise * stream.normal());
        x2.push(b + noise * stream.normal());
    }
    let class = Column::text("class", (0..samples).map(|i| (i % classes).to_string()));
    Table::new(name, vec![Column::numbers("x1", x1), Column::numbers("x2", x2), class]).expect(VALID)
}

const VALID: &str = "the names differ, the columns are as long as there are samples, and finite settings give finite numbers";

#[cfg(test)]
mod tests {
    use crate::{SETS, Values};

    fn first(call: &str) -> Vec<f64> {
        let table = SETS.parse(call).unwrap().table(42);
        let numbers = |values: &Values| match values {
            Values::Numbers(numbers) => numbers[..2].to_vec(),
            Values::Text(_) => Vec::new(),
        };
        table.columns().iter().flat_map(|column| numbers(&column.values)).collect()
    }

    /// The first two samples, column after column. The sines are the C library's, hence the tolerance.
    #[test]
    fn samples_do_not_change_between_versions() {
        for (call, expected) in [
            (
                "xor",
                [-0.100_228_720_299_734_12, -0.059_749_454_956_764_904, 0.008_496_071_298_388_213, 1.058_889_697_989_048_8],
            ),
            (
                "circles",
                [-0.814_613_746_957_702_8, -0.393_184_427_636_572_46, 0.658_014_770_295_914_6, 0.387_822_934_558_235_8],
            ),
            ("moons", [0.284_496_817_210_864_1, 0.546_510_112_153_367_1, 1.058_677_201_651_138, -0.351_578_262_301_175_7]),
            ("spirals", [0.586_402_831_060_161_1, -0.552_226_473_478_327_5, -0.190_727_564_340_581_6, 0.310_303_229_361_025_3]),
            ("blobs", [2.997_712_797_002_659, -2.597_494_549_567_648, 0.084_960_712_983_882_12, 4.052_998_595_028_241_4]),
            ("sine", [-0.646_937_366_597_74, -0.778_151_467_038_086_9, -0.636_105_899_927_406, -0.591_425_447_623_832_3]),
        ] {
            let got = first(call);
            assert!(got.iter().zip(expected).all(|(got, expected)| (got - expected).abs() < 1e-12), "{call}: {got:?}");
        }
    }
}
