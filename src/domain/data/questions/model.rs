//! Rows and enums of questions in plain words.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;

use crate::ids::{
    DataQuestionId, DataSourceId, DataTableId, GenerationId, QueryRunId, SavedQueryId, UserId, WorkspaceId,
};

/// How the statement was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum QuestionMethod {
    /// A model wrote it.
    Model,
    /// By rules, without a model.
    Planner,
    /// It is that of a query that somebody vouches for.
    Verified,
}

crate::db::enums::text_enum!(QuestionMethod { Model => "MODEL", Planner => "PLANNER", Verified => "VERIFIED" });

/// How far a question has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum QuestionStatus {
    /// The statement is being written.
    Writing,
    /// The statement is there, and waits until somebody runs it.
    Ready,
    Running,
    Answered,
    /// Nothing was run, as nothing would answer it.
    Refused,
    Failed,
}

crate::db::enums::text_enum!(QuestionStatus {
    Writing => "WRITING",
    Ready => "READY",
    Running => "RUNNING",
    Answered => "ANSWERED",
    Refused => "REFUSED",
    Failed => "FAILED",
});

impl QuestionStatus {
    /// Whether nothing more happens by itself.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        !matches!(self, Self::Writing | Self::Running)
    }
}

/// What whoever asked thinks of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnswerRating {
    Up,
    Down,
}

impl AnswerRating {
    /// As it is stored.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Up => 1,
            Self::Down => -1,
        }
    }

    /// What was stored.
    #[must_use]
    pub const fn of(number: i16) -> Self {
        if number > 0 { Self::Up } else { Self::Down }
    }
}

/// A question about a source in plain words, and the statement that answers it.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct DataQuestion {
    #[diesel(sql_type = SqlUuid)]
    pub id: DataQuestionId,
    #[diesel(sql_type = SqlUuid)]
    pub source_id: DataSourceId,
    /// That of the source.
    #[diesel(sql_type = SqlUuid)]
    pub workspace_id: WorkspaceId,
    /// `None` when their account is gone.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub asker_id: Option<UserId>,
    /// The question that this one follows.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub previous_id: Option<DataQuestionId>,
    /// As it was asked.
    #[diesel(sql_type = Text)]
    pub question: String,
    #[diesel(sql_type = Text)]
    pub method: QuestionMethod,
    #[diesel(sql_type = Text)]
    pub status: QuestionStatus,
    /// Whether the statement runs as soon as there is one.
    #[diesel(sql_type = Bool)]
    pub is_to_run: bool,
    /// `None` while there is none.
    #[diesel(sql_type = Nullable<Text>)]
    pub sql: Option<String>,
    /// What it computes, in a sentence.
    #[diesel(sql_type = Nullable<Text>)]
    pub explanation: Option<String>,
    /// A list of sentences.
    #[diesel(sql_type = Jsonb)]
    pub assumptions: Value,
    /// Why there is no answer.
    #[diesel(sql_type = Nullable<Text>)]
    pub refusal_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub refusal_message: Option<String>,
    /// Questions that would work: a list of texts.
    #[diesel(sql_type = Jsonb)]
    pub suggestions: Value,
    /// Times that a model was asked; 0 without one.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// What was wrong with the last statement, as the model is told.
    #[diesel(sql_type = Nullable<Text>)]
    pub problem: Option<String>,
    /// The last call of the model.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub generation_id: Option<GenerationId>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub run_id: Option<QueryRunId>,
    /// The verified query that answers it.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub saved_query_id: Option<SavedQueryId>,
    /// See [`AnswerRating::of`].
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub rating: Option<i16>,
    #[diesel(sql_type = Nullable<Text>)]
    pub rating_comment: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
    /// `None` while an answer may still come.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub ended_at: Option<DateTime<Utc>>,
}

/// A table with values that it holds.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct SampledTable {
    #[diesel(sql_type = SqlUuid)]
    pub id: DataTableId,
    #[diesel(sql_type = SqlUuid)]
    pub source_id: DataSourceId,
    /// In an external database; `None` for uploads.
    #[diesel(sql_type = Nullable<Text>)]
    pub schema_name: Option<String>,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub description: Option<String>,
    /// A list of [`Column`](crate::tabular::column::Column).
    #[diesel(sql_type = Jsonb)]
    pub columns: Value,
    #[diesel(sql_type = BigInt)]
    pub row_count: i64,
    /// Values of its text columns by name, the most frequent first; `None` while nobody has looked.
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub samples: Option<Value>,
}
