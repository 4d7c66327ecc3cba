//! Every activation of the registry on a million numbers, forward and back, on one thread.

use std::time::Duration;

use backprop_activations::registry;
use backprop_tensor::{Matrix, View, ViewMut};
use benches::normal;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Features and batch: a column fits a softmax, all columns are a million numbers.
const SHAPE: (usize, usize) = (1000, 1000);

fn activations(criterion: &mut Criterion) {
    let (rows, cols) = SHAPE;
    let mut group = criterion.benchmark_group("activation");
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group.throughput(Throughput::Elements((rows * cols) as u64));
    let x = Matrix::from_vec(rows, cols, normal(rows * cols, 0));
    for entry in registry::<f32>().entries {
        let activation = entry.build_default().expect("every activation has defaults");
        let outputs = activation.output_rows(rows);
        let dy = Matrix::from_vec(outputs, cols, normal(outputs * cols, 1));
        let mut y = Matrix::zeros(outputs, cols);
        group.bench_function(BenchmarkId::new("forward", entry.name), |bencher| {
            bencher.iter(|| activation.forward(View::from(&x), ViewMut::from(&mut y)));
        });
        activation.forward(View::from(&x), ViewMut::from(&mut y));
        let mut dx = Matrix::zeros(rows, cols);
        group.bench_function(BenchmarkId::new("input_gradient", entry.name), |bencher| {
            bencher.iter(|| {
                activation.input_gradient(View::from(&x), View::from(&y), View::from(&dy), ViewMut::from(&mut dx));
            });
        });
    }
    group.finish();
}

criterion_group!(all, activations);
criterion_main!(all);
