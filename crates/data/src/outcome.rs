//! What the network is to give, learned from the target columns.

use std::collections::BTreeMap;

use backprop_registry::nearest;
use backprop_tensor::{Matrix, Scalar};
use serde::{Deserialize, Serialize};

use crate::cell::{Cell, number_name, same_number};
use crate::{Column, DataError, Images, LabelEncoder, StandardScaler, Table, Targets, Task, Values};

/// A column of whole numbers is taken for classes if it has at most so many different ones.
pub const MAX_CLASSES_OF_NUMBERS: usize = 20;

/// What the target of images is called.
const LABEL: &str = "label";

/// From here on neighbouring whole numbers are one and the same `f64`.
const LARGEST_LABEL: f64 = 9_007_199_254_740_992.0;

/// The target columns, and how their values become what a network learns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// One of some classes: the target is the number of the class.
    Classes {
        /// The target column.
        column: String,
        /// The classes in ascending order: text by code point, numbers by value.
        classes: Vec<String>,
    },
    /// Numbers: the target is `(t − mean) / scale`, a row for each column.
    Numbers {
        /// The target columns.
        columns: Vec<String>,
        /// Their means over the training rows.
        mean: Vec<f64>,
        /// Their standard deviations over the training rows.
        scale: Vec<f64>,
    },
}

impl Outcome {
    /// Learns from the target columns: which classes occur in `usable` rows, or mean and deviation over `training` rows.
    pub(crate) fn fit(
        table: &Table,
        target: &[String],
        usable: &[usize],
        training: &[usize],
        task: Task,
    ) -> Result<Self, DataError> {
        let columns = table.find(target.iter().map(String::as_str))?;
        if task == Task::Classification {
            let [column] = columns[..] else {
                return Err(DataError::SeveralClassTargets { file: table.source().to_owned(), columns: target.to_vec() });
            };
            return Ok(Outcome::Classes { column: column.name.clone(), classes: classes(table, column, usable)? });
        }
        let (mut mean, mut scale) = (Vec::new(), Vec::new());
        for column in columns {
            let numbers = training.iter().map(|&row| present(table, column, row)).collect::<Result<Vec<_>, _>>()?;
            let scaler = StandardScaler::fit(&numbers, true, true);
            if !(scaler.mean.is_finite() && scaler.scale.is_finite()) {
                return Err(DataError::TooLarge { file: table.source().to_owned(), column: column.name.clone() });
            }
            mean.push(scaler.mean);
            scale.push(scaler.scale);
        }
        Ok(Outcome::Numbers { columns: target.to_vec(), mean, scale })
    }

    /// The same numbers with 0 left where it is and their mean over the training rows as the unit, `t / mean`, for losses that go by
    /// ratios; a mean that is not positive is no unit, and 1 is. Classes stay as they are.
    ///
    /// ```
    /// use backprop_data::Outcome;
    /// let visits = Outcome::Numbers { columns: vec!["visits".into()], mean: vec![40.0], scale: vec![9.0] };
    /// let expected = Outcome::Numbers { columns: vec!["visits".into()], mean: vec![0.0], scale: vec![40.0] };
    /// assert_eq!(visits.in_units_of_mean(), expected);
    /// ```
    #[must_use]
    pub fn in_units_of_mean(self) -> Self {
        match self {
            Outcome::Numbers { columns, mean, .. } => {
                let scale = mean.iter().map(|&mean| if mean > 0.0 { mean } else { 1.0 }).collect();
                Outcome::Numbers { columns, mean: vec![0.0; mean.len()], scale }
            }
            classes @ Outcome::Classes { .. } => classes,
        }
    }

    /// The target columns.
    pub fn columns(&self) -> &[String] {
        match self {
            Outcome::Classes { column, .. } => std::slice::from_ref(column),
            Outcome::Numbers { columns, .. } => columns,
        }
    }

    /// The classes, none if numbers are predicted.
    pub fn classes(&self) -> &[String] {
        match self {
            Outcome::Classes { classes, .. } => classes,
            Outcome::Numbers { .. } => &[],
        }
    }

    /// How many numbers the network gives for a sample: one for each class, or one for each column.
    pub fn outputs(&self) -> usize {
        match self {
            Outcome::Classes { classes, .. } => classes.len(),
            Outcome::Numbers { columns, .. } => columns.len(),
        }
    }

    /// The classes of images whose labels are numbers: those of these `names`, or of the labels that occur.
    pub(crate) fn fit_labels(images: &Images, names: Option<&[String]>) -> Result<Self, DataError> {
        let classes = match names {
            Some(names) => names.to_vec(),
            None => LabelEncoder::fit(images.labels.iter().copied()).classes().iter().map(u32::to_string).collect(),
        };
        for (second, class) in classes.iter().enumerate() {
            if let Some(first) = classes[..second].iter().position(|earlier| earlier == class) {
                return Err(DataError::RepeatedClass { class: class.clone(), first, second });
            }
        }
        let column = LABEL.to_owned();
        if let [class] = &classes[..] {
            return Err(DataError::OneClass { file: images.files[1].clone(), column, class: class.clone() });
        }
        let outcome = Outcome::Classes { column, classes };
        outcome.of_labels(images).map(|_| outcome)
    }

    /// The class of each image: the one whose name is the label if all names are numbers, else the one in that place.
    pub(crate) fn of_labels(&self, images: &Images) -> Result<Vec<u32>, DataError> {
        let Outcome::Classes { classes, .. } = self else {
            return Err(DataError::ImagesOfNumbers { file: images.source().to_owned(), columns: self.columns().to_vec() });
        };
        let by_name = classes.iter().all(|class| matches!(Cell::read(class), Cell::Number(_)));
        let code = |label: u32| {
            let place = if by_name { same_number(classes, &label.to_string()) } else { Some(label as usize) };
            place.filter(|&place| place < classes.len()).map(|place| place as u32)
        };
        let codes: Vec<Option<u32>> = (0..=u32::from(u8::MAX)).map(code).collect();
        let of_image = |(i, &label): (usize, &u32)| {
            codes.get(label as usize).copied().flatten().ok_or_else(|| images.unknown_label(i, classes))
        };
        images.labels.iter().enumerate().map(of_image).collect()
    }

    /// The targets of some rows.
    pub(crate) fn targets<T: Scalar>(&self, table: &Table, rows: &[usize]) -> Result<Targets<T>, DataError> {
        let columns = table.find(self.columns().iter().map(String::as_str))?;
        match self {
            Outcome::Classes { classes, .. } => {
                let codes: BTreeMap<&str, u32> = classes.iter().map(String::as_str).zip(0..).collect();
                let class = |&row| class(table, columns[0], row, &codes, classes);
                Ok(Targets::Classes(rows.iter().map(class).collect::<Result<_, _>>()?))
            }
            Outcome::Numbers { mean, scale, .. } => {
                let mut values = Vec::with_capacity(rows.len() * columns.len());
                for &row in rows {
                    for (column, (&mean, &scale)) in columns.iter().zip(mean.iter().zip(scale)) {
                        let t = StandardScaler { mean, scale }.value(present(table, column, row)?);
                        values.push(table.finite(column, row, t)?);
                    }
                }
                Ok(Targets::Values(Matrix::from_vec(columns.len(), rows.len(), values)))
            }
        }
    }
}

fn missing(table: &Table, column: &Column, row: usize) -> DataError {
    DataError::MissingTarget { file: table.source().to_owned(), line: table.line(row), column: column.name.clone() }
}

/// The number in a row, which must not be missing.
fn present(table: &Table, column: &Column, row: usize) -> Result<f64, DataError> {
    table.number(column, row)?.ok_or_else(|| missing(table, column, row))
}

/// The classes that occur, ascending.
fn classes(table: &Table, column: &Column, usable: &[usize]) -> Result<Vec<String>, DataError> {
    let file = || table.source().to_owned();
    let classes: Vec<String> = match &column.values {
        Values::Text(texts) => {
            let encoder = LabelEncoder::fit(usable.iter().filter_map(|&row| texts[row].as_deref()));
            encoder.classes().iter().map(|&class| class.to_owned()).collect()
        }
        Values::Numbers(numbers) => {
            if let Some(&row) = usable.iter().find(|&&row| numbers[row].abs() > LARGEST_LABEL) {
                let (line, value) = (table.line(row), numbers[row]);
                return Err(DataError::LabelTooLarge { file: file(), line, column: column.name.clone(), value });
            }
            let mut values: Vec<f64> = usable.iter().map(|&row| numbers[row]).collect();
            values.sort_by(f64::total_cmp);
            values.dedup();
            values.into_iter().map(number_name).collect()
        }
    };
    match &classes[..] {
        [] => Err(DataError::NoUsableRows { file: file(), columns: vec![column.name.clone()] }),
        [class] => Err(DataError::OneClass { file: file(), column: column.name.clone(), class: class.clone() }),
        _ => Ok(classes),
    }
}

/// The number of the class in a row.
fn class(
    table: &Table,
    column: &Column,
    row: usize,
    codes: &BTreeMap<&str, u32>,
    classes: &[String],
) -> Result<u32, DataError> {
    let name = column.display(row).ok_or_else(|| missing(table, column, row))?;
    let code = codes.get(name.as_ref()).copied();
    code.or_else(|| same_number(classes, &name).map(|i| i as u32)).ok_or_else(|| DataError::UnknownClass {
        file: table.source().to_owned(),
        line: table.line(row),
        column: column.name.clone(),
        suggestion: nearest(&name, classes.iter().map(String::as_str)).map(Box::from),
        class: name.into_owned(),
        known: classes.into(),
    })
}
