//! Alerts and what happened to them, by key.

use std::collections::HashMap;

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::dashboards::alerts::model::{Alert, AlertEvent, AlertState};
use crate::domain::dashboards::alerts::reading;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{AlertEventId, AlertId, SavedQueryId, WorkspaceId};

/// An alert that the reader sees.
pub struct AlertById;

impl Load for AlertById {
    type Key = AlertId;
    type Value = Alert;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::load(app, actor, keys).await
    }
}

/// The alerts of a saved query.
pub struct AlertsOfQuery;

impl Load for AlertsOfQuery {
    type Key = SavedQueryId;
    type Value = Vec<Alert>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::of_queries(app, actor, keys).await
    }
}

/// A page of the alerts of a workspace in one of these states.
pub struct AlertPageOfWorkspace;

impl Load for AlertPageOfWorkspace {
    type Key = (WorkspaceId, Vec<AlertState>, Page<AlertId>);
    type Value = Slice<Alert>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        // All parents of one field ask for the same page; another alias may ask for another.
        let mut by_page: HashMap<_, Vec<WorkspaceId>> = HashMap::new();
        for (workspace, states, page) in keys {
            by_page.entry((states.clone(), *page)).or_default().push(*workspace);
        }
        let mut pages = HashMap::new();
        for ((states, page), workspaces) in by_page {
            let found = reading::pages_of(app, actor, &workspaces, &states, &page).await?;
            pages.extend(found.into_iter().map(|(workspace, slice)| ((workspace, states.clone(), page), slice)));
        }
        Ok(pages)
    }
}

/// A page of what happened to an alert.
pub struct EventPageOfAlert;

impl Load for EventPageOfAlert {
    type Key = (AlertId, Page<AlertEventId>);
    type Value = Slice<AlertEvent>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        let mut by_page: HashMap<_, Vec<AlertId>> = HashMap::new();
        for (alert, page) in keys {
            by_page.entry(*page).or_default().push(*alert);
        }
        let mut pages = HashMap::new();
        for (page, alerts) in by_page {
            let found = reading::event_pages_of(app, actor, &alerts, &page).await?;
            pages.extend(found.into_iter().map(|(alert, slice)| ((alert, page), slice)));
        }
        Ok(pages)
    }
}
