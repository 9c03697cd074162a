//! A run until its end.

use std::time::Duration;

use async_stream::try_stream;
use futures::Stream;

use super::model::QueryRun;
use super::run_store as store;
use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::events::fact::Topic;
use crate::ids::{QueryRunId, UserId};

/// How long to wait for news before looking at the row itself, in case nobody is left to tell.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// A run, if the actor sees it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn run(app: &App, actor: &Actor, id: QueryRunId) -> Result<QueryRun> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    look(app, reader, id).await
}

/// The run as it is when it has ended, or after this time.
///
/// # Errors
/// As [`run`].
pub async fn wait(app: &App, actor: &Actor, id: QueryRunId, longest: Duration) -> Result<QueryRun> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut listener = app.bus.listen(Topic::QueryRun(id));
    let ended = async {
        loop {
            let now = look(app, reader, id).await?;
            if now.is_ended() {
                return Ok(now);
            }
            drop(tokio::time::timeout(LOOK_AGAIN, listener.next()).await);
        }
    };
    match tokio::time::timeout(longest, ended).await {
        Ok(ended) => ended,
        Err(_) => look(app, reader, id).await,
    }
}

/// The run as it is, and again when it has ended.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn follow(
    app: &App,
    actor: &Actor,
    id: QueryRunId,
) -> Result<impl Stream<Item = Result<QueryRun>> + Send + use<>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    // Listening before the first look makes sure that nothing falls between the two.
    let mut listener = app.bus.listen(Topic::QueryRun(id));
    let first = look(app, reader, id).await?;
    let app = app.clone();
    Ok(try_stream! {
        let mut now = first;
        let mut shown = None;
        loop {
            if shown != Some((now.status, now.cancel_requested_at)) {
                shown = Some((now.status, now.cancel_requested_at));
                yield now.clone();
            }
            if now.is_ended() {
                return;
            }
            drop(tokio::time::timeout(LOOK_AGAIN, listener.next()).await);
            now = look(&app, reader, id).await?;
        }
    })
}

/// The run when it has ended, for the domain's own use: **nothing is authorised here**. `None` when it is gone.
///
/// # Errors
/// When Postgres does not answer.
pub async fn end_of(app: &App, id: QueryRunId) -> Result<Option<QueryRun>> {
    let mut listener = app.bus.listen(Topic::QueryRun(id));
    loop {
        let found = store::find(&*app.db.read().await?, id).await?;
        if found.as_ref().is_none_or(QueryRun::is_ended) {
            return Ok(found);
        }
        drop(tokio::time::timeout(LOOK_AGAIN, listener.next()).await);
    }
}

async fn look(app: &App, reader: UserId, id: QueryRunId) -> Result<QueryRun> {
    let found = store::load(&*app.db.read().await?, reader, &[id]).await?.pop();
    found.ok_or_else(|| Error::not_found("query run"))
}
