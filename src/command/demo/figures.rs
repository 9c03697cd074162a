//! The demo's bookshop: a workspace with tables, saved queries, charts and texts about them, a glossary, questions, alerts
//! and a dashboard that is mailed.
//!
//! All that it has is in [`plan`] and its files. What is missing is made at each start until the dashboard has been made, which is the
//! last: from then on everything is the account's own, and nothing that it deletes comes back.

use super::stage::PATIENCE;
use crate::app::App;
use crate::db::page::Page;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::model::{Action, AuditFilter};
use crate::domain::users::audit::reading as trail;
use crate::domain::workspaces::actions::workspaces;
use crate::error::Result;
use crate::ids::{AuditEventId, WorkspaceId};

mod board;
mod plan;
mod queries;
mod tables;
mod watching;
mod words;

/// Makes what is missing of the bookshop, for the account of the demo.
///
/// # Errors
/// When a database or the store of files does not answer.
pub async fn fill(app: &App, demo: &Actor) -> Result<()> {
    if has_made(app, demo, Action::DashboardCreated).await? {
        return Ok(());
    }
    let plan = plan::read()?;
    let Some(workspace) = workspace(app, demo, &plan.workspace).await? else { return Ok(()) };
    if board::is_there(app, demo, workspace, &plan.dashboard.title).await? {
        return Ok(());
    }
    let Some(source) = Box::pin(tables::fill(app, demo, workspace, PATIENCE)).await? else {
        tracing::warn!("the tables of the demo are not loaded yet; its dashboard is made at the next start");
        return Ok(());
    };
    let kept = Box::pin(queries::fill(app, demo, source, &plan.queries)).await?;
    words::define(app, demo, workspace, &plan.terms).await?;
    Box::pin(words::ask(app, demo, source, &plan.questions)).await?;
    watching::describe(app, demo, &kept).await?;
    watching::watch(app, demo, &kept).await?;
    // From here on it is whole: see above.
    let dashboard = Box::pin(board::fill(app, demo, workspace, &plan.dashboard, &kept)).await?;
    watching::mail(app, demo, dashboard).await?;
    tracing::info!(%dashboard, queries = kept.queries.len(), "the demo's dashboard is there");
    Ok(())
}

/// Whether the account ever did this, as far as the audit trail goes back.
async fn has_made(app: &App, demo: &Actor, action: Action) -> Result<bool> {
    Ok(trail::count_own(app, demo, &by(action)).await? > 0)
}

/// The workspace, made if it never was; `None` for one that the account deleted, or gave another name.
async fn workspace(app: &App, demo: &Actor, name: &str) -> Result<Option<WorkspaceId>> {
    let there = workspaces::list(app, demo).await?;
    if let Some(seen) = there.iter().find(|seen| !seen.workspace.is_personal() && seen.workspace.name == name) {
        return Ok(Some(seen.workspace.id));
    }
    let page: Page<AuditEventId> = Page::new(Some(100), None, None, None, |_| None)?;
    let made = trail::own(app, demo, &by(Action::WorkspaceCreated), &page).await?.rows;
    let is_it = |after: &serde_json::Value| after.get("name").and_then(serde_json::Value::as_str) == Some(name);
    if made.iter().any(|event| event.after.as_ref().is_some_and(is_it)) {
        return Ok(None);
    }
    Ok(Some(workspaces::create(app, demo, name).await?.workspace.id))
}

fn by(action: Action) -> AuditFilter {
    AuditFilter { actions: vec![action.as_str().to_owned()], ..AuditFilter::default() }
}
