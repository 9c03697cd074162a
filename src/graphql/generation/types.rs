//! Generations, their citations and their events as data.

use async_graphql::{Enum, ID, Interface, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::generation::model;
use crate::graphql::scalars::{Decimal, id};
use crate::ids::{ChunkId, DocumentId, GenerationId};

/// Where a text stands that a model writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::GenerationStatus")]
pub enum GenerationStatus {
    /// Waits for a server to write it.
    Queued,
    /// Is being written. Never outlives the server that writes it.
    Running,
    /// The model had said all.
    Completed,
    /// Somebody stopped it. The text so far is kept.
    Stopped,
    /// It broke off; `error` says why. The text so far is kept.
    Failed,
}

/// Tokens read and written.
#[derive(Debug, Clone, SimpleObject)]
pub struct TokenUsage {
    /// All tokens read, cached ones included.
    pub input_tokens: i32,
    /// All tokens written, those of hidden reasoning included.
    pub output_tokens: i32,
    /// The part of inputTokens that the provider had cached.
    pub cached_input_tokens: i32,
    /// The sum of both.
    pub total_tokens: i32,
    /// True where the provider gave no figures and they were counted instead.
    pub is_estimated: bool,
}

/// Why a text broke off.
#[derive(Debug, Clone, SimpleObject)]
pub struct GenerationError {
    /// A stable code, such as INTERRUPTED or MODEL_RATE_LIMITED.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
}

/// A text that a model writes, or wrote.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Generation {
    /// Opaque, and the same for the life of the generation.
    pub id: ID,
    /// Where it stands.
    pub status: GenerationStatus,
    /// What it is written for: REPLY, ANSWER, TITLE, SUMMARY, THEMES, MISCONCEPTIONS, `DATA_QUESTION` or INSIGHT; expect new ones.
    pub purpose: String,
    /// Who writes it. Null until a provider has begun to answer.
    pub provider: Option<String>,
    /// The provider's model. Null until a provider has begun to answer.
    pub model: Option<String>,
    /// Tokens read and written. Null until the end, and where nothing was.
    pub usage: Option<TokenUsage>,
    /// What it cost by list prices. Null until the end, and for a model without a known price.
    pub cost_usd: Option<Decimal>,
    /// From its beginning to the first word, in milliseconds. Null until the end, and where no word came.
    pub first_token_ms: Option<i32>,
    /// From its beginning to its end, in milliseconds. Null until the end.
    pub duration_ms: Option<i32>,
    /// Why the model ended: STOP, LENGTH, TOOL_CALLS, CONTENT_FILTER or OTHER. Null until the end, and where it did not.
    pub finish_reason: Option<String>,
    /// Why it broke off. Null unless status is FAILED.
    pub error: Option<GenerationError>,
    /// Name and version of the system prompt. Null until the end.
    pub prompt_version: Option<String>,
    /// Names its trace in the operator's tracing. Null until it has begun.
    pub trace_id: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was begun. Null while it is QUEUED.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended. Null until then.
    pub ended_at: Option<DateTime<Utc>>,
    /// Not shown: its key, for the edges.
    #[graphql(skip)]
    pub key: GenerationId,
    /// Not shown: the final text; empty while it is written.
    #[graphql(skip)]
    pub content: String,
    /// Not shown: where a reader of the whole text goes on, right before the end. `None` while it is written.
    #[graphql(skip)]
    pub end_cursor: Option<String>,
}

impl From<model::Generation> for Generation {
    fn from(row: model::Generation) -> Self {
        let trace_id = row.trace_id().map(str::to_owned);
        let end_cursor = row.end_cursor().map(|cursor| cursor.to_string());
        let usage = match (row.input_tokens, row.output_tokens) {
            (Some(input_tokens), Some(output_tokens)) => Some(TokenUsage {
                input_tokens,
                output_tokens,
                cached_input_tokens: row.cached_input_tokens.unwrap_or(0),
                total_tokens: input_tokens.saturating_add(output_tokens),
                is_estimated: row.usage_is_estimated,
            }),
            _ => None,
        };
        let error = row.error_code.map(|code| {
            let message = row.error_message.unwrap_or_else(|| code.clone());
            GenerationError { code, message }
        });
        Self {
            id: id(row.id),
            status: row.status.into(),
            purpose: row.purpose,
            provider: row.provider,
            model: row.model,
            usage,
            cost_usd: row.cost_usd.map(Decimal),
            first_token_ms: row.first_token_ms,
            duration_ms: row.duration_ms,
            finish_reason: row.finish_reason,
            error,
            prompt_version: row.prompt_version,
            trace_id,
            created_at: row.created_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
            key: row.id,
            content: row.content,
            end_cursor,
        }
    }
}

/// Where a statement comes from: the exact span of one document. Offsets count Unicode characters (scalar values).
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Citation {
    /// The n of the `[n]` in the text.
    pub marker: i32,
    /// Page of the document, from 1. Null where it has no pages.
    pub page: Option<i32>,
    /// Where the quote starts in the document's text.
    pub start_char: i32,
    /// Where it ends, exclusive.
    pub end_char: i32,
    /// Exactly the document's text from startChar to endChar.
    pub quote: String,
    /// How well the passage matched the question, from 0 to 1; 0 where a summary was asked for and nothing was searched.
    pub score: f64,
    /// Where the statement starts in the answer that the marker supports.
    pub answer_start_char: i32,
    /// Where it ends, with the marker, exclusive.
    pub answer_end_char: i32,
    /// Not shown: for the edge to the document.
    #[graphql(skip)]
    pub document_key: Option<DocumentId>,
    /// Not shown: for the edge to the passage.
    #[graphql(skip)]
    pub chunk_key: Option<ChunkId>,
}

impl From<model::Citation> for Citation {
    fn from(row: model::Citation) -> Self {
        Self {
            marker: row.marker,
            page: row.page,
            start_char: row.start_char,
            end_char: row.end_char,
            quote: row.quote,
            score: f64::from(row.score),
            answer_start_char: row.answer_start_char,
            answer_end_char: row.answer_end_char,
            document_key: row.document_id,
            chunk_key: row.chunk_id,
        }
    }
}

/// A step of a text that a model writes. Give a step's cursor as `after` to go on behind it, on any connection and
/// after any interruption.
#[derive(Debug, Clone, Interface)]
#[graphql(
    field(name = "generation_id", ty = "&ID", desc = "The generation whose step it is."),
    field(name = "cursor", ty = "&String", desc = "The place of this step: opaque, valid for ever, on every server.")
)]
pub enum GenerationEvent {
    TextAppended(TextAppended),
    CitationsFound(CitationsFound),
    GenerationEnded(GenerationEnded),
}

/// Text was added at the end.
#[derive(Debug, Clone, SimpleObject)]
pub struct TextAppended {
    /// The generation whose step it is.
    pub generation_id: ID,
    /// The place of this step: opaque, valid for ever, on every server.
    pub cursor: String,
    /// What was added.
    pub text: String,
}

/// Markers in the text so far were resolved.
#[derive(Debug, Clone, SimpleObject)]
pub struct CitationsFound {
    /// The generation whose step it is.
    pub generation_id: ID,
    /// The place of this step: opaque, valid for ever, on every server.
    pub cursor: String,
    /// What the markers stand for, in the order of the text.
    pub citations: Vec<Citation>,
}

/// Nothing more will come. Every generation has exactly one such step, whatever happens to its server.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct GenerationEnded {
    /// The generation whose step it is.
    pub generation_id: ID,
    /// The place of this step: opaque, valid for ever, on every server.
    pub cursor: String,
    /// Not shown: for the edge to the generation.
    #[graphql(skip)]
    pub key: GenerationId,
}
