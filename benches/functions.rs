//! What functions cost over many numbers, and how near that is to a plain copy.

use std::fmt;
use std::time::{Duration, Instant};

use backprop_activations::{Activation, registry};
use backprop_tensor::{Matrix, Scalar, View, ViewMut, vectorize};
use serde::Serialize;

use crate::{Timer, normal};

/// Between two looks at the copy.
const ROUND: Duration = Duration::from_millis(20);
/// Fewer looks than this may all have been disturbed.
const ROUNDS: usize = 5;

/// Something that makes as many numbers as it is given: an elementary function of [`Scalar`], or one of the two passes of an activation.
#[derive(Debug)]
pub struct Function {
    /// What it is called in its registry, or in [`Scalar`].
    pub name: &'static str,
    pass: Pass,
}

enum Pass {
    /// The elementary function alone.
    Value(fn(&[f32], &mut [f32])),
    Forward(Box<dyn Activation<f32>>),
    InputGradient(Box<dyn Activation<f32>>),
}

impl Pass {
    fn name(&self) -> &'static str {
        match self {
            Self::Value(_) => "value",
            Self::Forward(_) => "forward",
            Self::InputGradient(_) => "input_gradient",
        }
    }
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A loop over one function; for each it is compiled anew, so that it becomes vector code.
#[inline(always)]
fn map(x: &[f32], y: &mut [f32], f: impl Fn(f32) -> f32) {
    vectorize!(y.iter_mut().zip(x).for_each(|(y, &x)| *y = f(x)));
}

impl Function {
    /// The elementary functions, and both passes of every activation of the registry.
    ///
    /// # Panics
    /// If an activation has no defaults.
    pub fn all() -> impl Iterator<Item = Self> {
        let value = |name, map| Self { name, pass: Pass::Value(map) };
        let elementary = [
            value("exp", |x, y| map(x, y, <f32 as Scalar>::exp)),
            value("ln", |x, y| map(x, y, |x| Scalar::ln(Scalar::abs(x)))), // of normal numbers, half have none
            value("tanh", |x, y| map(x, y, <f32 as Scalar>::tanh)),
            value("sigmoid", |x, y| map(x, y, <f32 as Scalar>::sigmoid)),
            value("erf", |x, y| map(x, y, <f32 as Scalar>::erf)),
        ];
        let passes = registry::<f32>().entries.iter().flat_map(|entry| {
            let build = || entry.build_default().expect("every activation has defaults");
            [Pass::Forward(build()), Pass::InputGradient(build())].map(|pass| Self { name: entry.name, pass })
        });
        elementary.into_iter().chain(passes)
    }

    /// Which of its passes this is: `value`, `forward` or `input_gradient`.
    pub fn pass(&self) -> &'static str {
        self.pass.name()
    }
}

/// The numbers that functions work on, and where their results go.
#[derive(Debug)]
struct Numbers {
    x: Matrix,
    y: Matrix,
    dy: Matrix,
    dx: Matrix,
}

/// The numbers of a column: enough that what an activation does once for each column does not show.
const ROWS: usize = 1000;

impl Numbers {
    /// As many whole columns as it takes.
    fn new(function: &Function, elements: usize) -> Self {
        let cols = elements.div_ceil(ROWS).max(1);
        let outputs = match &function.pass {
            Pass::Value(_) => ROWS,
            Pass::Forward(activation) | Pass::InputGradient(activation) => activation.output_rows(ROWS),
        };
        let mut numbers = Self {
            x: Matrix::from_vec(ROWS, cols, normal(ROWS * cols, 0)),
            y: Matrix::zeros(outputs, cols),
            dy: Matrix::from_vec(outputs, cols, normal(outputs * cols, 1)),
            dx: Matrix::zeros(ROWS, cols),
        };
        if let Pass::InputGradient(activation) = &function.pass {
            activation.forward(View::from(&numbers.x), ViewMut::from(&mut numbers.y));
        }
        numbers
    }

    /// Does it once.
    fn run(&mut self, function: &Function) {
        let Self { x, y, dy, dx } = self;
        match &function.pass {
            Pass::Value(map) => map(x.as_slice(), y.as_mut_slice()),
            Pass::Forward(activation) => activation.forward((&*x).into(), y.into()),
            Pass::InputGradient(activation) => activation.input_gradient((&*x).into(), (&*y).into(), (&*dy).into(), dx.into()),
        }
    }

    /// What a plain copy of its inputs is.
    fn copy(&mut self) {
        self.dx.as_mut_slice().copy_from_slice(self.x.as_slice());
    }

    /// Bytes of a copy.
    fn copied(&self) -> usize {
        2 * self.x.len() * size_of::<f32>()
    }

    /// Bytes read and written. A gradient reads dy and one of x and y, writes dx; a few use both of x and y, or neither.
    fn moved(&self, function: &Function) -> usize {
        let numbers = match function.pass {
            Pass::Value(_) | Pass::Forward(_) => self.x.len() + self.y.len(),
            Pass::InputGradient(_) => self.x.len() + self.dy.len() + self.dx.len(),
        };
        numbers * size_of::<f32>()
    }
}

/// The time of a [`Function`] over many numbers on one thread, beside a copy of as many in the same seconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FunctionTime {
    /// What it is called.
    pub function: &'static str,
    /// [`Function::pass`].
    pub pass: &'static str,
    /// How many numbers go in.
    pub elements: usize,
    /// Microseconds for all of them, the median.
    pub median_us: f64,
    /// Nanoseconds for one of them.
    pub ns_per_element: f64,
    /// 10⁹ bytes a second, of what is read and written. Of a gradient that is dy, one of x and y, and dx.
    pub gb_per_s: f64,
    /// The same of the copy, which reads and writes as many numbers as go in.
    pub copy_gb_per_s: f64,
    /// Part of the copy's.
    pub fraction: f64,
}

impl FunctionTime {
    /// Times it over `elements` numbers, or as many more as make whole columns of 1000, for so long, in turn with the copy.
    ///
    /// ```
    /// use std::time::Duration;
    /// use benches::{Function, FunctionTime};
    /// let exp = Function::all().next().expect("exp is the first");
    /// let time = FunctionTime::measure(&exp, 1500, Duration::ZERO);
    /// assert_eq!((time.function, time.pass, time.elements), ("exp", "value", 2000));
    /// assert!(time.ns_per_element > 0.0);
    /// ```
    pub fn measure(function: &Function, elements: usize, time: Duration) -> Self {
        let mut numbers = Numbers::new(function, elements);
        let mut copies = Timer::new(&mut || numbers.copy());
        let mut calls = Timer::new(&mut || numbers.run(function));
        let (mut rounds, start) = (0, Instant::now());
        while rounds < ROUNDS || start.elapsed() < time {
            copies.run(ROUND.min(time), &mut || numbers.copy());
            calls.run(ROUND.min(time), &mut || numbers.run(function));
            rounds += 1;
        }
        let bytes = [numbers.moved(function), numbers.copied()];
        Self::new(function, numbers.x.len(), bytes, [calls.median(), copies.median()])
    }

    /// Of the function, and of the copy.
    fn new(function: &Function, elements: usize, bytes: [usize; 2], seconds: [f64; 2]) -> Self {
        let [gb_per_s, copy_gb_per_s] = [0, 1].map(|i| bytes[i] as f64 / seconds[i] / 1e9);
        Self {
            function: function.name,
            pass: function.pass(),
            elements,
            median_us: seconds[0] * 1e6,
            ns_per_element: seconds[0] * 1e9 / elements as f64,
            gb_per_s,
            copy_gb_per_s,
            fraction: gb_per_s / copy_gb_per_s,
        }
    }
}

impl fmt::Display for FunctionTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, pass, median_us, ns_per_element, gb_per_s, copy_gb_per_s, fraction, .. } = self;
        write!(f, "{function:<16} {pass:<14} {median_us:>9.1} µs {ns_per_element:>7.3} ns ")?;
        write!(f, "{gb_per_s:>6.1} GB/s = {:>5.1} % of {copy_gb_per_s:.1}", 100.0 * fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_activation_and_elementary_function_is_there() {
        let all: Vec<_> = Function::all().map(|function| (function.name, function.pass())).collect();
        for name in registry::<f32>().names() {
            assert!(all.contains(&(name, "forward")) && all.contains(&(name, "input_gradient")), "{name} is left out");
        }
        for name in ["exp", "ln", "tanh", "sigmoid", "erf"] {
            assert!(all.contains(&(name, "value")), "{name} is left out");
        }
        assert_eq!(all.len(), 2 * registry::<f32>().entries.len() + 5);
    }

    #[test]
    fn every_function_does_its_work() {
        for function in Function::all() {
            let mut numbers = Numbers::new(&function, 3);
            let x = numbers.x.clone();
            let result = if function.pass() == "input_gradient" { &numbers.dx } else { &numbers.y };
            let untouched = result.clone();
            numbers.run(&function);
            let result = if function.pass() == "input_gradient" { &numbers.dx } else { &numbers.y };
            assert!(*result != untouched && result.iter().all(|y| y.is_finite()), "{function:?}");
            let of: fn(f64) -> f64 = match (function.name, function.pass()) {
                ("exp", _) => f64::exp,
                ("ln", _) => |x| x.abs().ln(),
                ("tanh", "value") => f64::tanh,
                ("sigmoid", "value") => |x| 1.0 / (1.0 + (-x).exp()),
                ("erf", _) => <f64 as Scalar>::erf,
                _ => continue,
            };
            for (&x, &y) in x.iter().zip(result.iter()) {
                let exact = of(f64::from(x));
                assert!((f64::from(y) - exact).abs() <= 1e-6 * exact.abs().max(1.0), "{}({x}) is {y}", function.name);
            }
        }
    }

    #[test]
    fn a_time_is_set_against_the_copy() {
        let tanh = Function::all().find(|function| function.name == "tanh" && function.pass() == "input_gradient").unwrap();
        let numbers = Numbers::new(&tanh, 1_000_000);
        assert_eq!([numbers.moved(&tanh), numbers.copied()], [12_000_000, 8_000_000]);
        let time = FunctionTime::new(&tanh, 1_000_000, [12_000_000, 8_000_000], [1e-3, 5e-4]);
        assert_eq!(
            serde_json::to_string(&time).unwrap(),
            concat!(
                r#"{"function":"tanh","pass":"input_gradient","elements":1000000,"median_us":1000.0,"ns_per_element":1.0,"#,
                r#""gb_per_s":12.0,"copy_gb_per_s":16.0,"fraction":0.75}"#
            )
        );
        assert_eq!(time.to_string(), "tanh             input_gradient    1000.0 µs   1.000 ns   12.0 GB/s =  75.0 % of 16.0");
    }
}
