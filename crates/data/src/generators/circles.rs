//! A circle within a circle.

use std::f64::consts::TAU;

use backprop_registry::{Entry, Interval, OptionSpec};

use super::{SAMPLES, noise, plane};
use crate::{Kind, Set, Table};

/// A circle of radius 1 (class 0) and a smaller one within (class 1): the classes differ by the distance from the middle.
///
/// ```text
/// (x1, x2) = r (cos 2πu, sin 2πu) + noise · n        r = 1 or factor, u uniform, n normal
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `samples` | 1000 | ≥ 1 | number of samples |
/// | `noise` | 0.05 | ≥ 0 | standard deviation of the noise |
/// | `factor` | 0.5 | [0, 1) | radius of the inner circle |
///
/// ```
/// use backprop_data::{Circles, Set, Values};
/// let table = Circles { samples: 2, noise: 0.0, factor: 0.5 }.table(42);
/// let (Values::Numbers(x1), Values::Numbers(x2)) = (&table.columns()[0].values, &table.columns()[1].values) else { panic!() };
/// assert!((x1[0].hypot(x2[0]) - 1.0).abs() < 1e-12 && (x1[1].hypot(x2[1]) - 0.5).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circles {
    /// Number of samples.
    pub samples: usize,
    /// Standard deviation of the noise.
    pub noise: f64,
    /// Radius of the inner circle.
    pub factor: f64,
}

impl Default for Circles {
    fn default() -> Self {
        Self { samples: 1000, noise: 0.05, factor: 0.5 }
    }
}

impl Circles {
    pub(crate) const ENTRY: Entry<Box<dyn Set>> = Entry {
        name: "circles",
        summary: "a circle within a circle",
        options: &[
            SAMPLES,
            noise(0.05),
            OptionSpec::number("factor", 0.5, Interval::FRACTION, "radius of the inner circle, that of the outer is 1"),
        ],
        build: |options| {
            let (samples, noise) = (options.integer("samples") as usize, options.number("noise"));
            Ok(Box::new(Self { samples, noise, factor: options.number("factor") }))
        },
        waives: &[],
    };
}

impl Set for Circles {
    fn table(&self, seed: u64) -> Table {
        plane("circles", self.samples, 2, self.noise, seed, |i, stream| {
            let (sine, cosine) = (TAU * stream.uniform()).sin_cos();
            let radius = if i % 2 == 0 { 1.0 } else { self.factor };
            [radius * cosine, radius * sine]
        })
    }

    fn target(&self) -> &'static str {
        "class"
    }

    fn kind(&self) -> Kind {
        Kind::Generated
    }
}
