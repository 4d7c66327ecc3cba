//! Two half-moons.

use std::f64::consts::PI;

use backprop_registry::Entry;

use super::{SAMPLES, noise, plane};
use crate::{Kind, Set, Table};

/// Two half circles that reach into one another, as scikit-learn's `make_moons`.
///
/// ```text
/// class 0: (x1, x2) = (cos πu, sin πu) + noise · n            u uniform, n normal
/// class 1: (x1, x2) = (1 − cos πu, ½ − sin πu) + noise · n
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `samples` | 1000 | ≥ 1 | number of samples |
/// | `noise` | 0.1 | ≥ 0 | standard deviation of the noise |
///
/// ```
/// use backprop_data::{Moons, Set, Values};
/// let table = Moons { samples: 100, noise: 0.0 }.table(42);
/// let Values::Numbers(x2) = &table.columns()[1].values else { panic!() };
/// assert!(x2.iter().step_by(2).all(|&x2| x2 >= 0.0) && x2.iter().skip(1).step_by(2).all(|&x2| x2 <= 0.5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moons {
    /// Number of samples.
    pub samples: usize,
    /// Standard deviation of the noise.
    pub noise: f64,
}

impl Default for Moons {
    fn default() -> Self {
        Self { samples: 1000, noise: 0.1 }
    }
}

impl Moons {
    pub(crate) const ENTRY: Entry<Box<dyn Set>> = Entry {
        name: "moons",
        summary: "two half-moons that reach into one another",
        options: &[SAMPLES, noise(0.1)],
        build: |options| Ok(Box::new(Self { samples: options.integer("samples") as usize, noise: options.number("noise") })),
        waives: &[],
    };
}

impl Set for Moons {
    fn table(&self, seed: u64) -> Table {
        plane("moons", self.samples, 2, self.noise, seed, |i, stream| {
            let (sine, cosine) = (PI * stream.uniform()).sin_cos();
            if i % 2 == 0 { [cosine, sine] } else { [1.0 - cosine, 0.5 - sine] }
        })
    }

    fn target(&self) -> &'static str {
        "class"
    }

    fn kind(&self) -> Kind {
        Kind::Generated
    }
}
