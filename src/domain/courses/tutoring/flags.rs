//! Students object to what was held back, and those who teach decide.

use super::flag_store;
use super::model::{Flag, Resolution, Session};
use super::{policy, store};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{ModerationFlagId, UserId};

/// Objects to a flag of a session of the actor's; once.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown flag, BAD_USER_INPUT for the reason, CONFLICT when the actor has objected or it was
/// decided.
pub async fn appeal(app: &App, actor: &Actor, id: ModerationFlagId, reason: &str) -> Result<Flag> {
    let viewer = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    let reason = policy::checked_note(reason, "input.reason")?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let (flag, session) = locked(conn, viewer, id).await?;
        if session.student_id != viewer {
            return Err(Error::forbidden("Only the student of this session may object."));
        }
        if flag.appeal.is_some() || flag.resolution.is_some() {
            return Err(Error::conflict("You have objected already, or it was decided."));
        }
        flag_store::appeal(conn, id, &reason, app.clock.now()).await?;
        Ok(locked(conn, viewer, id).await?.0)
    })
    .await
}

/// Decides about a flag, whether or not its student objects. Deciding again takes the place of what was decided.
///
/// # Errors
/// `NOT_FOUND` for a flag in a course that the actor is no member of, FORBIDDEN for students and for one's own session,
/// BAD_USER_INPUT for the note.
pub async fn resolve(
    app: &App,
    actor: &Actor,
    id: ModerationFlagId,
    resolution: Resolution,
    note: Option<&str>,
) -> Result<Flag> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let note = note.map(|note| policy::checked_note(note, "input.note")).transpose()?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let (_, session) = locked(conn, viewer, id).await?;
        // Whoever sees it and is not its student teaches the course.
        if session.student_id == viewer {
            return Err(Error::forbidden("Nobody decides about a session of their own."));
        }
        let now = app.clock.now();
        flag_store::resolve(conn, id, viewer, resolution, note.as_deref(), now).await?;
        let after = serde_json::json!({ "resolution": resolution.as_str() });
        audit::record(conn, now, actor, Entry::new(Action::FlagResolved).on(id).after(after)).await?;
        Ok(locked(conn, viewer, id).await?.0)
    })
    .await
}

async fn locked(conn: &Connection, viewer: UserId, id: ModerationFlagId) -> Result<(Flag, Session)> {
    let missing = || Error::not_found("flag");
    let flag = flag_store::lock(conn, viewer, id).await?.ok_or_else(missing)?;
    let session = store::find(conn, flag.session_id).await?.ok_or_else(missing)?;
    Ok((flag, session))
}
