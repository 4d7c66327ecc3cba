//! The three products of a dense layer, each alone on one thread, for the shapes of real layers.

use std::time::Duration;

use backprop_tensor::{Accumulate, Matrix, View, ViewMut, product};
use benches::normal;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Outputs, inputs, batch.
const SHAPES: [(usize, usize, usize); 9] = [
    (64, 64, 32),
    (128, 784, 32),
    (512, 784, 64),
    (512, 784, 128),
    (256, 512, 128),
    (10, 256, 128),
    (1024, 1024, 256),
    (2048, 2048, 512),
    (512, 784, 1),
];

fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("product");
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    for (outputs, inputs, batch) in SHAPES {
        let shape = format!("{outputs}x{inputs}x{batch}");
        let [w, x, dz] = [(outputs, inputs, 0), (inputs, batch, 1), (outputs, batch, 2)]
            .map(|(rows, cols, index)| Matrix::from_vec(rows, cols, normal(rows * cols, index)));
        let [w, x, dz] = [&w, &x, &dz].map(View::from);
        group.throughput(Throughput::Elements(2 * (outputs * inputs * batch) as u64));

        let mut z = Matrix::zeros(outputs, batch);
        group.bench_function(BenchmarkId::new("forward", &shape), |bencher| {
            bencher.iter(|| product(ViewMut::from(&mut z), Accumulate::Replace, w, x)); // Z = W X
        });
        let mut dx = Matrix::zeros(inputs, batch);
        group.bench_function(BenchmarkId::new("input_gradient", &shape), |bencher| {
            bencher.iter(|| product(ViewMut::from(&mut dx), Accumulate::Replace, w.t(), dz)); // dX = Wᵀ dZ
        });
        let mut dw = Matrix::zeros(outputs, inputs);
        group.bench_function(BenchmarkId::new("param_gradient", &shape), |bencher| {
            bencher.iter(|| product(ViewMut::from(&mut dw), Accumulate::Replace, dz, x.t())); // dW = dZ Xᵀ
        });
    }
    group.finish();
}

criterion_group!(all, products);
criterion_main!(all);
