//! What is wrong with a specification, and where.

use serde::{Deserialize, Serialize};

/// Problems that are told at most.
pub const TOLD: usize = 20;
/// Characters of a value that are quoted.
const QUOTED: usize = 60;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpecProblem {
    /// Where it is, as a JSON pointer (RFC 6901); empty for the whole specification.
    pub pointer: String,
    /// A sentence for a person.
    pub message: String,
}

impl SpecProblem {
    pub(super) fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}

/// Something from a specification or a result, in a message: short and without control characters.
#[must_use]
pub(super) fn quoted(text: &str) -> String {
    let shown: String = text.chars().filter(|char| !char.is_control()).take(QUOTED).collect();
    let cut = if text.chars().count() > QUOTED { "…" } else { "" };
    format!("`{shown}{cut}`")
}

/// A part of a JSON pointer, escaped.
#[must_use]
pub(super) fn part(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
