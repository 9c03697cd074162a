//! What is said of texts about results.

use async_graphql::{ID, InputObject, SimpleObject};

use super::insight_types::Insight;
use crate::graphql::data::question_types::AnswerRating;
use crate::graphql::data::saved_inputs::ParameterValueInput;

/// A text to be written: about a run, or about the newest result of a chart.
#[derive(Debug, Clone, InputObject)]
pub struct GenerateInsightInput {
    /// The run whose result it is about. Null for a chart.
    pub run_id: Option<ID>,
    /// The chart that it stands beside: it is about the newest result of its query. Null for a run.
    pub chart_id: Option<ID>,
    /// Values of the query's parameters, for a chart; what is left out has its default. Null for all defaults.
    pub parameters: Option<Vec<ParameterValueInput>>,
    /// The template by which a model is asked. Null for the one that is built in.
    pub template_id: Option<ID>,
    /// A question that it should answer, up to 500 characters. Null for whatever is most telling.
    pub focus: Option<String>,
    /// In which language, as a code such as de or pt-BR. Null for English.
    pub language: Option<String>,
    /// True to have it written anew though it is there. Null for false.
    pub fresh: Option<bool>,
    /// How long the answer may wait, in milliseconds, 0 to 10,000. Null for 1,000. Follow what takes longer with `insight`.
    pub wait_ms: Option<i32>,
}

/// What you think of a text.
#[derive(Debug, Clone, InputObject)]
pub struct RateInsightInput {
    /// The insight.
    pub id: ID,
    /// Good or bad. Null to take back what you said, with its comment.
    pub rating: Option<AnswerRating>,
    /// Why, up to 1,000 characters. Null for nothing.
    pub comment: Option<String>,
}

/// A text to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteInsightInput {
    /// The insight.
    pub id: ID,
}

/// A text as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct InsightPayload {
    /// The insight.
    pub insight: Insight,
}

/// A text that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteInsightPayload {
    /// The id of what is gone.
    pub deleted_id: ID,
}
