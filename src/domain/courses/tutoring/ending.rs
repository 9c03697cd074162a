//! A session ends: by its time, whoever notices, or by its student.

use super::model::{EndReason, Session};
use super::{policy, store};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::conversations::conducted;
use crate::domain::conversations::model::MessageKind;
use crate::domain::generation::actions as generations;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::TutoringSessionId;

/// Ends a session of the actor's. One that has ended stays as it is.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn end_own(app: &App, actor: &Actor, id: TutoringSessionId) -> Result<Session> {
    let student = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let session = store::lock(conn, id).await?.filter(|session| session.student_id == student);
        let session = session.ok_or_else(missing)?;
        if session.ended_at.is_none() {
            let is_over = app.clock.now() >= session.expires_at;
            end(app, conn, &session, if is_over { EndReason::Time } else { EndReason::Student }).await?;
        }
        store::find(conn, id).await?.ok_or_else(missing)
    })
    .await
}

/// Ends a session if its time is over and nobody has; says whether it goes on.
///
/// # Errors
/// When Postgres does not answer.
pub async fn end_if_due(app: &App, id: TutoringSessionId) -> Result<bool> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let Some(session) = store::lock(conn, id).await? else { return Ok(false) };
        if session.goes_on(app.clock.now()) {
            return Ok(true);
        }
        if session.ended_at.is_none() {
            end(app, conn, &session, EndReason::Time).await?;
        }
        Ok(false)
    })
    .await
}

/// Ends a session that was locked. What is still written stops, with the text so far; when the time is over, the tutor has the
/// last word.
///
/// # Errors
/// When Postgres does not answer.
pub async fn end(app: &App, conn: &Connection, session: &Session, reason: EndReason) -> Result<()> {
    let Some(conversation) = session.conversation_id else { return Ok(()) };
    // In the order in which the end of a run takes its locks: first the run, then the conversation.
    generations::stop_all_for(app, conn, conversation).await?;
    let ended_at = match reason {
        EndReason::Time => {
            let last = policy::closing(&session.question);
            conducted::tell(app, conn, conversation, MessageKind::Closing, &last).await?;
            session.expires_at
        }
        EndReason::Student | EndReason::Removed => app.clock.now(),
    };
    store::end(conn, session.id, reason, ended_at).await?;
    app.bus.publish(conn, &Fact::ConversationChanged { conversation }).await
}

pub(in crate::domain::courses) fn missing() -> Error {
    Error::not_found("tutoring session")
}
