//! Having an alert evaluated now, for somebody.

use std::time::Duration;

use super::jobs;
use super::model::Alert;
use super::reading::missing;
use super::store;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::queries::asking::WAIT_MAX;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading::lock_role;
use crate::error::Result;
use crate::ids::{AlertId, UserId};

/// How long to wait before looking whether it was evaluated: most statements take less than a moment.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Has an alert evaluated, as it would be when it is due, and gives it as it is then, or after this time; and whether it was evaluated.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown alert, FORBIDDEN for a viewer.
pub async fn evaluate(app: &App, actor: &Actor, id: AlertId, wait: Duration) -> Result<(Alert, bool)> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let mut conn = app.db.write().await?;
    let sequence = conn
        .transaction(async |conn| {
            let alert = store::lock(conn, editor, id).await?.ok_or_else(missing)?;
            require_editor(lock_role(conn, editor, alert.workspace_id).await?)?;
            // One that is under way stands for this: data that change meanwhile make it due again.
            if alert.claimed_until.is_some_and(|until| until > app.clock.now()) {
                return Ok(alert.sequence);
            }
            jobs::take(app, conn, id).await
        })
        .await?;
    drop(conn);
    let done = async {
        loop {
            let (alert, is_done) = look(app, editor, id, sequence).await?;
            if is_done {
                return Ok((alert, true));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    match tokio::time::timeout(wait.min(WAIT_MAX), done).await {
        Ok(done) => done,
        Err(_) => look(app, editor, id, sequence).await,
    }
}

/// The alert as it is, and whether it was evaluated by now: another evaluation that was claimed since stands for this one.
async fn look(app: &App, reader: UserId, id: AlertId, sequence: i64) -> Result<(Alert, bool)> {
    let conn = app.db.write().await?;
    let alert = store::load(&conn, reader, &[id]).await?.pop().ok_or_else(missing)?;
    let is_done = alert.sequence >= sequence && alert.claimed_until.is_none();
    Ok((alert, is_done))
}
