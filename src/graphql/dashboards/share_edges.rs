//! From what is shared to who shared it, and to what it shows.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{ComplexObject, Context, Result};

use super::board_inputs::{FilterValueInput, chosen};
use super::share_types::{DashboardShare, SharedDashboard, SharedDashboardEntry, SharedTile};
use crate::domain::dashboards::shares::showing;
use crate::domain::data::queries::history::ROWS_MAX;
use crate::error::Error;
use crate::graphql::context::{app, loaders};
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::workspaces::loaders::WorkspaceMemberOf;
use crate::graphql::workspaces::types::WorkspaceMember;

/// A page of dashboards that are shared with somebody.
pub type SharedDashboardConnection = Connection<String, SharedDashboardEntry, EmptyFields>;

#[ComplexObject]
impl DashboardShare {
    /// Who shared it, as a member of the workspace. Null when they are none any more.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<WorkspaceMember>> {
        let Some(author) = self.author_key else { return Ok(None) };
        Ok(load::<WorkspaceMemberOf>(ctx, (self.workspace_key, author)).await?.map(WorkspaceMember::from))
    }
}

#[ComplexObject]
impl SharedDashboard {
    /// What stands on all of its tabs, from top to bottom and from left to right, 50 at most, with the results that there are for these values
    /// of its filters: nothing is run by reading this. BAD_USER_INPUT for values that the filters cannot have, QUERY_TOO_COMPLEX for more
    /// than 10,000 rows together, of all shared dashboards that one request reads.
    async fn tiles(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Values of the dashboard's filters; what is left out has its default. Null for all defaults."
        )]
        filters: Option<Vec<FilterValueInput>>,
        #[graphql(desc = "Rows of each result, 1 to 1,000.", default = 100)] rows: i32,
    ) -> Result<Vec<SharedTile>> {
        let first = usize::try_from(rows).ok().filter(|rows| (1..=ROWS_MAX).contains(rows));
        let refused = || to_graphql(Error::bad_input("rows", format!("From 1 to {ROWS_MAX}.")));
        let first = first.ok_or_else(refused)?;
        let loaders = loaders(ctx);
        let shown = showing::tiles(app(ctx), &self.opened, &chosen(filters), first, loaders.allowance()).await;
        let shown = shown.map_err(to_graphql)?;
        Ok(shown.into_iter().map(SharedTile::from).collect())
    }
}
