//! Loops compiled for the instruction set of the machine they run on.

/// Runs `f` compiled for the widest vector instructions that this CPU has.
///
/// The closure is inlined into a function built for AVX-512, into one built for AVX2 with FMA and into a portable one; which
/// of them runs is decided at run time. Loops over slices inside `f` become vector code without a line of intrinsics, and a
/// binary for a stock target uses what the machine offers. The arithmetic is the same in each: Rust never contracts or
/// reorders floating-point operations, so elementwise results do not depend on the path taken.
///
/// The closure carries `#[inline(always)]`: without it a long one may stay a function of its own, compiled for the portable path
/// alone, and several times slower.
///
/// ```
/// use backprop_tensor::vectorize;
/// let x = [1.0_f32, 2.0, 3.0];
/// let mut y = [0.0; 3];
/// vectorize(#[inline(always)] || y.iter_mut().zip(&x).for_each(|(y, x)| *y = 2.0 * x));
/// assert_eq!(y, [2.0, 4.0, 6.0]);
/// ```
#[inline]
pub fn vectorize<R>(f: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
        {
            // SAFETY: the four features that `avx512` is compiled with were all detected on this CPU just above.
            return unsafe { avx512(f) };
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the two features that `avx2` is compiled with were both detected on this CPU just above.
            return unsafe { avx2(f) };
        }
    }
    f()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn avx512<R>(f: impl FnOnce() -> R) -> R {
    f()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<R>(f: impl FnOnce() -> R) -> R {
    f()
}

#[cfg(test)]
mod tests {
    use super::vectorize;

    #[test]
    fn every_path_gives_the_bits_of_the_portable_one() {
        let x: Vec<f32> = (0..1037).map(|i| i as f32 * 0.37 - 190.0).collect();
        let work = |y: &mut [f32]| y.iter_mut().zip(&x).for_each(|(y, &x)| *y = x * x * 0.1 - x / 3.0 + 1.0);
        let mut plain = vec![0.0; x.len()];
        work(&mut plain);
        let mut fast = vec![0.0; x.len()];
        vectorize(
            #[inline(always)]
            || work(&mut fast),
        );
        assert_eq!(fast, plain);
    }
}
