//! Functions of whole registers.

use pulp::Simd;

/// e^x within 3e-7 of its value, for x <= 0; below -87 it stays at e^-87.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; e^r is its Taylor series to the 7th power, 2^n is put into the exponent's bits.
#[inline(always)]
pub fn exp_of_negative<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    // Adding 1.5 * 2^23 leaves no bits for a fraction: the sum's low bits are the rounded integer.
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    const TERMS: [f32; 7] = [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
    let x = simd.max_f32s(x, simd.splat_f32s(-87.0));
    let shifted = simd.mul_add_e_f32s(x, simd.splat_f32s(std::f32::consts::LOG2_E), simd.splat_f32s(ROUND));
    let n = simd.sub_f32s(shifted, simd.splat_f32s(ROUND));
    let r = simd.mul_add_e_f32s(n, simd.splat_f32s(-LN_2_HIGH), x);
    let r = simd.mul_add_e_f32s(n, simd.splat_f32s(-LN_2_LOW), r);
    let mut sum = simd.splat_f32s(1.0 / 5040.0);
    for term in TERMS {
        sum = simd.mul_add_e_f32s(sum, r, simd.splat_f32s(term));
    }
    let exponent = simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(shifted), simd.splat_u32s(23));
    let power = simd.add_u32s(exponent, simd.splat_u32s(1.0_f32.to_bits()));
    simd.mul_f32s(sum, simd.transmute_f32s_u32s(power))
}

/// The Gaussian error linear unit, x Φ(x), within 1e-6.
///
/// With z = |x| / √2, Φ(-|x|) = erfc(z) / 2, and erfc is Abramowitz and Stegun's 7.1.26, whose error is 1.5e-7. Then
/// x Φ(x) = max(x, 0) - |x| Φ(-|x|) for both signs.
#[inline(always)]
pub fn gelu<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    const P: f32 = 0.327_591_1;
    const TERMS: [f32; 4] = [-1.453_152, 1.421_413_8, -0.284_496_72, 0.254_829_6];
    const LAST: f32 = 1.061_405_4;
    let size = simd.abs_f32s(x);
    let one = simd.splat_f32s(1.0);
    let below = simd.mul_add_e_f32s(size, simd.splat_f32s(P * std::f32::consts::FRAC_1_SQRT_2), one);
    let t = simd.div_f32s(one, below);
    let mut sum = simd.splat_f32s(LAST);
    for term in TERMS {
        sum = simd.mul_add_e_f32s(sum, t, simd.splat_f32s(term));
    }
    let falling = exp_of_negative(simd, simd.mul_f32s(simd.mul_f32s(x, x), simd.splat_f32s(-0.5)));
    let tail = simd.mul_f32s(simd.mul_f32s(sum, t), simd.mul_f32s(falling, simd.splat_f32s(0.5)));
    simd.sub_f32s(simd.max_f32s(x, simd.splat_f32s(0.0)), simd.mul_f32s(size, tail))
}

#[cfg(test)]
mod tests {
    use pulp::WithSimd;

    use super::*;
    use crate::panel::tests::machines;

    /// Applies both functions to the numbers in place: e^x to the first list, GELU to the second.
    struct Both<'a>(&'a mut [f32], &'a mut [f32]);

    impl WithSimd for Both<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            S::as_mut_simd_f32s(self.0).0.iter_mut().for_each(|x| *x = exp_of_negative(simd, *x));
            S::as_mut_simd_f32s(self.1).0.iter_mut().for_each(|x| *x = gelu(simd, *x));
        }
    }

    /// The Gaussian distribution's share below x, by Simpson's rule from 0.
    fn below(x: f64) -> f64 {
        let density = |x: f64| (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt();
        let (steps, width) = (2_000, x / 2_000.0);
        let inner: f64 =
            (1..steps).map(|at| density(width * f64::from(at)) * if at % 2 == 1 { 4.0 } else { 2.0 }).sum();
        0.5 + (density(0.0) + inner + density(x)) * width / 3.0
    }

    #[test]
    fn functions_are_as_exact_as_they_say() {
        let negative: Vec<f32> = (0_u16..1_600).map(|at| f32::from(at) * -0.0625).collect();
        let signed: Vec<f32> = (0_u16..1_600).map(|at| f32::from(at) * 0.0125 - 10.0).collect();
        for machine in machines() {
            let (mut powers, mut units) = (negative.clone(), signed.clone());
            machine.arch.dispatch(Both(&mut powers, &mut units));
            for (x, power) in negative.iter().zip(powers) {
                let wanted = f64::from(x.max(-87.0)).exp();
                assert!((f64::from(power) / wanted - 1.0).abs() < 3e-7, "e^{x} = {power}, not {wanted}");
            }
            for (x, unit) in signed.iter().zip(units) {
                let wanted = f64::from(*x) * below(f64::from(*x));
                assert!((f64::from(unit) - wanted).abs() < 1e-6, "gelu({x}) = {unit}, not {wanted}");
            }
        }
    }
}
