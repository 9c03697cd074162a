//! Reports, who gets them and what came of them, by key.

use std::collections::HashMap;

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::dashboards::reports::model::{Logged, Recipient, Report};
use crate::domain::dashboards::reports::reading;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{DashboardId, ReportRunId, ScheduledReportId, WorkspaceId};

/// A report that the reader may know of.
pub struct ReportById;

impl Load for ReportById {
    type Key = ScheduledReportId;
    type Value = Report;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::load(app, actor, keys).await
    }
}

/// The reports of a dashboard that the reader may know of.
pub struct ReportsOfDashboard;

impl Load for ReportsOfDashboard {
    type Key = DashboardId;
    type Value = Vec<Report>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::of_dashboards(app, actor, keys).await
    }
}

/// Who gets a report.
pub struct RecipientsOfReport;

impl Load for RecipientsOfReport {
    type Key = ScheduledReportId;
    type Value = Vec<Recipient>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::recipients_of(app, actor, keys).await
    }
}

/// A page of the reports of a workspace that the reader may know of.
pub struct ReportPageOfWorkspace;

impl Load for ReportPageOfWorkspace {
    type Key = (WorkspaceId, Page<ScheduledReportId>);
    type Value = Slice<Report>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        let mut by_page: HashMap<_, Vec<WorkspaceId>> = HashMap::new();
        for (workspace, page) in keys {
            by_page.entry(*page).or_default().push(*workspace);
        }
        let mut pages = HashMap::new();
        for (page, workspaces) in by_page {
            let found = reading::pages_of(app, actor, &workspaces, &page).await?;
            pages.extend(found.into_iter().map(|(workspace, slice)| ((workspace, page), slice)));
        }
        Ok(pages)
    }
}

/// A page of the runs of a report.
pub struct RunPageOfReport;

impl Load for RunPageOfReport {
    type Key = (ScheduledReportId, Page<ReportRunId>);
    type Value = Slice<Logged>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        let mut by_page: HashMap<_, Vec<ScheduledReportId>> = HashMap::new();
        for (report, page) in keys {
            by_page.entry(*page).or_default().push(*report);
        }
        let mut pages = HashMap::new();
        for (page, reports) in by_page {
            let found = reading::runs_of(app, actor, &reports, &page).await?;
            pages.extend(found.into_iter().map(|(report, slice)| ((report, page), slice)));
        }
        Ok(pages)
    }
}
