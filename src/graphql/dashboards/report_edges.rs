//! From reports to their dashboard, to who gets them, and to what came of them.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{ComplexObject, Context, Result};
use chrono::{DateTime, Utc};

use super::board_loaders::DashboardById;
use super::board_types::Dashboard;
use super::report_loaders::{RecipientsOfReport, ReportPageOfWorkspace, RunPageOfReport};
use super::report_types::{ReportRecipient, ReportRun, ScheduledReport};
use crate::domain::dashboards::reports::model::{Logged, Report};
use crate::domain::dashboards::reports::reading;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};
use crate::graphql::workspaces::loaders::WorkspaceMemberOf;
use crate::graphql::workspaces::types::WorkspaceMember;
use crate::ids::WorkspaceId;

/// A page of reports.
pub type ScheduledReportConnection = Connection<String, ScheduledReport, EmptyFields>;

/// A page of runs of a report.
pub type ReportRunConnection = Connection<String, ReportRun, EmptyFields>;

#[ComplexObject]
impl ScheduledReport {
    /// The dashboard that it is of. Null for whom that is only shared with: see dashboardSharedWithMe.
    async fn dashboard(&self, ctx: &Context<'_>) -> Result<Option<Dashboard>> {
        Ok(load::<DashboardById>(ctx, self.dashboard_key).await?.map(Dashboard::from))
    }

    /// Who gets it, by address, with those who want it no more; to whom only gets it, themselves.
    async fn recipients(&self, ctx: &Context<'_>) -> Result<Vec<ReportRecipient>> {
        let recipients = load::<RecipientsOfReport>(ctx, self.key).await?.unwrap_or_default();
        Ok(recipients.into_iter().map(ReportRecipient::from).collect())
    }

    /// The next times at which it is sent; none while it is stopped. A time that the clock skips comes at the first moment behind the gap,
    /// one that it shows twice the first time alone.
    #[expect(clippy::unused_async, reason = "a field of the graph is a future, whatever it needs")]
    async fn next_runs(
        &self,
        #[graphql(desc = "How many, 1 to 100.", default = 5)] first: i32,
    ) -> Result<Vec<DateTime<Utc>>> {
        reading::next_times(&self.row, first).map_err(to_graphql)
    }

    /// What came of it, the newest first, for members of the workspace; none for others. The newest 100 of a year are kept.
    async fn runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<ReportRunConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = load::<RunPageOfReport>(ctx, (self.key, page)).await?.unwrap_or_default();
        Ok(connection(slice, EmptyFields, |logged: &Logged| logged.run.id.to_string(), ReportRun::from))
    }

    /// Who made it, as a member of the workspace. Null when they are none any more, and for others than members.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<WorkspaceMember>> {
        let Some(author) = self.author_key else { return Ok(None) };
        Ok(load::<WorkspaceMemberOf>(ctx, (self.workspace_key, author)).await?.map(WorkspaceMember::from))
    }
}

/// A page of the reports of a workspace.
///
/// # Errors
/// BAD_USER_INPUT for arguments that are none of a page.
pub async fn workspace_reports(
    ctx: &Context<'_>,
    workspace: WorkspaceId,
    args: PageArgs,
) -> Result<ScheduledReportConnection> {
    let page = args.page(|text| text.parse().ok())?;
    let slice = load::<ReportPageOfWorkspace>(ctx, (workspace, page)).await?.unwrap_or_default();
    Ok(connection(slice, EmptyFields, |row: &Report| row.id.to_string(), ScheduledReport::from))
}
