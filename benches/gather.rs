//! The mini-batch out of the data set: 128 pictures of 784 pixels, from places all over it.

use std::time::Duration;

use backprop_tensor::{Key, Matrix, Purpose, View, ViewMut, copy_columns};
use benches::normal;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const FEATURES: usize = 784;
const BATCH: usize = 128;
/// 26 MB: more than the caches near a core.
const SAMPLES: usize = 8192;

fn gather(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gather");
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group.throughput(Throughput::Bytes((FEATURES * BATCH * size_of::<f32>()) as u64));
    let x = Matrix::from_vec(FEATURES, SAMPLES, normal(FEATURES * SAMPLES, 0));
    let order = Key::new(0, Purpose::Shuffle).stream(0).permutation(SAMPLES);
    let mut batch = Matrix::zeros(FEATURES, BATCH);
    let mut batches = order.chunks_exact(BATCH).cycle();
    group.bench_function(BenchmarkId::from_parameter("784x128"), |bencher| {
        bencher.iter(|| {
            let samples = batches.next().expect("there is a batch, and after the last the first");
            copy_columns(View::from(&x), samples, ViewMut::from(&mut batch));
        });
    });
    let mut starts = (0..SAMPLES).step_by(BATCH).cycle();
    group.bench_function("copy", |bencher| {
        bencher.iter(|| {
            let start = starts.next().expect("there is a batch, and after the last the first");
            batch.copy_from(&x.columns(start, BATCH));
        });
    });
    group.finish();
}

criterion_group!(all, gather);
criterion_main!(all);
