//! Asking questions in plain words.

use async_graphql::{Context, Object, Result};

use super::question_inputs::{AskDataInput, DataQuestionPayload, RateDataAnswerInput, RunDataQuestionInput};
use super::runs::wait;
use crate::domain::data::questions::asking::{self, AskData};
use crate::domain::data::questions::{feedback, model};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that answers questions.
#[derive(Default)]
pub struct QuestionsMutation;

/// What can be done with questions.
#[Object]
impl QuestionsMutation {
    /// Asks a question about a data source in plain words: a verified query with the same question answers it, or a model writes a statement,
    /// or, without one, the planner does. What nothing would answer is a question that was REFUSED, with suggestions. NOT_FOUND for a source or
    /// previous question that you do not see, BAD_USER_INPUT for what is no question, QUOTA_EXCEEDED when a budget does not cover the model:
    /// then nothing is stored.
    async fn ask_data(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The question, and what it is about.")] input: AskDataInput,
    ) -> Result<DataQuestionPayload> {
        let source = parse_id(&input.data_source_id, "input.dataSourceId", "data source")?;
        let previous = match &input.previous_id {
            Some(id) => Some(parse_id(id, "input.previousId", "question")?),
            None => None,
        };
        let (is_to_run, wait) = (input.run.unwrap_or(true), wait(input.wait_ms));
        let question = input.question;
        let ask = AskData { source, question, previous, is_to_run, is_without_model: false, wait };
        payload(asking::ask(app(ctx), actor(ctx), ask).await)
    }

    /// Runs the statement of a question of yours that is READY. One that runs or was run stays as it is. NOT_FOUND when you do not see it,
    /// FORBIDDEN when somebody else asked, CONFLICT when it has no statement, RATE_LIMITED as for runQuery.
    async fn run_data_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The question.")] input: RunDataQuestionInput,
    ) -> Result<DataQuestionPayload> {
        let id = parse_id(&input.id, "input.id", "question")?;
        payload(asking::run(app(ctx), actor(ctx), id, wait(input.wait_ms)).await)
    }

    /// Says what you think of the answer to a question of yours. NOT_FOUND when you do not see it, FORBIDDEN when somebody else asked,
    /// CONFLICT while it is worked on.
    async fn rate_data_answer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The question, and what you think.")] input: RateDataAnswerInput,
    ) -> Result<DataQuestionPayload> {
        let id = parse_id(&input.id, "input.id", "question")?;
        let rating = input.rating.map(model::AnswerRating::from);
        payload(feedback::rate(app(ctx), actor(ctx), id, rating, input.comment.as_deref()).await)
    }
}

fn payload(result: crate::error::Result<model::DataQuestion>) -> Result<DataQuestionPayload> {
    result.map(|question| DataQuestionPayload { question: question.into() }).map_err(to_graphql)
}
