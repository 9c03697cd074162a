use pulp::{Arch, Simd, WithSimd};
use std::time::Instant;
struct P<'a>(&'a [f32], &'a [f32], usize, &'a mut [f32]);
impl WithSimd for P<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let w = self.0.as_chunks::<12>().0;
        let x = S::as_simd_f32s(self.1).0.as_chunks::<2>().0;
        let out = S::as_mut_simd_f32s(self.3).0.as_chunks_mut::<2>().0;
        for _ in 0..self.2 {
            let mut sums = [[simd.splat_f32s(0.0); 2]; 12];
            for (weights, input) in w.iter().zip(x) {
                for (sums, weight) in sums.iter_mut().zip(weights) {
                    let weight = simd.splat_f32s(*weight);
                    for (sum, input) in sums.iter_mut().zip(input) {
                        *sum = simd.mul_add_e_f32s(weight, *input, *sum);
                    }
                }
            }
            for (o, s) in out.iter_mut().zip(sums) { *o = s; }
        }
    }
}
fn main() {
    for k in [64usize, 128, 384, 1536] {
        let w = vec![0.5f32; 12 * k];
        let x = vec![0.25f32; 32 * k + 16];
        let o = x.as_ptr().align_offset(64);
        let mut out = vec![0f32; 12 * 32+16];
        let n = 40_000_000 / (k * 24);
        let mut best = f64::MAX;
        for _ in 0..8 {
            let t = Instant::now();
            Arch::new().dispatch(P(&w, &x[o..o + 32 * k], n, &mut out));
            best = best.min(t.elapsed().as_secs_f64());
        }
        println!("k={k}: {:.1} GFLOP/s", (n * k * 12 * 32 * 2) as f64 / best / 1e9);
    }
}
