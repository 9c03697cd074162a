//! What a model may have to read and write for each purpose, guessed before the prompt is made.
//!
//! How long the history and the passages will be is not known yet, so they count as much as the settings let them have.

use super::{grounding, rewriting};
use crate::ai::chat::tokens;
use crate::app::App;
use crate::domain::generation::expense::Estimate;

/// System prompt, summary of what was said, and what stands around the parts of a prompt.
pub const FRAME_TOKENS: u32 = 1500;
/// What stands around a passage.
const FENCE_TOKENS: u32 = 16;

/// A reply to `text`; one that follows another may have to be made to stand alone first.
#[must_use]
pub fn reply(app: &App, text: &str, is_first: bool) -> Estimate {
    let Estimate { input_tokens, output_tokens } = answer(app, text);
    let (read, written) = if is_first { (0, 0) } else { rewriting::at_most(text) };
    let history = if is_first { 0 } else { app.config.generation.history_tokens };
    Estimate {
        input_tokens: input_tokens.saturating_add(history).saturating_add(read),
        output_tokens: output_tokens.saturating_add(written),
    }
}

/// An answer to one question.
#[must_use]
pub fn answer(app: &App, text: &str) -> Estimate {
    let chunk = u32::try_from(app.config.documents.chunk_chars.div_ceil(4)).unwrap_or(u32::MAX);
    let passages = grounding::at_most(text).saturating_mul(chunk.saturating_add(FENCE_TOKENS));
    Estimate {
        input_tokens: FRAME_TOKENS.saturating_add(passages).saturating_add(tokens::estimate(text)),
        output_tokens: app.config.models.max_output_tokens,
    }
}
