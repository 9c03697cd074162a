//! OpenAI's chat completions, and every server that speaks them.

pub mod decoder;
pub mod protocol;
