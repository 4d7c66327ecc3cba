#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod cell;
mod dataset;
mod decompressed;
mod epoch;
mod error;
mod feature;
mod fractions;
mod generators;
mod idx;
mod image_folder;
mod images;
mod imputer;
mod label_encoder;
mod one_hot;
mod ordinal;
mod outcome;
mod preprocessing;
mod reader;
mod sets;
mod split;
mod standard_scaler;
mod table;
mod task;

pub use dataset::{Dataset, Targets};
pub use epoch::epoch_order;
pub use error::DataError;
pub use feature::{Feature, MAX_CATEGORIES};
pub use fractions::Fractions;
pub use generators::{Blobs, Circles, Moons, Sine, Spirals, Xor};
pub use idx::{Idx, IdxType, MAX_DIMENSIONS};
pub use image_folder::{ImageFolder, ImagePart};
pub use images::Images;
pub use imputer::{Fill, SimpleImputer};
pub use label_encoder::LabelEncoder;
pub use one_hot::OneHot;
pub use ordinal::Ordinal;
pub use outcome::{MAX_CLASSES_OF_NUMBERS, Outcome};
pub use preprocessing::Preprocessing;
pub use reader::{MAX_COLUMNS, MAX_FIELD_BYTES};
pub use sets::{Kind, SETS, Set};
pub use split::Split;
pub use standard_scaler::StandardScaler;
pub use table::{Column, Table, Values};
pub use task::{Task, usable_rows};
