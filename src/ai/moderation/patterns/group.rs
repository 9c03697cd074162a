//! How a pattern is written, and what it says of a text that it fits.
//!
//! A pattern is a regular expression over words of small letters and digits with one blank between; it fits whole
//! words. `^` in front stands for the beginning of the text, `_` for any word, NAMES for the alternatives of
//! [`super::words`] or one of [`super::names`]. Apostrophes are gone (`dont`), as are marks (`wahlen`). Expressions have
//! no look-around: a match takes time in proportion to the text.

use crate::ai::moderation::model::{Category, Direction};

/// Patterns that say the same.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    pub category: Category,
    /// Whose texts they are for; `None` for everybody's.
    pub direction: Option<Direction>,
    pub reach: Reach,
    /// What was found, to end the sentence "The text holds …".
    pub finding: &'static str,
    pub patterns: &'static [&'static str],
}

/// What a group's patterns are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Words, without what a course of law may say ([`super::allowed`]).
    Words,
    /// All words, and letters as for [`Reach::Joined`].
    Always,
    /// Letters that stand apart, with nothing to show where a word ends: each pattern takes ten of them or so.
    Joined,
    /// Signs and letters, as they stand.
    Signs,
}
