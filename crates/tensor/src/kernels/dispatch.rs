//! Loops compiled for the instruction set of the machine they run on.

/// Evaluates an expression compiled for the widest vector instructions that this CPU has.
///
/// The expression is compiled for AVX-512, for AVX2 with FMA, and portably; which of them runs is decided at run time. Loops over
/// slices in it become vector code without a line of intrinsics, and a binary for a stock target uses what the machine offers. The
/// arithmetic is the same in each: Rust never contracts or reorders floating-point operations, so elementwise results do not depend on
/// the path taken.
///
/// One short loop at a time, without calls that are not inlined, is what a compiler turns into vector code.
///
/// ```
/// use backprop_tensor::vectorize;
/// let x = [1.0_f32, 2.0, 3.0];
/// let mut y = [0.0; 3];
/// vectorize!(y.iter_mut().zip(&x).for_each(|(y, x)| *y = 2.0 * x));
/// assert_eq!(y, [2.0, 4.0, 6.0]);
/// ```
#[macro_export]
macro_rules! vectorize {
    ($work:expr) => {
        // Without the attribute a long closure may stay a function of its own, compiled for the portable path alone.
        $crate::vectorized(
            #[inline(always)]
            || $work,
        )
    };
}

/// What [`vectorize!`](crate::vectorize) expands to: runs `f`, which must be inlined, compiled for this CPU.
#[inline]
pub fn vectorized<R>(f: impl FnOnce() -> R) -> R {
    #[cfg(all(target_arch = "x86_64", not(backprop_portable)))]
    {
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
            {
                // SAFETY: the four features that `avx512` is compiled with were all detected on this CPU just above, and before
                // them AVX2 and FMA, which the compiler takes `avx512f` to imply.
                return unsafe { avx512(f) };
            }
            // SAFETY: the two features that `avx2` is compiled with were both detected on this CPU just above.
            return unsafe { avx2(f) };
        }
    }
    f()
}

#[cfg(all(target_arch = "x86_64", not(backprop_portable)))]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn avx512<R>(f: impl FnOnce() -> R) -> R {
    f()
}

#[cfg(all(target_arch = "x86_64", not(backprop_portable)))]
#[target_feature(enable = "avx2,fma")]
fn avx2<R>(f: impl FnOnce() -> R) -> R {
    f()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math;

    /// Arithmetic, comparisons and every elementary function, over the whole range of `f32`.
    #[inline(always)]
    fn work(x: &[f32], y: &mut [f32]) {
        for (y, &x) in y.iter_mut().zip(x) {
            let line = x * x * 0.1 - x / 3.0 + 1.0;
            let curves =
                math::exp(x) + math::exp_negative(-x.abs()) + math::exp_m1(x) * 0.5 - math::ln(x.abs()) * math::ln_1p(x.abs());
            let [_, weighted, tail, density] = math::normal(x);
            *y = line + curves * math::tanh(x) + weighted * tail - density * math::erf(x)
                + if x < 1.0 { math::sigmoid(x) } else { math::ln_1p_exp_negative(-x) };
        }
    }

    #[test]
    fn every_path_gives_the_bits_of_the_portable_one() {
        let x: Vec<f32> =
            (0..10_037).map(|i: i32| (i - 5000) as f32 * 0.017 + 1e-3).chain([f32::MIN_POSITIVE, 1e-40]).collect();
        let mut plain = vec![0.0; x.len()];
        work(&x, &mut plain);
        let check = |path: &str, fast: &[f32]| {
            for ((x, fast), plain) in x.iter().zip(fast).zip(&plain) {
                assert_eq!(fast.to_bits(), plain.to_bits(), "{path}: {fast:e} is not {plain:e} at {x:e}");
            }
        };
        let mut fast = vec![0.0; x.len()];
        vectorize!(work(&x, &mut fast));
        check("the widest", &fast);
        #[cfg(all(target_arch = "x86_64", not(backprop_portable)))]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            fast.fill(0.0);
            // SAFETY: both features were detected on this CPU just above.
            unsafe {
                avx2(
                    #[inline(always)]
                    || work(&x, &mut fast),
                );
            }
            check("avx2", &fast);
        }
    }

    #[test]
    fn it_returns_what_the_closure_returns() {
        let owned = String::from("moved in");
        assert_eq!(vectorized(move || (owned, 3)), (String::from("moved in"), 3));
        assert_eq!(vectorize!(vectorize!(vectorize!(7)) + 1), 8);
    }

    #[test]
    fn a_panic_passes_through() {
        let caught = std::panic::catch_unwind(|| vectorize!(assert!(std::hint::black_box(false), "from inside")));
        assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"from inside"));
    }
}
