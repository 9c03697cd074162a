//! What the tutor says, read aloud: an address of each reply, and the sound as it is made.

use chrono::TimeDelta;

use super::token::{self, Leave, Use};
use crate::ai::speech::synthesis::{MOST_CHARACTERS, SoundStream};
use crate::app::App;
use crate::domain::conversations::model::{Message, MessageRole, MessageStatus};
use crate::domain::conversations::reading as conversations;
use crate::domain::courses::tutoring::reading;
use crate::domain::generation::markers;
use crate::domain::users::actions::authenticate;
use crate::domain::users::actor::{Actor, Credential};
use crate::domain::users::permissions::{self, Permission};
use crate::domain::users::tokens::Access;
use crate::error::{Error, Result};
use crate::ids::MessageId;
use crate::limits::class::Class;

pub use crate::ai::speech::format::SpeechFormat;

/// How long an address is good for.
const ADDRESS: TimeDelta = TimeDelta::minutes(15);

/// The token of an address `/speech/<token>` under which the actor hears what a tutor said; `None` where nothing is read aloud, for
/// what a person said, and while it is written.
///
/// # Errors
/// FORBIDDEN for an API key: the address rests on a sign-in.
pub fn claim(app: &App, actor: &Actor, message: &Message, format: SpeechFormat) -> Result<Option<String>> {
    let reader = actor.require_may(Permission::ReadOwnCourses)?;
    if app.voices.synthesizer.is_none() || !is_audible(message) {
        return Ok(None);
    }
    let Credential::Session(session) = reader.credential else { return Err(permissions::not_by_key()) };
    let access = Access { user: reader.user.id, session, expires_at: app.clock.now() + ADDRESS };
    let leave = Leave { access, object: format!("{}:{}", format.as_str(), message.id) };
    let token = token::sign(&app.secrets, Use::Hear, leave)?;
    Ok(Some(secrecy::ExposeSecret::expose_secret(&token).to_owned()))
}

/// Whether a message is something that was said to somebody, whole or as far as it came.
fn is_audible(message: &Message) -> bool {
    message.role == MessageRole::Assistant
        && matches!(message.status, MessageStatus::Completed | MessageStatus::Stopped)
        && !message.content.trim().is_empty()
}

/// Begins to read aloud what an address is of, in its format.
///
/// # Errors
/// `NOT_FOUND` for whatever keeps it from being heard, `RATE_LIMITED`, UPSTREAM_UNAVAILABLE when the provider gives no sound.
pub async fn open(app: &App, token: &str) -> Result<(SpeechFormat, SoundStream)> {
    let none = || Error::not_found("speech");
    let leave = token::read(&app.secrets, Use::Hear, app.clock.now(), &token.into()).ok_or_else(none)?;
    let (format, message) = leave.object.split_once(':').ok_or_else(none)?;
    let format = SpeechFormat::ALL.into_iter().find(|known| known.as_str() == format).ok_or_else(none)?;
    let message: MessageId = message.parse().map_err(|_| none())?;
    let actor = authenticate::by_sign_in(app, leave.access).await.map_err(|error| none().with_source(error))?;
    let reader = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let message = conversations::messages(app, &actor, &[message]).await?.remove(&message).ok_or_else(none)?;
    // Only what is said in sessions: they bound how much there is.
    let of_session = reading::of_conversations(app, &actor, &[message.conversation_id]).await?;
    let synthesizer = app.voices.synthesizer.as_ref().filter(|_| is_audible(&message) && !of_session.is_empty());
    let synthesizer = synthesizer.ok_or_else(none)?;
    app.limits.take(Class::Chat, &reader.to_string(), 1).await?;
    metrics::counter!("elenchus_speech_calls_total", "kind" => "synthesis").increment(1);
    let words: String = markers::without(&message.content).chars().take(MOST_CHARACTERS).collect();
    Ok((format, synthesizer.speak(&words, format).await?))
}
