//! The alerts of a workspace as their states change.

use std::collections::HashMap;
use std::time::Duration;

use async_stream::try_stream;
use chrono::{DateTime, Utc};
use futures::{FutureExt as _, Stream};

use super::model::{Alert, AlertState};
use super::store;
use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::reading::role;
use crate::error::{ErrorCode, Result};
use crate::events::fact::Topic;
use crate::ids::{AlertId, UserId, WorkspaceId};

/// How long to wait for news before looking by oneself, in case nobody is left to tell.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// What is told within this time of the first is one piece of news.
const GATHERED: Duration = Duration::from_millis(50);

/// Each alert of a workspace whenever its state changes, from now on, until the actor is no member of the workspace any more.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown workspace.
pub async fn follow(
    app: &App,
    actor: &Actor,
    workspace: WorkspaceId,
) -> Result<impl Stream<Item = Result<Alert>> + Send + use<>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    // Listening before the first look makes sure that nothing falls between the two.
    let mut listener = app.bus.listen(Topic::Alerts(workspace));
    let mut known: HashMap<AlertId, (AlertState, DateTime<Utc>)> =
        look(app, reader, workspace).await?.into_iter().map(|alert| (alert.id, (alert.state, alert.since))).collect();
    let app = app.clone();
    Ok(try_stream! {
        loop {
            if tokio::time::timeout(LOOK_AGAIN, listener.next()).await.is_ok() {
                tokio::time::sleep(GATHERED).await;
                while listener.next().now_or_never().is_some() {}
            }
            let alerts = match look(&app, reader, workspace).await {
                Err(error) if error.code() == ErrorCode::NotFound => return,
                found => found?,
            };
            for alert in alerts {
                let is = (alert.state, alert.since);
                let was = known.insert(alert.id, is);
                // A new one is OK, and nothing has changed about it.
                if was.map_or(alert.state != AlertState::Ok, |was| was != is) {
                    yield alert;
                }
            }
        }
    })
}

async fn look(app: &App, reader: UserId, workspace: WorkspaceId) -> Result<Vec<Alert>> {
    let conn = app.db.write().await?;
    role(&conn, reader, workspace).await?;
    store::all(&conn, reader, workspace).await
}
