//! Reference vectors: cases with inputs and expected outputs, one JSON file for each area.
//!
//! A file is read from `tests/vectors` of the crate under test, or from the folder that the environment variable
//! `CONFORMANCE_DIR` names. What is missing or unreadable fails the test.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

/// An array in row-major order, batch axis first: read as a column-major `features × batch` matrix it has the same numbers in
/// the same order.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Sizes, the batch first.
    pub shape: Vec<usize>,
    /// The numbers.
    pub data: Vec<f64>,
}

impl Array {
    /// `(features, batch)` of a batch; a list of numbers is a batch of one feature each.
    pub fn columns(&self) -> (usize, usize) {
        let batch = self.shape.first().copied().unwrap_or(1);
        (self.shape.iter().skip(1).product(), batch)
    }

    /// The column-major form of a `[rows, columns]` matrix such as a weight.
    ///
    /// # Panics
    /// If it does not have two axes.
    pub fn transposed(&self) -> Vec<f64> {
        let [rows, columns] = self.shape[..] else { panic!("{:?} is not a matrix", self.shape) };
        (0..columns).flat_map(|j| (0..rows).map(move |i| self.data[i * columns + j])).collect()
    }

    fn read(json: &Json) -> Option<Self> {
        let shape = json.get("shape")?.as_array()?.iter().map(|n| n.as_u64().map(|n| n as usize)).collect::<Option<_>>()?;
        let data = json.get("data")?.as_array()?.iter().map(number).collect::<Option<_>>()?;
        Some(Self { shape, data })
    }
}

/// A number, or one of the strings `"nan"`, `"inf"` and `"-inf"`.
fn number(json: &Json) -> Option<f64> {
    match json.as_str() {
        Some("nan") => Some(f64::NAN),
        Some("inf") => Some(f64::INFINITY),
        Some("-inf") => Some(f64::NEG_INFINITY),
        _ => json.as_f64(),
    }
}

/// One case of a file.
#[derive(Clone, Debug)]
pub struct Case {
    json: Json,
    /// Where it comes from, for messages: file and id.
    pub name: String,
}

impl Case {
    /// The field as it stands in the file.
    pub fn json(&self, field: &str) -> Option<&Json> {
        self.json.get(field)
    }

    /// A text field.
    ///
    /// # Panics
    /// If the case has no such field.
    pub fn text(&self, field: &str) -> &str {
        self.json(field).and_then(Json::as_str).unwrap_or_else(|| panic!("{} has no text `{field}`", self.name))
    }

    /// Whether the case has this tag: `default`, `options`, `extreme`, `boundary`.
    pub fn is(&self, tag: &str) -> bool {
        self.json("tag").and_then(Json::as_str) == Some(tag)
    }

    /// A number field.
    ///
    /// # Panics
    /// If the case has no such field.
    pub fn number(&self, field: &str) -> f64 {
        self.json(field).and_then(number).unwrap_or_else(|| panic!("{} has no number `{field}`", self.name))
    }

    /// An array field, if there is one.
    pub fn try_array(&self, field: &str) -> Option<Array> {
        self.json(field).and_then(Array::read)
    }

    /// An array field.
    ///
    /// # Panics
    /// If the case has no such field.
    pub fn array(&self, field: &str) -> Array {
        self.try_array(field).unwrap_or_else(|| panic!("{} has no array `{field}`", self.name))
    }

    /// A field that is a list of arrays.
    ///
    /// # Panics
    /// If the case has no such field.
    pub fn arrays(&self, field: &str) -> Vec<Array> {
        arrays(self.json(field)).unwrap_or_else(|| panic!("{} has no arrays `{field}`", self.name))
    }

    /// The value of `options[option]`, if it is there and not null.
    pub fn option(&self, option: &str) -> Option<&Json> {
        self.json("options").and_then(|options| options.get(option)).filter(|value| !value.is_null())
    }

    /// The item named by `field` with its options, written as `name:option=value,…`; options named in `without` are left out.
    pub fn call(&self, field: &str, without: &[&str]) -> String {
        let mut call = self.text(field).to_owned();
        let options = self.json("options").and_then(Json::as_object);
        let kept = options.into_iter().flatten().filter(|(name, _)| !without.contains(&name.as_str()));
        for (i, (name, value)) in kept.enumerate() {
            let _ = write!(call, "{}{name}={}", if i == 0 { ':' } else { ',' }, plain(value));
        }
        call
    }
}

/// A JSON value as a person writes it in a call.
fn plain(value: &Json) -> String {
    match value {
        Json::Null => "none".to_owned(),
        Json::String(text) => text.clone(),
        Json::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

fn arrays(json: Option<&Json>) -> Option<Vec<Array>> {
    json?.as_array()?.iter().map(Array::read).collect()
}

/// All cases of one area.
#[derive(Clone, Debug)]
pub struct File {
    name: String,
    shared: Json,
    /// The cases, in the order of the file.
    pub cases: Vec<Case>,
}

impl File {
    /// Reads `tests/vectors/<name>` below `manifest_dir`, or `<name>` in the folder named by `CONFORMANCE_DIR`.
    ///
    /// # Panics
    /// If the file is missing or not what it should be.
    pub fn load(manifest_dir: &str, name: &str) -> Self {
        let folder = std::env::var_os("CONFORMANCE_DIR")
            .map_or_else(|| Path::new(manifest_dir).join("tests").join("vectors"), PathBuf::from);
        let path = folder.join(name);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut json: Json = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let Some(Json::Array(cases)) = json.get_mut("cases").map(Json::take) else { panic!("{} has no cases", path.display()) };
        assert!(!cases.is_empty(), "{} has no cases", path.display());
        let case = |(i, json): (usize, Json)| {
            let id = json.get("id").and_then(Json::as_str).map_or_else(|| i.to_string(), str::to_owned);
            Case { json, name: format!("{name} {id}") }
        };
        let cases = cases.into_iter().enumerate().map(case).collect();
        Self { name: name.to_owned(), shared: json.get_mut("shared").map_or(Json::Null, Json::take), cases }
    }

    /// An array of the part shared by all cases; `path` walks down through objects.
    ///
    /// # Panics
    /// If it is not there.
    pub fn shared_array(&self, path: &[&str]) -> Array {
        self.shared_json(path).and_then(Array::read).unwrap_or_else(|| panic!("{} shares no array {path:?}", self.name))
    }

    /// A list of arrays of the part shared by all cases; `path` walks down through objects.
    ///
    /// # Panics
    /// If it is not there.
    pub fn shared_arrays(&self, path: &[&str]) -> Vec<Array> {
        arrays(self.shared_json(path)).unwrap_or_else(|| panic!("{} shares no arrays {path:?}", self.name))
    }

    fn shared_json(&self, path: &[&str]) -> Option<&Json> {
        path.iter().try_fold(&self.shared, |json, key| json.get(key))
    }

    /// Starts counting the cases of a run over this file in the number type `scalar`.
    pub fn report(&self, scalar: &'static str) -> Report {
        Report { file: self.name.clone(), scalar, run: 0, skipped: 0, names: BTreeSet::new() }
    }
}

/// How many cases of a file ran, and what was skipped.
#[derive(Debug)]
pub struct Report {
    file: String,
    scalar: &'static str,
    run: usize,
    skipped: usize,
    names: BTreeSet<String>,
}

impl Report {
    /// A case ran.
    pub fn ran(&mut self) {
        self.run += 1;
    }

    /// A case was skipped because the crate does not have `what` yet.
    pub fn skip(&mut self, what: impl Into<String>) {
        self.skipped += 1;
        self.names.insert(what.into());
    }

    /// The number of cases that ran.
    pub fn run(&self) -> usize {
        self.run
    }

    /// Prints `file.json (f64): N cases run, M skipped (names)`, also when the test harness captures output.
    ///
    /// # Panics
    /// If no case ran: a test that tests nothing must not pass.
    pub fn print(&self) {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let names = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
        let line = format!("{} ({}): {} cases run, {} skipped{names}\n", self.file, self.scalar, self.run, self.skipped);
        // `println!` would be captured by the harness.
        let _ = std::io::stdout().write_all(line.as_bytes());
        assert!(self.run > 0, "no case of {} ran", self.file);
    }
}

/// Whether `|got − expected| ≤ atol + rtol · |expected|`; NaN is close to NaN alone, an infinity to itself alone.
pub fn is_close(got: f64, expected: f64, rtol: f64, atol: f64) -> bool {
    if expected.is_nan() || expected.is_infinite() || got.is_nan() {
        return got == expected || got.is_nan() && expected.is_nan();
    }
    (got - expected).abs() <= atol + rtol * expected.abs()
}

/// Compares element by element with [`is_close`].
///
/// # Panics
/// If the lengths or an element differ; the message names the first element and the worst.
pub fn assert_close(what: &str, got: &[f64], expected: &[f64], rtol: f64, atol: f64) {
    assert_eq!(got.len(), expected.len(), "{what}: lengths differ");
    let apart = |i: &usize| !is_close(got[*i], expected[*i], rtol, atol);
    let Some(first) = (0..got.len()).find(apart) else { return };
    let count = (0..got.len()).filter(apart).count();
    let error = |i: usize| (got[i] - expected[i]).abs() - rtol * expected[i].abs();
    let worst = (0..got.len()).max_by(|&a, &b| error(a).total_cmp(&error(b))).unwrap_or(first);
    panic!(
        "{what}: {count} of {} differ; first [{first}] {:e} instead of {:e}, worst [{worst}] {:e} instead of {:e} (rtol {rtol:e}, atol {atol:e})",
        got.len(),
        got[first],
        expected[first],
        got[worst],
        expected[worst],
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closeness() {
        assert!(is_close(1.0 + 1e-12, 1.0, 1e-10, 0.0));
        assert!(!is_close(1.0 + 1e-8, 1.0, 1e-10, 0.0));
        assert!(
            is_close(f64::NAN, f64::NAN, 0.0, 0.0) && !is_close(f64::NAN, 1.0, 1.0, 1.0) && !is_close(1.0, f64::NAN, 1.0, 1.0)
        );
        assert!(is_close(f64::INFINITY, f64::INFINITY, 0.0, 0.0) && !is_close(1e308, f64::INFINITY, 1.0, 1.0));
    }

    #[test]
    fn a_weight_is_transposed_into_columns() {
        let w = Array { shape: vec![2, 3], data: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0] };
        assert_eq!(w.transposed(), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
        assert_eq!(w.columns(), (3, 2));
    }
}
