//! Misconceptions of weeks as data.

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::courses::misconceptions::model;
use crate::domain::courses::misconceptions::reading::Shown;
use crate::graphql::scalars::id;
use crate::ids::{ChunkId, DocumentId, MessageId, MisconceptionId, TutoringSessionId, WeekId};

/// How a search for misconceptions stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::SearchStatus")]
pub enum MisconceptionSearchStatus {
    /// What students said is being read.
    Pending,
    /// `Week.misconceptions` has what was found.
    Ready,
    /// The model did not answer, or nothing of what it named holds. What was found before is still there.
    Failed,
}

/// How misconceptions were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::SearchMethod")]
pub enum MisconceptionMethod {
    /// A model read what students said; its quotes were looked up there.
    Generated,
    /// Without a model: the passages that the tutor held most often against what students said. Whether those were wrong is not
    /// known.
    Extracted,
}

/// The newest search for misconceptions of a week.
#[derive(Debug, Clone, SimpleObject)]
pub struct MisconceptionSearch {
    /// How it stands.
    pub status: MisconceptionSearchStatus,
    /// When it was asked for, or it was seen that more had been said.
    pub requested_at: DateTime<Utc>,
    /// When it ended. Null while it is pending.
    pub ended_at: Option<DateTime<Utc>>,
}

impl From<model::Search> for MisconceptionSearch {
    fn from(row: model::Search) -> Self {
        Self { status: row.status.into(), requested_at: row.requested_at, ended_at: row.ended_at }
    }
}

/// What a class believes wrongly about a week, found in what its students said to the tutor.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct WeekMisconceptions {
    /// How it was found.
    pub method: MisconceptionMethod,
    /// In how many sessions: those that had ended, without trials.
    pub session_count: i32,
    /// In how many messages of students, without those that were held back.
    pub statement_count: i32,
    /// When it was found.
    pub computed_at: DateTime<Utc>,
    /// Whether more was said in sessions that have ended since, or something of what was read was deleted.
    pub is_stale: bool,
    #[graphql(skip)]
    pub week_key: WeekId,
}

impl WeekMisconceptions {
    /// `None` while no search of the week has succeeded.
    #[must_use]
    pub fn of(row: &model::Search) -> Option<Self> {
        Some(Self {
            method: row.method?.into(),
            session_count: row.session_count?,
            statement_count: row.statement_count?,
            computed_at: row.computed_at?,
            is_stale: row.is_stale,
            week_key: row.week_id,
        })
    }
}

/// Something that students believe wrongly, or are often asked about.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Misconception {
    /// Opaque, and the same until the week is searched anew.
    pub id: ID,
    /// What is believed wrongly, in a sentence of a model. EXTRACTED: which passage was held against what students said.
    pub statement: String,
    /// What the readings say instead, in a sentence of a model. Null where it is not known, and for EXTRACTED.
    pub correction: Option<String>,
    /// How many students the evidence is of.
    pub student_count: i32,
    /// Where students said it, 1 to 100 places. EXTRACTED: what the passage was held against. What is deleted is gone from here
    /// at once, and with the last of it the misconception.
    pub evidence: Vec<MisconceptionEvidence>,
    #[graphql(skip)]
    pub key: MisconceptionId,
}

impl From<Shown> for Misconception {
    fn from(Shown { misconception, evidence, students }: Shown) -> Self {
        Self {
            id: id(misconception.id),
            statement: misconception.statement,
            correction: misconception.correction,
            student_count: i32::try_from(students).unwrap_or(i32::MAX),
            evidence: evidence.into_iter().map(MisconceptionEvidence::from).collect(),
            key: misconception.id,
        }
    }
}

/// Where a student said something.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct MisconceptionEvidence {
    /// The student's words, exactly as the message has them.
    pub quote: String,
    /// Where the quote starts in the message, in characters.
    pub start_char: i32,
    /// Where it ends, in characters.
    pub end_char: i32,
    #[graphql(skip)]
    pub message_key: MessageId,
    #[graphql(skip)]
    pub session_key: TutoringSessionId,
}

impl From<model::Evidence> for MisconceptionEvidence {
    fn from(row: model::Evidence) -> Self {
        Self {
            quote: row.quote,
            start_char: row.start_char,
            end_char: row.end_char,
            message_key: row.message_id,
            session_key: row.session_id,
        }
    }
}

/// The passage of the readings that speaks against a misconception.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct MisconceptionReading {
    /// The words, exactly as they stand there.
    pub quote: String,
    /// The page, from 1. Null where the document has no pages.
    pub page: Option<i32>,
    /// Where the quote starts in the document's text, in characters.
    pub start_char: i32,
    /// Where it ends, in characters.
    pub end_char: i32,
    #[graphql(skip)]
    pub document_key: DocumentId,
    #[graphql(skip)]
    pub chunk_key: Option<ChunkId>,
}

impl From<model::Against> for MisconceptionReading {
    fn from(row: model::Against) -> Self {
        Self {
            quote: row.quote,
            page: row.page,
            start_char: row.start_char,
            end_char: row.end_char,
            document_key: row.document_id,
            chunk_key: row.chunk_id,
        }
    }
}

/// A week whose misconceptions are to be found.
#[derive(Debug, InputObject)]
pub struct FindMisconceptionsInput {
    /// The week.
    pub week_id: ID,
}
