//! Where the state of each token lies.

use pulp::{Arch, Simd, WithSimd};

use crate::aligned::Aligned;

/// How this machine's registers divide the work.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Numbers in a vector register.
    pub lanes: usize,
    /// Output features that are computed together; see [`group`].
    pub group: usize,
}

/// Output features of one tile: with two registers of tokens each they must leave registers for the operands. AVX-512
/// and NEON have 32 registers, AVX2 has 16.
pub const fn group(lanes: usize) -> usize {
    if lanes == 16 || lanes == 4 { 12 } else { 6 }
}

impl Layout {
    pub fn of(arch: Arch) -> Self {
        let lanes = arch.dispatch(Lanes);
        Self { lanes, group: group(lanes) }
    }
}

/// What a pass runs on.
#[derive(Debug, Clone, Copy)]
pub struct Machine {
    pub arch: Arch,
    pub layout: Layout,
    /// How many threads of the current rayon pool may share one layer.
    pub threads: usize,
}

struct Lanes;

impl WithSimd for Lanes {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        S::F32_LANES
    }
}

/// The tokens of a batch, laid end to end and cut into panels of one width: `[panel][feature][lane]`.
#[derive(Debug, Clone, Copy)]
pub struct Panels {
    /// Registers in a row of a panel: 1 when all tokens fit into one register, else 2.
    pub vectors: usize,
    /// Tokens in a panel.
    pub width: usize,
    pub count: usize,
}

impl Panels {
    pub fn of(layout: Layout, tokens: usize) -> Self {
        let vectors = if tokens <= layout.lanes { 1 } else { 2 };
        let width = vectors * layout.lanes;
        Self { vectors, width, count: tokens.div_ceil(width) }
    }

    /// Numbers in a buffer of `features` a token.
    pub fn size(self, features: usize) -> usize {
        self.count * features * self.width
    }

    pub fn resize(self, buffer: &mut Aligned, features: usize) {
        buffer.resize(self.size(features));
    }

    /// The stretches of a row that hold the tokens from `first` on: `(offset in the buffer, length)`, in order.
    #[inline(always)]
    pub fn row(
        self,
        features: usize,
        feature: usize,
        first: usize,
        tokens: usize,
    ) -> impl Iterator<Item = (usize, usize)> {
        let mut next = first;
        std::iter::from_fn(move || {
            let left = first + tokens - next;
            if left == 0 {
                return None;
            }
            let lane = next % self.width;
            let length = left.min(self.width - lane);
            let offset = ((next / self.width) * features + feature) * self.width + lane;
            next += length;
            Some((offset, length))
        })
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Every kind of register that this machine has, so that the paths of lesser machines are tested too; each alone and
    /// with three threads.
    pub fn machines() -> Vec<Machine> {
        let mut kinds = vec![Arch::new(), Arch::Scalar];
        #[cfg(target_arch = "x86_64")]
        kinds.extend(pulp::x86::V3::try_new().map(Arch::V3));
        let machine = |arch| [1, 3].map(|threads| Machine { arch, layout: Layout::of(arch), threads });
        kinds.into_iter().flat_map(machine).collect()
    }

    /// Numbers without a pattern, between -1 and 1.
    pub fn numbers(seed: u32, count: usize) -> Vec<f32> {
        let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(u16::try_from(state >> 16).unwrap()) / 32_768.0 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    /// Where a token's feature lies.
    pub fn place(panels: Panels, features: usize, token: usize, feature: usize) -> usize {
        ((token / panels.width) * features + feature) * panels.width + token % panels.width
    }

    /// A buffer with these numbers, given as `[token][feature]`.
    pub fn filled(panels: Panels, features: usize, rows: &[f32]) -> Aligned {
        let mut buffer = Aligned::zeros(panels.size(features));
        for (at, number) in rows.iter().enumerate() {
            buffer.numbers_mut()[place(panels, features, at / features, at % features)] = *number;
        }
        buffer
    }

    #[test]
    fn a_row_is_read_across_panels() {
        let panels = Panels { vectors: 2, width: 4, count: 3 };
        let stretches: Vec<_> = panels.row(10, 7, 3, 6).collect();
        assert_eq!(stretches, [(31, 1), (68, 4), (108, 1)]);
        assert_eq!(panels.row(10, 7, 4, 0).count(), 0);
    }
}
