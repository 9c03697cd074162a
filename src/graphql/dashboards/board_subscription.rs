//! Following dashboards.

use async_graphql::{Context, ID, Result, Subscription};
use futures::Stream;

use super::board_inputs::{FilterValueInput, chosen};
use super::board_types::{DashboardChanged, DashboardDeleted, DashboardEvent, DashboardResult};
use crate::domain::dashboards::boards::following;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::events::events;
use crate::graphql::scalars::{id as show_id, parse_id};

/// The part of the root that follows dashboards.
#[derive(Default)]
pub struct DashboardsSubscription;

#[Subscription]
impl DashboardsSubscription {
    /// A dashboard as it is, then what its tiles show with these values of its filters, then whatever changes: the dashboard, results, runs
    /// that failed. Where its policy is `ON_CHANGE`, what is out of date is run again, once for all who follow it. NOT_FOUND when you do not
    /// see it, BAD_USER_INPUT for values that its filters cannot have; one that they cannot have any more, because the dashboard was
    /// changed, counts as not given.
    async fn dashboard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dashboard to follow.")] id: ID,
        #[graphql(desc = "Values of its filters; what is left out has its default. Null for all defaults.")]
        filters: Option<Vec<FilterValueInput>>,
    ) -> Result<impl Stream<Item = Result<DashboardEvent>> + use<>> {
        let id = parse_id(&id, "id", "dashboard")?;
        let news = following::follow(app(ctx), actor(ctx), id, chosen(filters)).await.map_err(to_graphql)?;
        Ok(events(ctx, news, show))
    }
}

fn show(event: following::DashboardEvent) -> DashboardEvent {
    match event {
        following::DashboardEvent::Changed(row) => {
            DashboardEvent::DashboardChanged(Box::new(DashboardChanged { dashboard: (*row).into() }))
        }
        following::DashboardEvent::Result(tile, run) => {
            let result = DashboardResult { tile: (*tile).into(), run: (*run).into() };
            DashboardEvent::DashboardResult(Box::new(result))
        }
        following::DashboardEvent::Deleted(id) => {
            DashboardEvent::DashboardDeleted(DashboardDeleted { id: show_id(id) })
        }
    }
}
