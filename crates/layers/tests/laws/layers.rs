//! The laws of a layer, over the registry.

use backprop_gradcheck::Gradcheck;
use backprop_gradcheck::vectors::assert_close;
use backprop_layers::{Mode, Shape, registry};
use backprop_tensor::Scalar;
use proptest::prelude::*;

use crate::alone::{Alone, bits, wide};
use crate::examples::{EXAMPLES, for_each_layer};

#[test]
fn gradients_are_those_of_differences() {
    for_each_layer::<f64>("gradient", |name, layer, rows| {
        let alone = Alone::new(layer, rows);
        for cols in [1, 3, 33] {
            let x = alone.input(cols, 7);
            let z: Vec<f64> = x.iter().chain(&alone.params).copied().collect();
            let f = |z: &[f64]| alone.forward(&z[x.len()..], &z[..x.len()], Alone::<f64>::train(0)).0;
            let gradient = |z: &[f64], dy: &[f64]| {
                let (x, params) = z.split_at(x.len());
                let (y, cache) = alone.forward(params, x, Alone::<f64>::train(0));
                let (dx, dparams) = alone.backward(params, x, &y, &cache, dy);
                [dx, dparams].concat()
            };
            Gradcheck::default().assert(&format!("{name}, {cols} samples"), &z, f, gradient);
        }
    });
}

/// Compares a step over a batch with steps over the parts between `cuts`.
fn parts_are_the_whole<T: Scalar>(name: &str, alone: &Alone<T>, cols: usize, cuts: &[usize], rtol: f64) {
    let (x, dy) = (alone.input(cols, 8), alone.cotangent(cols));
    let [y, dx, dparams] = alone.step(&x, &dy, 0);
    let (mut part_y, mut part_dx, mut sums) = (Vec::new(), Vec::new(), vec![0.0; dparams.len()]);
    let bounds: Vec<usize> = [0].iter().chain(cuts).chain(&[cols]).copied().collect();
    for part in bounds.windows(2) {
        let columns = |values: &[T], rows: usize| values[part[0] * rows..part[1] * rows].to_vec();
        let [y, dx, dparams] = alone.step(&columns(&x, alone.rows), &columns(&dy, alone.outputs), part[0]);
        part_y.extend(wide(&y));
        part_dx.extend(wide(&dx));
        sums.iter_mut().zip(wide(&dparams)).for_each(|(sum, part)| *sum += part);
    }
    for (what, whole, parts) in [("y", y, part_y), ("dx", dx, part_dx), ("dθ", dparams, sums)] {
        let scale = wide(&whole).iter().fold(1.0_f64, |max, x| max.max(x.abs()));
        assert_close(&format!("{what} of {name} in parts {bounds:?}"), &parts, &wide(&whole), rtol, rtol * scale);
    }
}

#[test]
fn a_batch_is_its_columns() {
    for_each_layer::<f64>("columns", |name, layer, rows| {
        parts_are_the_whole(name, &Alone::new(layer, rows), 9, &[1, 2, 3, 4, 5, 6, 7, 8], 1e-13);
    });
    for_each_layer::<f32>("columns", |name, layer, rows| {
        parts_are_the_whole(name, &Alone::new(layer, rows), 9, &[1, 2, 3, 4, 5, 6, 7, 8], 5e-6);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_batch_is_its_slices(example in 0..EXAMPLES.len(), cols in 1..40_usize, cuts in prop::collection::btree_set(0..40_usize, 0..4)) {
        let (name, rows) = EXAMPLES[example];
        let cuts: Vec<usize> = cuts.into_iter().filter(|&cut| cut <= cols).collect();
        parts_are_the_whole(name, &Alone::new(registry::<f64>().parse(name).unwrap(), rows), cols, &cuts, 1e-13);
    }
}

/// Two steps, and a step over buffers full of other things, have the same bits.
fn repeats<T: Scalar>() {
    for_each_layer::<T>("overwritten", |name, layer, rows| {
        let mut alone = Alone::new(layer, rows);
        for cols in [0, 1, 7] {
            let (x, dy) = (alone.input(cols, 9), alone.cotangent(cols));
            alone.rubbish = T::from_f64(f64::NAN);
            let first = alone.step(&x, &dy, 0).map(|values| bits(&values));
            assert_eq!(alone.step(&x, &dy, 0).map(|values| bits(&values)), first, "{name} twice");
            alone.rubbish = T::from_f64(1e9);
            assert_eq!(alone.step(&x, &dy, 0).map(|values| bits(&values)), first, "{name} over rubbish");
            let (y, cache) = alone.forward(&alone.params, &x, Alone::<T>::train(0));
            let back = || alone.backward(&alone.params, &x, &y, &cache, &dy);
            assert_eq!(bits(&back().0), bits(&back().0), "{name} back twice");
        }
    });
}

#[test]
fn outputs_are_overwritten_and_never_read() {
    repeats::<f32>();
    repeats::<f64>();
}

#[test]
fn inference_has_no_noise_and_is_training_without_it() {
    for_each_layer::<f32>("noise", |name, layer, rows| {
        let alone = Alone::new(layer, rows);
        let x = alone.input(5, 10);
        let inferred = alone.forward(&alone.params, &x, Mode::Infer).0;
        assert_eq!(bits(&inferred), bits(&alone.forward(&alone.params, &x, Mode::Infer).0), "{name}");
        let trained = alone.forward(&alone.params, &x, Alone::<f32>::train(0)).0;
        let noisy = name.starts_with("dropout") && !name.contains("rate=0 "); // the only layer that draws
        assert_eq!(bits(&inferred) != bits(&trained), noisy, "{name}");
    });
}

#[test]
fn dx_and_the_parameters_gradient_are_linear_in_dy() {
    for_each_layer::<f64>("linear", |name, layer, rows| {
        let alone = Alone::new(layer, rows);
        let (x, dy) = (alone.input(4, 12), alone.cotangent(4));
        let twice: Vec<f64> = dy.iter().map(|dy| -2.0 * dy).collect();
        let ([_, dx, dparams], [_, dx2, dparams2]) = (alone.step(&x, &dy, 0), alone.step(&x, &twice, 0));
        // A factor of two loses no digit.
        assert!(dx.iter().zip(&dx2).all(|(one, two)| -2.0 * one == *two), "dx of {name}");
        assert!(dparams.iter().zip(&dparams2).all(|(one, two)| -2.0 * one == *two), "dθ of {name}");
    });
}

#[test]
fn spans_follow_one_another_and_labels_say_something() {
    for_each_layer::<f32>("spans", |name, layer, rows| {
        for spans in [layer.spans(), layer.state_spans()] {
            let end = spans.iter().fold(0, |end, span| {
                assert_eq!(span.range, end..end + span.shape.iter().product::<usize>(), "{name}, {}", span.name);
                span.range.end
            });
            assert_eq!(end, spans.iter().map(backprop_tensor::Span::len).sum::<usize>());
        }
        assert!(!layer.label().is_empty() && !format!("{layer:?}").is_empty(), "{name}");
        assert_eq!(
            layer.output_shape(&Shape::from(rows)),
            layer.output_shape(&Shape::from([1, rows])).map(|shape| shape.len().into())
        );
    });
}
