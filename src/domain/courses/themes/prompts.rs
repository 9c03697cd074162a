//! The prompts of themes.

use crate::domain::generation::prompts::BuiltIn;

/// Names the themes of passages.
pub const THEMES: BuiltIn = BuiltIn { name: "themes", text: include_str!("../prompts/themes.md") };
/// Makes one list of several.
pub const THEMES_MERGE: BuiltIn = BuiltIn { name: "themes_merge", text: include_str!("../prompts/themes_merge.md") };

/// All prompts that an operator may replace.
pub const ALL: &[BuiltIn] = &[THEMES, THEMES_MERGE];
