//! A sine with noise.

use std::f64::consts::PI;

use backprop_registry::Entry;
use backprop_tensor::{Key, Purpose};

use super::{SAMPLES, VALID, noise};
use crate::{Column, Kind, Set, Table};

/// One period of a sine: the smallest problem of regression that a straight line cannot solve.
///
/// ```text
/// y = sin x + noise · n        x uniform in [−π, π), n normal
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `samples` | 1000 | ≥ 1 | number of samples |
/// | `noise` | 0.1 | ≥ 0 | standard deviation of the noise on y |
///
/// ```
/// use backprop_data::{Set, Sine, Values};
/// let table = Sine { samples: 3, noise: 0.0 }.table(42);
/// let (Values::Numbers(x), Values::Numbers(y)) = (&table.columns()[0].values, &table.columns()[1].values) else { panic!() };
/// assert_eq!(y[2], x[2].sin());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sine {
    /// Number of samples.
    pub samples: usize,
    /// Standard deviation of the noise on y.
    pub noise: f64,
}

impl Default for Sine {
    fn default() -> Self {
        Self { samples: 1000, noise: 0.1 }
    }
}

impl Sine {
    pub(crate) const ENTRY: Entry<Box<dyn Set>> = Entry {
        name: "sine",
        summary: "one period of a sine, a number to predict",
        options: &[SAMPLES, noise(0.1)],
        build: |options| Ok(Box::new(Self { samples: options.integer("samples") as usize, noise: options.number("noise") })),
        waives: &[],
    };
}

impl Set for Sine {
    fn table(&self, seed: u64) -> Table {
        let mut stream = Key::new(seed, Purpose::Data).stream(0);
        let sample = |_| {
            let x = PI * (2.0 * stream.uniform() - 1.0);
            (x, x.sin() + self.noise * stream.normal())
        };
        let (x, y) = (0..self.samples).map(sample).unzip();
        Table::new("sine", vec![Column::numbers("x", x), Column::numbers("y", y)]).expect(VALID)
    }

    fn target(&self) -> &'static str {
        "y"
    }

    fn kind(&self) -> Kind {
        Kind::Generated
    }
}
