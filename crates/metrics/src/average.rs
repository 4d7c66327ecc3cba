//! One number for several classes.

use backprop_registry::{OptionSpec, Options, Value};

use crate::Tally;
use crate::mean::mean;
use crate::tally::ratio;

/// How the values of the classes become one.
///
/// A class that is neither in the targets nor in the predictions does not count.
///
/// ```
/// use backprop_metrics::{Average, Tally};
/// let tallies = [Tally { hits: 8, false_alarms: 1, misses: 0 }, Tally { hits: 1, false_alarms: 0, misses: 1 }];
/// assert_eq!(Average::Binary.of(&tallies, Tally::recall), 0.5);                 // class 1
/// assert_eq!(Average::Micro.of(&tallies, Tally::recall), 0.9);                  // 9 of 10
/// assert_eq!(Average::Macro.of(&tallies, Tally::recall), 0.75);                 // (1 + ½)/2
/// assert_eq!(Average::Weighted.of(&tallies, Tally::recall), 0.9);               // (8 · 1 + 2 · ½)/10
/// assert_eq!(Average::Auto.of(&tallies, Tally::recall), 0.5);                   // two classes: as `Binary`
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Average {
    /// [`Binary`](Self::Binary) for two classes, [`Macro`](Self::Macro) for more.
    #[default]
    Auto,
    /// Class 1 alone, against all others.
    Binary,
    /// Of the hits, false alarms and misses of all classes together: each sample counts the same.
    Micro,
    /// The mean over the classes: each class counts the same.
    Macro,
    /// The mean over the classes, weighted by how many samples are of each.
    Weighted,
}

impl Average {
    /// The words of the option `average`, and what they mean.
    const WORDS: [(&'static str, Average); 5] = [
        ("auto", Average::Auto),
        ("binary", Average::Binary),
        ("micro", Average::Micro),
        ("macro", Average::Macro),
        ("weighted", Average::Weighted),
    ];

    /// The option of precision, recall and F.
    pub(crate) const OPTION: OptionSpec = OptionSpec::one_of(
        "average",
        "auto",
        &["auto", "binary", "micro", "macro", "weighted"],
        "how the values of the classes become one; auto: binary for two classes, macro for more",
    );

    /// As set in `options`.
    pub(crate) fn from_options(options: &Options) -> Self {
        let word = options.text("average");
        let found = Self::WORDS.into_iter().find(|(name, _)| *name == word);
        found.expect("the domain of the option admits these words only").1
    }

    /// The option to write, unless it is at its default.
    pub(crate) fn to_option(self) -> Option<(String, Value)> {
        let (word, _) = Self::WORDS.into_iter().find(|(_, average)| *average == self).expect("every average has a word");
        (self != Self::default()).then(|| ("average".to_owned(), word.into()))
    }

    /// One number for `score` of the tallies of all classes; NaN if there are no samples.
    pub fn of(self, tallies: &[Tally], score: impl Fn(Tally) -> f64) -> f64 {
        let all = tallies.iter().fold(Tally::default(), |all, tally| Tally {
            hits: all.hits + tally.hits,
            false_alarms: all.false_alarms + tally.false_alarms,
            misses: all.misses + tally.misses,
        });
        if all.support() == 0 {
            return f64::NAN;
        }
        match self {
            Average::Auto if tallies.len() <= 2 => Average::Binary.of(tallies, score),
            Average::Auto => Average::Macro.of(tallies, score),
            Average::Binary => score(tallies.get(1).copied().unwrap_or_default()),
            Average::Micro => score(all),
            Average::Macro => mean(tallies.iter().filter(|tally| tally.support() + tally.predicted() > 0).map(|&t| score(t))),
            Average::Weighted => {
                let sum: f64 = tallies.iter().map(|&tally| tally.support() as f64 * score(tally)).sum();
                ratio(sum, all.support() as f64)
            }
        }
    }
}
