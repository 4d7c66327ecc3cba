//! What the deviances of positive numbers have in common.

/// ln a/b of positive numbers, also where a/b is larger or smaller than any number.
pub(crate) fn log_ratio(a: f64, b: f64) -> f64 {
    let ratio = a / b;
    if ratio.is_normal() { ratio.ln() } else { a.ln() - b.ln() }
}

/// q − 1 − ln q of a ratio q = a/b of positive numbers, which is 0 for a = b and never below; `None` unless |a − b| < b/2.
///
/// With x = (a − b)/b it is x − ln(1 + x), which near x = 0 keeps the digits that q − 1 − ln q loses.
pub(crate) fn near_one(a: f64, b: f64) -> Option<f64> {
    let x = (a - b) / b;
    (x.abs() < 0.5).then(|| (x - x.ln_1p()).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_of_any_size() {
        assert_eq!((log_ratio(3.0, 3.0), log_ratio(3e10, 1e10)), (0.0, 3_f64.ln()));
        for (a, b) in [(1e300, 1e-300), (1e-300, 1e300)] {
            assert!((log_ratio(a, b).abs() - 600.0 * std::f64::consts::LN_10).abs() < 1e-9, "{a} {b}");
        }
    }

    #[test]
    fn digits_are_kept_near_one() {
        assert_eq!((near_one(1.0, 1.0), near_one(1.5, 1.0), near_one(0.5, 1.0)), (Some(0.0), None, None));
        // x²/2 − x³/3 + …, of which q − 1 − ln q would leave no digit.
        for x in [2_f64.powi(-20), -(2_f64.powi(-26))] {
            let value = near_one(1.0 + x, 1.0).expect("it is near");
            assert!((value / (x * x / 2.0) - 1.0).abs() < 1e-6, "{x}: {value}");
        }
        let (near, far) = (near_one(1.499, 1.0).expect("it is near"), 1.499 - 1.0 - 1.499_f64.ln());
        assert!((near - far).abs() < 1e-15);
    }
}
