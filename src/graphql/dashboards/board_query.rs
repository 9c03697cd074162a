//! Finding dashboards.

use async_graphql::connection::EmptyFields;
use async_graphql::{Context, Object, Result};

use super::board_edges::DashboardConnection;
use super::board_types::Dashboard;
use crate::domain::dashboards::boards::model::Dashboard as Row;
use crate::domain::dashboards::boards::reading;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::page::{PageArgs, connection};

/// The part of the root that finds dashboards.
#[derive(Default)]
pub struct DashboardsQuery;

/// What can be read.
#[Object]
impl DashboardsQuery {
    /// The dashboards of all your workspaces, the newest first.
    async fn dashboards(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that have this in title or description, in any case. Null for all.")]
        search: Option<String>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<DashboardConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let found = reading::page(app(ctx), actor(ctx), search.as_deref(), &page).await.map_err(to_graphql)?;
        Ok(connection(found, EmptyFields, |row: &Row| row.id.to_string(), Dashboard::from))
    }
}
