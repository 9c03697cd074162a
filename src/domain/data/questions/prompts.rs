//! The prompt of questions about data.

use crate::domain::generation::prompts::BuiltIn;

/// Writes the statement that answers a question.
pub const DATA_QUESTION: BuiltIn = BuiltIn { name: "data_question", text: include_str!("../prompts/data_question.md") };

/// All prompts that an operator may replace.
pub const ALL: &[BuiltIn] = &[DATA_QUESTION];
