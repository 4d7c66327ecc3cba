//! Samples in the order of their scores.

use crate::Classified;

/// A score, and whether it is of a positive.
pub(crate) type Ranked = (f64, bool);

/// The probabilities of `class` for the samples of that class, the positives, and of the classes that `against` admits.
pub(crate) fn ranked(classified: &Classified<'_>, class: usize, against: impl Fn(usize) -> bool) -> Vec<Ranked> {
    let samples = classified.target().iter().map(|&target| target as usize).enumerate();
    let samples = samples.filter(|&(_, target)| target == class || against(target));
    samples.map(|(sample, target)| (classified.probability(class, sample), target == class)).collect()
}

/// The scores of samples of class 1, the positives, and of others.
///
/// # Panics
/// If the lengths differ.
pub(crate) fn of_class_one(score: &[f64], target: &[u32]) -> Vec<Ranked> {
    assert_eq!(score.len(), target.len(), "one score for each target");
    score.iter().zip(target).map(|(&score, &class)| (score, class == 1)).collect()
}

/// Groups of equal scores in ascending order: how many positives and how many others are in each; none if a score is NaN.
pub(crate) fn groups(mut samples: Vec<Ranked>) -> Option<Vec<(f64, f64)>> {
    if samples.iter().any(|(score, _)| score.is_nan()) {
        return None;
    }
    samples.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let group = |group: &[Ranked]| {
        let positives = group.iter().filter(|(_, positive)| *positive).count() as f64;
        (positives, group.len() as f64 - positives)
    };
    // −0 comes before +0, and is equal to it.
    Some(samples.chunk_by(|a, b| a.0 == b.0).map(group).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_are_one_group() {
        let samples = vec![(2.0, true), (0.0, true), (f64::NEG_INFINITY, false), (-0.0, false), (2.0, true)];
        assert_eq!(groups(samples), Some(vec![(0.0, 1.0), (1.0, 1.0), (2.0, 0.0)]));
        assert_eq!(groups(vec![(1.0, true), (f64::NAN, false)]), None);
    }
}
