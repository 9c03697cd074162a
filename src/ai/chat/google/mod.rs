//! Google's Gemini.

pub mod decoder;
pub mod protocol;
pub mod schema;
