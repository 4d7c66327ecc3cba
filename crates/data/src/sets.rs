//! Data sets that need no file: two real ones inside the library, and generators.

use std::fmt::Debug;
use std::io::Read;

use backprop_registry::{Entry, Registry};
use flate2::read::GzDecoder;

use crate::Table;
use crate::generators::{Blobs, Circles, Moons, Sine, Spirals, Xor};

/// Where the samples of a set come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// From the world: always the same samples.
    Measured,
    /// From a formula: as many as asked for, others for every seed.
    Generated,
}

/// A data set that needs no file.
pub trait Set: Debug + Send + Sync {
    /// The samples. A measured set does not depend on the seed.
    fn table(&self, seed: u64) -> Table;

    /// The column to predict.
    fn target(&self) -> &'static str;

    /// Where the samples come from.
    fn kind(&self) -> Kind;
}

/// All sets by name.
///
/// | name | options | columns | target |
/// | :--- | :--- | :--- | :--- |
/// | `digits` | | `pixel_0_0` … `pixel_7_7`, from 0 to 16 | `digit` |
/// | `penguins` | | islands, measurements, sex, year | `species` |
/// | `xor` | samples 1000, noise 0.1 | `x1`, `x2` | `class` |
/// | `circles` | samples 1000, noise 0.05, factor 0.5 | `x1`, `x2` | `class` |
/// | `moons` | samples 1000, noise 0.1 | `x1`, `x2` | `class` |
/// | `spirals` | samples 1000, noise 0.02, classes 2, turns 1.5 | `x1`, `x2` | `class` |
/// | `blobs` | samples 1000, noise 1, classes 3 | `x1`, `x2` | `class` |
/// | `sine` | samples 1000, noise 0.1 | `x` | `y` |
///
/// ```
/// use backprop_data::SETS;
/// let moons = SETS.parse("moons:samples=10,noise=0")?;
/// assert_eq!((moons.table(42).rows(), moons.target()), (10, "class"));
/// # Ok::<(), backprop_registry::OptionError>(())
/// ```
pub static SETS: Registry<Box<dyn Set>> = Registry {
    kind: "data set",
    entries: &[
        Entry {
            name: "digits",
            summary: "1797 handwritten digits of 8 × 8 pixels",
            options: &[],
            build: |_| Ok(Box::new(Digits)),
            waives: &[],
        },
        Entry {
            name: "penguins",
            summary: "344 penguins of three species: measurements and categories, some missing",
            options: &[],
            build: |_| Ok(Box::new(Penguins)),
            waives: &[],
        },
        Xor::ENTRY,
        Circles::ENTRY,
        Moons::ENTRY,
        Spirals::ENTRY,
        Blobs::ENTRY,
        Sine::ENTRY,
    ],
};

/// Optical recognition of handwritten digits, E. Alpaydin and C. Kaynak, 1998, CC BY 4.0, <https://doi.org/10.24432/C50P49>.
#[derive(Clone, Copy, Debug)]
struct Digits;

const DIGITS: &[u8] = include_bytes!("../sets/digits.csv.gz");

impl Set for Digits {
    fn table(&self, _seed: u64) -> Table {
        let mut names: Vec<String> = (0..64).map(|i| format!("pixel_{}_{}", i / 8, i % 8)).collect();
        names.push("digit\n".to_owned());
        let mut text = names.join(",");
        GzDecoder::new(DIGITS).read_to_string(&mut text).expect("the file is part of the library, and a test reads it");
        Table::from_csv(text.as_bytes(), "digits").expect("the file is part of the library, and a test reads it")
    }

    fn target(&self) -> &'static str {
        "digit"
    }

    fn kind(&self) -> Kind {
        Kind::Measured
    }
}

/// Palmer penguins, A. M. Horst, A. P. Hill and K. B. Gorman, 2020, CC0, <https://doi.org/10.5281/zenodo.3960218>.
#[derive(Clone, Copy, Debug)]
struct Penguins;

const PENGUINS: &[u8] = include_bytes!("../sets/penguins.csv");

impl Set for Penguins {
    fn table(&self, _seed: u64) -> Table {
        Table::from_csv(PENGUINS, "penguins").expect("the file is part of the library, and a test reads it")
    }

    fn target(&self) -> &'static str {
        "species"
    }

    fn kind(&self) -> Kind {
        Kind::Measured
    }
}
