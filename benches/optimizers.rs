//! Every optimizer of the registry over a million and ten million parameters, on two threads, and the copy that bounds it.

use std::time::Duration;

use backprop_optimizers::{Tick, registry};
use backprop_tensor::{Pool, Role, Span, for_each_block};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const SIZES: [(&str, usize); 2] = [("1M", 1_000_000), ("10M", 10_000_000)];
const THREADS: usize = 2;

fn optimizers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("optimizer");
    group.sample_size(10).warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(500));
    let pool = Pool::new(THREADS).expect("the machine grants two threads");
    for (size, len) in SIZES {
        let spans = [Span::new("w", &[len], Role::Weight)];
        // Small and not all alike, so that no number leaves the range of the normal ones.
        let gradients: Vec<f32> = (0..len).map(|i| (i % 17) as f32 * 1e-3 + 1e-3).collect();
        let mut params = vec![0.5_f32; len];
        for call in registry::<f32>().names().chain(["sgd:momentum=0.9"]) {
            let recipe = registry::<f32>().parse(call).expect("every optimizer has defaults");
            let mut optimizer = recipe.build(&spans, false);
            // Parameters and each vector that it remembers are read and written, gradients are read.
            let vectors = 3 + 2 * optimizer.state().iter().filter(|(_, slot)| slot.len() == len).count();
            group.throughput(Throughput::Bytes((vectors * len * size_of::<f32>()) as u64));
            let tick = Tick::rate(1e-6);
            group.bench_function(BenchmarkId::new(call, size), |bencher| {
                pool.run(|| bencher.iter(|| optimizer.step(tick, &mut params, &gradients)));
            });
        }
        group.throughput(Throughput::Bytes((2 * len * size_of::<f32>()) as u64));
        let halves = [0..len / THREADS, len / THREADS..len];
        group.bench_function(BenchmarkId::new("copy", size), |bencher| {
            pool.run(|| {
                bencher.iter(|| {
                    for_each_block(&mut params, &halves, true, |block, params| params.copy_from_slice(&gradients[block]));
                });
            });
        });
    }
    group.finish();
}

criterion_group!(all, optimizers);
criterion_main!(all);
