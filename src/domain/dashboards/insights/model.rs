//! Rows and enums of texts about results.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::{
    ChartId, DataSourceId, GenerationId, InsightId, PromptTemplateVersionId, QueryResultId, QueryRunId, SavedQueryId,
    UserId, WorkspaceId,
};

/// Who wrote a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum InsightMethod {
    /// A model, and each figure was checked.
    Model,
    /// Our own rules.
    Rules,
}

crate::db::enums::text_enum!(InsightMethod { Model => "MODEL", Rules => "RULES" });

/// How far a text has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum InsightStatus {
    Writing,
    Ready,
    Failed,
}

crate::db::enums::text_enum!(InsightStatus { Writing => "WRITING", Ready => "READY", Failed => "FAILED" });

impl InsightStatus {
    /// Whether nothing more happens by itself.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        !matches!(self, Self::Writing)
    }
}

/// A figure of a text, and what bears it out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InsightFigure {
    /// As it stands there.
    pub text: String,
    /// Whether it stands in the title; in the body otherwise.
    pub is_in_title: bool,
    /// Where, in characters (Unicode scalar values).
    pub start: i32,
    /// Where it ends, likewise.
    pub end: i32,
    /// From what it follows.
    pub fact: String,
}

/// Title and body as a model wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub title: String,
    pub body: String,
}

/// A text about a result.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Insight {
    #[diesel(sql_type = SqlUuid)]
    pub id: InsightId,
    #[diesel(sql_type = SqlUuid)]
    pub source_id: DataSourceId,
    /// That of the source.
    #[diesel(sql_type = SqlUuid)]
    pub workspace_id: WorkspaceId,
    /// `None` when it is gone, as the next.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub run_id: Option<QueryRunId>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub result_id: Option<QueryResultId>,
    /// `None` for the run alone, and when the chart is gone.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub chart_id: Option<ChartId>,
    /// `None` for a statement that was not kept, and when the query is gone.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub saved_query_id: Option<SavedQueryId>,
    /// `None` for the template that is built in, and without a model.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub template_version_id: Option<PromptTemplateVersionId>,
    /// The last call of the model.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub generation_id: Option<GenerationId>,
    /// `None` when their account is gone.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub author_id: Option<UserId>,
    /// A list of [`Given`](crate::domain::data::queries::identity::Given).
    #[diesel(sql_type = Jsonb)]
    pub parameters: Value,
    /// What it should answer.
    #[diesel(sql_type = Nullable<Text>)]
    pub focus: Option<String>,
    /// A code; `None` for English.
    #[diesel(sql_type = Nullable<Text>)]
    pub language: Option<String>,
    #[diesel(sql_type = Text)]
    pub method: InsightMethod,
    #[diesel(sql_type = Text)]
    pub status: InsightStatus,
    /// Names and versions of template and rules; `None` without a model.
    #[diesel(sql_type = Nullable<Text>)]
    pub prompt_version: Option<String>,
    /// See [`generating`](super::generating).
    #[diesel(sql_type = Binary)]
    pub cache_key: Vec<u8>,
    /// `None` unless it is READY, as the next.
    #[diesel(sql_type = Nullable<Text>)]
    pub title: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub body: Option<String>,
    /// A list of [`InsightFigure`].
    #[diesel(sql_type = Jsonb)]
    pub figures: Value,
    /// Sentences that were left out.
    #[diesel(sql_type = Integer)]
    pub struck: i32,
    /// What readers should know of how it came about.
    #[diesel(sql_type = Nullable<Text>)]
    pub note: Option<String>,
    /// A [`Draft`], while it is mended.
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub draft: Option<Value>,
    /// Times that a model was asked; 0 without one.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// Whether the query gave more rows than were kept.
    #[diesel(sql_type = Bool)]
    pub is_partial: bool,
    /// Why there is none.
    #[diesel(sql_type = Nullable<Text>)]
    pub error_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub error_message: Option<String>,
    /// See [`AnswerRating::of`](crate::domain::data::questions::model::AnswerRating::of).
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub rating: Option<i16>,
    #[diesel(sql_type = Nullable<Text>)]
    pub rating_comment: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
    /// `None` while it is written.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether there is a newer result by now, or this one is gone.
    #[diesel(sql_type = Bool)]
    pub is_stale: bool,
}
