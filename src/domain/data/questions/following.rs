//! A question until nothing more happens to it.

use std::time::Duration;

use async_stream::try_stream;
use futures::Stream;

use super::model::DataQuestion;
use super::reading::missing;
use super::store;
use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::events::fact::Topic;
use crate::ids::{DataQuestionId, UserId};

/// How long to wait for news before looking at the row itself, in case nobody is left to tell.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// A question, if the actor sees it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn question(app: &App, actor: &Actor, id: DataQuestionId) -> Result<DataQuestion> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    look(app, reader, id).await
}

/// The question as it is when nothing more happens by itself, or after this time.
///
/// # Errors
/// As [`question`].
pub async fn wait(app: &App, actor: &Actor, id: DataQuestionId, longest: Duration) -> Result<DataQuestion> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut listener = app.bus.listen(Topic::Question(id));
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

/// The question as it is, and again whenever it has come further, until nothing more happens by itself.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn follow(
    app: &App,
    actor: &Actor,
    id: DataQuestionId,
) -> Result<impl Stream<Item = Result<DataQuestion>> + Send + use<>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    // Listening before the first look makes sure that nothing falls between the two.
    let mut listener = app.bus.listen(Topic::Question(id));
    let first = look(app, reader, id).await?;
    let app = app.clone();
    Ok(try_stream! {
        let mut now = first;
        let mut shown = None;
        loop {
            if shown != Some((now.status, now.attempts, now.run_id)) {
                shown = Some((now.status, now.attempts, now.run_id));
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

async fn look(app: &App, reader: UserId, id: DataQuestionId) -> Result<DataQuestion> {
    store::load(&*app.db.read().await?, reader, &[id]).await?.pop().ok_or_else(missing)
}
