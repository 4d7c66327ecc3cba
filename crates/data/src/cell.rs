//! What a cell of a table says: a number, text, or nothing.

/// Cells that stand for a missing value, as R, pandas, SQL and people write it.
const MISSING: [&str; 8] = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "?"];

/// The content of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    /// No value.
    Missing,
    /// A finite number.
    Number(f64),
    /// Read as a number it would be infinite: `inf`, `1e999`.
    Infinite,
    /// Anything else.
    Text(&'a str),
}

impl<'a> Cell<'a> {
    /// Reads a cell without the spaces around it. Numbers are what Rust's `f64` reads: `-1.5`, `+5`, `.5`, `5.`, `1e-3`;
    /// no hexadecimal digits, no separators between digits, no decimal comma.
    pub(crate) fn read(text: &'a str) -> Self {
        let text = text.trim();
        if MISSING.contains(&text) {
            return Cell::Missing;
        }
        match text.parse::<f64>() {
            Ok(x) if x.is_nan() => Cell::Missing,
            Ok(x) if x.is_infinite() => Cell::Infinite,
            Ok(x) => Cell::Number(x),
            Err(_) => Cell::Text(text),
        }
    }
}

/// A number in its shortest exact form: `3`, not `3.0`; `0`, not `-0`; `1e300`.
pub(crate) fn number_name(x: f64) -> String {
    let mut name = format!("{:?}", x + 0.0);
    if name.ends_with(".0") {
        name.truncate(name.len() - 2);
    }
    name
}

/// The first of `names` that is the same number as `text`, such as `03` for `3`.
pub(crate) fn same_number(names: &[String], text: &str) -> Option<usize> {
    let number = Cell::read(text);
    matches!(number, Cell::Number(_)).then(|| names.iter().position(|name| Cell::read(name) == number))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_by_hand() {
        for text in ["", " ", "\t", "NA", " NA ", "N/A", "NaN", "nan", "NAN", "-nan", "null", "NULL", "?"] {
            assert_eq!(Cell::read(text), Cell::Missing, "{text:?}");
        }
        let numbers =
            [("1", 1.0), ("+5", 5.0), (".5", 0.5), ("5.", 5.0), ("-0", -0.0), (" 2 ", 2.0), ("1E3", 1000.0), ("1e-999", 0.0)];
        for (text, x) in numbers {
            assert_eq!(Cell::read(text), Cell::Number(x), "{text:?}");
        }
        for text in ["inf", "-Infinity", "+INF", "1e999", "-1e309"] {
            assert_eq!(Cell::read(text), Cell::Infinite, "{text:?}");
        }
        for text in ["0x10", "1_000", "1,5", "１２", "1 000", "--1", "e5", ".", "+", "=cmd()", "n/a", "none", "true"] {
            assert_eq!(Cell::read(text), Cell::Text(text), "{text:?}");
        }
    }

    #[test]
    fn names_of_numbers_have_no_decimals_to_spare() {
        assert_eq!([3.0, -0.0, -1.0, 0.5, 1e300, 1e-7].map(number_name), ["3", "0", "-1", "0.5", "1e300", "1e-7"]);
        let names = ["x", "03", "3"].map(str::to_owned);
        assert_eq!(["3.0", "3", "x", "4"].map(|text| same_number(&names, text)), [Some(1), Some(1), None, None]);
    }
}
