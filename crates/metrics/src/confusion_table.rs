//! A confusion matrix as a table in a terminal.

use std::fmt;

use crate::{ConfusionMatrix, Tally};

/// Widest name at the left of a row.
const LONGEST_NAME: usize = 16;
/// Narrowest heading that a longer name is cut to.
const SHORTEST_HEADING: usize = 3;
/// Width of what stands right of the bar: a total and a share.
const RIGHT: usize = 17;

impl fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tallies = self.tallies();
        let width = f.width().unwrap_or(80);
        let mut labels = self.names().to_vec();
        let mut table = Layout::new(&labels, self.names(), &tallies, width);
        if (1..labels.len()).any(|class| table.headings[..class].contains(&table.headings[class])) {
            // Cut names that look the same say nothing: the columns are numbered, and so are the rows.
            let numbers: Vec<String> = (0..labels.len()).map(|class| class.to_string()).collect();
            labels = self.names().iter().enumerate().map(|(class, name)| format!("{class} {name}")).collect();
            table = Layout::new(&labels, &numbers, &tallies, width);
        }

        write!(f, "{:left$}{:gap$}predicted →", "", "", left = table.left, gap = table.gap)?;
        table.line(f, "target ↓", table.headings.iter().cloned(), "total", "recall")?;
        for (class, (label, tally)) in labels.iter().zip(&tallies).enumerate() {
            let cells = (0..labels.len()).map(|other| count(self.count(class, other)));
            let recall = percent(tally.hits, tally.support(), 1);
            table.line(f, label, cells, &count(tally.support()), &recall)?;
        }
        let cells: usize = table.columns.iter().map(|column| table.gap + column).sum();
        write!(f, "\n{}┼{}", "─".repeat(table.left + cells + 1), "─".repeat(RIGHT))?;
        table.line(f, "total", tallies.iter().map(|tally| count(tally.predicted())), &count(self.total()), "")?;
        let precisions = tallies.iter().map(|tally| table.precision(tally));
        table.line(f, "precision", precisions, "accuracy", &percent(self.correct(), self.total(), 1))
    }
}

/// How wide things are.
struct Layout {
    left: usize,
    gap: usize,
    decimals: usize,
    columns: Vec<usize>,
    headings: Vec<String>,
}

impl Layout {
    /// Percentages have a decimal and columns two blanks between them if `width` has room for that, else neither; names get what
    /// is left.
    fn new(labels: &[String], headings: &[String], tallies: &[Tally], width: usize) -> Self {
        let left = labels.iter().map(|label| columns(label)).max().unwrap_or(0).clamp("precision".len(), LONGEST_NAME);
        let space = width.saturating_sub(left + RIGHT + 2);
        let mut table = Self { left, gap: 2, decimals: 1, columns: Vec::new(), headings: Vec::new() };
        if labels.len() * (table.figures(tallies) + table.gap) > space {
            (table.gap, table.decimals) = (1, 0);
        }
        let figures = table.figures(tallies);
        let longest = (space / labels.len().max(1)).saturating_sub(table.gap).max(SHORTEST_HEADING);
        table.columns = headings.iter().map(|heading| figures.max(columns(heading).min(longest))).collect();
        table.headings = headings.iter().zip(&table.columns).map(|(heading, &column)| shortened(heading, column)).collect();
        table
    }

    /// The width that the numbers of all columns need; none is longer than the sum of its column.
    fn figures(&self, tallies: &[Tally]) -> usize {
        let needed = tallies.iter().map(|tally| columns(&count(tally.predicted())).max(columns(&self.precision(tally))));
        needed.max().unwrap_or(0)
    }

    fn precision(&self, tally: &Tally) -> String {
        percent(tally.hits, tally.predicted(), self.decimals)
    }

    /// A new line.
    fn line(
        &self,
        f: &mut fmt::Formatter<'_>,
        label: &str,
        cells: impl Iterator<Item = String>,
        total: &str,
        share: &str,
    ) -> fmt::Result {
        write!(f, "\n{:left$}", shortened(label, self.left), left = self.left)?;
        for (cell, &column) in cells.zip(&self.columns) {
            write!(f, "{:gap$}{cell:>column$}", "", gap = self.gap)?;
        }
        write!(f, " │{}", format!("{total:>9}{share:>8}").trim_end())
    }
}

/// A count; a dot for none.
fn count(count: u64) -> String {
    if count == 0 { "·".to_owned() } else { count.to_string() }
}

/// A share in percent; a dash for a share of nothing.
fn percent(part: u64, of: u64, decimals: usize) -> String {
    if of == 0 { "–".to_owned() } else { format!("{:.decimals$}%", 100.0 * part as f64 / of as f64) }
}

/// Columns of the terminal: a character is taken to fill one.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().count()
}

/// The text in at most `width` characters, without control characters, which would break the table.
pub(crate) fn shortened(text: &str, width: usize) -> String {
    let mut characters = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = characters.by_ref().take(width).collect();
    if characters.next().is_some() {
        short.pop();
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(table: &str) -> Vec<usize> {
        table.lines().map(columns).collect()
    }

    #[test]
    fn names_are_shortened_to_fit() {
        let names = ["Iris setosa", "Versicolor from the far north", "tab\there"];
        let matrix = ConfusionMatrix::new(3, &[0, 1, 2, 1, 1], &[0, 1, 2, 2, 1]).with_names(names);
        assert_eq!(
            format!("{matrix:63}"),
            "                  predicted →
target ↓          Iris s…  Versic…  tab he… │    total  recall
Iris setosa             1        ·        · │        1  100.0%
Versicolor from…        ·        2        · │        2  100.0%
tab here                ·        1        1 │        2   50.0%
────────────────────────────────────────────┼─────────────────
total                   1        3        1 │        5
precision          100.0%    66.7%   100.0% │ accuracy   80.0%"
        );
    }

    #[test]
    fn names_that_would_look_the_same_are_numbered() {
        let matrix = ConfusionMatrix::new(2, &[0, 0, 0], &[0, 1, 0]).with_names(["class number one", "class number two"]);
        assert_eq!(
            format!("{matrix:50}"),
            "                  predicted →
target ↓              0      1 │    total  recall
0 class number …      2      · │        2  100.0%
1 class number …      1      · │        1    0.0%
───────────────────────────────┼─────────────────
total                 3      · │        3
precision         66.7%      – │ accuracy   66.7%"
        );
    }

    #[test]
    fn every_size_is_aligned() {
        for classes in 1..=20_u32 {
            let target: Vec<u32> = (0..9999).map(|i| i % classes).collect();
            let prediction: Vec<u32> = (0..9999).map(|i| i / 3 % classes).collect();
            let numbered = ConfusionMatrix::new(classes as usize, &prediction, &target);
            let named = numbered.clone().with_names(vec!["a class name of some length"; classes as usize]);
            for (matrix, fits) in [(numbered, 10), (named, 8)] {
                let table = matrix.to_string();
                let widths = widths(&table);
                assert_eq!(widths.len(), classes as usize + 5, "{table}");
                assert!(widths[1..widths.len() - 2].iter().all(|&width| width == widths[1]), "{table}");
                assert_eq!(widths.last(), widths.get(1), "{table}");
                assert!(widths[1] <= if classes <= fits { 80 } else { 140 }, "{table}");
                assert!(table.lines().all(|line| line == line.trim_end()), "{table}");
            }
        }
    }

    #[test]
    fn of_nothing() {
        assert!(ConfusionMatrix::new(2, &[], &[]).to_string().ends_with("precision  –  – │ accuracy       –"));
        assert!(ConfusionMatrix::new(0, &[], &[]).to_string().ends_with("precision │ accuracy       –"));
    }
}
