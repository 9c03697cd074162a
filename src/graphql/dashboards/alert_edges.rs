//! From alerts to what they watch, what happened to them, and whom they concern.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{ComplexObject, Context, Result};
use futures::future::try_join_all;

use super::alert_loaders::{AlertPageOfWorkspace, EventPageOfAlert};
use super::alert_types::{Alert, AlertEvent, AlertState};
use crate::db::page::Slice;
use crate::domain::dashboards::alerts::model;
use crate::error::Error;
use crate::graphql::data::saved_loaders::SavedQueryById;
use crate::graphql::data::saved_types::SavedQuery;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};
use crate::graphql::workspaces::loaders::{WorkspaceById, WorkspaceMemberOf};
use crate::graphql::workspaces::types::{Workspace, WorkspaceMember};
use crate::ids::{UserId, WorkspaceId};

/// A page of alerts.
pub type AlertConnection = Connection<String, Alert, EmptyFields>;

/// A page of what happened to an alert.
pub type AlertEventConnection = Connection<String, AlertEvent, EmptyFields>;

#[ComplexObject]
impl Alert {
    /// The workspace that it belongs to.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        let found = load::<WorkspaceById>(ctx, self.workspace_key).await?;
        found.map(Workspace::from).ok_or_else(|| to_graphql(Error::not_found("workspace")))
    }

    /// The saved query whose result is watched.
    async fn query(&self, ctx: &Context<'_>) -> Result<SavedQuery> {
        let found = load::<SavedQueryById>(ctx, self.query_key).await?;
        found.map(SavedQuery::from).ok_or_else(|| to_graphql(Error::not_found("saved query")))
    }

    /// Who made it, as a member of its workspace. Null when they are none any more.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<WorkspaceMember>> {
        member(ctx, self.workspace_key, self.author_key).await
    }

    /// Who sees to it, as a member of its workspace. Null while nobody does, and when they are no member any more.
    async fn acknowledged_by(&self, ctx: &Context<'_>) -> Result<Option<WorkspaceMember>> {
        member(ctx, self.workspace_key, self.acknowledger_key).await
    }

    /// Who is told of it, in the order of joining the workspace, 50 at most. Whoever leaves the workspace is none of them any more.
    async fn recipients(&self, ctx: &Context<'_>) -> Result<Vec<WorkspaceMember>> {
        let members = self.recipient_keys.iter().map(|user| member(ctx, self.workspace_key, Some(*user)));
        Ok(try_join_all(members).await?.into_iter().flatten().collect())
    }

    /// What happened to it in the last year, the newest first.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<AlertEventConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = load::<EventPageOfAlert>(ctx, (self.key, page)).await?.unwrap_or_default();
        Ok(connection(slice, EmptyFields, |row: &model::AlertEvent| row.id.to_string(), Into::into))
    }
}

async fn member(ctx: &Context<'_>, workspace: WorkspaceId, user: Option<UserId>) -> Result<Option<WorkspaceMember>> {
    let Some(user) = user else { return Ok(None) };
    Ok(load::<WorkspaceMemberOf>(ctx, (workspace, user)).await?.map(WorkspaceMember::from))
}

/// Alerts as clients see them.
///
/// # Errors
/// INTERNAL for one whose row cannot be read.
pub fn shown(rows: Vec<model::Alert>) -> Result<Vec<Alert>> {
    rows.into_iter().map(Alert::try_from).collect::<crate::error::Result<_>>().map_err(to_graphql)
}

/// A page of the alerts of a workspace in one of these states; `None` for all.
///
/// # Errors
/// BAD_USER_INPUT for arguments that are none of a page.
pub async fn workspace_alerts(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    states: Option<Vec<AlertState>>,
    args: PageArgs,
) -> Result<AlertConnection> {
    let page = args.page(|text| text.parse().ok())?;
    let states: Vec<model::AlertState> = match states {
        Some(states) => states.into_iter().map(Into::into).collect(),
        None => model::AlertState::ALL.to_vec(),
    };
    let slice = load::<AlertPageOfWorkspace>(ctx, (workspace, states, page)).await?.unwrap_or_default();
    let Slice { rows, has_next, has_previous } = slice;
    // Read before they are paged: one that cannot be is an error of the field, not a gap.
    let rows = shown(rows)?;
    let slice = Slice { rows, has_next, has_previous };
    Ok(connection(slice, EmptyFields, |alert: &Alert| alert.key.to_string(), |alert| alert))
}
