//! The sizes of all-MiniLM-L6-v2.

/// Length of a text's vector, and of each token's state.
pub const VECTOR: usize = 384;
/// Tokens that the model takes of one text, the two that mark its start and end included.
pub const MAX_TOKENS: usize = 256;
/// Number of different tokens.
pub const VOCABULARY: usize = 30_522;
pub(crate) const LAYERS: usize = 6;
pub(crate) const HEADS: usize = 12;
pub(crate) const HEAD: usize = VECTOR / HEADS;
pub(crate) const INTERMEDIATE: usize = 1536;
pub(crate) const QUERY_KEY_VALUE: usize = 3 * VECTOR;
