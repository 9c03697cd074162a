//! What people do with dashboards that are shared with them.

use super::model::{Opened, Rearrangement, ShareAccess};
use super::{opening, policy, store};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::dashboards::boards::actions::{content, require_version, rewrite};
use crate::domain::dashboards::boards::model::FilterValue;
use crate::domain::dashboards::boards::reading::missing;
use crate::domain::dashboards::boards::{running, store as boards, values};
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::DashboardId;
use crate::limits::class::Class;

/// Arranges and names what stands on a dashboard that the actor has seen as `version`: what it shows, and what can be chosen, stays.
///
/// # Errors
/// `NOT_FOUND` for one that is not shared with the actor, and for tiles that it does not have, FORBIDDEN for whom it is only shown to,
/// CONFLICT when it was changed since, BAD_USER_INPUT for content that does not do.
pub async fn rearrange(
    app: &App,
    actor: &Actor,
    id: DashboardId,
    version: i32,
    wanted: &Rearrangement,
) -> Result<Opened> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let held = store::lock_by_person(conn, editor, id, app.clock.now()).await?.ok_or_else(missing)?;
        let access = held.share_access;
        if access != ShareAccess::Edit {
            return Err(Error::forbidden("This dashboard is only shown to you."));
        }
        require_version(&held.dashboard, version)?;
        let change = policy::change(&content(conn, &held.dashboard).await?, wanted)?;
        let dashboard = rewrite(app, conn, actor, held.dashboard, &change).await?;
        Ok(Opened { dashboard, access, is_link: false })
    })
    .await
}

/// Has all tiles of a dashboard that is shared with the actor run with these values of its filters, as far as there is no result of the
/// same data. The runs are the server's own, so that they are nothing of the actor's.
///
/// # Errors
/// `NOT_FOUND` for one that is not shared with the actor, BAD_USER_INPUT for values that its filters cannot have, `RATE_LIMITED` for more
/// than so many in a minute.
pub async fn refresh(app: &App, actor: &Actor, id: DashboardId, chosen: &[FilterValue]) -> Result<Opened> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    require_verified(app, actor)?;
    let dashboard = opening::by_person(app, actor, id).await?.dashboard;
    let filled = values::filled(&dashboard.filters()?, chosen, "input.filters")?;
    app.limits.take(Class::SharedRefresh, &reader.to_string(), 1).await?;
    running::refresh(app, &dashboard, &filled, None, false).await?;
    let now = app.clock.now();
    boards::set_read(&*app.db.write().await?, id, now, now).await?;
    opening::by_person(app, actor, id).await
}
