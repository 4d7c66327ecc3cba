//! Bias and activation in one pass, as a dense layer does it: every activation of the registry, on one thread.

use std::time::Duration;

use backprop_activations::registry;
use backprop_tensor::{Matrix, ViewMut};
use benches::normal;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Outputs and batch of a hidden layer.
const SHAPE: (usize, usize) = (512, 128);

fn biased(criterion: &mut Criterion) {
    let (rows, cols) = SHAPE;
    let mut group = criterion.benchmark_group("biased");
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group.throughput(Throughput::Elements((rows * cols) as u64));
    let bias = normal(rows, 1);
    for entry in registry::<f32>().entries {
        let activation = entry.build_default().expect("every activation has defaults");
        let mut z = Matrix::from_vec(rows, cols, normal(rows * cols, 0));
        // Over and over the same numbers would grow without bound, or shrink to numbers that cost more than others.
        let fresh = z.clone();
        let mut y = Matrix::zeros(activation.output_rows(rows), cols);
        group.bench_function(BenchmarkId::new("to_output", entry.name), |bencher| {
            bencher.iter(|| {
                z.copy_from(&fresh);
                activation.biased(&bias, ViewMut::from(&mut z), ViewMut::from(&mut y));
            });
        });
        if !activation.needs_input() {
            group.bench_function(BenchmarkId::new("in_place", entry.name), |bencher| {
                bencher.iter(|| {
                    z.copy_from(&fresh);
                    activation.biased_in_place(&bias, ViewMut::from(&mut z));
                });
            });
        }
    }
    let mut y = Matrix::zeros(rows, cols);
    let x = Matrix::from_vec(rows, cols, normal(rows * cols, 0));
    group.bench_function("copy", |bencher| bencher.iter(|| y.copy_from(&x))); // part of each time above
    group.finish();
}

criterion_group!(all, biased);
criterion_main!(all);
