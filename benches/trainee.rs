//! A network in training, with everything that a step needs.

use std::ops::Range;

use backprop_layers::{Network, Workspace};
use backprop_losses::{Input, Loss, Target};
use backprop_optimizers::{Optimizer, Tick};
use backprop_tensor::{Key, Matrix, Purpose, View, ViewMut, copy_columns};

use crate::{Workload, labels, normal};

/// What a [`Trainee`] learns: one label or one column for each sample.
#[derive(Debug)]
enum Targets {
    Classes(Vec<u32>),
    Values(Matrix),
}

impl Targets {
    /// Normal numbers or labels, whichever the loss is for.
    fn new(loss: &dyn Loss<f32>, outputs: usize, samples: usize) -> Self {
        match loss.input() {
            Input::Values => Self::Values(Matrix::from_vec(outputs, samples, normal(outputs * samples, 1))),
            _ => Self::Classes(labels(samples, outputs, 1)),
        }
    }

    fn view(&self) -> Target<'_> {
        match self {
            Self::Classes(classes) => Target::Classes(classes),
            Self::Values(values) => Target::Values(values.into()),
        }
    }

    fn gather(&mut self, from: &Self, order: &[usize]) {
        match (self, from) {
            (Self::Classes(to), Self::Classes(from)) => to.iter_mut().zip(order).for_each(|(to, &j)| *to = from[j]),
            (Self::Values(to), Self::Values(from)) => copy_columns(from.into(), order, to.into()),
            _ => unreachable!("a batch has the targets of its data"),
        }
    }
}

/// A network in training on random data: parameters, optimizer, buffers.
///
/// ```
/// let mut trainee = benches::Trainee::new(&benches::Workload::find("xor")?);
/// let mut epoch = || -> f64 { (0..8).map(|_| trainee.step()).sum() };
/// let first = epoch();
/// let last = (0..50).map(|_| epoch()).last();
/// assert!(last < Some(first));
/// # Ok::<(), benches::UnknownError>(())
/// ```
#[derive(Debug)]
pub struct Trainee {
    network: Network,
    loss: Box<dyn Loss<f32>>,
    optimizer: Box<dyn Optimizer<f32>>,
    rate: f64,
    params: Vec<f32>,
    gradients: Vec<f32>,
    workspace: Workspace,
    x: Matrix,
    targets: Targets,
    order: Vec<usize>,
    batch_x: Matrix,
    batch_targets: Targets,
    steps: usize,
}

impl Trainee {
    /// A network before its first step.
    ///
    /// # Panics
    /// If the workload has no batch, less samples than that, a size of 0, or names something that is not in a registry.
    pub fn new(workload: &Workload) -> Self {
        let Workload { batch, samples, .. } = *workload;
        assert!(0 < batch && batch <= samples, "a workload has a batch, and samples to fill it");
        let (inputs, outputs) = (workload.inputs(), workload.outputs());
        let network = workload.network().expect("a workload has sizes from 1");
        let loss = backprop_losses::registry().parse(workload.loss).expect("a workload names a loss of the registry");
        let recipe = backprop_optimizers::registry().parse(workload.optimizer);
        let recipe = recipe.expect("a workload names an optimizer of the registry");
        Self {
            rate: recipe.rate(),
            optimizer: recipe.build(network.spans(), false),
            params: network.init(0),
            gradients: vec![0.0; network.param_count()],
            workspace: network.workspace(batch),
            x: Matrix::from_vec(inputs, samples, normal(inputs * samples, 0)),
            targets: Targets::new(loss.as_ref(), outputs, samples),
            order: Key::new(0, Purpose::Shuffle).stream(0).permutation(samples),
            batch_x: Matrix::zeros(inputs, batch),
            batch_targets: Targets::new(loss.as_ref(), outputs, batch),
            steps: 0,
            network,
            loss,
        }
    }

    /// One step: gather a mini-batch, forward, loss, backward, update. Gives the loss.
    pub fn step(&mut self) -> f64 {
        let batch = self.batch_x.ncols();
        let start = self.steps % self.steps_in_epoch() * batch;
        let samples = &self.order[start..start + batch];
        copy_columns(View::from(&self.x), samples, ViewMut::from(&mut self.batch_x));
        self.batch_targets.gather(&self.targets, samples);

        let (loss, target) = (self.loss.as_ref(), self.batch_targets.view());
        let divisor = loss.divisor(target, None);
        let of_slice = |columns: Range<usize>, y: View<'_>, dy: ViewMut<'_>| {
            loss.sum_and_gradient(y, target.columns(columns), None, divisor, dy)
        };
        let noise = Key::new(0, Purpose::Noise).at(0, self.steps as u64);
        let x = View::from(&self.batch_x);
        let value = self.network.gradients(&self.params, &[], x, noise, &of_slice, &mut self.workspace, &mut self.gradients);
        self.optimizer.step(Tick::rate(self.rate), &mut self.params, &self.gradients);
        self.steps += 1;
        value
    }

    /// Steps that use different samples: whole batches alone.
    pub fn steps_in_epoch(&self) -> usize {
        self.x.ncols() / self.batch_x.ncols()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_workload_takes_a_step() {
        for workload in Workload::all() {
            // A column is enough to see that the sizes fit.
            let batch = if workload.name == "wide" { 1 } else { workload.batch };
            let mut trainee = Trainee::new(&Workload { batch, samples: 2 * batch, ..workload });
            let before = trainee.params.clone();
            let loss = trainee.step();
            assert!(loss.is_finite() && loss > 0.0, "{}: the first loss is {loss}", workload.name);
            assert!(trainee.params != before, "{}: the parameters stand still", workload.name);
            assert!(trainee.params.iter().all(|p| p.is_finite()), "{}: a parameter is not finite", workload.name);
        }
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let fashion = Workload { samples: 384, ..Workload::find("fashion").unwrap() };
        let train = |threads| {
            let pool = backprop_tensor::Pool::new(threads).unwrap();
            pool.run(|| {
                let mut trainee = Trainee::new(&fashion);
                let losses: Vec<f64> = (0..3).map(|_| trainee.step()).collect();
                (losses, trainee.params)
            })
        };
        assert_eq!(train(1), train(2));
    }
}
