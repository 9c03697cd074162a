//! A text until nothing more happens to it.

use std::time::Duration;

use async_stream::try_stream;
use futures::Stream;

use super::model::Insight;
use super::reading::missing;
use super::store;
use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::events::fact::Topic;
use crate::ids::{InsightId, UserId};

/// How long to wait for news before looking at the row itself, in case nobody is left to tell.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// A text, if the actor sees it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn insight(app: &App, actor: &Actor, id: InsightId) -> Result<Insight> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    look(app, reader, id).await
}

/// The text as it is when nothing more happens by itself, or after this time.
///
/// # Errors
/// As [`insight`].
pub async fn wait(app: &App, actor: &Actor, id: InsightId, longest: Duration) -> Result<Insight> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut listener = app.bus.listen(Topic::Insight(id));
    let settled = async {
        loop {
            let now = look(app, reader, id).await?;
            if now.status.is_settled() {
                return Ok(now);
            }
            drop(tokio::time::timeout(LOOK_AGAIN, listener.next()).await);
        }
    };
    match tokio::time::timeout(longest, settled).await {
        Ok(settled) => settled,
        Err(_) => look(app, reader, id).await,
    }
}

/// The text as it is, and again whenever it has come further, until nothing more happens by itself.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn follow(
    app: &App,
    actor: &Actor,
    id: InsightId,
) -> Result<impl Stream<Item = Result<Insight>> + Send + use<>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    // Listening before the first look makes sure that nothing falls between the two.
    let mut listener = app.bus.listen(Topic::Insight(id));
    let first = look(app, reader, id).await?;
    let app = app.clone();
    Ok(try_stream! {
        let mut now = first;
        let mut shown = None;
        loop {
            if shown != Some((now.status, now.attempts)) {
                shown = Some((now.status, now.attempts));
                yield now.clone();
            }
            if now.status.is_settled() {
                return;
            }
            drop(tokio::time::timeout(LOOK_AGAIN, listener.next()).await);
            now = look(&app, reader, id).await?;
        }
    })
}

async fn look(app: &App, reader: UserId, id: InsightId) -> Result<Insight> {
    store::load(&*app.db.read().await?, reader, &[id]).await?.pop().ok_or_else(missing)
}
