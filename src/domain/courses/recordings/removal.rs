//! Recordings go: nobody hears them from the moment of the commit on, and a job removes their files.

use super::jobs::RemoveRecordings;
use super::store;
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::courses::tutoring::model::Session;
use crate::domain::courses::tutoring::{ending, store as sessions};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::ids::TutoringSessionId;
use crate::jobs::queue;

/// Recordings whose time is over that are removed in one transaction.
const AT_ONCE: i64 = 100;

/// Deletes the recording of a session of the actor's. That there is none is as good.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown session.
pub async fn remove_own(app: &App, actor: &Actor, id: TutoringSessionId) -> Result<Session> {
    let student = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let session = sessions::lock(conn, id).await?.filter(|session| session.student_id == student);
        let session = session.ok_or_else(ending::missing)?;
        if remove_in(app, conn, &[id]).await? > 0 {
            audit::record(conn, app.clock.now(), actor, Entry::new(Action::RecordingDeleted).on(id)).await?;
        }
        Ok(session)
    })
    .await
}

/// Removes the recordings of these sessions in the caller's transaction; says how many there were.
///
/// # Errors
/// When Postgres does not answer.
pub(in crate::domain::courses) async fn remove_in(
    app: &App,
    conn: &Connection,
    sessions: &[TutoringSessionId],
) -> Result<usize> {
    let keys = store::remove(conn, sessions).await?;
    queue_removal(app, conn, keys).await
}

/// Removes recordings that were kept for as long as their courses say; says how many there were.
///
/// # Errors
/// When Postgres does not answer.
pub async fn remove_outlived(app: &App) -> Result<usize> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let keys = store::remove_outlived(conn, app.clock.now(), AT_ONCE).await?;
        queue_removal(app, conn, keys).await
    })
    .await
}

async fn queue_removal(app: &App, conn: &Connection, keys: Vec<String>) -> Result<usize> {
    let gone = keys.len();
    if gone > 0 {
        queue::enqueue::<App, _>(conn, &app.clock, &RemoveRecordings { keys }).await?;
    }
    Ok(gone)
}
