//! What an activation function is.

use std::fmt::Debug;
use std::ops::RangeInclusive;

use backprop_registry::Call;
use backprop_tensor::{Scalar, View, ViewMut, vectorize};

use crate::saturation::saturation;

/// (−∞, ∞), with its ends.
const ALL: RangeInclusive<f64> = f64::NEG_INFINITY..=f64::INFINITY;

/// Where an activation bends and how it scales: what the choice of initial weights goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Family {
    /// y = x, and anything that leaves the scale alone.
    Linear,
    /// Zero or small on one side, a straight line on the other: ReLU and its relatives.
    Rectifier,
    /// Bounded on both sides: sigmoid, tanh, softmax.
    Saturating,
}

/// A function of one number, applied to every element: the derivative stands beside the value.
///
/// Every `Elementwise` is an [`Activation`] for both scalar types. Implement this trait for a function of your own; mark
/// `value` and `derivative` with `#[inline(always)]`, so that the loops over them become vector code.
///
/// Laws: `derivative` is that of `value`, and its one-sided choice at a kink; NaN gives NaN; if `needs_input` is false,
/// `derivative` does not look at x; values lie in `range`, and |f′| is below 0.01 in `saturation` and nowhere else.
///
/// ```
/// use backprop_activations::{Activation, Elementwise, Family};
/// use backprop_registry::Call;
/// use backprop_tensor::{Scalar, View, ViewMut};
///
/// /// y = x², y' = 2x.
/// #[derive(Clone, Copy, Debug)]
/// struct Square;
///
/// impl Elementwise for Square {
///     #[inline(always)]
///     fn value<T: Scalar>(&self, x: T) -> T { x * x }
///     #[inline(always)]
///     fn derivative<T: Scalar>(&self, x: T, _y: T) -> T { x + x }
///     fn call(&self) -> Call { Call::new("square") }
///     fn family(&self) -> Family { Family::Rectifier }
/// }
///
/// let mut y = [0.0_f32; 2];
/// Square.forward(View::new(&[3.0, -1.0], 2, 1), ViewMut::new(&mut y, 2, 1));
/// assert_eq!(y, [9.0, 1.0]);
/// assert!((Elementwise::saturation(&Square)[0].end() - 0.005).abs() < 1e-12); // |2x| < 0.01
/// ```
pub trait Elementwise: Clone + Debug + Send + Sync + 'static {
    /// y = f(x).
    fn value<T: Scalar>(&self, x: T) -> T;

    /// f′(x), where `y = f(x)`: use whichever makes the formula shortest.
    fn derivative<T: Scalar>(&self, x: T, y: T) -> T;

    /// Its name and the options that differ from their defaults, as its registry reads them back.
    fn call(&self) -> Call;

    /// How it bends; the choice of initial weights goes by it.
    fn family(&self) -> Family;

    /// The factor that keeps the variance of a signal: PyTorch's `calculate_gain`.
    fn gain(&self) -> f64 {
        1.0
    }

    /// The interval that holds every value; an end may be a limit that is only approached. All numbers, if nothing else is
    /// known.
    fn range(&self) -> RangeInclusive<f64> {
        ALL
    }

    /// The points without a derivative.
    fn kinks(&self) -> Vec<f64> {
        Vec::new()
    }

    /// Where it saturates: the x with |f′(x)| < 0.01, which let almost no gradient pass, as intervals in order.
    ///
    /// They are searched for, in 9000 points whose distance grows with their magnitude, up to 10⁹ and never more than 0.5 % of
    /// 1 + |x|; the ends are exact. Only what is narrower could be missed.
    fn saturation(&self) -> Vec<RangeInclusive<f64>> {
        saturation(|x| self.derivative(x, self.value(x)))
    }

    /// Whether `derivative` uses x. If y is enough, a layer need not keep x.
    fn needs_input(&self) -> bool {
        true
    }
}

/// A function of the columns of a batch: each column is one sample.
///
/// Softmax and its like implement it directly; functions of one number implement [`Elementwise`] and get it for free.
///
/// Laws, held by tests over the registry: each column on its own (so any slice of columns gives the same), outputs overwritten
/// and never read, `input_gradient` linear in `dy`, the fused forms equal to the plain ones.
pub trait Activation<T: Scalar>: Debug + Send + Sync {
    /// Rows of the output for `rows` rows of input.
    fn output_rows(&self, rows: usize) -> usize {
        rows
    }

    /// Why it cannot take `rows` rows, if it cannot, in words that follow its name. A network asks when it is built.
    fn refusal(&self, rows: usize) -> Option<String> {
        let _ = rows;
        None
    }

    /// Y = f(X).
    ///
    /// # Panics
    /// If the shapes do not fit.
    fn forward(&self, x: View<'_, T>, y: ViewMut<'_, T>);

    /// dX = J(X)ᵀ dY, where `y = f(x)`.
    ///
    /// # Panics
    /// If the shapes do not fit.
    fn input_gradient(&self, x: View<'_, T>, y: View<'_, T>, dy: View<'_, T>, dx: ViewMut<'_, T>);

    /// Its name and the options that differ from their defaults, as its registry reads them back.
    fn call(&self) -> Call;

    /// How it bends; the choice of initial weights goes by it.
    fn family(&self) -> Family;

    /// The factor that keeps the variance of a signal: PyTorch's `calculate_gain`.
    fn gain(&self) -> f64 {
        1.0
    }

    /// The interval that holds every value; an end may be a limit that is only approached. All numbers, if nothing else is
    /// known.
    fn range(&self) -> RangeInclusive<f64> {
        ALL
    }

    /// The points without a derivative, of a function of one number.
    fn kinks(&self) -> Vec<f64> {
        Vec::new()
    }

    /// Where a function of one number saturates: the x with |f′(x)| < 0.01, as intervals in order. None for any other function.
    fn saturation(&self) -> Vec<RangeInclusive<f64>> {
        Vec::new()
    }

    /// Whether the gradient needs x. If y is enough, x and y may be one matrix: see
    /// [`biased_in_place`](Self::biased_in_place).
    fn needs_input(&self) -> bool {
        true
    }

    /// Z ← Z + b 1ᵀ, Y = f(Z), in one pass.
    ///
    /// # Panics
    /// If the shapes do not fit.
    fn biased(&self, bias: &[T], mut z: ViewMut<'_, T>, mut y: ViewMut<'_, T>) {
        assert!(bias.len() == z.rows() && z.cols() == y.cols(), "one bias for each row, as many columns in y as in z");
        for j in 0..z.cols() {
            let column = z.column_mut(j);
            column.iter_mut().zip(bias).for_each(|(z, &b)| *z += b);
            self.forward(View::new(column, column.len(), 1), y.columns_mut(j..j + 1));
        }
    }

    /// Y ← f(Y + b 1ᵀ), in one pass: for functions whose gradient does not [need x](Self::needs_input).
    ///
    /// # Panics
    /// If the function needs x, or the shapes do not fit.
    fn biased_in_place(&self, bias: &[T], y: ViewMut<'_, T>) {
        let _ = (bias, y);
        panic!("{} needs its input for its gradient, and has no form in place", self.call());
    }

    /// dY ← J(X)ᵀ dY, in place. `x` is not read if the function does not [need it](Self::needs_input). `scratch` is one column.
    ///
    /// # Panics
    /// If the number of rows changes from input to output, or the shapes do not fit.
    fn pull_back(&self, x: View<'_, T>, y: View<'_, T>, mut dy: ViewMut<'_, T>, scratch: &mut [T]) {
        assert!(x.cols() == dy.cols() && y.cols() == dy.cols(), "as many columns in x and y as in dy");
        for j in 0..dy.cols() {
            scratch.copy_from_slice(dy.column(j));
            let dz = View::new(scratch, scratch.len(), 1);
            self.input_gradient(x.columns(j..j + 1), y.columns(j..j + 1), dz, dy.columns_mut(j..j + 1));
        }
    }
}

impl<T: Scalar, E: Elementwise> Activation<T> for E {
    fn forward(&self, x: View<'_, T>, mut y: ViewMut<'_, T>) {
        assert_eq!((x.rows(), x.cols()), (y.rows(), y.cols()), "x and y have the same shape");
        let (x, y) = (x.as_slice(), y.as_mut_slice());
        vectorize!(y.iter_mut().zip(x).for_each(|(y, &x)| *y = self.value(x)));
    }

    fn input_gradient(&self, x: View<'_, T>, y: View<'_, T>, dy: View<'_, T>, mut dx: ViewMut<'_, T>) {
        let shape = (dx.rows(), dx.cols());
        assert!((x.rows(), x.cols()) == shape && (y.rows(), y.cols()) == shape, "x, y and dx have the same shape");
        assert_eq!((dy.rows(), dy.cols()), shape, "dy and dx have the same shape");
        let (x, y, dy, dx) = (x.as_slice(), y.as_slice(), dy.as_slice(), dx.as_mut_slice());
        vectorize!({
            for (((dx, &x), &y), &dy) in dx.iter_mut().zip(x).zip(y).zip(dy) {
                *dx = self.derivative(x, y) * dy;
            }
        });
    }

    fn call(&self) -> Call {
        Elementwise::call(self)
    }

    fn family(&self) -> Family {
        Elementwise::family(self)
    }

    fn gain(&self) -> f64 {
        Elementwise::gain(self)
    }

    fn range(&self) -> RangeInclusive<f64> {
        Elementwise::range(self)
    }

    fn kinks(&self) -> Vec<f64> {
        Elementwise::kinks(self)
    }

    fn saturation(&self) -> Vec<RangeInclusive<f64>> {
        Elementwise::saturation(self)
    }

    fn needs_input(&self) -> bool {
        Elementwise::needs_input(self)
    }

    fn biased(&self, bias: &[T], mut z: ViewMut<'_, T>, mut y: ViewMut<'_, T>) {
        assert!(bias.len() == z.rows() && (z.rows(), z.cols()) == (y.rows(), y.cols()), "bias, z and y have the same rows");
        let rows = bias.len().max(1);
        vectorize!({
            for (z, y) in z.as_mut_slice().chunks_exact_mut(rows).zip(y.as_mut_slice().chunks_exact_mut(rows)) {
                for ((z, y), &b) in z.iter_mut().zip(y).zip(bias) {
                    *z += b;
                    *y = self.value(*z);
                }
            }
        });
    }

    fn biased_in_place(&self, bias: &[T], mut y: ViewMut<'_, T>) {
        assert!(!Elementwise::needs_input(self), "{} needs its input for its gradient", Elementwise::call(self));
        assert_eq!(bias.len(), y.rows(), "one bias for each row");
        let rows = bias.len().max(1);
        vectorize!({
            for y in y.as_mut_slice().chunks_exact_mut(rows) {
                y.iter_mut().zip(bias).for_each(|(y, &b)| *y = self.value(*y + b));
            }
        });
    }

    fn pull_back(&self, x: View<'_, T>, y: View<'_, T>, mut dy: ViewMut<'_, T>, _scratch: &mut [T]) {
        assert_eq!((y.rows(), y.cols()), (dy.rows(), dy.cols()), "y and dy have the same shape");
        let (x, y, dy) = (x.as_slice(), y.as_slice(), dy.as_mut_slice());
        assert_eq!(x.len(), dy.len(), "x and dy have the same shape");
        vectorize!({
            for ((dy, &x), &y) in dy.iter_mut().zip(x).zip(y) {
                *dy = self.derivative(x, y) * *dy;
            }
        });
    }
}

/// What a [registry](crate::registry()) makes can stand wherever an activation can.
impl<T: Scalar> Activation<T> for Box<dyn Activation<T>> {
    fn output_rows(&self, rows: usize) -> usize {
        (**self).output_rows(rows)
    }

    fn refusal(&self, rows: usize) -> Option<String> {
        (**self).refusal(rows)
    }

    fn forward(&self, x: View<'_, T>, y: ViewMut<'_, T>) {
        (**self).forward(x, y);
    }

    fn input_gradient(&self, x: View<'_, T>, y: View<'_, T>, dy: View<'_, T>, dx: ViewMut<'_, T>) {
        (**self).input_gradient(x, y, dy, dx);
    }

    fn call(&self) -> Call {
        (**self).call()
    }

    fn family(&self) -> Family {
        (**self).family()
    }

    fn gain(&self) -> f64 {
        (**self).gain()
    }

    fn range(&self) -> RangeInclusive<f64> {
        (**self).range()
    }

    fn kinks(&self) -> Vec<f64> {
        (**self).kinks()
    }

    fn saturation(&self) -> Vec<RangeInclusive<f64>> {
        (**self).saturation()
    }

    fn needs_input(&self) -> bool {
        (**self).needs_input()
    }

    fn biased(&self, bias: &[T], z: ViewMut<'_, T>, y: ViewMut<'_, T>) {
        (**self).biased(bias, z, y);
    }

    fn biased_in_place(&self, bias: &[T], y: ViewMut<'_, T>) {
        (**self).biased_in_place(bias, y);
    }

    fn pull_back(&self, x: View<'_, T>, y: View<'_, T>, dy: ViewMut<'_, T>, scratch: &mut [T]) {
        (**self).pull_back(x, y, dy, scratch);
    }
}
