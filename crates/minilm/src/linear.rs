//! Linear layers: where nine tenths of the time go.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use crate::aligned::Aligned;
use crate::panel::{Layout, Machine, Panels, group};

/// Bytes of input that are worked on at once, so that they stay in the second-level cache while all weights pass by.
const BLOCK_BYTES: usize = 400 << 10;

/// `output = weights × input + bias`, with the weights in the order in which they are used: `[group][input][of group]`.
#[derive(Debug)]
pub struct Linear {
    weights: Aligned,
    bias: Vec<f32>,
    inputs: usize,
}

/// What becomes of the result.
#[derive(Debug, Clone, Copy)]
pub enum Then {
    /// It replaces the output.
    Store,
    /// Its GELU replaces the output.
    Gelu,
    /// It is added to the output.
    Add,
}

impl Linear {
    /// From a matrix of `[output][input]`. The number of outputs must be a multiple of the layout's group.
    pub fn pack(layout: Layout, matrix: &[f32], bias: Vec<f32>) -> Self {
        let inputs = matrix.len() / bias.len();
        let mut weights = Aligned::zeros(matrix.len());
        let rows = matrix.chunks_exact(inputs * layout.group);
        for (packed, rows) in weights.numbers_mut().chunks_exact_mut(inputs * layout.group).zip(rows) {
            for (within, row) in rows.chunks_exact(inputs).enumerate() {
                for (column, weight) in packed.chunks_exact_mut(layout.group).zip(row) {
                    column[within] = *weight;
                }
            }
        }
        Self { weights, bias, inputs }
    }

    /// Applies the layer to all tokens, on up to `threads` threads of the current rayon pool.
    pub fn apply(&self, machine: Machine, panels: Panels, input: &Aligned, output: &mut Aligned, then: Then) {
        let (input, output) = (input.numbers(), output.numbers_mut());
        let (weights, bias) = (self.weights.numbers(), &*self.bias);
        let (inputs, outputs) = (self.inputs, self.bias.len());
        let part = |((input, output), (weights, bias))| {
            machine.arch.dispatch(Apply { vectors: panels.vectors, weights, bias, inputs, input, output, then });
        };
        if machine.threads < 2 {
            part(((input, output), (weights, bias)));
        } else if panels.count == 1 {
            // One panel is divided by output features: they lie one after the other.
            let share = (outputs / machine.layout.group).div_ceil(machine.threads) * machine.layout.group;
            let weights = weights.par_chunks(share * inputs).zip(bias.par_chunks(share));
            let outputs = output.par_chunks_mut(share * panels.width);
            outputs.zip(weights).for_each(|(output, weights)| part(((input, output), weights)));
        } else {
            let share = panels.count.div_ceil(machine.threads) * panels.width;
            let tokens = input.par_chunks(share * inputs).zip(output.par_chunks_mut(share * outputs));
            tokens.for_each(|tokens| part((tokens, (weights, bias))));
        }
    }
}

/// One thread's part: some output features of all tokens, or all features of some tokens.
struct Apply<'a> {
    vectors: usize,
    weights: &'a [f32],
    bias: &'a [f32],
    inputs: usize,
    input: &'a [f32],
    output: &'a mut [f32],
    then: Then,
}

impl WithSimd for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        match (group(S::F32_LANES), self.vectors) {
            (12, 1) => apply::<S, 12, 1>(simd, &mut self),
            (12, _) => apply::<S, 12, 2>(simd, &mut self),
            (_, 1) => apply::<S, 6, 1>(simd, &mut self),
            (_, _) => apply::<S, 6, 2>(simd, &mut self),
        }
    }
}

#[inline(always)]
fn apply<S: Simd, const G: usize, const V: usize>(simd: S, work: &mut Apply<'_>) {
    let (inputs, outputs) = (work.inputs, work.bias.len());
    let input = S::as_simd_f32s(work.input).0.as_chunks::<V>().0;
    let output = S::as_mut_simd_f32s(&mut *work.output).0.as_chunks_mut::<V>().0;
    let weights = work.weights.as_chunks::<G>().0;
    let bias = work.bias.as_chunks::<G>().0;
    let block = (BLOCK_BYTES / (inputs * V * size_of::<S::f32s>())).max(1);
    for (input, output) in input.chunks(block * inputs).zip(output.chunks_mut(block * outputs)) {
        for (at, (weights, bias)) in weights.chunks_exact(inputs).zip(bias).enumerate() {
            for (input, output) in input.chunks_exact(inputs).zip(output.chunks_exact_mut(outputs)) {
                let tile = multiply::<S, G, V>(simd, weights, input);
                let rows = &mut output[at * G..][..G];
                for ((row, sums), bias) in rows.iter_mut().zip(tile).zip(bias) {
                    let bias = simd.splat_f32s(*bias);
                    for (place, sum) in row.iter_mut().zip(sums) {
                        let sum = simd.add_f32s(sum, bias);
                        *place = match work.then {
                            Then::Store => sum,
                            Then::Gelu => crate::math::gelu(simd, sum),
                            Then::Add => simd.add_f32s(*place, sum),
                        };
                    }
                }
            }
        }
    }
}

/// One tile: `G` sums for each lane of `V` registers, over all of `weights` and `input`, which are equally long. The sums
/// stay in registers throughout.
#[inline(always)]
pub fn multiply<S: Simd, const G: usize, const V: usize>(
    simd: S,
    weights: &[[f32; G]],
    input: &[[S::f32s; V]],
) -> [[S::f32s; V]; G] {
    let mut sums = [[simd.splat_f32s(0.0); V]; G];
    for (weights, input) in weights.iter().zip(input) {
        for (sums, weight) in sums.iter_mut().zip(weights) {
            let weight = simd.splat_f32s(*weight);
            for (sum, input) in sums.iter_mut().zip(input) {
                *sum = simd.mul_add_e_f32s(weight, *input, *sum);
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::tests::{filled, machines, numbers, place};

    #[test]
    fn every_machine_multiplies_alike() {
        const INPUTS: usize = 20;
        const OUTPUTS: usize = 48;
        let (matrix, bias) = (numbers(1, INPUTS * OUTPUTS), numbers(2, OUTPUTS));
        for machine in machines() {
            let linear = Linear::pack(machine.layout, &matrix, bias.clone());
            for tokens in [1, machine.layout.lanes, machine.layout.lanes + 1, 7 * machine.layout.lanes + 3] {
                let panels = Panels::of(machine.layout, tokens);
                let (rows, before) = (numbers(3, tokens * INPUTS), numbers(4, tokens * OUTPUTS));
                let input = filled(panels, INPUTS, &rows);
                let mut output = filled(panels, OUTPUTS, &before);
                linear.apply(machine, panels, &input, &mut output, Then::Add);
                let mut stored = Aligned::zeros(panels.size(OUTPUTS));
                linear.apply(machine, panels, &input, &mut stored, Then::Store);
                for (token, row) in rows.chunks(INPUTS).enumerate() {
                    for feature in 0..OUTPUTS {
                        let products = row.iter().zip(&matrix[feature * INPUTS..]).map(|(x, weight)| x * weight);
                        let wanted = products.sum::<f32>() + bias[feature];
                        let at = place(panels, OUTPUTS, token, feature);
                        assert!((stored.numbers()[at] - wanted).abs() < 1e-5);
                        assert!((output.numbers()[at] - wanted - before[token * OUTPUTS + feature]).abs() < 1e-5);
                    }
                }
            }
        }
    }
}
