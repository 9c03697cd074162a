//! Making and changing charts.

use async_graphql::{Context, Json, Object, Result};

use super::chart_inputs::{ChartPayload, CreateChartInput, DeleteChartInput, DeleteChartPayload, UpdateChartInput};
use crate::domain::dashboards::charts::{actions, model};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that changes charts.
#[derive(Default)]
pub struct ChartsMutation;

/// What can be done with charts.
#[Object]
impl ChartsMutation {
    /// Makes a chart of a saved query. NOT_FOUND for a query that you do not see, FORBIDDEN for viewers of its workspace, BAD_USER_INPUT with
    /// every place of the specification at fault, as `input.spec.encoding.x.field`; CONFLICT for more than 100 charts of a query, and
    /// without a specification when there is no result yet, or nothing that fits it.
    async fn create_chart(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The chart to make.")] input: CreateChartInput,
    ) -> Result<ChartPayload> {
        let query = parse_id(&input.query_id, "input.queryId", "saved query")?;
        let spec = input.spec.map(|Json(spec)| spec);
        let new = model::NewChart { query, title: input.title, description: input.description, spec };
        payload(actions::create(app(ctx), actor(ctx), &new).await)
    }

    /// Changes a chart, all of it or nothing. NOT_FOUND when you do not see it, FORBIDDEN for viewers of its workspace, CONFLICT when it is
    /// another version by now, BAD_USER_INPUT as for createChart.
    async fn update_chart(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The chart, and what to change in it.")] input: UpdateChartInput,
    ) -> Result<ChartPayload> {
        let id = parse_id(&input.id, "input.id", "chart")?;
        let version = input.version;
        payload(actions::update(app(ctx), actor(ctx), id, version, &input.into()).await)
    }

    /// Deletes a chart. Its query stays. NOT_FOUND when you do not see it, FORBIDDEN for viewers of its workspace.
    async fn delete_chart(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The chart to delete.")] input: DeleteChartInput,
    ) -> Result<DeleteChartPayload> {
        let id = parse_id(&input.id, "input.id", "chart")?;
        actions::delete(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DeleteChartPayload { deleted_id: input.id })
    }
}

fn payload(result: crate::error::Result<model::Chart>) -> Result<ChartPayload> {
    result.map(|chart| ChartPayload { chart: chart.into() }).map_err(to_graphql)
}
