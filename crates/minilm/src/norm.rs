//! Layer norm: each token's state to mean 0 and variance 1, then scaled and shifted.

use pulp::{Arch, Simd, WithSimd};

use crate::aligned::Aligned;
use crate::panel::Panels;
use crate::shape::VECTOR;

/// What BERT adds to the variance.
const EPSILON: f32 = 1e-12;

#[derive(Debug)]
pub struct Norm {
    pub scale: Vec<f32>,
    pub shift: Vec<f32>,
}

impl Norm {
    /// Normalises all tokens in place.
    pub fn apply(&self, arch: Arch, panels: Panels, states: &mut Aligned) {
        arch.dispatch(Apply { norm: self, vectors: panels.vectors, states: states.numbers_mut() });
    }
}

struct Apply<'a> {
    norm: &'a Norm,
    vectors: usize,
    states: &'a mut [f32],
}

impl WithSimd for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        if self.vectors == 1 {
            apply::<S, 1>(simd, self.norm, self.states);
        } else {
            apply::<S, 2>(simd, self.norm, self.states);
        }
    }
}

#[inline(always)]
fn apply<S: Simd, const V: usize>(simd: S, norm: &Norm, states: &mut [f32]) {
    let states = S::as_mut_simd_f32s(states).0.as_chunks_mut::<V>().0;
    let share = simd.splat_f32s(1.0 / 384.0);
    for panel in states.chunks_exact_mut(VECTOR) {
        let mut mean = [simd.splat_f32s(0.0); V];
        for row in &*panel {
            for (mean, state) in mean.iter_mut().zip(row) {
                *mean = simd.add_f32s(*mean, *state);
            }
        }
        let mean = mean.map(|sum| simd.mul_f32s(sum, share));
        let mut variance = [simd.splat_f32s(0.0); V];
        for row in &*panel {
            for ((variance, state), mean) in variance.iter_mut().zip(row).zip(mean) {
                let apart = simd.sub_f32s(*state, mean);
                *variance = simd.mul_add_e_f32s(apart, apart, *variance);
            }
        }
        let rate = variance.map(|sum| {
            let variance = simd.mul_add_e_f32s(sum, share, simd.splat_f32s(EPSILON));
            simd.div_f32s(simd.splat_f32s(1.0), simd.sqrt_f32s(variance))
        });
        for (row, (scale, shift)) in panel.iter_mut().zip(norm.scale.iter().zip(&norm.shift)) {
            let (scale, shift) = (simd.splat_f32s(*scale), simd.splat_f32s(*shift));
            for ((state, mean), rate) in row.iter_mut().zip(mean).zip(rate) {
                let even = simd.mul_f32s(simd.sub_f32s(*state, mean), rate);
                *state = simd.mul_add_e_f32s(even, scale, shift);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::tests::{filled, machines, numbers, place};

    #[test]
    fn every_machine_normalises_alike() {
        let norm = Norm { scale: numbers(5, VECTOR), shift: numbers(6, VECTOR) };
        for machine in machines() {
            for tokens in [1, 3 * machine.layout.lanes] {
                let panels = Panels::of(machine.layout, tokens);
                let rows = numbers(7, tokens * VECTOR);
                let mut states = filled(panels, VECTOR, &rows);
                norm.apply(machine.arch, panels, &mut states);
                for (token, row) in rows.chunks(VECTOR).enumerate() {
                    let mean = row.iter().sum::<f32>() / 384.0;
                    let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / 384.0;
                    for (feature, x) in row.iter().enumerate() {
                        let wanted = (x - mean) / variance.sqrt() * norm.scale[feature] + norm.shift[feature];
                        assert!((states.numbers()[place(panels, VECTOR, token, feature)] - wanted).abs() < 1e-5);
                    }
                }
            }
        }
    }
}
