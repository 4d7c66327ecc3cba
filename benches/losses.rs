//! Every loss of the registry, its value alone and with its gradient, on one thread.

use std::time::Duration;

use backprop_losses::{Input, Target, registry};
use backprop_tensor::{Matrix, View, ViewMut};
use benches::{labels, normal};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Outputs and batch: ten classes, two, and one number.
const SHAPES: [(usize, usize); 3] = [(10, 128), (2, 200), (1, 1000)];

fn losses(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("loss");
    group.sample_size(10).warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(300));
    for (rows, cols) in SHAPES {
        group.throughput(Throughput::Elements((rows * cols) as u64));
        for entry in registry::<f32>().entries {
            let loss = entry.build_default().expect("every loss has defaults");
            let outputs = rows * loss.outputs_per_target();
            let scores = |rows| Matrix::from_vec(rows, cols, normal(rows * cols, 0));
            let (y, mut dy) = (prediction(&scores(outputs), loss.input()), Matrix::zeros(outputs, cols));
            // Labels where classes are told apart, else numbers that are probabilities too.
            let (classes, values) = (labels(cols, rows, 1), prediction(&scores(rows), Input::Probabilities));
            let mut targets = [Target::Classes(&classes), Target::Values(View::from(&values))];
            if rows == 1 || loss.input() == Input::Values {
                targets.reverse();
            }
            let target = targets.into_iter().find(|&target| loss.check(outputs, target).is_ok());
            let target = target.expect("a loss has a use for labels or for probabilities");
            let y = View::from(&y);
            let id = format!("{}/{rows}x{cols}", entry.name);
            group.bench_function(BenchmarkId::new("value", &id), |bencher| bencher.iter(|| loss.value(y, target, None)));
            group.bench_function(BenchmarkId::new("gradient", &id), |bencher| {
                bencher.iter(|| loss.value_and_gradient(y, target, None, ViewMut::from(&mut dy)));
            });
        }
    }
    group.finish();
}

/// Numbers that a loss can take for its prediction.
fn prediction(scores: &Matrix, input: Input) -> Matrix {
    let activation = match input {
        Input::Values | Input::Logits | Input::Logarithms => "identity",
        Input::Probabilities => "sigmoid",
        Input::LogProbabilities => "log_softmax",
    };
    let activation = backprop_activations::registry().parse(activation).expect("the registry has these");
    let mut y = Matrix::zeros(scores.nrows(), scores.ncols());
    activation.forward(View::from(scores), ViewMut::from(&mut y));
    y
}

criterion_group!(all, losses);
criterion_main!(all);
