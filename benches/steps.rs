//! One training step of each workload, on one thread and on two.

use std::time::Duration;

use backprop_tensor::Pool;
use benches::{Trainee, Workload};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

fn steps(criterion: &mut Criterion) {
    for workload in Workload::all() {
        let mut group = criterion.benchmark_group(format!("step/{}", workload.name));
        group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
        for threads in [1, 2] {
            group.bench_function(BenchmarkId::from_parameter(format_args!("threads{threads}")), |bencher| {
                let pool = Pool::new(threads).expect("the machine grants two threads");
                let mut trainee = Trainee::new(&workload);
                pool.run(|| bencher.iter(|| trainee.step()));
            });
        }
        group.finish();
    }
}

criterion_group!(all, steps);
criterion_main!(all);
