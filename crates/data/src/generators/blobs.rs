//! Round clouds.

use std::f64::consts::TAU;

use backprop_registry::Entry;

use super::{SAMPLES, classes, noise, plane};
use crate::{Kind, Set, Table};

/// Round clouds, one for each class, with their middles on a circle of radius 4: an easy problem, and one where the best possible
/// classifier is known (the nearest middle).
///
/// ```text
/// (x1, x2) = 4 (cos a, sin a) + noise · n        a = 2π class / classes, n normal
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `samples` | 1000 | ≥ 1 | number of samples |
/// | `noise` | 1 | ≥ 0 | standard deviation of a cloud |
/// | `classes` | 3 | ≥ 1 | number of clouds |
///
/// ```
/// use backprop_data::{Blobs, Set, Values};
/// let table = Blobs { samples: 2, noise: 0.0, classes: 2 }.table(42);
/// assert_eq!(table.columns()[0].values, Values::Numbers(vec![4.0, -4.0]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Blobs {
    /// Number of samples.
    pub samples: usize,
    /// Standard deviation of a cloud.
    pub noise: f64,
    /// Number of clouds.
    pub classes: usize,
}

impl Default for Blobs {
    fn default() -> Self {
        Self { samples: 1000, noise: 1.0, classes: 3 }
    }
}

const RADIUS: f64 = 4.0;

impl Blobs {
    pub(crate) const ENTRY: Entry<Box<dyn Set>> = Entry {
        name: "blobs",
        summary: "round clouds, one for each class",
        options: &[SAMPLES, noise(1.0), classes(3.0)],
        build: |options| {
            let (samples, noise) = (options.integer("samples") as usize, options.number("noise"));
            Ok(Box::new(Self { samples, noise, classes: options.integer("classes") as usize }))
        },
        waives: &[],
    };
}

impl Set for Blobs {
    fn table(&self, seed: u64) -> Table {
        plane("blobs", self.samples, self.classes, self.noise, seed, |i, _| {
            let (sine, cosine) = (TAU * (i % self.classes) as f64 / self.classes as f64).sin_cos();
            [RADIUS * cosine, RADIUS * sine]
        })
    }

    fn target(&self) -> &'static str {
        "class"
    }

    fn kind(&self) -> Kind {
        Kind::Generated
    }
}
