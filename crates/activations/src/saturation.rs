//! Where a function lets almost no gradient pass.

use std::ops::RangeInclusive;

/// A derivative below it is small.
const SMALL: f64 = 0.01;
/// Points on each side of 0: the k-th is sinh(k `STEP`), so that their distance grows with their magnitude.
const POINTS: i32 = 4400;
const STEP: f64 = 0.005;

/// The x at which the absolute value of `derivative` is below 0.01, as intervals in order.
pub(crate) fn saturation(derivative: impl Fn(f64) -> f64) -> Vec<RangeInclusive<f64>> {
    let small = |x: f64| derivative(x).abs() < SMALL;
    let point = |k: i32| (f64::from(k) * STEP).sinh();
    let mut intervals = Vec::new();
    let mut start = small(point(-POINTS)).then_some(f64::NEG_INFINITY);
    for k in 1 - POINTS..=POINTS {
        let (left, right) = (point(k - 1), point(k));
        match start {
            None if small(right) => start = Some(last_inside(right, left, small)),
            Some(from) if !small(right) => {
                intervals.push(from..=last_inside(left, right, small));
                start = None;
            }
            _ => {}
        }
    }
    intervals.extend(start.map(|from| from..=f64::INFINITY));
    intervals
}

/// Of the numbers from `inside`, which `is_inside`, to `outside`, which is not: the last on this side, by bisection.
fn last_inside(mut inside: f64, mut outside: f64, is_inside: impl Fn(f64) -> bool) -> f64 {
    loop {
        let middle = inside + (outside - inside) / 2.0;
        if middle == inside || middle == outside {
            return inside;
        }
        if is_inside(middle) { inside = middle } else { outside = middle }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFINITY: f64 = f64::INFINITY;

    #[test]
    fn both_sides_the_middle_everywhere_and_nowhere() {
        // 1/x² < 1/100 from 10 on, |x/5| < 1/100 up to 1/20.
        let [left, right] = &saturation(|x| 1.0 / (x * x))[..] else { panic!("two intervals") };
        assert_eq!((*left.start(), *right.end()), (-INFINITY, INFINITY));
        assert!((left.end() + 10.0).abs() < 1e-12 && (right.start() - 10.0).abs() < 1e-12);
        let [middle] = &saturation(|x| x / 5.0)[..] else { panic!("one interval") };
        assert!((middle.start() + 0.05).abs() < 1e-15 && (middle.end() - 0.05).abs() < 1e-15);
        assert_eq!(saturation(|_| 0.0), [-INFINITY..=INFINITY]);
        assert_eq!(saturation(|_| -1.0), []);
        assert_eq!(saturation(|x| if x <= 0.0 { 0.0 } else { 1.0 }), [-INFINITY..=0.0]);
    }
}
