//! The student says something.

use super::model::{EndReason, Session};
use super::tutor::{self, TUTOR};
use super::{ending, policy, store};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::conversations::conducted::{self, Statement};
use crate::domain::conversations::exchanges::Exchange;
use crate::domain::conversations::policy::{idempotency_key, message_text};
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::budgets::model::Payer;
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::ids::TutoringSessionId;

/// Something that a student says.
#[derive(Debug, Clone)]
pub struct Speak {
    pub session: TutoringSessionId,
    pub text: String,
    /// The same key from the same person is the same message.
    pub idempotency_key: Option<String>,
}

/// Stores what the student says, and queues the tutor's reply. Nothing is said when the time is over: then the session is ended
/// here, if nobody has.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown session, SESSION_ENDED for one that is over, BAD_USER_INPUT for the text, CONFLICT while
/// the tutor still answers, `QUOTA_EXCEEDED` when a budget does not cover the reply.
pub async fn speak(app: &App, actor: &Actor, speak: &Speak) -> Result<(Session, Exchange)> {
    let payer = Payer::of(actor.require_may(Permission::UseAssistant)?);
    require_verified(app, actor)?;
    let text = message_text(&speak.text, app.config.graphql.message_max_chars, "input.text")?;
    let key = speak.idempotency_key.as_deref();
    key.map(idempotency_key).transpose()?;
    let mut conn = app.db.write().await?;
    let said = conn
        .transaction(async |conn| {
            let session = store::lock(conn, speak.session).await?;
            let session = session.filter(|session| session.student_id == payer.account).ok_or_else(ending::missing)?;
            say(app, conn, payer, session, &text, key).await
        })
        .await?;
    // Only now: the end is to be stored, and an error would undo it.
    said.ok_or_else(policy::over)
}

/// What the actor said in a session of theirs under this key; `None` when nothing was.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown session, CONFLICT for a key under which something was said elsewhere.
pub async fn said_before(app: &App, actor: &Actor, id: TutoringSessionId, key: &str) -> Result<Option<Exchange>> {
    let student = actor.require_may(Permission::UseAssistant)?.user.id;
    let conn = app.db.write().await?;
    let session = store::find(&conn, id).await?.filter(|session| session.student_id == student);
    let session = session.ok_or_else(ending::missing)?;
    let Some(conversation) = session.conversation_id.filter(|_| session.transcript_deleted_at.is_none()) else {
        return Ok(None);
    };
    conducted::said_before(&conn, student, conversation, key, None).await
}

/// `None` when the session is over.
async fn say(
    app: &App,
    conn: &Connection,
    payer: Payer,
    session: Session,
    text: &str,
    key: Option<&str>,
) -> Result<Option<(Session, Exchange)>> {
    let Some(conversation) = session.conversation_id.filter(|_| session.transcript_deleted_at.is_none()) else {
        return Ok(None);
    };
    if let Some(key) = key {
        // What was said in time was said, however late its answer is asked for again.
        if let Some(before) = conducted::said_before(conn, payer.account, conversation, key, Some(text)).await? {
            return Ok(Some((session, before)));
        }
    }
    if !session.goes_on(app.clock.now()) {
        if session.ended_at.is_none() {
            ending::end(app, conn, &session, EndReason::Time).await?;
        }
        return Ok(None);
    }
    let estimate = tutor::estimate(app, text);
    let statement = Statement { text, idempotency_key: key, purpose: TUTOR, estimate };
    let exchange = conducted::say(app, conn, payer, conversation, statement).await?;
    Ok(Some((session, exchange)))
}
