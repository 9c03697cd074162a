//! Rows and enums of generations.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use super::cursor::Cursor;
use crate::db::schema::{generation_citations, generation_events, generations};
use crate::ids::{ChunkId, ConversationId, DocumentId, GenerationId, InstanceId, UserId};

/// Where a run stands. RUNNING never survives the process that writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow, Serialize, Deserialize)]
#[diesel(sql_type = Text)]
pub enum GenerationStatus {
    /// Waits for an instance.
    Queued,
    /// Is being written.
    Running,
    /// The model had said all.
    Completed,
    /// Somebody stopped it; the text so far stays.
    Stopped,
    /// It broke off; the text so far stays.
    Failed,
}

crate::db::enums::text_enum!(GenerationStatus {
    Queued => "QUEUED",
    Running => "RUNNING",
    Completed => "COMPLETED",
    Stopped => "STOPPED",
    Failed => "FAILED",
});

impl GenerationStatus {
    /// Whether nothing more will come.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Completed | Self::Stopped | Self::Failed)
    }
}

/// One run of a model.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = generations, check_for_backend(diesel::pg::Pg))]
pub struct Generation {
    pub id: GenerationId,
    pub owner_id: UserId,
    /// What the text is for: the name of a purpose.
    pub purpose: String,
    pub status: GenerationStatus,
    /// What its purpose needs to make the prompt.
    pub input: serde_json::Value,
    /// Name and version of the system prompt; `None` for a run that never began.
    pub prompt_version: Option<String>,
    pub requested_model: Option<String>,
    pub provider: Option<String>,
    pub model: Option<String>,
    pub instance_id: Option<InstanceId>,
    /// Times that it was begun.
    pub attempt: i32,
    pub stop_requested_at: Option<DateTime<Utc>>,
    /// The whole text once ended; empty before.
    pub content: String,
    pub finish_reason: Option<String>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub input_tokens: Option<i32>,
    pub output_tokens: Option<i32>,
    pub cached_input_tokens: Option<i32>,
    pub usage_is_estimated: bool,
    pub cost_usd: Option<BigDecimal>,
    pub first_token_ms: Option<i32>,
    pub duration_ms: Option<i32>,
    /// Sequence number of the terminal event once ended.
    pub last_seq: i32,
    pub text_seq: i32,
    pub citations_seq: i32,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    /// The conversation it is written for.
    pub conversation_id: Option<ConversationId>,
    /// Since when nobody may read it, what it was written for being deleted.
    pub discarded_at: Option<DateTime<Utc>>,
    /// Of the latest attempt, as in W3C Trace Context; before the first, of whoever asked for it.
    pub traceparent: Option<String>,
}

impl Generation {
    /// The trace that the model call is in; `None` for a run that has not begun.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        if self.attempt == 0 {
            return None;
        }
        self.traceparent.as_deref()?.split('-').nth(1)
    }

    /// Where somebody goes on who has all of its text: the end is still to come. `None` for a run that has not ended.
    #[must_use]
    pub fn end_cursor(&self) -> Option<Cursor> {
        let offset = i32::try_from(self.content.len()).unwrap_or(i32::MAX);
        self.status.is_ended().then(|| Cursor { seq: (self.last_seq - 1).max(0), offset })
    }
}

/// A run that is asked for.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = generations)]
pub struct NewGeneration {
    pub id: GenerationId,
    pub owner_id: UserId,
    pub purpose: &'static str,
    /// What the purpose needs to make the prompt.
    pub input: serde_json::Value,
    pub conversation_id: Option<ConversationId>,
    /// `provider/model`; `None` for the configured one.
    pub requested_model: Option<String>,
    /// Where it was asked for; once it has begun, where it runs.
    pub traceparent: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// What an event in the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum EventKind {
    Text,
    Citations,
    End,
}

crate::db::enums::text_enum!(EventKind { Text => "TEXT", Citations => "CITATIONS", End => "END" });

/// One row of the log.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = generation_events, check_for_backend(diesel::pg::Pg))]
pub struct EventRow {
    pub generation_id: GenerationId,
    pub seq: i32,
    pub kind: EventKind,
    pub body: String,
    pub text_end: i32,
}

/// Which exact span of which document a marker stands for. Offsets are in Unicode scalar values.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Serialize, Deserialize)]
#[diesel(table_name = generation_citations, check_for_backend(diesel::pg::Pg))]
pub struct Citation {
    /// The `n` of `[n]` in the text.
    pub marker: i32,
    /// `None` once the document is gone.
    pub document_id: Option<DocumentId>,
    /// `None` once the document is gone or was read anew.
    pub chunk_id: Option<ChunkId>,
    pub page: Option<i32>,
    pub start_char: i32,
    pub end_char: i32,
    /// Exactly the document's text from `start_char` to `end_char`.
    pub quote: String,
    /// How well the passage matched the question, 0 to 1; 0 where a summary was asked for and nothing was searched.
    pub score: f32,
    /// The statement in the answer that the marker supports.
    pub answer_start_char: i32,
    pub answer_end_char: i32,
}

impl Citation {
    /// Whether both cite the same span under the same marker, for whatever statement.
    #[must_use]
    pub fn is_same_span(&self, other: &Self) -> bool {
        (self.marker, self.start_char, self.end_char) == (other.marker, other.start_char, other.end_char)
    }
}
