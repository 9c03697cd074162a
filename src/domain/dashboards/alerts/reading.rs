//! Looking at alerts, and at what happened to them.

use std::collections::HashMap;

use super::model::{Alert, AlertEvent, AlertState};
use super::{event_store, store};
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{AlertEventId, AlertId, SavedQueryId, WorkspaceId};

/// Those of these alerts that the actor sees.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(app: &App, actor: &Actor, ids: &[AlertId]) -> Result<HashMap<AlertId, Alert>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|alert| (alert.id, alert)).collect())
}

/// The alert, if the actor sees it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn alert(app: &App, actor: &Actor, id: AlertId) -> Result<Alert> {
    load(app, actor, &[id]).await?.remove(&id).ok_or_else(missing)
}

/// The same page of the alerts in one of these states of each of these workspaces, as far as the actor sees them, the newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn pages_of(
    app: &App,
    actor: &Actor,
    workspaces: &[WorkspaceId],
    states: &[AlertState],
    page: &Page<AlertId>,
) -> Result<HashMap<WorkspaceId, Slice<Alert>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<WorkspaceId, Vec<Alert>> = HashMap::new();
    for alert in store::pages(&*app.db.read().await?, reader, workspaces, states, page).await? {
        of.entry(alert.workspace_id).or_default().push(alert);
    }
    Ok(of.into_iter().map(|(workspace, alerts)| (workspace, page.slice(alerts))).collect())
}

/// The alerts of these queries, as far as the actor sees them, the oldest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn of_queries(
    app: &App,
    actor: &Actor,
    queries: &[SavedQueryId],
) -> Result<HashMap<SavedQueryId, Vec<Alert>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<SavedQueryId, Vec<Alert>> = HashMap::new();
    for alert in store::of_queries(&*app.db.read().await?, reader, queries).await? {
        of.entry(alert.query_id).or_default().push(alert);
    }
    Ok(of)
}

/// The same page of what happened to each of these alerts, as far as the actor sees them, the newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn event_pages_of(
    app: &App,
    actor: &Actor,
    alerts: &[AlertId],
    page: &Page<AlertEventId>,
) -> Result<HashMap<AlertId, Slice<AlertEvent>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<AlertId, Vec<AlertEvent>> = HashMap::new();
    for event in event_store::pages(&*app.db.read().await?, reader, alerts, page).await? {
        of.entry(event.alert_id).or_default().push(event);
    }
    Ok(of.into_iter().map(|(alert, events)| (alert, page.slice(events))).collect())
}

/// What is said of an alert that is not there for whoever asks.
#[must_use]
pub fn missing() -> Error {
    Error::not_found("alert")
}
