//! "Did you mean".

/// The candidate most like `word`, if any is like it at all.
///
/// ```
/// use backprop_registry::nearest;
/// assert_eq!(nearest("lekay_relu", ["relu", "leaky_relu", "tanh"]), Some("leaky_relu"));
/// assert_eq!(nearest("zzz", ["relu", "tanh"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best = None;
    let mut best_likeness = 0.7;
    for candidate in candidates {
        let likeness = strsim::jaro_winkler(&word.to_lowercase(), &candidate.to_lowercase());
        if likeness > best_likeness {
            (best, best_likeness) = (Some(candidate), likeness);
        }
    }
    best
}
