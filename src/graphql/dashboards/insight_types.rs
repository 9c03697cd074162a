//! Texts about results, as data.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::dashboards::insights::model;
use crate::domain::data::questions::model as questions;
use crate::graphql::data::question_types::AnswerRating;
use crate::graphql::scalars::id;
use crate::ids::{
    ChartId, DataSourceId, GenerationId, InsightId, PromptTemplateVersionId, QueryRunId, SavedQueryId, UserId,
    WorkspaceId,
};

/// Who wrote a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::InsightMethod")]
pub enum InsightMethod {
    /// A model; what did not follow from the result was mended or left out.
    Model,
    /// Rules, in English: where the installation has no model, and where nothing of a model's text followed from the result.
    Rules,
}

/// How far a text has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::InsightStatus")]
pub enum InsightStatus {
    /// It is written, for the first time or anew.
    Writing,
    /// It is there.
    Ready,
    /// There is none. The error says why.
    Failed,
}

/// A figure of a text, and what bears it out.
#[derive(Debug, Clone, SimpleObject)]
pub struct InsightFigure {
    /// As it stands there.
    pub text: String,
    /// Whether it stands in the title. In the body otherwise.
    pub is_in_title: bool,
    /// Where it begins in title or body, counted in Unicode characters (scalar values).
    pub start_char: i32,
    /// Where it ends, likewise.
    pub end_char: i32,
    /// The fact of the result from which it follows, in a few English words.
    pub fact: String,
}

/// Why there is no text.
#[derive(Debug, Clone, SimpleObject)]
pub struct InsightError {
    /// A stable code: one of those in docs/INSIGHTS.md.
    pub code: String,
    /// The same for people.
    pub message: String,
}

/// A text about a result. Every figure in it occurs in the result or follows from it. All members of the workspace see it.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Insight {
    /// Opaque, and the same for the life of the insight.
    pub id: ID,
    /// How far it has come.
    pub status: InsightStatus,
    /// Who wrote it, or writes it.
    pub method: InsightMethod,
    /// What it is about, in a line. Null unless status is READY.
    pub title: Option<String>,
    /// The text, plain. Null unless status is READY.
    pub body: Option<String>,
    /// The figures of title and body, in their order, each with the fact that bears it out. Empty unless status is READY.
    pub figures: Vec<InsightFigure>,
    /// How many sentences of the model were left out, as the result does not bear them out.
    pub struck_sentences: i32,
    /// What readers should know of how it came about. Null for nothing.
    pub note: Option<String>,
    /// What it was to answer. Null for whatever is most telling.
    pub focus: Option<String>,
    /// In which language it was to be, as a code. Null for English.
    pub language: Option<String>,
    /// Names and versions of the template and of the rules that the model was given, such as insight@1+rules@1. Null without a model.
    pub prompt_version: Option<String>,
    /// How often a model was asked, 3 times at most. 0 without one.
    pub attempts: i32,
    /// Whether there is a newer result of the same by now, the query is another one, or the result is kept no more.
    pub is_stale: bool,
    /// Whether the query gave more rows than were kept: then it is about those that were.
    pub is_partial: bool,
    /// Why there is none. Null unless status is FAILED.
    pub error: Option<InsightError>,
    /// What whoever asked for it thinks of it. Null while they have not said.
    pub rating: Option<AnswerRating>,
    /// Why they think so. Null when they did not say.
    pub rating_comment: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was READY or FAILED. Null before.
    pub ended_at: Option<DateTime<Utc>>,
    #[graphql(skip)]
    pub key: InsightId,
    #[graphql(skip)]
    pub source_key: DataSourceId,
    #[graphql(skip)]
    pub workspace_key: WorkspaceId,
    #[graphql(skip)]
    pub run_key: Option<QueryRunId>,
    #[graphql(skip)]
    pub chart_key: Option<ChartId>,
    #[graphql(skip)]
    pub saved_key: Option<SavedQueryId>,
    #[graphql(skip)]
    pub version_key: Option<PromptTemplateVersionId>,
    #[graphql(skip)]
    pub generation_key: Option<GenerationId>,
    #[graphql(skip)]
    pub author_key: Option<UserId>,
}

impl From<model::Insight> for Insight {
    fn from(row: model::Insight) -> Self {
        let figures: Vec<model::InsightFigure> = serde_json::from_value(row.figures).unwrap_or_default();
        let figure = |figure: model::InsightFigure| InsightFigure {
            text: figure.text,
            is_in_title: figure.is_in_title,
            start_char: figure.start,
            end_char: figure.end,
            fact: figure.fact,
        };
        let message = row.error_message;
        let error = row.error_code.map(|code| InsightError { code, message: message.unwrap_or_default() });
        Self {
            id: id(row.id),
            status: row.status.into(),
            method: row.method.into(),
            title: row.title,
            body: row.body,
            figures: figures.into_iter().map(figure).collect(),
            struck_sentences: row.struck,
            note: row.note,
            focus: row.focus,
            language: row.language,
            prompt_version: row.prompt_version,
            attempts: row.attempts,
            is_stale: row.is_stale,
            is_partial: row.is_partial,
            error,
            rating: row.rating.map(|rating| questions::AnswerRating::of(rating).into()),
            rating_comment: row.rating_comment,
            created_at: row.created_at,
            ended_at: row.ended_at,
            key: row.id,
            source_key: row.source_id,
            workspace_key: row.workspace_id,
            run_key: row.run_id,
            chart_key: row.chart_id,
            saved_key: row.saved_query_id,
            version_key: row.template_version_id,
            generation_key: row.generation_id,
            author_key: row.author_id,
        }
    }
}
