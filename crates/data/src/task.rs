//! What is to be predicted: classes or numbers.

use std::fmt;

use crate::outcome::MAX_CLASSES_OF_NUMBERS;
use crate::{DataError, Table, Values};

/// Whether classes or numbers are predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// One of some classes.
    Classification,
    /// One or more numbers.
    Regression,
}

impl Task {
    /// What the target looks like, seen from `rows`.
    ///
    /// - Several targets: regression.
    /// - Text: classification.
    /// - Numbers: classification if they are at most [`MAX_CLASSES_OF_NUMBERS`] different whole numbers and there are at least
    ///   twice as many rows, else regression.
    ///
    /// # Errors
    /// If a target is not in the table.
    ///
    /// ```
    /// use backprop_data::{Table, Task};
    /// let table = Table::from_csv("price,doors,colour\n1.5,2,red\n2,4,red\n3,2,blue\n4,4,blue\n".as_bytes(), "cars.csv")?;
    /// let task = |name: &str| Task::of(&table, &[name.to_owned()], &[0, 1, 2, 3]).unwrap();
    /// assert_eq!([task("price"), task("doors"), task("colour")], [Task::Regression, Task::Classification, Task::Classification]);
    /// # Ok::<(), backprop_data::DataError>(())
    /// ```
    pub fn of(table: &Table, target: &[String], rows: &[usize]) -> Result<Self, DataError> {
        let columns = table.find(target.iter().map(String::as_str))?;
        let [column] = columns[..] else { return Ok(Task::Regression) };
        let Values::Numbers(numbers) = &column.values else { return Ok(Task::Classification) };
        let mut values: Vec<f64> = rows.iter().map(|&row| numbers[row]).filter(|x| !x.is_nan()).collect();
        let whole = values.iter().all(|x| x.fract() == 0.0);
        values.sort_by(f64::total_cmp);
        values.dedup();
        let few = values.len() <= MAX_CLASSES_OF_NUMBERS && rows.len() >= 2 * values.len();
        Ok(if whole && few { Task::Classification } else { Task::Regression })
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Task::Classification => "classification",
            Task::Regression => "regression",
        })
    }
}

/// The rows with a value in every target: those that can be learned from, and that a split is made of.
///
/// ```
/// use backprop_data::{Table, usable_rows};
/// let table = Table::from_csv("x,y\n1,2\n3,NA\n5,6\n".as_bytes(), "some.csv")?;
/// assert_eq!(usable_rows(&table, &["y".into()])?, [0, 2]);
/// # Ok::<(), backprop_data::DataError>(())
/// ```
///
/// # Errors
/// If no target is named, one is not in the table, or no row is left.
pub fn usable_rows(table: &Table, target: &[String]) -> Result<Vec<usize>, DataError> {
    let file = || table.source().to_owned();
    if target.is_empty() {
        return Err(DataError::NoTarget { file: file(), known: table.names().map(str::to_owned).collect() });
    }
    let columns = table.find(target.iter().map(String::as_str))?;
    let rows: Vec<usize> = (0..table.rows()).filter(|&row| columns.iter().all(|column| !column.is_missing(row))).collect();
    if rows.is_empty() {
        return Err(DataError::NoUsableRows { file: file(), columns: target.to_vec() });
    }
    Ok(rows)
}
