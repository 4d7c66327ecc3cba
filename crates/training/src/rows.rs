//! What a model can be asked about: a table, or one row by column names.

use std::borrow::Cow;

use backprop_data::{Column, DataError, Table, Values};

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Nothing is known.
    Missing,
}

impl From<f64> for Field {
    fn from(number: f64) -> Self {
        Field::Number(number)
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Field::Text(text.to_owned())
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Field::Text(text)
    }
}

impl<F: Into<Field>> From<Option<F>> for Field {
    fn from(field: Option<F>) -> Self {
        field.map_or(Field::Missing, Into::into)
    }
}

/// Rows to predict: a [`Table`], or `[("column", value.into()), …]` for one row.
pub trait Rows<'a> {
    /// The rows as a table.
    ///
    /// # Errors
    /// If the columns are not those of a table.
    fn table(self) -> Result<Cow<'a, Table>, DataError>;
}

impl<'a> Rows<'a> for &'a Table {
    fn table(self) -> Result<Cow<'a, Table>, DataError> {
        Ok(Cow::Borrowed(self))
    }
}

impl<const N: usize> Rows<'static> for [(&str, Field); N] {
    fn table(self) -> Result<Cow<'static, Table>, DataError> {
        self.as_slice().table()
    }
}

impl Rows<'static> for &[(&str, Field)] {
    fn table(self) -> Result<Cow<'static, Table>, DataError> {
        let column = |(name, field): &(&str, Field)| {
            let values = match field {
                Field::Number(number) => Values::Numbers(vec![*number]),
                Field::Text(text) => Values::Text(vec![Some(text.clone())]),
                Field::Missing => Values::Numbers(vec![f64::NAN]),
            };
            Column { name: (*name).to_owned(), values }
        };
        Ok(Cow::Owned(Table::new("the row", self.iter().map(column).collect())?))
    }
}
