//! What a model is told that writes about a result.

/// Changes with every change of the text, and is stored with what was written by it.
pub const VERSION: u32 = 1;

/// The rules in front of a result.
#[must_use]
pub fn rules() -> &'static str {
    include_str!("rules.md").trim_end()
}
