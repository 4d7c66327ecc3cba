//! The exclusive or.

use backprop_registry::Entry;

use super::{SAMPLES, noise, plane};
use crate::{Kind, Set, Table};

/// The four corners of a square, opposite ones of one class: no straight line separates the classes, and a single neuron cannot
/// learn them.
///
/// ```text
/// (x1, x2) = (a, b) + noise · n        class = a xor b        a, b ∈ {0, 1} in turn, n normal
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `samples` | 1000 | ≥ 1 | number of samples |
/// | `noise` | 0.1 | ≥ 0 | standard deviation of the noise |
///
/// ```
/// use backprop_data::{Set, Values, Xor};
/// let table = Xor { samples: 4, noise: 0.0 }.table(42);
/// assert_eq!(table.columns()[0].values, Values::Numbers(vec![0.0, 0.0, 1.0, 1.0]));
/// assert_eq!(table.columns()[1].values, Values::Numbers(vec![0.0, 1.0, 1.0, 0.0]));
/// assert_eq!([0, 1, 2, 3].map(|row| table.columns()[2].display(row).unwrap() == "1"), [false, true, false, true]);
/// ```
///
/// M. Minsky and S. Papert, *Perceptrons*, 1969.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Xor {
    /// Number of samples.
    pub samples: usize,
    /// Standard deviation of the noise.
    pub noise: f64,
}

impl Default for Xor {
    fn default() -> Self {
        Self { samples: 1000, noise: 0.1 }
    }
}

impl Xor {
    pub(crate) const ENTRY: Entry<Box<dyn Set>> = Entry {
        name: "xor",
        summary: "four corners, opposite ones of one class",
        options: &[SAMPLES, noise(0.1)],
        build: |options| Ok(Box::new(Self { samples: options.integer("samples") as usize, noise: options.number("noise") })),
        waives: &[],
    };
}

impl Set for Xor {
    fn table(&self, seed: u64) -> Table {
        // Round the square, so that classes alternate.
        plane("xor", self.samples, 2, self.noise, seed, |i, _| [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]][i % 4])
    }

    fn target(&self) -> &'static str {
        "class"
    }

    fn kind(&self) -> Kind {
        Kind::Generated
    }
}
