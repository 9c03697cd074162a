//! Rows and enums of misconceptions.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};

use crate::db::schema::{misconception_evidence, misconception_readings, misconceptions};
use crate::error::{Error, Result};
use crate::ids::{ChunkId, DocumentId, MessageId, MisconceptionId, TutoringSessionId, UserId, WeekId};

/// How long a search may be pending: no run and no job takes so long with all its tries.
pub const PATIENCE: TimeDelta = TimeDelta::hours(6);
/// How long what was found is left alone, however much is said meanwhile: a class of thirty in one afternoon is one search.
pub const REST: TimeDelta = TimeDelta::hours(6);
/// Most misconceptions that a model gives of a week.
pub const MOST: usize = 10;
/// Most evidence that is kept of one misconception.
pub const MOST_EVIDENCE: usize = 100;

/// How a search stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum SearchStatus {
    Pending,
    Ready,
    /// What was found before is still there.
    Failed,
}

crate::db::enums::text_enum!(SearchStatus { Pending => "PENDING", Ready => "READY", Failed => "FAILED" });

/// How misconceptions were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum SearchMethod {
    /// A model read what students said.
    Generated,
    /// By what the tutor cited against it, without a model.
    Extracted,
}

crate::db::enums::text_enum!(SearchMethod { Generated => "GENERATED", Extracted => "EXTRACTED" });

/// The newest search of a week, and what the newest that succeeded was made of.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Search {
    #[diesel(sql_type = SqlUuid)]
    pub week_id: WeekId,
    #[diesel(sql_type = Text)]
    pub status: SearchStatus,
    #[diesel(sql_type = Timestamptz)]
    pub requested_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub ended_at: Option<DateTime<Utc>>,
    /// This and what follows is `None` until a search has succeeded.
    #[diesel(sql_type = Nullable<Text>)]
    pub method: Option<SearchMethod>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub session_count: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub statement_count: Option<i32>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub computed_at: Option<DateTime<Utc>>,
    /// Whether something else is there to be read by now.
    #[diesel(sql_type = Bool)]
    pub is_stale: bool,
}

/// What is believed wrongly.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Insertable)]
#[diesel(table_name = misconceptions)]
pub struct Misconception {
    #[diesel(sql_type = SqlUuid)]
    pub id: MisconceptionId,
    #[diesel(sql_type = SqlUuid)]
    pub week_id: WeekId,
    /// From 0.
    #[diesel(sql_type = Integer)]
    pub position: i32,
    #[diesel(sql_type = Text)]
    pub statement: String,
    /// What the readings say instead.
    #[diesel(sql_type = Nullable<Text>)]
    pub correction: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
}

/// The passage that speaks against a misconception.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = misconception_readings, check_for_backend(diesel::pg::Pg))]
pub struct Against {
    pub misconception_id: MisconceptionId,
    pub document_id: DocumentId,
    pub chunk_id: Option<ChunkId>,
    /// From 1; `None` where the document has no pages.
    pub page: Option<i32>,
    /// In the text of the document, in characters.
    pub start_char: i32,
    pub end_char: i32,
    pub quote: String,
}

/// Where a student said it, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = misconception_evidence)]
pub struct NewEvidence {
    pub misconception_id: MisconceptionId,
    pub position: i32,
    pub message_id: MessageId,
    /// In the message, in characters.
    pub start_char: i32,
    pub end_char: i32,
}

/// Where a student said it, with the words that stand there now.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Evidence {
    #[diesel(sql_type = SqlUuid)]
    pub misconception_id: MisconceptionId,
    #[diesel(sql_type = SqlUuid)]
    pub message_id: MessageId,
    #[diesel(sql_type = SqlUuid)]
    pub session_id: TutoringSessionId,
    #[diesel(sql_type = SqlUuid)]
    pub student_id: UserId,
    #[diesel(sql_type = Integer)]
    pub start_char: i32,
    #[diesel(sql_type = Integer)]
    pub end_char: i32,
    #[diesel(sql_type = Text)]
    pub quote: String,
}

/// Something that a student said, under the number that it has for a model: its place in what is read, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub number: u32,
    pub message_id: MessageId,
    pub session_id: TutoringSessionId,
    pub student_id: UserId,
    /// What the tutor said right before.
    pub asked: Option<String>,
    pub text: String,
    /// Numbers of the passages that the reply cites, each as often as it does.
    pub cited: Vec<u32>,
}

/// A passage that a reply cites, under its number, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    pub number: u32,
    pub place: Place,
    pub chunk_id: Option<ChunkId>,
    pub page: Option<i32>,
    pub quote: String,
    /// Title of the document.
    pub title: String,
}

/// Where a passage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    pub document: DocumentId,
    pub start: i32,
    pub end: i32,
}

/// What a search is of. Its lists say what has which number, whatever is said and deleted while a model reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub week: WeekId,
    /// Hexadecimal SHA-256 of what is to be read.
    pub hash: String,
    pub statements: Vec<MessageId>,
    pub passages: Vec<Place>,
}

impl Task {
    /// # Errors
    /// When the hash is none.
    pub fn hash(&self) -> Result<Vec<u8>> {
        hex::decode(&self.hash).map_err(Error::internal)
    }
}

/// A place in a student's message, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    pub message: MessageId,
    pub start: i32,
    pub end: i32,
}

/// A misconception that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub belief: String,
    pub correction: Option<String>,
    /// Number of the passage that speaks against it.
    pub passage: Option<u32>,
    /// At least one.
    pub evidence: Vec<Span>,
}

/// What was read: what is shown of it beside what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    pub sessions: i32,
    pub statements: i32,
}

/// What the parts of a long reading gave, until a last call joins it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drafts {
    /// In the order in which the last call has them.
    pub found: Vec<Found>,
    pub extent: Extent,
}
