//! What is asked of search, and what it answers.

use crate::domain::documents::model::Chunk;
use crate::ids::DocumentId;

/// Longest text of a query that is looked at, in characters.
pub const MAX_QUERY_CHARS: usize = 10_000;
/// Most hits of one search.
pub const MAX_HITS: usize = 50;

/// By what passages are found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SearchMode {
    /// By their words: BM25.
    Keyword,
    /// By their meaning: the angle between vectors.
    Semantic,
    /// By both, weighed.
    #[default]
    Hybrid,
}

/// Where to search. Always within what the person may see; each field narrows that further.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only these documents; `None` for all of them, an empty list for none.
    pub documents: Option<Vec<DocumentId>>,
    /// Whether `documents` are readings of a course, which others may own; else all that is searched is the person's own.
    pub of_readings: bool,
    pub category: Option<String>,
    pub jurisdiction: Option<String>,
    pub practice_area: Option<String>,
    /// Documents with any of these keywords; empty for all of them.
    pub keywords: Vec<String>,
}

/// A search.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// Plain text: no character in it has a special meaning.
    pub text: &'a str,
    pub mode: SearchMode,
    pub scope: &'a Scope,
    /// 1 to [`MAX_HITS`]; more are taken as that many.
    pub limit: usize,
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub chunk: Chunk,
    pub document_id: DocumentId,
    /// The document's title, or its file name.
    pub document_title: String,
    /// How well it fits, 0 to 1; comparable within one search only.
    pub score: f32,
    /// Its rank by words, from 1; `None` when no word fits or the mode does not look at words.
    pub keyword_rank: Option<i32>,
    /// Its rank by meaning, from 1; `None` when it is not among the nearest or the mode does not look at meaning.
    pub semantic_rank: Option<i32>,
    /// The sentences that fit best, plain text of at most 240 characters each.
    pub highlights: Vec<String>,
}
