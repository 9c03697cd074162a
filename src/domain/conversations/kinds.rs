//! The assistants: which system prompt each has.

use super::model::ConversationKind;
use crate::domain::generation::prompts::BuiltIn;

/// Writes titles.
pub const TITLE: BuiltIn = BuiltIn { name: "title", text: include_str!("prompts/title.md") };
/// Writes summaries of older turns.
pub const SUMMARY: BuiltIn = BuiltIn { name: "summary", text: include_str!("prompts/summary.md") };
/// Makes a question understandable by itself, for retrieval.
pub const REWRITE: BuiltIn = BuiltIn { name: "rewrite", text: include_str!("prompts/rewrite.md") };

const GENERAL: BuiltIn = BuiltIn { name: "general", text: include_str!("prompts/general.md") };
const LEGAL_RESEARCH: BuiltIn = BuiltIn { name: "legal_research", text: include_str!("prompts/legal_research.md") };

/// All prompts that an operator may replace.
pub const ALL: &[BuiltIn] = &[GENERAL, LEGAL_RESEARCH, TITLE, SUMMARY, REWRITE];

/// The system prompt of a kind of assistant.
#[must_use]
pub const fn system_prompt(kind: ConversationKind) -> BuiltIn {
    match kind {
        // A tutor has a prompt of its own, which is made where courses are.
        ConversationKind::General | ConversationKind::Tutoring => GENERAL,
        ConversationKind::LegalResearch => LEGAL_RESEARCH,
    }
}
