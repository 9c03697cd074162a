//! What is said of questions.

use async_graphql::{ID, InputObject, SimpleObject};

use super::question_types::{AnswerRating, DataQuestion};

/// A question to be answered.
#[derive(Debug, Clone, InputObject)]
pub struct AskDataInput {
    /// The source that it is about.
    pub data_source_id: ID,
    /// The question, 1 to 2,000 characters.
    pub question: String,
    /// The question about the same source that it follows. Null for one that stands by itself.
    pub previous_id: Option<ID>,
    /// False to look at the statement before it runs. Null for true.
    pub run: Option<bool>,
    /// How long the answer may wait, in milliseconds, 0 to 10,000. Null for 1,000. Follow what takes longer with `dataQuestion`.
    pub wait_ms: Option<i32>,
}

/// A question whose statement is to run.
#[derive(Debug, Clone, InputObject)]
pub struct RunDataQuestionInput {
    /// The question.
    pub id: ID,
    /// How long the answer may wait, in milliseconds, 0 to 10,000. Null for 1,000. Follow what takes longer with `dataQuestion`.
    pub wait_ms: Option<i32>,
}

/// What you think of an answer.
#[derive(Debug, Clone, InputObject)]
pub struct RateDataAnswerInput {
    /// The question.
    pub id: ID,
    /// Good or bad. Null to take back what you said, with its comment.
    pub rating: Option<AnswerRating>,
    /// Why, up to 1,000 characters. Null for nothing.
    pub comment: Option<String>,
}

/// A question as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct DataQuestionPayload {
    /// The question.
    pub question: DataQuestion,
}
