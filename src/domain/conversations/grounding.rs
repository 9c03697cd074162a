//! Evidence for an answer: what the documents in scope say about a question.

use crate::ai::chat::overview;
use crate::ai::chat::request::Passage;
use crate::app::App;
use crate::domain::documents::retrieval::query::{Hit, Query, Scope, SearchMode};
use crate::domain::documents::retrieval::search;
use crate::domain::generation::purpose::Evidence;
use crate::error::Result;
use crate::ids::{DocumentId, UserId};

/// Passages in a prompt.
const PASSAGES: usize = 8;
/// Passages for a summary, which needs more of a text than an answer does.
const OVERVIEW_PASSAGES: usize = 16;

/// Whether the person asks for a summary of the documents themselves: there is nothing to search for.
#[must_use]
pub fn is_overview(question: &str) -> bool {
    overview::subject(question).is_some_and(|subject| subject.is_empty())
}

/// How many passages there may be for a question.
#[must_use]
pub fn at_most(question: &str) -> u32 {
    let most = if overview::subject(question).is_some() { OVERVIEW_PASSAGES } else { PASSAGES };
    u32::try_from(most).unwrap_or(u32::MAX)
}

/// The passages that say most about a question, numbered from 1: for the prompt, and for resolving its markers. `question`
/// is what the person said, `sought` what to search for. For a summary they are spread over the documents instead.
///
/// # Errors
/// When Postgres does not answer.
pub async fn gather(
    app: &App,
    reader: UserId,
    question: &str,
    sought: &str,
    documents: Option<Vec<DocumentId>>,
) -> Result<(Vec<Passage>, Vec<Evidence>)> {
    let scope = Scope { documents, ..Scope::default() };
    let query = Query { text: sought, mode: SearchMode::Hybrid, scope: &scope, limit: PASSAGES };
    let mut hits = if is_overview(question) { Vec::new() } else { search::search(app, reader, &query).await? };
    // "Summarise the contract", and the contract calls itself a lease: better all of it than nothing.
    if hits.is_empty() && overview::subject(question).is_some() {
        hits = search::overview(app, reader, &scope, OVERVIEW_PASSAGES).await?;
    }
    Ok(numbered(hits))
}

/// What documents in `scope` say about `sought`, at most `limit` passages, numbered from 1.
///
/// # Errors
/// When Postgres does not answer.
pub async fn gather_within(
    app: &App,
    reader: UserId,
    sought: &str,
    scope: &Scope,
    limit: usize,
) -> Result<(Vec<Passage>, Vec<Evidence>)> {
    let query = Query { text: sought, mode: SearchMode::Hybrid, scope, limit };
    Ok(numbered(search::search(app, reader, &query).await?))
}

fn numbered(hits: Vec<Hit>) -> (Vec<Passage>, Vec<Evidence>) {
    let mut passages = Vec::with_capacity(hits.len());
    let mut evidence = Vec::with_capacity(hits.len());
    for (hit, marker) in hits.into_iter().zip(1_i32..) {
        passages.push(Passage {
            marker: marker.unsigned_abs(),
            title: hit.document_title,
            page: hit.chunk.page,
            text: hit.chunk.content.clone(),
        });
        evidence.push(Evidence {
            marker,
            document_id: hit.document_id,
            chunk_id: hit.chunk.id,
            page: hit.chunk.page,
            start_char: hit.chunk.start_char,
            content: hit.chunk.content,
            score: hit.score,
        });
    }
    (passages, evidence)
}
