//! What was said in sessions is deleted: by their students, with their course or week, or because it was kept long enough. The
//! sessions themselves stay, without a word: they count against the quota, and in what the professor sees of time spent.

use super::ending;
use super::model::{EndReason, Fate, Session};
use super::store;
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::conversations::conducted;
use crate::domain::courses::recordings::removal as recordings;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{CourseId, TutoringSessionId, WeekId};

/// Sessions whose time of keeping is over that are emptied in one transaction.
const AT_ONCE: i32 = 100;

/// Deletes what was said in a session of the actor's, for everybody and at once.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn remove_own(app: &App, actor: &Actor, id: TutoringSessionId) -> Result<Session> {
    let student = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let session = store::lock(conn, id).await?.filter(|session| session.student_id == student);
        let session = session.ok_or_else(ending::missing)?;
        if session.transcript_deleted_at.is_none() {
            forget(app, conn, &[session]).await?;
            audit::record(conn, app.clock.now(), actor, Entry::new(Action::TranscriptDeleted).on(id)).await?;
        }
        store::find(conn, id).await?.ok_or_else(ending::missing)
    })
    .await
}

/// Decides about the sessions of a course, or of one of its weeks, that is about to go, in the caller's transaction.
///
/// # Errors
/// CONFLICT when there are any and nothing was said about them.
pub(crate) async fn settle_fate(
    app: &App,
    conn: &Connection,
    course: CourseId,
    week: Option<WeekId>,
    fate: Option<Fate>,
) -> Result<()> {
    let sessions = store::all(conn, course, week).await?;
    match fate {
        _ if sessions.is_empty() => Ok(()),
        Some(Fate::Delete) => forget(app, conn, &sessions).await,
        Some(Fate::Keep) => {
            for session in sessions.iter().filter(|session| session.ended_at.is_none()) {
                ending::end(app, conn, session, EndReason::Removed).await?;
            }
            Ok(())
        }
        None => {
            let problem = format!(
                "{} tutoring sessions hang on this: say whether their students keep what was said, or it is deleted.",
                sessions.len()
            );
            Err(Error::conflict(problem).with_field("input.sessions"))
        }
    }
}

/// Deletes what courses do not keep any longer; says how many sessions that were.
///
/// # Errors
/// When Postgres does not answer.
pub async fn remove_outlived(app: &App) -> Result<usize> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let sessions = store::outlived(conn, app.clock.now(), AT_ONCE).await?;
        forget(app, conn, &sessions).await?;
        if !sessions.is_empty() {
            tracing::info!(sessions = sessions.len(), "what was said long ago is deleted");
        }
        Ok(sessions.len())
    })
    .await
}

/// Takes what was said in sessions, which were locked, from every reader.
async fn forget(app: &App, conn: &Connection, sessions: &[Session]) -> Result<()> {
    let conversations: Vec<_> = sessions.iter().filter_map(|session| session.conversation_id).collect();
    conducted::remove(app, conn, &conversations).await?;
    let ids: Vec<TutoringSessionId> = sessions.iter().map(|session| session.id).collect();
    recordings::remove_in(app, conn, &ids).await?;
    store::forget(conn, &ids, app.clock.now()).await
}
