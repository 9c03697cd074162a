//! An agent asks what to say. Its account of what was said so far is not believed: the transcript is here. Of what it sends only the
//! student's last words count, which go the way of all that students say.
//!
//! What the student can do something about is said aloud, and ends no call: a limit, a text that is too long, a model that fails.

use async_stream::stream;
use futures::stream::{BoxStream, StreamExt as _, iter};
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

use super::token::{self, Use};
use crate::app::App;
use crate::domain::conversations::conducted;
use crate::domain::conversations::exchanges::Exchange;
use crate::domain::conversations::model::{MessageRole, MessageStatus};
use crate::domain::courses::tutoring::model::{EndReason, Session};
use crate::domain::courses::tutoring::speak::{self, Speak};
use crate::domain::courses::tutoring::{ending, policy, reading};
use crate::domain::generation::actions as generations;
use crate::domain::generation::engine::Engine;
use crate::domain::generation::event::EventBody;
use crate::domain::generation::markers::{self, MarkerFilter};
use crate::domain::generation::model::GenerationStatus;
use crate::domain::users::actions::authenticate;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{GenerationId, TutoringSessionId, UserId};
use crate::limits::class::Class;
use crate::trace::work;

/// How often to try when something is said at the same time.
const TRIES: u8 = 3;

/// What an agent heard.
#[derive(Debug, Clone)]
pub struct Heard {
    /// By which it speaks in a session.
    pub token: SecretString,
    /// The student's last words; `None` before their first. Without a letter or digit they are silence.
    pub said: Option<String>,
    /// How many times the student has spoken: the same words of the same turn are the same statement.
    pub turn: usize,
}

/// One thing to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Words(String),
    /// The last words: the conversation is over.
    Farewell(String),
}

/// What is to be said. Whoever stops listening stops what is written: the student has begun to speak.
///
/// # Errors
/// UNAUTHENTICATED for a token that does not hold, `NOT_FOUND` for a session that is gone, FORBIDDEN for who may not speak, and
/// when Postgres does not answer.
pub async fn answer(engine: &Engine, heard: Heard) -> Result<BoxStream<'static, Step>> {
    let app = engine.app();
    let refused = || Error::unauthenticated("The session's token is not valid, or not any more.");
    let leave = token::read(&app.secrets, Use::Speak, app.clock.now(), &heard.token).ok_or_else(refused)?;
    let id: TutoringSessionId = leave.object.parse().map_err(|_| refused())?;
    let actor = authenticate::by_sign_in(app, leave.access).await?;
    let student = actor.require_may(Permission::UseAssistant)?.user.id;
    if let Some(work) = work::current() {
        work.asked_by(student.to_string());
    }
    let session = reading::get(app, &actor, id).await?;
    if session.student_id != student {
        return Err(Error::not_found("tutoring session"));
    }
    // Silence is dots to some agents.
    let Some(said) = heard.said.filter(|said| said.chars().any(char::is_alphanumeric)) else {
        let again = if session.goes_on(app.clock.now()) {
            Step::Words(said_last(app, &session).await?)
        } else {
            Step::Farewell(farewell(&session))
        };
        return Ok(one(again));
    };
    let speak = Speak { session: session.id, idempotency_key: Some(key(&session, heard.turn, &said)), text: said };
    match say(engine, &actor, student, &speak).await {
        Ok(generation) => Ok(reply(engine.clone(), actor, session, generation)),
        Err(error) => match error.code() {
            ErrorCode::SessionEnded => {
                let session = reading::get(app, &actor, id).await?;
                Ok(one(Step::Farewell(farewell(&session))))
            }
            ErrorCode::QuotaExceeded | ErrorCode::RateLimited | ErrorCode::BadUserInput | ErrorCode::Conflict => {
                Ok(one(Step::Words(error.message().to_owned())))
            }
            _ => Err(error),
        },
    }
}

/// What the tutor said last, to be said again: its question, where nothing was said yet.
async fn said_last(app: &App, session: &Session) -> Result<String> {
    let newest = match session.conversation_id {
        Some(conversation) => conducted::newest(app, conversation).await?,
        None => None,
    };
    let last = newest.filter(|message| message.role == MessageRole::Assistant);
    let words = last.and_then(|message| spoken(&markers::without(&message.content)));
    Ok(words.unwrap_or_else(|| session.question.clone()))
}

/// The same statement of the same turn has the same key, however often the agent asks.
fn key(session: &Session, turn: usize, said: &str) -> String {
    let of = Sha256::new().chain_update(session.id.uuid()).chain_update(turn.to_be_bytes()).chain_update(said);
    format!("voice:{}", hex::encode(of.finalize()))
}

/// Stores what was said, unless it is, and gives what writes the reply. What is still being said is interrupted.
async fn say(engine: &Engine, actor: &Actor, student: UserId, speak: &Speak) -> Result<GenerationId> {
    let app = engine.app();
    let key = speak.idempotency_key.as_deref().unwrap_or_default();
    let written =
        |exchange: Exchange| exchange.reply.generation_id.ok_or_else(|| Error::internal("a reply that nothing writes"));
    if let Some(before) = speak::said_before(app, actor, speak.session, key).await? {
        return written(before);
    }
    app.limits.take(Class::Chat, &student.to_string(), 1).await?;
    let mut tries = 1;
    loop {
        interrupt(engine, actor, speak).await?;
        match speak::speak(app, actor, speak).await {
            Err(error) if error.code() == ErrorCode::Conflict && tries < TRIES => tries += 1,
            said => return said.and_then(|(_, exchange)| written(exchange)),
        }
    }
}

async fn interrupt(engine: &Engine, actor: &Actor, speak: &Speak) -> Result<()> {
    let session = reading::get(engine.app(), actor, speak.session).await?;
    let Some(conversation) = session.conversation_id else { return Ok(()) };
    let newest = conducted::newest(engine.app(), conversation).await?;
    let reply = newest.filter(|message| message.status == MessageStatus::Generating);
    if let Some(running) = reply.and_then(|reply| reply.generation_id) {
        generations::stop(engine, actor, running).await?;
    }
    Ok(())
}

fn reply(engine: Engine, actor: Actor, session: Session, id: GenerationId) -> BoxStream<'static, Step> {
    let steps = stream! {
        let mut unheard = Unheard { engine: engine.clone(), actor: actor.clone(), run: Some(id) };
        // Nobody wants to hear "one in brackets".
        let mut filter = MarkerFilter::new([]);
        let failed = match generations::follow(&engine, &actor, id, None).await {
            Ok(events) => {
                tokio::pin!(events);
                loop {
                    match events.next().await {
                        Some(Ok(event)) => match event.body {
                            EventBody::Text(text) => {
                                if let Some(words) = spoken(&filter.push(&text).text) {
                                    yield Step::Words(words);
                                }
                            }
                            EventBody::Citations(_) => {}
                            EventBody::End(status) => {
                                if let Some(words) = spoken(&filter.finish().text) {
                                    yield Step::Words(words);
                                }
                                break (status == GenerationStatus::Failed).then(|| Error::internal("the reply failed"));
                            }
                        },
                        Some(Err(error)) => break Some(error),
                        None => break None,
                    }
                }
            }
            Err(error) => Some(error),
        };
        unheard.run = None;
        if let Some(error) = failed {
            tracing::warn!(session = %session.id, error = %error.chain(), "a spoken reply broke off");
            yield Step::Words(format!(" {}", policy::UNABLE));
        }
        // The time may have run out over it.
        if let Some(last) = over(engine.app(), &actor, &session).await {
            yield Step::Farewell(last);
        }
    };
    steps.boxed()
}

/// The last words, if a session that went on when the reply began is over.
async fn over(app: &App, actor: &Actor, session: &Session) -> Option<String> {
    let mut now = reading::get(app, actor, session.id).await.ok()?;
    if now.ended_at.is_none() && !now.goes_on(app.clock.now()) {
        // Nobody has noticed.
        ending::end_if_due(app, session.id).await.ok()?;
        now = reading::get(app, actor, session.id).await.ok()?;
    }
    now.ended_at.is_some().then(|| farewell(&now))
}

fn farewell(session: &Session) -> String {
    match session.end_reason {
        Some(EndReason::Student | EndReason::Removed) => policy::ENDED.to_owned(),
        Some(EndReason::Time) | None => policy::closing(&session.question),
    }
}

/// What a voice reads: without the marks of emphasis that some models write. `None` where nothing is left.
fn spoken(text: &str) -> Option<String> {
    let words = text.replace(['*', '`', '#'], "");
    (!words.is_empty()).then_some(words)
}

fn one(step: Step) -> BoxStream<'static, Step> {
    iter([step]).boxed()
}

/// A reply that somebody listens to; when they do not any more, it is stopped, with what was said so far.
struct Unheard {
    engine: Engine,
    actor: Actor,
    /// `None` once it has ended.
    run: Option<GenerationId>,
}

impl Drop for Unheard {
    fn drop(&mut self) {
        let Some(run) = self.run.take() else { return };
        let (engine, actor) = (self.engine.clone(), self.actor.clone());
        tokio::spawn(async move {
            if let Err(error) = generations::stop(&engine, &actor, run).await {
                tracing::debug!(generation = %run, error = %error.chain(), "an interrupted reply is written to its end");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_reads_words() {
        assert_eq!(spoken("What **is** an `offer`?").as_deref(), Some("What is an offer?"));
        assert_eq!(spoken("**"), None);
        assert_eq!(spoken(" "), Some(" ".to_owned()), "between words");
    }
}
