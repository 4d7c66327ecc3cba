//! Spirals around one another.

use std::f64::consts::TAU;

use backprop_registry::{Entry, Interval, OptionSpec};

use super::{SAMPLES, classes, noise, plane};
use crate::{Kind, Set, Table};

/// Arms of a spiral, one for each class: hard for small networks, and pretty.
///
/// ```text
/// (x1, x2) = r (cos a, sin a) + noise · n        r = √u, a = 2π (turns · r + class / classes), u uniform, n normal
/// ```
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `samples` | 1000 | ≥ 1 | number of samples |
/// | `noise` | 0.02 | ≥ 0 | standard deviation of the noise |
/// | `classes` | 2 | ≥ 1 | number of arms |
/// | `turns` | 1.5 | any | how often an arm goes round |
///
/// ```
/// use backprop_data::{Set, Spirals, Values};
/// let table = Spirals { samples: 300, noise: 0.0, classes: 3, turns: 1.0 }.table(42);
/// assert_eq!(table.columns()[2].display(5).unwrap(), "2");
/// let Values::Numbers(x1) = &table.columns()[0].values else { panic!() };
/// assert!(x1.iter().all(|x1| x1.abs() <= 1.0));
/// ```
///
/// K. J. Lang and M. J. Witbrock, *Learning to Tell Two Spirals Apart*, 1988.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spirals {
    /// Number of samples.
    pub samples: usize,
    /// Standard deviation of the noise.
    pub noise: f64,
    /// Number of arms.
    pub classes: usize,
    /// How often an arm goes round.
    pub turns: f64,
}

impl Default for Spirals {
    fn default() -> Self {
        Self { samples: 1000, noise: 0.02, classes: 2, turns: 1.5 }
    }
}

impl Spirals {
    pub(crate) const ENTRY: Entry<Box<dyn Set>> = Entry {
        name: "spirals",
        summary: "arms of a spiral, one for each class",
        options: &[
            SAMPLES,
            noise(0.02),
            classes(2.0),
            OptionSpec::number("turns", 1.5, Interval::closed(-100.0, 100.0), "how often an arm goes round"),
        ],
        build: |options| {
            Ok(Box::new(Self {
                samples: options.integer("samples") as usize,
                noise: options.number("noise"),
                classes: options.integer("classes") as usize,
                turns: options.number("turns"),
            }))
        },
        waives: &[],
    };
}

impl Set for Spirals {
    fn table(&self, seed: u64) -> Table {
        plane("spirals", self.samples, self.classes, self.noise, seed, |i, stream| {
            let radius = stream.uniform().sqrt(); // the root spreads the samples evenly along the arm
            let arm = (i % self.classes) as f64 / self.classes as f64;
            let (sine, cosine) = (TAU * (self.turns * radius + arm)).sin_cos();
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
