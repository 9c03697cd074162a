//! Anthropic's Messages.

pub mod decoder;
pub mod protocol;
