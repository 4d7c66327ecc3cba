//! A mini-batch, gathered into one piece.

use backprop_data::{Dataset, Targets};
use backprop_losses::{IGNORED, Target};
use backprop_tensor::{Matrix, Scalar, View, ViewMut, copy_columns};

/// Room for the samples of one step: inputs, targets and weights, each contiguous.
#[derive(Debug)]
pub(crate) struct Batch<T: Scalar> {
    x: Matrix<T>,
    targets: Targets<T>,
    weights: Option<Vec<T>>,
    len: usize,
}

impl<T: Scalar> Batch<T> {
    /// Room for up to `capacity` samples of `data`.
    pub(crate) fn new(data: &Dataset<T>, capacity: usize) -> Self {
        let matrix = |rows| Matrix::from_element(rows, capacity, T::ZERO);
        let targets = match &data.targets {
            Targets::Classes(_) => Targets::Classes(vec![0; capacity]),
            Targets::Values(values) => Targets::Values(matrix(values.nrows())),
        };
        Self { x: matrix(data.x.nrows()), targets, weights: data.weights.as_ref().map(|_| vec![T::ZERO; capacity]), len: 0 }
    }

    /// Takes the samples that `rows` names, in that order.
    pub(crate) fn gather(&mut self, data: &Dataset<T>, rows: &[usize]) {
        self.len = rows.len();
        let columns = 0..self.len;
        copy_columns(View::from(&data.x), rows, ViewMut::from(&mut self.x).columns_mut(columns.clone()));
        match (&mut self.targets, &data.targets) {
            (Targets::Classes(to), Targets::Classes(from)) => to.iter_mut().zip(rows).for_each(|(to, &row)| *to = from[row]),
            (Targets::Values(to), Targets::Values(from)) => {
                copy_columns(View::from(from), rows, ViewMut::from(to).columns_mut(columns));
            }
            _ => unreachable!("a batch has the targets of its data"),
        }
        if let (Some(to), Some(from)) = (&mut self.weights, &data.weights) {
            to.iter_mut().zip(rows).for_each(|(to, &row)| *to = from[row]);
        }
    }

    /// The inputs.
    pub(crate) fn x(&self) -> View<'_, T> {
        View::from(&self.x).columns(0..self.len)
    }

    /// What the outputs are compared with.
    pub(crate) fn target(&self) -> Target<'_, T> {
        target(&self.targets).columns(0..self.len)
    }

    /// The weights of the samples.
    pub(crate) fn weights(&self) -> Option<&[T]> {
        self.weights.as_ref().map(|weights| &weights[..self.len])
    }
}

/// The targets of a data set as the losses take them.
pub(crate) fn target<T: Scalar>(targets: &Targets<T>) -> Target<'_, T> {
    match targets {
        Targets::Classes(classes) => Target::Classes(classes),
        Targets::Values(values) => Target::Values(View::from(values)),
    }
}

/// How many samples have a label that counts; numbers are no labels.
pub(crate) fn labels<T: Scalar>(target: Target<'_, T>) -> usize {
    match target {
        Target::Classes(classes) => classes.iter().filter(|&&class| class != IGNORED).count(),
        Target::Values(_) => 0,
    }
}
