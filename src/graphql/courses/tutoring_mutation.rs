//! Beginning, holding and ending tutoring sessions, and what becomes of what was held back.

use std::time::Duration;

use async_graphql::{Context, ID, Object, Result};

use super::tutoring_inputs::{
    AppealModerationFlagInput, ModerationFlagPayload, ResolveModerationFlagInput, SendTutoringMessageInput,
    SendTutoringMessagePayload, StartTutoringSessionInput, TutoringSessionInput, TutoringSessionPayload,
};
use super::voice::EndTutoringSessionInput;
use crate::domain::conversations::exchanges::Exchange;
use crate::domain::conversations::messages;
use crate::domain::courses::recordings::taking;
use crate::domain::courses::tutoring::model::{Flag, Session};
use crate::domain::courses::tutoring::speak::{self, Speak};
use crate::domain::courses::tutoring::start::{self, Start};
use crate::domain::courses::tutoring::{ending, flags, removal};
use crate::domain::generation::actions as generations;
use crate::graphql::context::{actor, app, engine};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;
use crate::ids::{ModerationFlagId, TutoringSessionId};

/// How long `waitForReply` waits.
const PATIENCE: Duration = Duration::from_mins(1);

/// The part of the root that holds tutoring sessions.
#[derive(Default)]
pub struct TutoringMutation;

/// What students and those who teach do with tutoring sessions.
#[Object]
impl TutoringMutation {
    /// Begins a session about a week, with the tutor's first question in `transcript`. The clock runs from now on; follow
    /// `tutoringSession`. NOT_FOUND for a week of a course that you are no member of, CONFLICT for a week that is not open or has
    /// nothing to read, and while you have a session that goes on, QUOTA_EXCEEDED (with `resetsAt`) when you have begun as many
    /// within seven days as the course allows.
    async fn start_tutoring_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to talk about.")] input: StartTutoringSessionInput,
    ) -> Result<TutoringSessionPayload> {
        let start = Start {
            week: super::edges::week_id(&input.week_id)?,
            theme: input.theme_id.map(|theme| parse_id(&theme, "input.themeId", "theme")).transpose()?,
            voice: input.voice_id,
            consents_to_recording: input.recording_consent,
        };
        session(start::start(app(ctx), actor(ctx), start).await)
    }

    /// Says something to the tutor. What you say is stored before this returns, and the reply streams with the subscription
    /// `generation`; it is looked at before a model sees it, and the reply before you do: a message of kind REDIRECT or SUPPORT
    /// then takes the place of an answer. SESSION_ENDED once the time is over, CONFLICT while the tutor still answers, and for an
    /// idempotency key under which something else was sent.
    async fn send_tutoring_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to say.")] input: SendTutoringMessageInput,
    ) -> Result<SendTutoringMessagePayload> {
        let said =
            Speak { session: session_id(&input.session_id)?, text: input.text, idempotency_key: input.idempotency_key };
        let said = speak::speak(app(ctx), actor(ctx), &said).await.map_err(to_graphql)?;
        payload(ctx, said, input.wait_for_reply).await
    }

    /// Ends a session of yours before its time. What is being written stops. One that has ended stays as it is. NOT_FOUND for
    /// one that is not yours. A recording may come with it: see uploadRecording.
    async fn end_tutoring_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session, and its recording.")] input: EndTutoringSessionInput,
    ) -> Result<TutoringSessionPayload> {
        let key = session_id(&input.session_id)?;
        if let Some(recording) = input.recording {
            let file = recording.value(ctx)?.content;
            taking::upload(app(ctx), actor(ctx), key, file).await.map_err(to_graphql)?;
        }
        session(ending::end_own(app(ctx), actor(ctx), key).await)
    }

    /// Deletes what was said in a session of yours, at once and for everybody. That there was a session stays: it counts against
    /// what you may begin. NOT_FOUND for one that is not yours.
    async fn delete_tutoring_transcript(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session.")] input: TutoringSessionInput,
    ) -> Result<TutoringSessionPayload> {
        session(removal::remove_own(app(ctx), actor(ctx), session_id(&input.session_id)?).await)
    }

    /// Objects to something that was held back in a session of yours, once; those who teach see it. NOT_FOUND for a flag that
    /// you do not see, FORBIDDEN for one of another student, CONFLICT when you have objected, or it was decided.
    async fn appeal_moderation_flag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The flag, and why it was wrong.")] input: AppealModerationFlagInput,
    ) -> Result<ModerationFlagPayload> {
        flag(flags::appeal(app(ctx), actor(ctx), flag_id(&input.flag_id)?, &input.reason).await)
    }

    /// Decides about something that was held back in a session of a course that you teach. Its student sees the decision.
    /// NOT_FOUND for a flag that you do not see, FORBIDDEN for one in a session of your own.
    async fn resolve_moderation_flag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The flag, and what you make of it.")] input: ResolveModerationFlagInput,
    ) -> Result<ModerationFlagPayload> {
        let (key, resolution) = (flag_id(&input.flag_id)?, input.resolution.into());
        flag(flags::resolve(app(ctx), actor(ctx), key, resolution, input.note.as_deref()).await)
    }
}

/// What was said, and its reply; the whole of it if that is waited for.
///
/// # Errors
/// When the reply is gone meanwhile.
pub(super) async fn payload(
    ctx: &Context<'_>,
    (session, exchange): (Session, Exchange),
    wait: bool,
) -> Result<SendTutoringMessagePayload> {
    let mut reply = exchange.reply;
    if let Some(generation) = reply.generation_id.filter(|_| wait) {
        generations::wait(engine(ctx), actor(ctx), generation, PATIENCE).await.map_err(to_graphql)?;
        reply = messages::get(app(ctx), actor(ctx), reply.id).await.map_err(to_graphql)?;
    }
    Ok(SendTutoringMessagePayload { session: session.into(), message: exchange.message.into(), reply: reply.into() })
}

pub(super) fn session_id(id: &ID) -> Result<TutoringSessionId> {
    parse_id(id, "input.sessionId", "tutoring session")
}

fn flag_id(id: &ID) -> Result<ModerationFlagId> {
    parse_id(id, "input.flagId", "flag")
}

pub(super) fn session(result: crate::error::Result<Session>) -> Result<TutoringSessionPayload> {
    result.map(|session| TutoringSessionPayload { session: session.into() }).map_err(to_graphql)
}

fn flag(result: crate::error::Result<Flag>) -> Result<ModerationFlagPayload> {
    result.map(|flag| ModerationFlagPayload { flag: flag.into() }).map_err(to_graphql)
}
