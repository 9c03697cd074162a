//! The prompts of misconceptions.

use crate::domain::generation::prompts::BuiltIn;

/// Finds misconceptions in what students said.
pub const MISCONCEPTIONS: BuiltIn =
    BuiltIn { name: "misconceptions", text: include_str!("../prompts/misconceptions.md") };
/// Makes one list of several.
pub const MISCONCEPTIONS_MERGE: BuiltIn =
    BuiltIn { name: "misconceptions_merge", text: include_str!("../prompts/misconceptions_merge.md") };

/// All prompts that an operator may replace.
pub const ALL: &[BuiltIn] = &[MISCONCEPTIONS, MISCONCEPTIONS_MERGE];
