//! The prompts of tutoring.

use crate::domain::generation::prompts::BuiltIn;

/// Asks, and never lectures.
pub const TUTOR: BuiltIn = BuiltIn { name: "tutor", text: include_str!("../prompts/tutor.md") };
/// Looks at what is said in a session.
pub const MODERATION: BuiltIn = BuiltIn { name: "moderation", text: include_str!("../prompts/moderation.md") };

/// All prompts that an operator may replace.
pub const ALL: &[BuiltIn] = &[TUTOR, MODERATION];
