//! Attention within one text: every token's mixture of all tokens' values, for each head.

use pulp::{Arch, Simd, WithSimd};

use crate::aligned::Aligned;
use crate::linear::multiply;
use crate::math::exp_of_negative;
use crate::panel::{Panels, group};
use crate::shape::{HEAD, HEADS, QUERY_KEY_VALUE, VECTOR};

/// What one head of one text needs while it is computed.
#[derive(Debug, Default)]
pub struct Workspace {
    /// One feature of all tokens.
    row: Vec<f32>,
    /// `[group of tokens][feature][of group]`
    keys: Aligned,
    /// `[group of features][token][of group]`
    values: Aligned,
    /// `[feature][lane]`: a panel of queries.
    queries: Aligned,
    /// `[token][lane]`: how much each query attends to each token.
    scores: Aligned,
    /// `[feature][lane]`
    mixed: Aligned,
}

/// One text's tokens among those of its batch.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub first: usize,
    pub tokens: usize,
}

/// Attends within one text. `input` holds queries (already scaled), keys and values; `output` gets the mixtures.
pub fn attend(arch: Arch, panels: Panels, span: Span, input: &Aligned, output: &mut Aligned, space: &mut Workspace) {
    arch.dispatch(Attend { panels, span, input: input.numbers(), output: output.numbers_mut(), space });
}

struct Attend<'a> {
    panels: Panels,
    span: Span,
    input: &'a [f32],
    output: &'a mut [f32],
    space: &'a mut Workspace,
}

impl WithSimd for Attend<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match (group(S::F32_LANES), self.panels.vectors) {
            (12, 1) => all_heads::<S, 12, 1>(simd, self),
            (12, _) => all_heads::<S, 12, 2>(simd, self),
            (_, 1) => all_heads::<S, 6, 1>(simd, self),
            (_, _) => all_heads::<S, 6, 2>(simd, self),
        }
    }
}

#[inline(always)]
fn all_heads<S: Simd, const G: usize, const V: usize>(simd: S, work: Attend<'_>) {
    let Attend { panels, span, input, output, space } = work;
    let (tokens, width) = (span.tokens, panels.width);
    space.row.resize(tokens, 0.0);
    space.keys.resize(tokens.next_multiple_of(G) * HEAD);
    space.values.resize(tokens * HEAD.next_multiple_of(G));
    space.queries.resize(HEAD * width);
    space.scores.resize(tokens.next_multiple_of(G) * width);
    space.mixed.resize(HEAD.next_multiple_of(G) * width);
    // Where groups are not full, what was left there must not be taken for a number.
    space.keys.numbers_mut().fill(0.0);
    space.values.numbers_mut().fill(0.0);
    for head in 0..HEADS {
        gather_keys_and_values::<G>(panels, span, head, input, space);
        for first in (0..tokens).step_by(width) {
            let some = Span { first: span.first + first, tokens: width.min(tokens - first) };
            for (feature, queries) in space.queries.numbers_mut().chunks_exact_mut(width).enumerate() {
                read(panels, QUERY_KEY_VALUE, head * HEAD + feature, some, input, queries);
            }
            mix::<S, G, V>(simd, tokens, space);
            for (feature, mixed) in space.mixed.numbers().chunks_exact(width).take(HEAD).enumerate() {
                let mut from = 0;
                for (offset, length) in panels.row(VECTOR, head * HEAD + feature, some.first, some.tokens) {
                    output[offset..offset + length].copy_from_slice(&mixed[from..from + length]);
                    from += length;
                }
            }
        }
    }
}

/// Copies one feature of some tokens out of their panels.
#[inline(always)]
fn read(panels: Panels, features: usize, feature: usize, span: Span, input: &[f32], row: &mut [f32]) {
    let mut to = 0;
    for (offset, length) in panels.row(features, feature, span.first, span.tokens) {
        row[to..to + length].copy_from_slice(&input[offset..offset + length]);
        to += length;
    }
}

#[inline(always)]
fn gather_keys_and_values<const G: usize>(
    panels: Panels,
    span: Span,
    head: usize,
    input: &[f32],
    space: &mut Workspace,
) {
    for feature in 0..HEAD {
        read(panels, QUERY_KEY_VALUE, VECTOR + head * HEAD + feature, span, input, &mut space.row);
        let groups = space.keys.numbers_mut().as_chunks_mut::<G>().0.chunks_exact_mut(HEAD);
        for (keys, row) in groups.zip(space.row.chunks(G)) {
            keys[feature][..row.len()].copy_from_slice(row);
        }
        read(panels, QUERY_KEY_VALUE, 2 * VECTOR + head * HEAD + feature, span, input, &mut space.row);
        let group = space.values.numbers_mut().as_chunks_mut::<G>().0.chunks_exact_mut(span.tokens).nth(feature / G);
        for (values, value) in group.into_iter().flatten().zip(&space.row) {
            values[feature % G] = *value;
        }
    }
}

/// One head's mixtures for the panel of queries: softmax(keys × queries) × values.
#[inline(always)]
fn mix<S: Simd, const G: usize, const V: usize>(simd: S, tokens: usize, space: &mut Workspace) {
    let queries = S::as_simd_f32s(space.queries.numbers()).0.as_chunks::<V>().0;
    let keys = space.keys.numbers().as_chunks::<G>().0;
    let scores = S::as_mut_simd_f32s(space.scores.numbers_mut()).0.as_chunks_mut::<V>().0;
    for (keys, scores) in keys.chunks_exact(HEAD).zip(scores.chunks_exact_mut(G)) {
        scores.copy_from_slice(&multiply::<S, G, V>(simd, keys, queries));
    }
    let scores = &mut scores[..tokens];
    let mut most = [simd.splat_f32s(f32::MIN); V];
    for row in &*scores {
        for (most, score) in most.iter_mut().zip(row) {
            *most = simd.max_f32s(*most, *score);
        }
    }
    let mut sum = [simd.splat_f32s(0.0); V];
    for row in &mut *scores {
        for ((score, most), sum) in row.iter_mut().zip(most).zip(&mut sum) {
            *score = exp_of_negative(simd, simd.sub_f32s(*score, most));
            *sum = simd.add_f32s(*sum, *score);
        }
    }
    let share = sum.map(|sum| simd.div_f32s(simd.splat_f32s(1.0), sum));
    let values = space.values.numbers().as_chunks::<G>().0;
    let mixed = S::as_mut_simd_f32s(space.mixed.numbers_mut()).0.as_chunks_mut::<V>().0;
    for (values, mixed) in values.chunks_exact(tokens).zip(mixed.chunks_exact_mut(G)) {
        let tile = multiply::<S, G, V>(simd, values, scores);
        for (row, sums) in mixed.iter_mut().zip(tile) {
            for ((place, sum), share) in row.iter_mut().zip(sums).zip(share) {
                *place = simd.mul_f32s(sum, share);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::tests::{filled, machines, numbers, place};

    /// One token's mixture for one feature, by the formula.
    fn wanted(rows: &[&[f32]], token: usize, feature: usize) -> f32 {
        let head = feature / HEAD * HEAD;
        let score = |key: &[f32]| -> f32 { (head..head + HEAD).map(|at| rows[token][at] * key[VECTOR + at]).sum() };
        let weights: Vec<f32> = rows.iter().map(|key| score(key).exp()).collect();
        let mixed: f32 = rows.iter().zip(&weights).map(|(row, weight)| row[2 * VECTOR + feature] * weight).sum();
        mixed / weights.iter().sum::<f32>()
    }

    #[test]
    fn every_machine_attends_to_one_text_alone() {
        for machine in machines() {
            for (first, tokens) in [(0, 1), (5, 37)] {
                let panels = Panels::of(machine.layout, first + tokens + 2);
                let rows = numbers(8, (first + tokens + 2) * QUERY_KEY_VALUE);
                let input = filled(panels, QUERY_KEY_VALUE, &rows);
                let mut output = Aligned::zeros(panels.size(VECTOR));
                let mut space = Workspace::default();
                attend(machine.arch, panels, Span { first, tokens }, &input, &mut output, &mut space);
                let text: Vec<&[f32]> = rows.chunks(QUERY_KEY_VALUE).skip(first).take(tokens).collect();
                for token in 0..tokens {
                    for feature in (0..VECTOR).step_by(5) {
                        let found = output.numbers()[place(panels, VECTOR, first + token, feature)];
                        assert!((found - wanted(&text, token, feature)).abs() < 1e-4);
                    }
                }
                let after = output.numbers()[place(panels, VECTOR, first + tokens, 0)];
                assert!(after == 0.0, "the next text's place was written to");
            }
        }
    }
}
