//! What a student's browser begins a spoken conversation with. The provider's key stays here.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;

use super::token::{self, Leave, Use};
use crate::ai::speech::voices::Conversations;
use crate::app::App;
use crate::domain::courses::tutoring::model::Session;
use crate::domain::users::actor::{Actor, Credential};
use crate::domain::users::permissions::{self, Permission};
use crate::domain::users::tokens::Access;
use crate::error::Result;
use crate::limits::class::Class;

/// How long after its end a session can still be asked about, so that the agent hears that it is over.
const GRACE: TimeDelta = TimeDelta::minutes(2);

/// Leave to speak with the agent in one session.
#[derive(Debug, Clone)]
pub struct VoiceCredentials {
    /// The provider's name for the agent.
    pub agent: String,
    /// What the agent shows this server.
    pub token: SecretString,
    /// The voice that was asked for; `None` for the agent's own.
    pub voice: Option<String>,
    /// What the agent says first: the tutor's question.
    pub first_message: String,
    /// When the session ends.
    pub expires_at: DateTime<Utc>,
}

/// Leave to speak in a session; `None` where there are no spoken conversations, for a session that is over and for one that is not
/// the actor's.
///
/// # Errors
/// FORBIDDEN for an API key: a conversation rests on its student's sign-in.
pub fn of_session(app: &App, actor: &Actor, session: &Session) -> Result<Option<VoiceCredentials>> {
    let student = actor.require_may(Permission::UseAssistant)?;
    let Some(Conversations { agent, .. }) = &app.voices.conversations else { return Ok(None) };
    if session.student_id != student.user.id || !session.goes_on(app.clock.now()) {
        return Ok(None);
    }
    let Credential::Session(sign_in) = student.credential else { return Err(permissions::not_by_key()) };
    // The sign-in may be refreshed meanwhile: whether it holds is looked up at each turn.
    let access = Access { user: student.user.id, session: sign_in, expires_at: session.expires_at + GRACE };
    Ok(Some(VoiceCredentials {
        agent: agent.clone(),
        token: token::sign(&app.secrets, Use::Speak, Leave { access, object: session.id.to_string() })?,
        voice: session.voice.clone(),
        first_message: session.question.clone(),
        expires_at: session.expires_at,
    }))
}

/// The provider's token for one conversation over WebRTC.
///
/// # Errors
/// RATE_LIMITED; UPSTREAM_UNAVAILABLE when the provider does not give it.
pub async fn conversation_token(app: &App, actor: &Actor) -> Result<Option<SecretString>> {
    ask(app, actor).await?;
    Ok(app.voices.conversation_token().await?)
}

/// The provider's address for one conversation over a websocket.
///
/// # Errors
/// RATE_LIMITED; UPSTREAM_UNAVAILABLE when the provider does not give it.
pub async fn signed_url(app: &App, actor: &Actor) -> Result<Option<SecretString>> {
    ask(app, actor).await?;
    Ok(app.voices.signed_url().await?)
}

/// The provider bounds how often it is asked with our key, by whomever.
async fn ask(app: &App, actor: &Actor) -> Result<()> {
    let asker = actor.require_may(Permission::UseAssistant)?.user.id;
    app.limits.take(Class::Chat, &asker.to_string(), 1).await
}
