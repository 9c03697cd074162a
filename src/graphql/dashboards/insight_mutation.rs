//! Having texts written about results.

use async_graphql::{Context, Object, Result};

use super::insight_inputs::{
    DeleteInsightInput, DeleteInsightPayload, GenerateInsightInput, InsightPayload, RateInsightInput,
};
use crate::domain::dashboards::insights::generating::{self, About, Generate};
use crate::domain::dashboards::insights::{feedback, model, removing};
use crate::domain::data::questions::model::AnswerRating;
use crate::error::Error;
use crate::graphql::context::{actor, app};
use crate::graphql::data::runs::wait;
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that writes about results.
#[derive(Default)]
pub struct InsightsMutation;

/// What can be done with insights.
#[Object]
impl InsightsMutation {
    /// Has a text written about a result: by a model, each figure of it checked against the result, or, where the installation has none, by
    /// rules and at once. What was written of the same result by the same template, model, focus and language is given again, whoever asked
    /// for it. NOT_FOUND for a run, chart or template that you do not see, BAD_USER_INPUT unless there is either a run or a chart, and for a
    /// focus, language or values that do not do, CONFLICT where there is no result, and for one of more than 10,000 rows, QUOTA_EXCEEDED
    /// when a budget does not cover the model: then nothing is stored.
    async fn generate_insight(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is to be about, and how it is to be written.")] input: GenerateInsightInput,
    ) -> Result<InsightPayload> {
        let parameters = input.parameters.unwrap_or_default();
        let parameters = parameters.into_iter().map(|value| (value.name, value.value)).collect();
        let about = match (&input.run_id, &input.chart_id) {
            (Some(run), None) => About::Run(parse_id(run, "input.runId", "query run")?),
            (None, Some(chart)) => About::Chart(parse_id(chart, "input.chartId", "chart")?, parameters),
            _ => return Err(to_graphql(Error::bad_input("input.runId", "Give either a run or a chart."))),
        };
        let template = match &input.template_id {
            Some(id) => Some(parse_id(id, "input.templateId", "prompt template")?),
            None => None,
        };
        let generate = Generate {
            is_without_model: false,
            about,
            template,
            focus: input.focus,
            language: input.language,
            is_fresh: input.fresh.unwrap_or(false),
            wait: wait(input.wait_ms),
        };
        payload(generating::generate(app(ctx), actor(ctx), generate).await)
    }

    /// Says what you think of an insight that you asked for. NOT_FOUND when you do not see it, FORBIDDEN when somebody else asked, CONFLICT
    /// while it is written.
    async fn rate_insight(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The insight, and what you think.")] input: RateInsightInput,
    ) -> Result<InsightPayload> {
        let id = parse_id(&input.id, "input.id", "insight")?;
        let rating = input.rating.map(AnswerRating::from);
        payload(feedback::rate(app(ctx), actor(ctx), id, rating, input.comment.as_deref()).await)
    }

    /// Deletes an insight, and stops what is written for it. NOT_FOUND when you do not see it, FORBIDDEN for viewers of its workspace who did
    /// not ask for it.
    async fn delete_insight(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The insight to delete.")] input: DeleteInsightInput,
    ) -> Result<DeleteInsightPayload> {
        let id = parse_id(&input.id, "input.id", "insight")?;
        removing::delete(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DeleteInsightPayload { deleted_id: input.id })
    }
}

fn payload(result: crate::error::Result<model::Insight>) -> Result<InsightPayload> {
    result.map(|insight| InsightPayload { insight: insight.into() }).map_err(to_graphql)
}
