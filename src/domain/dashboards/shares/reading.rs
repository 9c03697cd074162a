//! Looking at what is shared: by whom, and with whom.

use std::collections::HashMap;

use super::model::{Held, Share};
use super::store;
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::ids::{DashboardId, DashboardShareId};

/// With whom these dashboards are shared, as far as the actor may edit them.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn of(app: &App, actor: &Actor, dashboards: &[DashboardId]) -> Result<HashMap<DashboardId, Vec<Share>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<DashboardId, Vec<Share>> = HashMap::new();
    for share in store::of(&*app.db.read().await?, reader, dashboards, app.clock.now()).await? {
        of.entry(share.dashboard_id).or_default().push(share);
    }
    Ok(of)
}

/// The dashboards that are shared with the actor, those shared last first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn shared_with(app: &App, actor: &Actor, page: &Page<DashboardShareId>) -> Result<Slice<Held>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    Ok(page.slice(store::page(&*app.db.read().await?, reader, app.clock.now(), page).await?))
}
