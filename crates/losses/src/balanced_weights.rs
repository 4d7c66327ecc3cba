//! Class weights that make up for rare classes.

/// The class weights with which every class that occurs counts the same in total.
///
/// ```text
/// w_c = n / (C · n_c)        n samples, C classes that occur, n_c samples of class c;  0 if n_c = 0
/// ```
///
/// So Σᵢ w_{yᵢ} = n. Labels that are no class, such as [`IGNORED`](crate::IGNORED), are not counted. The same as scikit-learn's
/// `compute_class_weight("balanced")`, which allows no class to be missing.
///
/// # Examples
/// ```
/// use backprop_losses::balanced_weights;
/// assert_eq!(balanced_weights(&[0, 0, 0, 1], 2), [4.0 / (2.0 * 3.0), 4.0 / (2.0 * 1.0)]);
/// assert_eq!(balanced_weights(&[2, 2, 0, 0], 3), [1.0, 0.0, 1.0]);
/// ```
///
/// # References
/// G. King, L. Zeng, *Logistic Regression in Rare Events Data*, 2001. <https://doi.org/10.1093/oxfordjournals.pan.a004868>
pub fn balanced_weights(classes: &[u32], count: usize) -> Vec<f64> {
    let mut samples = vec![0_usize; count];
    for &label in classes {
        if let Some(samples) = samples.get_mut(label as usize) {
            *samples += 1;
        }
    }
    let total: usize = samples.iter().sum();
    let occurring = samples.iter().filter(|&&n| n > 0).count();
    samples.iter().map(|&n| if n == 0 { 0.0 } else { total as f64 / (occurring * n) as f64 }).collect()
}
