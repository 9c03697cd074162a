//! Questions in plain words, as data.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::data::questions::model;
use crate::graphql::scalars::id;
use crate::ids::{DataQuestionId, DataSourceId, GenerationId, QueryRunId, SavedQueryId, UserId, WorkspaceId};

/// How the statement of a question was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::QuestionMethod")]
pub enum QuestionMethod {
    /// A model wrote it.
    Model,
    /// By rules, without a model. What these do not understand is refused, never guessed.
    Planner,
    /// It is that of a saved query that somebody vouches for and that answers the same question.
    Verified,
}

/// How far a question has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::QuestionStatus")]
pub enum QuestionStatus {
    /// The statement is being written, for the first time or anew.
    Writing,
    /// The statement is there, and was not run: see runDataQuestion.
    Ready,
    /// The statement runs.
    Running,
    /// The run has the answer.
    Answered,
    /// Nothing was run, as nothing would answer it. The refusal says why.
    Refused,
    /// There could have been an answer, and is none. The refusal says why.
    Failed,
}

/// What whoever asked thinks of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::AnswerRating")]
pub enum AnswerRating {
    /// Good.
    Up,
    /// Bad.
    Down,
}

/// Why there is no answer.
#[derive(Debug, Clone, SimpleObject)]
pub struct QuestionRefusal {
    /// A stable code: one of those in docs/DATA.md.
    pub code: String,
    /// The same for people.
    pub message: String,
    /// Questions about the same data that would work.
    pub suggestions: Vec<String>,
}

/// A question about a data source in plain words, and the statement that answers it. All members of the workspace see it.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct DataQuestion {
    /// Opaque, and the same for the life of the question.
    pub id: ID,
    /// As it was asked.
    pub question: String,
    /// How the statement was found.
    pub method: QuestionMethod,
    /// How far it has come.
    pub status: QuestionStatus,
    /// The statement; of a question that failed, the last one. Null while there is none.
    pub sql: Option<String>,
    /// What the statement computes, in a sentence. Null while there is none.
    pub explanation: Option<String>,
    /// How words were taken that could have meant something else, a sentence each.
    pub assumptions: Vec<String>,
    /// Why there is no answer. Null unless status is REFUSED or FAILED.
    pub refusal: Option<QuestionRefusal>,
    /// How often a model was asked, 3 times at most. 0 without one.
    pub attempts: i32,
    /// What whoever asked thinks of the answer. Null while they have not said.
    pub rating: Option<AnswerRating>,
    /// Why they think so. Null when they did not say.
    pub rating_comment: Option<String>,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// When it was ANSWERED, REFUSED or FAILED. Null before.
    pub ended_at: Option<DateTime<Utc>>,
    #[graphql(skip)]
    pub key: DataQuestionId,
    #[graphql(skip)]
    pub source_key: DataSourceId,
    #[graphql(skip)]
    pub workspace_key: WorkspaceId,
    #[graphql(skip)]
    pub asker_key: Option<UserId>,
    #[graphql(skip)]
    pub previous_key: Option<DataQuestionId>,
    #[graphql(skip)]
    pub generation_key: Option<GenerationId>,
    #[graphql(skip)]
    pub run_key: Option<QueryRunId>,
    #[graphql(skip)]
    pub saved_key: Option<SavedQueryId>,
}

impl From<model::DataQuestion> for DataQuestion {
    fn from(row: model::DataQuestion) -> Self {
        let refusal = row.refusal_code.map(|code| QuestionRefusal {
            code,
            message: row.refusal_message.unwrap_or_default(),
            suggestions: serde_json::from_value(row.suggestions).unwrap_or_default(),
        });
        Self {
            id: id(row.id),
            question: row.question,
            method: row.method.into(),
            status: row.status.into(),
            sql: row.sql,
            explanation: row.explanation,
            assumptions: serde_json::from_value(row.assumptions).unwrap_or_default(),
            refusal,
            attempts: row.attempts,
            rating: row.rating.map(|rating| model::AnswerRating::of(rating).into()),
            rating_comment: row.rating_comment,
            created_at: row.created_at,
            ended_at: row.ended_at,
            key: row.id,
            source_key: row.source_id,
            workspace_key: row.workspace_id,
            asker_key: row.asker_id,
            previous_key: row.previous_id,
            generation_key: row.generation_id,
            run_key: row.run_id,
            saved_key: row.saved_query_id,
        }
    }
}
