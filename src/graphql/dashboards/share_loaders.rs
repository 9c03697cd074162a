//! With whom dashboards are shared, by key.

use std::collections::HashMap;

use crate::app::App;
use crate::domain::dashboards::shares::model::Share;
use crate::domain::dashboards::shares::reading;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::DashboardId;

/// With whom a dashboard is shared that the reader may edit.
pub struct SharesOfDashboard;

impl Load for SharesOfDashboard {
    type Key = DashboardId;
    type Value = Vec<Share>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::of(app, actor, keys).await
    }
}
