//! How one column becomes rows of the input.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use backprop_tensor::Scalar;
use serde::{Deserialize, Serialize};

use crate::cell::same_number;
use crate::standard_scaler::{is_constant, is_rounding, moments};
use crate::{Column, DataError, Fill, OneHot, SimpleImputer, StandardScaler, Table, Values};

/// Of a column of text at most so many categories are kept, the most frequent ones.
pub const MAX_CATEGORIES: usize = 100;

/// What was learned about one column of the training rows.
///
/// ```text
/// Numeric:      [(x − mean) / scale]                          and [1 if x is missing, else 0] if some were in training
/// Categorical:  [1 if x is category i, else 0 | i = 1 … k]    and [1 if x is missing, else 0] if some were in training
/// ```
///
/// A missing number is replaced by `fill` first. A category that training has not seen is all zeros, and so is a missing one if
/// training had none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Numbers, standardised.
    Numeric {
        /// The column.
        name: String,
        /// What stands in for a missing number: the mean of those that are there.
        fill: f64,
        /// The mean over the training rows; of an image, that of all pixels.
        mean: f64,
        /// The standard deviation over the training rows, 1 for a constant column; of an image, that of all pixels.
        scale: f64,
        /// Whether a row says which values were missing.
        missing_flag: bool,
    },
    /// Text, one row for each category.
    Categorical {
        /// The column.
        name: String,
        /// The categories, ascending by code point.
        categories: Vec<String>,
        /// Whether missing is a category of its own, the last.
        missing: bool,
    },
}

/// What there is to say about a column that was learned.
pub(crate) enum Remark {
    /// Nothing.
    None,
    /// All its values are the same.
    Constant,
    /// It has so many categories that some are not kept.
    ManyCategories(String),
}

impl Feature {
    /// Learns from the training rows of a column; `None` if it has no value there.
    pub(crate) fn fit(table: &Table, column: &Column, training: &[usize]) -> Result<Option<(Self, Remark)>, DataError> {
        match &column.values {
            Values::Numbers(numbers) => {
                let numbers: Vec<f64> = training.iter().map(|&row| numbers[row]).collect();
                Self::fit_numbers(table, &column.name, numbers)
            }
            Values::Text(texts) => Ok(Self::fit_text(&column.name, training.iter().map(|&row| texts[row].as_deref()))),
        }
    }

    fn fit_numbers(table: &Table, name: &str, mut numbers: Vec<f64>) -> Result<Option<(Self, Remark)>, DataError> {
        let Some(imputer) = SimpleImputer::fit(&numbers, Fill::Mean) else { return Ok(None) };
        let missing_flag = numbers.iter().any(|x| x.is_nan());
        numbers.iter_mut().for_each(|x| *x = imputer.value(*x));
        let StandardScaler { mean, scale } = StandardScaler::fit(&numbers, true, true);
        if !(imputer.fill.is_finite() && mean.is_finite() && scale.is_finite()) {
            return Err(DataError::TooLarge { file: table.source().to_owned(), column: name.to_owned() });
        }
        let remark = if is_constant(&numbers) { Remark::Constant } else { Remark::None };
        Ok(Some((Feature::Numeric { name: name.to_owned(), fill: imputer.fill, mean, scale, missing_flag }, remark)))
    }

    /// Gives the features of an image the mean and deviation of all pixels.
    ///
    /// ```text
    /// mean = Σᵢ meanᵢ / k        scale² = Σᵢ (scaleᵢ² + (meanᵢ − mean)²) / k        over the k pixels
    /// ```
    pub(crate) fn share_scale(pixels: &mut [Self], table: &Table, training: &[usize]) -> Result<(), DataError> {
        let columns = table.find(pixels.iter().map(Feature::name))?;
        let of_column = |column: &&Column| match &column.values {
            Values::Numbers(numbers) => moments(&training.iter().map(|&row| numbers[row]).collect::<Vec<_>>()),
            Values::Text(_) => unreachable!("pixels are numbers"),
        };
        let each: Vec<(f64, f64)> = columns.iter().map(of_column).collect();
        let mean_of = |f: &dyn Fn(&(f64, f64)) -> f64| each.iter().map(f).sum::<f64>() / each.len() as f64;
        let shared_mean = mean_of(&|&(mean, _)| mean);
        let deviation = mean_of(&|&(mean, deviation)| deviation.powi(2) + (mean - shared_mean).powi(2)).sqrt();
        for pixel in pixels {
            if let Feature::Numeric { mean, scale, .. } = pixel {
                *mean = shared_mean;
                *scale = if is_rounding(shared_mean, deviation) { 1.0 } else { deviation };
            }
        }
        Ok(())
    }

    fn fit_text<'a>(name: &str, texts: impl Iterator<Item = Option<&'a str>>) -> Option<(Self, Remark)> {
        let (mut counts, mut missing, mut present) = (BTreeMap::<&str, usize>::new(), false, 0);
        for text in texts {
            match text {
                Some(text) => {
                    *counts.entry(text).or_default() += 1;
                    present += 1;
                }
                None => missing = true,
            }
        }
        let mut kept: Vec<(&str, usize)> = counts.into_iter().collect();
        let remark = match kept.len() {
            0 => return None,
            1 if !missing => Remark::Constant,
            n if n > MAX_CATEGORIES => Remark::ManyCategories(many_categories(name, &kept, present)),
            _ => Remark::None,
        };
        kept.sort_by_key(|&(text, count)| (Reverse(count), text));
        kept.truncate(MAX_CATEGORIES);
        let one_hot = OneHot::fit(kept.into_iter().map(|(text, _)| text.to_owned()), false);
        Some((Feature::Categorical { name: name.to_owned(), categories: one_hot.categories().to_vec(), missing }, remark))
    }

    /// The column.
    pub fn name(&self) -> &str {
        match self {
            Feature::Numeric { name, .. } | Feature::Categorical { name, .. } => name,
        }
    }

    /// How many rows of the input it makes.
    pub fn width(&self) -> usize {
        match self {
            Feature::Numeric { missing_flag, .. } => 1 + usize::from(*missing_flag),
            Feature::Categorical { categories, missing, .. } => categories.len() + usize::from(*missing),
        }
    }

    /// The names of those rows: `mass`, `mass is missing`, `sex = male`.
    pub fn input_names(&self) -> Vec<String> {
        let (mut names, name, missing) = match self {
            Feature::Numeric { name, missing_flag, .. } => (vec![name.clone()], name, missing_flag),
            Feature::Categorical { name, categories, missing } => {
                (categories.iter().map(|category| format!("{name} = {category}")).collect(), name, missing)
            }
        };
        if *missing {
            names.push(format!("{name} is missing"));
        }
        names
    }

    /// Writes the rows of this feature: those of sample j begin at `x[stride · j + first]` and are 0 before.
    pub(crate) fn write<T: Scalar>(
        &self,
        table: &Table,
        column: &Column,
        rows: &[usize],
        x: &mut [T],
        stride: usize,
        first: usize,
    ) -> Result<(), DataError> {
        let outs = x.chunks_exact_mut(stride).map(|sample| &mut sample[first..first + self.width()]);
        match self {
            Feature::Numeric { fill, mean, scale, missing_flag, .. } => {
                let scaler = StandardScaler { mean: *mean, scale: *scale };
                for (&row, out) in rows.iter().zip(outs) {
                    let number = table.number(column, row)?;
                    out[0] = table.finite(column, row, scaler.value(number.unwrap_or(*fill)))?;
                    if *missing_flag && number.is_none() {
                        out[1] = T::ONE;
                    }
                }
            }
            Feature::Categorical { categories, missing, .. } => {
                let one_hot = OneHot::fit(categories.iter().map(String::as_str), false);
                let spelling_is_lost = matches!(column.values, Values::Numbers(_));
                for (&row, out) in rows.iter().zip(outs) {
                    let Some(text) = column.display(row) else {
                        if *missing {
                            out[categories.len()] = T::ONE;
                        }
                        continue;
                    };
                    if !one_hot.encode(text.as_ref(), &mut out[..categories.len()]) && spelling_is_lost {
                        // Here all values of the column are numbers, in training they were not: `03` stands there as 3.
                        same_number(categories, &text).into_iter().for_each(|i| out[i] = T::ONE);
                    }
                }
            }
        }
        Ok(())
    }
}

/// What to say about a column with more categories than are kept.
fn many_categories(name: &str, counts: &[(&str, usize)], present: usize) -> String {
    let decimal_comma = counts.iter().all(|(text, _)| text.replacen(',', ".", 1).parse::<f64>().is_ok());
    let advice = if decimal_comma {
        "; these look like numbers with a decimal comma: write a decimal point"
    } else if counts.len() * 2 > present {
        "; this looks like an identifier: leave the column out"
    } else {
        ""
    };
    format!("`{name}` has {} categories; the {MAX_CATEGORIES} most frequent are used{advice}", counts.len())
}
