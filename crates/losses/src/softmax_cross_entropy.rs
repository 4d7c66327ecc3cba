//! Multi-class cross-entropy from logits.

use std::array::from_fn;

use backprop_registry::{Call, Interval};
use backprop_tensor::lanes::{self, LANES};
use backprop_tensor::{Scalar, View, ViewMut, vectorize};

use crate::curve::{Curve, Straight};
use crate::labels::Labels;
use crate::logarithm::ln;
use crate::{Input, Loss, Target, TargetError};

/// The softmax and the multi-class cross-entropy in one.
///
/// ```text
/// l(z, q) = Σ_c q_c (lse − z_c)        lse = m + ln Σ_c e^(z_c − m),  m = max_c z_c
/// ∂l/∂z_c = Q p_c − q_c                p = softmax(z) = e^(z − lse),  Q = Σ_c q_c
/// q_c     = w_c ((1 − ε) t_c + ε/C)    t one-hot for a label y, or a column of probabilities
/// L       = Σᵢ sᵢ lᵢ / Σᵢ sᵢ w_{yᵢ}    s the sample weights;  Σᵢ sᵢ in the denominator for probabilities
/// ```
///
/// Without weights and smoothing l = −ln `p_y` and ∂l/∂z = p − t. For classes of which exactly one is true. Computed from
/// log-sum-exp, so that it is finite and exact for any finite logits; PyTorch's `CrossEntropyLoss`.
///
/// | field | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `class_weights` (option `weight`) | empty | \[0, ∞\) each | w, one for each class; empty: 1 for each |
/// | `label_smoothing` | 0 | \[0, 1) | ε, the part of the target that is spread over all classes |
/// | `ignore_index` | none (option: −100) | a class | a label that does not count, beside [`IGNORED`](crate::IGNORED) |
///
/// # Shapes
/// `y` (logits), target values (probabilities), `dy`: `(classes, batch)`; target labels: `batch`.
///
/// # Panics
/// If the shapes do not fit, or a label is out of range. A column with NaN, ∞ or nothing but −∞ gives NaN.
///
/// # Examples
/// ```
/// use backprop_losses::{Loss, SoftmaxCrossEntropy, Target};
/// use backprop_tensor::{View, ViewMut};
/// let z = View::new(&[0.0_f64, 0.0, 1000.0, 0.0], 2, 2);                                    // probabilities (½, ½) and (1, 0)
/// let mut dz = [0.0; 4];
/// let loss = SoftmaxCrossEntropy::default();
/// let value = loss.value_and_gradient(z, Target::Classes(&[0, 1]), None, ViewMut::new(&mut dz, 2, 2));
/// assert_eq!(value, (2.0_f64.ln() + 1000.0) / 2.0);
/// assert_eq!(dz, [-0.25, 0.25, 0.5, -0.5]);                                                 // (p − t)/2
/// ```
///
/// # References
/// J. S. Bridle, *Probabilistic Interpretation of Feedforward Classification Network Outputs*, 1990.
/// <https://doi.org/10.1007/978-3-642-76153-9_28>. Label smoothing: C. Szegedy et al., *Rethinking the Inception Architecture*,
/// 2016. <https://arxiv.org/abs/1512.00567>
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SoftmaxCrossEntropy {
    /// w: one for each class; empty: 1 for each.
    pub class_weights: Vec<f64>,
    /// ε: the part of the target that is spread over all classes.
    pub label_smoothing: f64,
    /// A label that does not count, beside [`IGNORED`](crate::IGNORED).
    pub ignore_index: Option<u32>,
}

impl SoftmaxCrossEntropy {
    fn labels(&self) -> Labels<'_> {
        Labels { class_weights: &self.class_weights, ignore_index: self.ignore_index }
    }
}

impl<T: Scalar> Loss<T> for SoftmaxCrossEntropy {
    fn call(&self) -> Call {
        let call = self.labels().call("cross_entropy");
        if self.label_smoothing == 0.0 { call } else { call.with("label_smoothing", self.label_smoothing) }
    }

    fn input(&self) -> Input {
        Input::Logits
    }

    fn divisor(&self, target: Target<'_, T>, weights: Option<&[T]>) -> f64 {
        self.labels().divisor(target, weights)
    }

    fn sum_and_gradient(
        &self,
        y: View<'_, T>,
        target: Target<'_, T>,
        weights: Option<&[T]>,
        divisor: f64,
        dy: ViewMut<'_, T>,
    ) -> f64 {
        let (labels, kept, spread) = (self.labels(), 1.0 - self.label_smoothing, self.label_smoothing / y.rows() as f64);
        let batch = Batch { labels, curve: Straight, z: y, target, weights, divisor, even_share: 1.0 / divisor, kept, spread };
        batch.sum_and_gradient(dy)
    }

    fn check(&self, rows: usize, target: Target<'_, T>) -> Result<(), TargetError> {
        match target {
            Target::Classes(classes) => self.labels().check("cross_entropy", rows, classes),
            Target::Values(values) => {
                self.labels().check("cross_entropy", rows, &[])?;
                TargetError::check_range("cross_entropy", values, Interval::closed(0.0, 1.0))
            }
        }
    }
}

/// How many columns are computed together.
pub(crate) const COLUMNS: usize = 16;

/// How many columns of no more rows than lanes can be read and written as whole vectors: those behind which there is enough left.
fn vectors(rows: usize, len: usize) -> usize {
    if rows <= LANES && len >= LANES { (len - LANES) / rows + 1 } else { 0 }
}

const VECTOR: &str = "the columns are counted so that each leaves a vector";

/// The columns of one call, and what they are compared with. All but [`sum_and_gradient`](Self::sum_and_gradient) and
/// [`one_by_one`](Self::one_by_one) are to be called within `vectorize!`.
pub(crate) struct Batch<'a, T, F> {
    pub(crate) labels: Labels<'a>,
    /// What becomes of the cross-entropy of a column. If it is not straight, the target is one class for each column.
    pub(crate) curve: F,
    pub(crate) z: View<'a, T>,
    pub(crate) target: Target<'a, T>,
    pub(crate) weights: Option<&'a [T]>,
    pub(crate) divisor: f64,
    /// 1/divisor: the share of a column without a weight of its own.
    pub(crate) even_share: f64,
    /// 1 − ε
    pub(crate) kept: f64,
    /// ε/C
    pub(crate) spread: f64,
}

impl<T: Scalar, F: Curve> Batch<'_, T, F> {
    /// Σ of all columns, and dZ ← its gradient.
    pub(crate) fn sum_and_gradient(&self, mut dz: ViewMut<'_, T>) -> f64 {
        self.target.assert_fits(self.z, self.weights, &dz);
        if self.divisor == 0.0 || self.z.as_slice().is_empty() {
            dz.fill(T::ZERO);
            return 0.0;
        }
        let dz = dz.into_slice();
        match self.z.rows() {
            1 => vectorize!(self.few::<1>(dz)),
            2 => vectorize!(self.few::<2>(dz)),
            3 => vectorize!(self.few::<3>(dz)),
            4 => vectorize!(self.few::<4>(dz)),
            rows => {
                let vectors = vectors(rows, dz.len());
                let front = if vectors > 0 { vectorize!(self.as_vectors(vectors, dz)) } else { 0.0 };
                front + self.one_by_one(vectors, &mut dz[vectors * rows..])
            }
        }
    }

    /// The labels, if each puts all its mass on one class.
    #[inline(always)]
    fn one_class(&self) -> Option<&[u32]> {
        match self.target {
            Target::Classes(classes) if self.spread == 0.0 => Some(classes),
            _ => None,
        }
    }

    /// a sⱼ/divisor, 0 if column j does not count.
    #[inline(always)]
    fn share(&self, j: usize) -> f64 {
        let factor = match self.target {
            Target::Values(_) => 1.0,
            Target::Classes(classes) => {
                let (label, labels) = (classes[j], self.labels);
                let counts = if self.spread == 0.0 { labels.weight(label) != 0.0 } else { !labels.ignores(label) };
                if counts { self.curve.factor(label) } else { 0.0 }
            }
        };
        match self.weights {
            _ if factor == 0.0 => 0.0,
            Some(weights) => factor * (weights[j].to_f64() / self.divisor),
            None => factor * self.even_share,
        }
    }

    /// `q_c = w_c ((1 − ε) t_c + ε/C)`
    #[inline(always)]
    fn mass(&self, w: f64, t: T) -> f64 {
        w * (self.kept * t.to_f64() + self.spread)
    }

    /// t: a column of the target as probabilities.
    #[inline(always)]
    fn probabilities(&self, j: usize, t: &mut [T]) {
        match self.target {
            Target::Values(values) => t.copy_from_slice(values.column(j)),
            Target::Classes(classes) => {
                t.fill(T::ZERO);
                t[classes[j] as usize] = T::ONE;
            }
        }
    }

    /// So few classes that vector code goes across the columns.
    #[inline(always)]
    fn few<const C: usize>(&self, dz: &mut [T]) -> f64 {
        let w: [f64; C] = from_fn(|c| self.labels.class_weight(c));
        let (mut e, mut m) = ([[T::ZERO; C]; COLUMNS], [T::ZERO; COLUMNS]);
        let (mut total, mut factor, mut sums) = ([0.0; COLUMNS], [T::ZERO; COLUMNS], [0.0; COLUMNS]);
        for (b, dz) in dz.as_chunks_mut::<C>().0.chunks_mut(COLUMNS).enumerate() {
            // A column that is missing or does not count is one of zeros, whatever is in it.
            let (mut z, mut t, mut share) = ([[T::ZERO; C]; COLUMNS], [[T::ZERO; C]; COLUMNS], [0.0; COLUMNS]);
            for k in 0..dz.len() {
                let j = b * COLUMNS + k;
                share[k] = self.share(j);
                if share[k] != 0.0 {
                    z[k].copy_from_slice(self.z.column(j));
                    self.probabilities(j, &mut t[k]);
                }
            }
            // e^(Z − m)
            for ((e, z), m) in e.iter_mut().zip(&z).zip(&mut m) {
                *m = z[1..].iter().fold(z[0], |m, &z| m.at_least(z));
                e.iter_mut().zip(z).for_each(|(e, &z)| *e = (z - *m).exp_negative());
            }
            for (e, total) in e.iter().zip(&mut total) {
                *total = e[1..].iter().fold(e[0].to_f64(), |total, e| total + e.to_f64());
            }
            // Σ q (m − z) + Q ln Σ e^(z − m)
            let (mut value, mut mass) = ([0.0; COLUMNS], [0.0; COLUMNS]);
            for k in 0..COLUMNS {
                let mut gap = 0.0;
                for c in 0..C {
                    let q = self.mass(w[c], t[k][c]);
                    mass[k] += q;
                    gap += weighted_gap(q, m[k], z[k][c]);
                }
                value[k] = gap + mass[k] * ln(total[k]);
            }
            let slope = self.curve.bend::<T>(&mut value, &mass);
            for k in 0..COLUMNS {
                sums[k] += share[k] * value[k];
                share[k] *= slope[k];
                factor[k] = T::from_f64(share[k] * mass[k] / total[k]);
            }
            // dZ ← Q p − q
            for k in 0..COLUMNS {
                for c in 0..C {
                    e[k][c] = e[k][c] * factor[k] - T::from_f64(share[k] * self.mass(w[c], t[k][c]));
                }
            }
            dz.copy_from_slice(&e[..dz.len()]);
        }
        sums.iter().sum()
    }

    /// No more classes than lanes: each of the first `cols` columns is a vector, of which what is too much lies in the next columns.
    #[inline(always)]
    fn as_vectors(&self, cols: usize, dz: &mut [T]) -> f64 {
        let (rows, z) = (self.z.rows(), self.z.as_slice());
        let inside: [bool; LANES] = from_fn(|c| c < rows);
        let ones = inside.map(|inside| if inside { 1.0 } else { 0.0 });
        let w: [f64; LANES] = from_fn(|c| if c < rows { self.labels.class_weight(c) } else { 0.0 });
        let (mut e, mut q) = ([[T::ZERO; LANES]; COLUMNS], [[0.0; LANES]; COLUMNS]);
        let (mut factor, mut sums) = ([T::ZERO; COLUMNS], [0.0; COLUMNS]);
        for first in (0..cols).step_by(COLUMNS) {
            let len = COLUMNS.min(cols - first);
            // Of a column that is missing or does not count.
            let (mut share, mut gap, mut mass, mut total) = ([0.0; COLUMNS], [0.0; COLUMNS], [0.0; COLUMNS], [1.0; COLUMNS]);
            for k in 0..len {
                let j = first + k;
                share[k] = self.share(j);
                if share[k] == 0.0 {
                    e[k] = [T::ZERO; LANES];
                    continue;
                }
                // The first number once more in place of what lies in the next column.
                let z: &[T; LANES] = z[j * rows..].first_chunk().expect(VECTOR);
                let (mut lanes, some) = (*z, z[0]);
                lanes.iter_mut().zip(&inside).for_each(|(lane, &inside)| *lane = if inside { *lane } else { some });
                let m = lanes::fold(&lanes, T::at_least);
                e[k].iter_mut().zip(&lanes).for_each(|(e, &z)| *e = z - m);
                if let Some(classes) = self.one_class() {
                    let label = classes[j] as usize;
                    mass[k] = self.labels.class_weight(label);
                    gap[k] = weighted_gap(mass[k], m, z[..rows][label]);
                    continue;
                }
                let mut t = [T::ZERO; LANES];
                match self.target {
                    Target::Values(values) => t = *values.as_slice()[j * rows..].first_chunk().expect(VECTOR),
                    Target::Classes(classes) => t[..rows][classes[j] as usize] = T::ONE,
                }
                let mut gaps = [0.0; LANES];
                for c in 0..LANES {
                    q[k][c] = if inside[c] { self.mass(w[c], t[c]) } else { 0.0 };
                    gaps[c] = weighted_gap(q[k][c], m, lanes[c]);
                }
                mass[k] = lanes::fold(&q[k], |a, b| a + b);
                gap[k] = lanes::fold(&gaps, |a, b| a + b);
            }
            // E ← e^(Z − m)
            e[..len].as_flattened_mut().iter_mut().for_each(|e| *e = e.exp_negative());
            for (e, total) in e[..len].iter().zip(&mut total) {
                let mut terms = [0.0; LANES];
                terms.iter_mut().zip(e).zip(&ones).for_each(|((term, e), one)| *term = one * e.to_f64());
                *total = lanes::fold(&terms, |a, b| a + b);
            }
            // Σ q (m − z) + Q ln Σ e^(z − m)
            let mut value: [f64; COLUMNS] = from_fn(|k| gap[k] + mass[k] * ln(total[k]));
            let slope = self.curve.bend::<T>(&mut value, &mass);
            for k in 0..COLUMNS {
                sums[k] += share[k] * value[k];
                share[k] *= slope[k];
                factor[k] = T::from_f64(share[k] * mass[k] / total[k]);
            }
            // dZ ← Q p − q. What is stored beyond a column is overwritten with the next.
            for k in 0..len {
                let (j, factor) = (first + k, factor[k]);
                let mut lanes = e[k];
                if let Some(classes) = self.one_class() {
                    let (label, q) = (classes[j] as usize, T::from_f64(share[k] * mass[k]));
                    for (c, lane) in lanes.iter_mut().enumerate() {
                        let p = *lane * factor;
                        *lane = if c == label { p - q } else { p };
                    }
                } else {
                    let (q, share) = (&q[k], share[k]);
                    lanes.iter_mut().zip(q).for_each(|(lane, q)| *lane = *lane * factor - T::from_f64(share * q));
                }
                *dz[j * rows..].first_chunk_mut().expect(VECTOR) = lanes;
            }
        }
        sums.iter().sum()
    }

    /// Any number of classes: one column after the other, from column `first`, with whose place in dZ `dz` begins.
    fn one_by_one(&self, first: usize, dz: &mut [T]) -> f64 {
        let rows = self.z.rows();
        let mut sum = 0.0;
        for (first, dz) in (first..).step_by(COLUMNS).zip(dz.chunks_mut(COLUMNS * rows)) {
            // Of a column that is missing or does not count.
            let (mut share, mut value, mut mass, mut total) = ([0.0; COLUMNS], [0.0; COLUMNS], [0.0; COLUMNS], [1.0; COLUMNS]);
            // dZ ← Z − m, and Σ q (m − z)
            for (k, dz) in dz.chunks_exact_mut(rows).enumerate() {
                let j = first + k;
                share[k] = self.share(j);
                if share[k] == 0.0 {
                    dz.fill(T::ZERO);
                    continue;
                }
                let z = self.z.column(j);
                let m = vectorize!(lanes::largest(z));
                vectorize!(dz.iter_mut().zip(z).for_each(|(dz, &z)| *dz = z - m));
                if let Some(classes) = self.one_class() {
                    mass[k] = self.labels.weight(classes[j]);
                    value[k] = weighted_gap(mass[k], m, z[classes[j] as usize]);
                } else {
                    mass[k] = vectorize!(self.sum_of_masses(j, |q, _| q));
                    value[k] = vectorize!(self.sum_of_masses(j, |q, c| weighted_gap(q, m, z[c])));
                }
            }
            // dZ ← e^(Z − m), some columns at once, however short they are
            vectorize!(dz.iter_mut().for_each(|dz| *dz = dz.exp_negative()));
            for (k, dz) in dz.chunks_exact(rows).enumerate().filter(|&(k, _)| share[k] != 0.0) {
                total[k] = vectorize!(self::total(dz));
            }
            // Σ q (m − z) + Q ln Σ e^(z − m)
            let slope = vectorize!({
                for k in 0..COLUMNS {
                    value[k] += mass[k] * ln(total[k]);
                }
                self.curve.bend::<T>(&mut value, &mass)
            });
            // dZ ← Q p − q
            for (k, dz) in dz.chunks_exact_mut(rows).enumerate() {
                if share[k] == 0.0 {
                    dz.fill(T::ZERO);
                    continue;
                }
                sum += share[k] * value[k];
                let (j, share) = (first + k, share[k] * slope[k]);
                let factor = T::from_f64(share * mass[k] / total[k]);
                vectorize!(dz.iter_mut().for_each(|dz| *dz *= factor));
                match self.one_class() {
                    Some(classes) => dz[classes[j] as usize] -= T::from_f64(share * mass[k]),
                    None => vectorize!(self.for_each_mass(j, |q, first| {
                        dz[first..].iter_mut().zip(q).for_each(|(dz, q)| *dz -= T::from_f64(share * q));
                    })),
                }
            }
        }
        sum
    }

    /// Calls `f` with the masses q of column j, some classes at a time, and the first of these classes.
    #[inline(always)]
    fn for_each_mass(&self, j: usize, mut f: impl FnMut(&[f64], usize)) {
        let (rows, w) = (self.z.rows(), self.labels.class_weights);
        for first in (0..rows).step_by(LANES) {
            let len = LANES.min(rows - first);
            let (mut t, mut q) = ([T::ZERO; LANES], [0.0; LANES]);
            match self.target {
                Target::Values(values) => t[..len].copy_from_slice(&values.column(j)[first..first + len]),
                Target::Classes(classes) => {
                    let label = classes[j] as usize;
                    assert!(label < rows, "the label {label} of {rows} classes");
                    if let Some(t) = label.checked_sub(first).and_then(|label| t.get_mut(label)) {
                        *t = T::ONE;
                    }
                }
            }
            if w.is_empty() {
                q.iter_mut().zip(&t).for_each(|(q, &t)| *q = self.mass(1.0, t));
            } else {
                q.iter_mut().zip(&t).zip(&w[first..]).for_each(|((q, &t), &w)| *q = self.mass(w, t));
            }
            f(&q[..len], first);
        }
    }

    /// Σ f(q, c) over the classes of column j.
    #[inline(always)]
    fn sum_of_masses(&self, j: usize, f: impl Fn(f64, usize) -> f64) -> f64 {
        let mut sum = 0.0;
        self.for_each_mass(
            j,
            #[inline(always)]
            |q, first| {
                let mut terms = [0.0; LANES];
                terms.iter_mut().zip(q).zip(first..).for_each(|((term, &q), c)| *term = f(q, c));
                sum += lanes::fold(&terms, |a, b| a + b);
            },
        );
        sum
    }
}

/// Σ e of a column, in the order of [`Batch::as_vectors`] where that has as many rows: wherever a column stands, its bits are the same.
#[inline(always)]
fn total<T: Scalar>(e: &[T]) -> f64 {
    if e.len() > LANES {
        return lanes::sum(e);
    }
    let mut terms = [0.0; LANES];
    terms.iter_mut().zip(e).for_each(|(term, e)| *term = e.to_f64());
    lanes::fold(&terms, |a, b| a + b)
}

/// q (m − z), in double precision, where the difference is exact and f32 would overflow; not 0 · ∞ for a class without mass.
#[inline(always)]
fn weighted_gap<T: Scalar>(q: f64, m: T, z: T) -> f64 {
    if q == 0.0 { 0.0 } else { q * (m.to_f64() - z.to_f64()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<T: Scalar>(z: &[f64], label: u32) -> f64 {
        let z: Vec<T> = z.iter().map(|&z| T::from_f64(z)).collect();
        SoftmaxCrossEntropy::default().value(View::new(&z, z.len(), 1), Target::Classes(&[label]), None)
    }

    #[test]
    fn extreme_logits() {
        let values: [(&[f64], u32, f64); 12] = [
            (&[0.0, 0.0, 0.0], 0, 1.098_612_288_668_109_7),
            (&[1000.0, 1001.0, 1002.0], 0, 2.407_605_964_444_38),
            (&[1000.0, 1001.0, 1002.0], 2, 0.407_605_964_444_380_3),
            (&[-1000.0, -1001.0, -1002.0], 0, 0.407_605_964_444_380_3),
            (&[1e4, -1e4], 1, 20_000.0),
            (&[1e30, 0.0], 1, 1e30),
            (&[88.8, -88.8, 0.0], 1, 177.6),
            (&[89.0, 0.0, 0.0], 0, 0.0),
            (&[1e38, 1e38, -1e38], 2, 2e38),
            (&[1e38, 1e38, -1e38], 0, std::f64::consts::LN_2),
            (&[3e38, -3e38], 1, 6e38),
            (&[f64::NEG_INFINITY, 0.0, 1.0], 1, 1.313_261_687_518_222_8),
        ];
        for (z, label, exact) in values {
            let (double, single) = (value::<f64>(z, label), value::<f32>(z, label));
            assert!((double - exact).abs() <= 1e-15 * exact + 1e-38, "f64, {z:?}, {label}: {double} instead of {exact}");
            assert!((single - exact).abs() <= 2e-7 * exact + 1e-38, "f32, {z:?}, {label}: {single} instead of {exact}");
        }
        assert_eq!(value::<f32>(&[f64::NEG_INFINITY, 0.0], 0), f64::INFINITY);
    }

    #[test]
    fn probabilities_of_extreme_logits() {
        // The gradient is p − t.
        let softmax = |z: [f32; 3], label: u32| {
            let mut dz = [0.0; 3];
            let dy = ViewMut::new(&mut dz, 3, 1);
            SoftmaxCrossEntropy::default().value_and_gradient(View::new(&z, 3, 1), Target::Classes(&[label]), None, dy);
            dz[label as usize] += 1.0;
            dz
        };
        for (z, p) in [
            ([1000.0, 1001.0, 1002.0], [0.090_030_57, 0.244_728_46, 0.665_240_94]),
            ([-1000.0, -1001.0, -1002.0], [0.665_240_94, 0.244_728_46, 0.090_030_57]),
            ([89.0, 0.0, 0.0], [1.0, 2.2e-39, 2.2e-39]),
            ([1e38, 1e38, -1e38], [0.5, 0.5, 0.0]),
            ([f32::NEG_INFINITY, 0.0, 1.0], [0.0, 0.268_941_43, 0.731_058_6]),
        ] {
            let got = softmax(z, 2);
            assert!(got.iter().zip(p).all(|(got, p): (&f32, f32)| (got - p).abs() <= 2e-7), "{z:?}: {got:?}");
        }
    }

    /// The loss of a column, its gradient, and how much it counts, by the formulas of the documentation.
    fn plain(loss: &SoftmaxCrossEntropy, z: &[f64], t: &[f64]) -> (f64, Vec<f64>) {
        let q: Vec<f64> = (0..z.len())
            .map(|c| {
                let t = (1.0 - loss.label_smoothing) * t[c] + loss.label_smoothing / z.len() as f64;
                loss.labels().class_weight(c) * t
            })
            .collect();
        let m = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let lse = m + z.iter().map(|z| (z - m).exp()).sum::<f64>().ln();
        let value = q.iter().zip(z).map(|(q, z)| q * (lse - z)).sum();
        let mass: f64 = q.iter().sum();
        (value, q.iter().zip(z).map(|(q, z)| mass * (z - lse).exp() - q).collect())
    }

    /// However many classes and columns there are, and whichever code they are for.
    fn twin<T: Scalar>(rtol: f64) {
        let noise = |k: usize| (k as f64 * 0.618_033_988_749_894_9).fract(); // [0, 1)
        for (rows, cols) in
            (1..36).map(|rows| (rows, 1 + rows * 7 % 37)).chain([(10, 128), (3, 70), (16, 33), (5, 2), (100, 3)])
        {
            let z: Vec<T> = (0..rows * cols).map(|k| T::from_f64(12.0 * noise(k) - 6.0)).collect();
            let probabilities: Vec<T> = (0..rows * cols).map(|k| T::from_f64(noise(k + 7))).collect();
            let weights: Vec<T> = (0..cols).map(|j| T::from_f64(if j % 5 == 3 { 0.0 } else { 0.5 + noise(j) })).collect();
            let labels: Vec<u32> = (0..cols).map(|j| if j % 7 == 5 { crate::IGNORED } else { (j * 5 % rows) as u32 }).collect();
            let class_weights: Vec<f64> = (0..rows).map(|c| if c == 1 { 0.0 } else { 0.5 + noise(c) }).collect();
            let z = View::new(&z, rows, cols);
            for (class_weights, label_smoothing) in
                [(vec![], 0.0), (class_weights.clone(), 0.0), (vec![], 0.1), (class_weights.clone(), 0.3)]
            {
                let loss = SoftmaxCrossEntropy { class_weights, label_smoothing, ignore_index: None };
                for target in [Target::Classes(&labels), Target::Values(View::new(&probabilities, rows, cols))] {
                    for weights in [None, Some(&weights[..])] {
                        let mut dz = vec![T::from_f64(f64::NAN); rows * cols];
                        let sum = loss.sum_and_gradient(z, target, weights, 8.0, ViewMut::new(&mut dz, rows, cols));
                        let mut expected_sum = 0.0;
                        for (j, dz) in dz.chunks(rows).enumerate() {
                            let (target, weights) = (target.columns(j..j + 1), weights.map(|weights| &weights[j..=j]));
                            let mut t = vec![0.0; rows];
                            let mut share = weights.map_or(1.0, |weights| weights[0].to_f64()) / 8.0;
                            match target {
                                Target::Classes(&[crate::IGNORED]) => share = 0.0,
                                Target::Classes(label) => t[label[0] as usize] = 1.0,
                                Target::Values(values) => {
                                    t.iter_mut().zip(values.as_slice()).for_each(|(t, value)| *t = value.to_f64());
                                }
                            }
                            let double: Vec<f64> = z.column(j).iter().map(|z| z.to_f64()).collect();
                            let (value, gradient) = plain(&loss, &double, &t);
                            expected_sum += share * value;
                            let what = format!("{rows} × {cols}, column {j}, {loss:?}");
                            for (dz, gradient) in dz.iter().zip(gradient) {
                                assert!(
                                    (dz.to_f64() - share * gradient).abs() <= rtol,
                                    "{what}: {dz}, not {}",
                                    share * gradient
                                );
                            }
                            // Alone it has the bits that it has among the others.
                            let mut alone = vec![T::ZERO; rows];
                            let y = z.columns(j..j + 1);
                            loss.sum_and_gradient(y, target, weights, 8.0, ViewMut::new(&mut alone, rows, 1));
                            assert_eq!(alone, dz, "{what}");
                        }
                        assert!(
                            (sum - expected_sum).abs() <= rtol * (1.0 + expected_sum),
                            "{rows} × {cols}, {loss:?}: {sum}, not {expected_sum}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn vectors_and_strips_compute_the_formula() {
        twin::<f32>(3e-7);
        twin::<f64>(1e-14);
    }

    #[test]
    fn a_column_is_not_disturbed_by_its_neighbours() {
        for rows in [2, 5, 10, 16, 20] {
            let mut z = vec![0.5_f32; rows * 3];
            z[rows] = f32::NAN;
            z[2 * rows] = f32::INFINITY;
            let mut dz = vec![1.0; rows * 3];
            let dy = ViewMut::new(&mut dz, rows, 3);
            let loss = SoftmaxCrossEntropy::default();
            let target = Target::Classes(&[1, crate::IGNORED, crate::IGNORED]);
            let value = loss.value_and_gradient(View::new(&z, rows, 3), target, None, dy);
            assert!((value - (rows as f64).ln()).abs() < 1e-15 * value + 1e-15, "{rows} classes: {value}");
            assert!(dz[..rows].iter().all(|dz| dz.is_finite()) && dz[rows..].iter().all(|&dz| dz == 0.0), "{dz:?}");
        }
    }

    #[test]
    fn one_infinite_loss_is_an_infinite_sum() {
        // The columns behind it do not fill a block of their own.
        for rows in [2, 3, 10, 16, 40] {
            let mut z = vec![0.0_f32; rows * 25];
            z[rows * 12] = f32::NEG_INFINITY;
            let mut dz = vec![1.0; z.len()];
            let dy = ViewMut::new(&mut dz, rows, 25);
            let value =
                SoftmaxCrossEntropy::default().value_and_gradient(View::new(&z, rows, 25), Target::Classes(&[0; 25]), None, dy);
            assert_eq!(value, f64::INFINITY, "{rows} classes");
            assert!(dz.iter().all(|dz| dz.is_finite()));
        }
    }

    #[test]
    fn no_numbers_give_not_a_number() {
        for z in [[f64::NEG_INFINITY; 3], [f64::INFINITY, 0.0, 1.0], [f64::NAN, 0.0, 1.0], [0.0, 1.0, f64::NAN]] {
            assert!((0..3).all(|label| value::<f32>(&z, label).is_nan()), "{z:?}");
        }
    }
}
