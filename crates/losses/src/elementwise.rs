//! Losses of one number and its target, applied to every element.

use std::fmt::Debug;

use backprop_registry::{Call, Interval};
use backprop_tensor::{Scalar, View, ViewMut, lanes, vectorize};

use crate::labels::Labels;
use crate::{Input, Loss, Target, TargetError};

/// A loss of one number y and its target t; the loss of a sample is the mean over its rows.
///
/// Every `Elementwise` is a [`Loss`] for both scalar types. Implement this trait for a loss of your own.
///
/// The target may be values, or labels: of a prediction with one row the label, 0 or 1, is the target; of several rows it is
/// one-hot, 1 in the row of the label and 0 elsewhere. [`ClassWeighted`](crate::ClassWeighted) gives the classes weights.
///
/// ```
/// use backprop_losses::{Elementwise, Input, Loss, Target};
/// use backprop_registry::Call;
/// use backprop_tensor::{Scalar, View};
///
/// /// l = (y − t)⁴, l' = 4 (y − t)³.
/// #[derive(Clone, Copy, Debug)]
/// struct Fourth;
///
/// impl Elementwise for Fourth {
///     fn term<T: Scalar>(&self, y: T, t: T, _setting: T) -> T { let e = y - t; e * e * e * e }
///     fn derivative<T: Scalar>(&self, y: T, t: T, _setting: T) -> T { let e = y - t; T::from_f64(4.0) * e * e * e }
///     fn call(&self) -> Call { Call::new("fourth") }
///     fn input(&self) -> Input { Input::Values }
/// }
///
/// let y = View::new(&[2.0_f32, 1.0], 2, 1);
/// assert_eq!(Fourth.value(y, Target::Values(View::new(&[0.0, 0.0], 2, 1)), None), 8.5);     // (16 + 1)/2
/// assert_eq!(Fourth.value(y, Target::Classes(&[0]), None), 1.0);                            // target (1, 0): (1 + 1)/2
/// ```
pub trait Elementwise: Clone + Debug + Send + Sync + 'static {
    /// l(y, t): the share of one element, given the [setting](Self::setting) of its row.
    fn term<T: Scalar>(&self, y: T, t: T, setting: T) -> T;

    /// ∂l/∂y.
    fn derivative<T: Scalar>(&self, y: T, t: T, setting: T) -> T;

    /// Its name and the options that differ from their defaults, as its registry reads them back.
    fn call(&self) -> Call;

    /// What it takes the prediction for.
    fn input(&self) -> Input;

    /// Where target values may lie. Labels stand for 0 and 1: unless both are possible, the target must be values.
    fn targets(&self) -> Interval {
        Interval::FINITE
    }

    /// Whether target values must be whole numbers, too.
    fn whole_targets(&self) -> bool {
        false
    }

    /// For how many rows it has a setting of their own; `None` if there is one for all rows, that of row 0.
    fn rows(&self) -> Option<usize> {
        None
    }

    /// How many times the rows of the target stand in the prediction, one block of rows below the other, each with its setting. If
    /// more than once, the target must be values.
    fn blocks(&self) -> usize {
        1
    }

    /// The setting of a row, or of a block if there are several.
    fn setting(&self, row: usize) -> f64 {
        let _ = row;
        1.0
    }
}

impl<T: Scalar, E: Elementwise> Loss<T> for E {
    fn call(&self) -> Call {
        Elementwise::call(self)
    }

    fn input(&self) -> Input {
        Elementwise::input(self)
    }

    fn outputs_per_target(&self) -> usize {
        self.blocks()
    }

    fn divisor(&self, target: Target<'_, T>, weights: Option<&[T]>) -> f64 {
        Labels::PLAIN.divisor(target, weights)
    }

    fn sum_and_gradient(
        &self,
        y: View<'_, T>,
        target: Target<'_, T>,
        weights: Option<&[T]>,
        divisor: f64,
        dy: ViewMut<'_, T>,
    ) -> f64 {
        sum_and_gradient(self, Labels::PLAIN, y, target, weights, divisor, dy)
    }

    fn check(&self, rows: usize, target: Target<'_, T>) -> Result<(), TargetError> {
        check(self, Labels::PLAIN, rows, target)
    }
}

/// [`Loss::sum_and_gradient`] of an elementwise loss whose classes have weights.
pub(crate) fn sum_and_gradient<T: Scalar, E: Elementwise>(
    loss: &E,
    labels: Labels<'_>,
    y: View<'_, T>,
    target: Target<'_, T>,
    weights: Option<&[T]>,
    divisor: f64,
    mut dy: ViewMut<'_, T>,
) -> f64 {
    target.assert_fits_blocks(loss.blocks(), y, weights, &dy);
    assert!(loss.rows().is_none_or(|rows| rows == y.rows()), "the settings of {loss:?} are for as many rows as y has");
    if divisor == 0.0 || y.as_slice().is_empty() {
        dy.fill(T::ZERO);
        return 0.0;
    }
    let scale = 1.0 / (divisor * y.rows() as f64);
    let alike = weights.is_none() && loss.rows().is_none() && loss.blocks() == 1 && labels.all_alike(target);
    vectorize!({
        write_targets(target, dy.reborrow());
        let (y, rows, dy) = (y.as_slice(), y.rows(), dy.as_mut_slice());
        scale
            * if alike {
                pass(loss, y, dy, scale)
            } else {
                weighted_pass(loss, y, dy, scale, rows, |j| labels.sample(target, weights, j))
            }
    })
}

/// [`Loss::check`] of an elementwise loss whose classes have weights.
pub(crate) fn check<T: Scalar, E: Elementwise>(
    loss: &E,
    labels: Labels<'_>,
    rows: usize,
    target: Target<'_, T>,
) -> Result<(), TargetError> {
    let name = || loss.call().name;
    if let Some(given) = loss.rows().filter(|&given| given != rows) {
        return Err(TargetError::SettingCount { loss: name(), given, expected: rows });
    }
    let range = loss.targets();
    match target {
        // Labels stand for targets of 0 and 1.
        Target::Classes(_) if loss.blocks() > 1 || ![0.0, 1.0].iter().all(|&t| range.contains(t)) => {
            Err(TargetError::NeedsValues { loss: name() })
        }
        Target::Values(values) if labels.class_weights.is_empty() => {
            TargetError::check_range(&name(), values, range)?;
            if loss.whole_targets() { TargetError::check_whole(&name(), values, range) } else { Ok(()) }
        }
        target => labels.check_either(&name(), rows, target),
    }
}

/// dY ← T: the pass reads the target where it writes the gradient.
#[inline(always)]
pub(crate) fn write_targets<T: Scalar>(target: Target<'_, T>, mut dy: ViewMut<'_, T>) {
    match target {
        Target::Values(values) if values.rows() == dy.rows() => dy.copy_from(values),
        Target::Values(values) => {
            for j in 0..values.cols() {
                dy.column_mut(j).iter_mut().zip(values.column(j).iter().cycle()).for_each(|(dy, &t)| *dy = t);
            }
        }
        Target::Classes(classes) if dy.rows() == 1 => {
            debug_assert!(classes.iter().all(|&label| label < 2 || label == crate::IGNORED), "labels for one row are 0 and 1");
            dy.as_mut_slice().iter_mut().zip(classes).for_each(|(dy, &label)| *dy = T::from_f64(f64::from(label)));
        }
        Target::Classes(classes) => {
            dy.fill(T::ZERO);
            for (j, &label) in classes.iter().enumerate().filter(|&(_, &label)| label != crate::IGNORED) {
                dy.column_mut(j)[label as usize] = T::ONE;
            }
        }
    }
}

/// How many elements are computed before they are added up.
pub(crate) const BLOCK: usize = 64;

/// dy ← scale · l′(y, t), where t stands in dy; Σ l(y, t). All elements alike, however short the columns.
#[inline(always)]
fn pass<T: Scalar, E: Elementwise>(loss: &E, y: &[T], dy: &mut [T], scale: f64) -> f64 {
    let (scale, setting) = (T::from_f64(scale), T::from_f64(loss.setting(0)));
    let mut terms = [T::ZERO; BLOCK];
    let mut sum = 0.0;
    for (y, dy) in y.chunks(BLOCK).zip(dy.chunks_mut(BLOCK)) {
        for ((&y, dy), term) in y.iter().zip(dy).zip(&mut terms) {
            let t = *dy;
            *term = loss.term(y, t, setting);
            *dy = scale * loss.derivative(y, t, setting);
        }
        sum += lanes::sum(&terms[..y.len()]);
    }
    sum
}

/// The same with a setting for each row or block of rows and a weight for each column.
#[inline(always)]
fn weighted_pass<T: Scalar, E: Elementwise>(
    loss: &E,
    y: &[T],
    dy: &mut [T],
    scale: f64,
    rows: usize,
    weight: impl Fn(usize) -> f64,
) -> f64 {
    let changing = loss.rows().is_some() || loss.blocks() > 1;
    // Rows with the same setting.
    let height = if loss.rows().is_some() { 1 } else { rows / loss.blocks() };
    let (mut row, mut column, mut w) = (0, 0, weight(0));
    let (mut block, mut next, mut current) = (0, 0, T::from_f64(loss.setting(0)));
    let mut setting = [current; BLOCK];
    let (mut terms, mut weights, mut scales) = ([T::ZERO; BLOCK], [0.0; BLOCK], [T::ZERO; BLOCK]);
    let mut sum = 0.0;
    for (y, dy) in y.chunks(BLOCK).zip(dy.chunks_mut(BLOCK)) {
        for k in 0..y.len() {
            if row == rows {
                (row, column, block, next) = (0, column + 1, 0, 0);
                w = weight(column);
            }
            if changing {
                if row == next {
                    current = T::from_f64(loss.setting(block));
                    (block, next) = (block + 1, next + height);
                }
                setting[k] = current;
            }
            (weights[k], scales[k]) = (w, T::from_f64(w * scale));
            row += 1;
        }
        for (((&y, dy), term), &setting) in y.iter().zip(&mut *dy).zip(&mut terms).zip(&setting) {
            let t = *dy;
            *term = loss.term(y, t, setting);
            *dy = loss.derivative(y, t, setting);
        }
        // In a loop of its own, or what has no weight would be jumped over one by one. Not 0 · l, which would be NaN for a prediction
        // of no use; in double precision, since a term may be nearly as large as its type can be.
        let mut weighed = [0.0; BLOCK];
        for ((((dy, &term), &w), &scale), weighed) in dy.iter_mut().zip(&terms).zip(&weights).zip(&scales).zip(&mut weighed) {
            *weighed = if w == 0.0 { 0.0 } else { w * term.to_f64() };
            *dy = if scale == T::ZERO { T::ZERO } else { scale * *dy };
        }
        sum += lanes::sum(&weighed[..y.len()]);
    }
    sum
}
