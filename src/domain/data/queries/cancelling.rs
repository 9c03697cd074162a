//! Stopping a statement that somebody runs.

use std::time::Duration;

use super::model::QueryRun;
use super::run_store as store;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::following;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::model::WorkspaceRole;
use crate::domain::workspaces::reading;
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::QueryRunId;

/// How long the answer waits for the end, which may come from another instance.
const WAIT: Duration = Duration::from_secs(5);

/// Stops a run: the server that works on it too. One's own, or any of a workspace that one may change. One that is over stays as it is.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown run, FORBIDDEN for somebody else's.
pub async fn cancel(app: &App, actor: &Actor, id: QueryRunId) -> Result<QueryRun> {
    let canceller = actor.require_may(Permission::ReadOwnData)?.user.id;
    let run: QueryRun = following::see(app, actor, id).await?;
    if run.is_ended() {
        return Ok(run);
    }
    if run.asker_id != Some(canceller) {
        let conn = app.db.read().await?;
        let source = crate::domain::data::source_store::load(&conn, canceller, &[run.source_id]).await?.pop();
        let source = source.ok_or_else(|| Error::not_found("query run"))?;
        if reading::role(&conn, canceller, source.workspace_id).await? == WorkspaceRole::Viewer {
            return Err(Error::forbidden("Somebody else runs this."));
        }
    }
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        store::request_cancel(conn, id, app.clock.now()).await?;
        app.bus.publish(conn, &Fact::QueryRunChanged { run: id }).await
    })
    .await?;
    drop(conn);
    following::wait(app, actor, id, WAIT).await
}
