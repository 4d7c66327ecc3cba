//! Which samples are for training, which for validation, which for the test.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use backprop_tensor::{Key, Purpose};

use crate::{DataError, Fractions, Outcome, Table, Targets, Task, usable_rows};

/// One row each to learn from, to decide when to stop, and to test.
const FEWEST_ROWS: usize = 3;

/// Three lists of samples without a sample in common, each ascending.
///
/// A split is a pure function of its arguments. The lists are positions: `0 .. n`, or into the list of classes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// To learn from. Never empty, unless there are no samples at all.
    pub train: Vec<usize>,
    /// To decide with when to stop and what to keep.
    pub validation: Vec<usize>,
    /// To say with, once and at the end, how good the result is.
    pub test: Vec<usize>,
}

impl Split {
    /// Any samples, all splits alike.
    ///
    /// ```
    /// use backprop_data::{Fractions, Split};
    /// let split = Split::random(100, Fractions::default(), 42);
    /// assert_eq!((split.train.len(), split.validation.len(), split.test.len()), (70, 10, 20));
    /// ```
    ///
    /// # Panics
    /// If a fraction is out of range.
    pub fn random(n: usize, fractions: Fractions, seed: u64) -> Self {
        let [_, validation, test] = fractions.sizes(n);
        let mut split = Self::default();
        split.deal(&Key::new(seed, Purpose::Split).stream(0).permutation(n), validation, test);
        split.sorted()
    }

    /// Any samples, but of each class the same share in each part as nearly as whole samples allow.
    ///
    /// The sizes of the parts are those of [`random`](Self::random). Training gets `size · count / n` samples of a class, rounded
    /// down; the samples still to give go to the classes with the largest remainders, of equal ones to the rarest. Then likewise the
    /// test, from what is left. Without validation these are the numbers of scikit-learn's `StratifiedShuffleSplit`, which gives
    /// equal remainders at random.
    ///
    /// ```
    /// use backprop_data::{Fractions, Split};
    /// let classes = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1];
    /// let split = Split::stratified(&classes, Fractions { validation: 0.0, test: 0.5 }, 42);
    /// assert_eq!(split.test.iter().filter(|&&i| classes[i] == 1).count(), 2);
    /// ```
    ///
    /// # Panics
    /// If a fraction is out of range.
    pub fn stratified(classes: &[u32], fractions: Fractions, seed: u64) -> Self {
        let [train, _, test] = fractions.sizes(classes.len());
        let mut members = vec![Vec::new(); classes.iter().max().map_or(0, |&class| class as usize + 1)];
        classes.iter().enumerate().for_each(|(i, &class)| members[class as usize].push(i));

        let counts: Vec<usize> = members.iter().map(Vec::len).collect();
        let trains = apportion(&counts, train);
        let left: Vec<usize> = counts.iter().zip(&trains).map(|(count, train)| count - train).collect();
        let tests = apportion(&left, test);

        let key = Key::new(seed, Purpose::Split);
        let mut split = Self::default();
        for (class, samples) in members.iter_mut().enumerate() {
            key.stream(class as u64).shuffle(samples);
            split.deal(samples, left[class] - tests[class], tests[class]);
        }
        split.sorted()
    }

    /// The first samples for training, the next for validation, the last for the test: for samples in order of time, where the
    /// past must not be predicted from the future.
    ///
    /// # Panics
    /// If a fraction is out of range.
    pub fn ordered(n: usize, fractions: Fractions) -> Self {
        let [train, validation, _] = fractions.sizes(n);
        let parts = |range: std::ops::Range<usize>| range.collect();
        Self { train: parts(0..train), validation: parts(train..train + validation), test: parts(train + validation..n) }
    }

    /// Splits the rows of a table that have a value in every target: of classes, each part gets its share of each class.
    ///
    /// ```
    /// use backprop_data::{Fractions, Split, Table};
    /// let csv = "x,y\n".to_owned() + &"1,a\n2,b\n".repeat(10) + "3,NA\n";
    /// let table = Table::from_csv(csv.as_bytes(), "some.csv")?;
    /// let split = Split::of_table(&table, &["y".into()], None, Fractions::default(), 0)?;
    /// assert_eq!([split.train.len(), split.validation.len(), split.test.len()], [14, 2, 4]);
    /// # Ok::<(), backprop_data::DataError>(())
    /// ```
    ///
    /// # Errors
    /// If the fractions are none, a target is unknown or cannot be what `task` asks for, or there are fewer than three such rows.
    pub fn of_table(
        table: &Table,
        target: &[String],
        task: Option<Task>,
        fractions: Fractions,
        seed: u64,
    ) -> Result<Self, DataError> {
        let fractions = Fractions::new(fractions.validation, fractions.test)?;
        let usable = usable_rows(table, target)?;
        if usable.len() < FEWEST_ROWS {
            return Err(DataError::TooFewRows { file: table.source().to_owned(), rows: usable.len() });
        }
        let task = task.map_or_else(|| Task::of(table, target, &usable), Ok)?;
        let split = match Outcome::fit(table, target, &usable, &usable, task)?.targets::<f64>(table, &usable)? {
            Targets::Classes(classes) => Self::stratified(&classes, fractions, seed),
            Targets::Values(_) => Self::random(usable.len(), fractions, seed),
        };
        Ok(split.of_rows(&usable))
    }

    /// The same split of chosen rows: position `i` becomes `rows[i]`. For the [usable rows](crate::usable_rows) of a table.
    ///
    /// # Panics
    /// If `rows` is shorter than what was split.
    pub fn of_rows(self, rows: &[usize]) -> Self {
        let map = |part: Vec<usize>| part.into_iter().map(|i| rows[i]).collect();
        Self { train: map(self.train), validation: map(self.validation), test: map(self.test) }
    }

    /// How many rows of validation and test stand in training as well, alike in every column. A result measured on rows that
    /// were learned says too much.
    ///
    /// # Panics
    /// If the table has fewer rows than what was split.
    pub fn duplicates(&self, table: &Table) -> usize {
        let key = |&row: &usize| -> Vec<_> { table.columns().iter().map(|column| column.display(row)).collect() };
        let learned: BTreeSet<_> = self.train.iter().map(key).collect();
        self.validation.iter().chain(&self.test).filter(|row| learned.contains(&key(row))).count()
    }

    /// Gives the first samples to the test, the next to validation, the rest to training.
    fn deal(&mut self, samples: &[usize], validation: usize, test: usize) {
        self.test.extend(&samples[..test]);
        self.validation.extend(&samples[test..test + validation]);
        self.train.extend(&samples[test + validation..]);
    }

    fn sorted(mut self) -> Self {
        [&mut self.train, &mut self.validation, &mut self.test].into_iter().for_each(|part| part.sort_unstable());
        self
    }
}

/// `total` in shares as large as `counts` are, by the largest remainders, of equal ones to the smallest count.
fn apportion(counts: &[usize], total: usize) -> Vec<usize> {
    let sum = counts.iter().sum::<usize>().max(1);
    let mut shares: Vec<usize> = counts.iter().map(|count| count * total / sum).collect();
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by_key(|&i| (Reverse(counts[i] * total % sum), counts[i]));
    let rest = total - shares.iter().sum::<usize>();
    order[..rest].iter().for_each(|&i| shares[i] += 1);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_by_hand() {
        assert_eq!(apportion(&[33, 21, 11], 45), [23, 14, 8]);
        assert_eq!(apportion(&[1, 1, 1], 2), [1, 1, 0]);
        assert_eq!(apportion(&[50, 50, 1], 1), [1, 0, 0]);
        assert_eq!(apportion(&[3, 1], 2), [1, 1]);
        assert_eq!(apportion(&[], 0), [0; 0]);
        assert_eq!(apportion(&[0, 5], 5), [0, 5]);
    }

    #[test]
    fn splits_do_not_change_between_versions() {
        let split = Split::random(10, Fractions::default(), 0);
        assert_eq!((split.validation, split.test), (vec![5], vec![4, 6]));
        let split = Split::stratified(&[0, 1, 0, 1, 0, 1, 0, 1, 0, 1], Fractions::default(), 0);
        assert_eq!((split.validation, split.test), (vec![1], vec![4, 7]));
    }

    #[test]
    fn the_past_comes_first() {
        let split = Split::ordered(10, Fractions::default());
        assert_eq!((split.train.len(), split.validation, split.test), (7, vec![7], vec![8, 9]));
    }

    #[test]
    fn rows_that_were_learned_are_counted() {
        let table = Table::from_csv("a,b\n1,x\n1,x\n1,y\nNA,x\nNA,x\n".as_bytes(), "t.csv").unwrap();
        let split = Split { train: vec![0, 3], validation: vec![1, 2], test: vec![4] };
        assert_eq!(split.duplicates(&table), 2);
    }

    #[test]
    fn few_samples_go_to_training() {
        for n in 0..5 {
            let split = Split::random(n, Fractions { validation: 0.45, test: 0.5 }, 1);
            assert_eq!(split.train.is_empty(), n == 0);
        }
    }
}
