//! Speaking instead of writing, and recordings of it.

use async_graphql::{Context, Object, Result};

use super::tutoring_inputs::{SendTutoringMessagePayload, TutoringSessionInput, TutoringSessionPayload};
use super::tutoring_mutation::{payload, session, session_id};
use super::voice::{SendTutoringSpeechInput, SetRecordingConsentInput, UploadRecordingInput};
use crate::domain::courses::recordings::{removal, taking};
use crate::domain::courses::voice::listening::{self, SpeakAloud};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;

/// The part of the root that hears.
#[derive(Default)]
pub struct VoiceMutation;

/// What students do with their voices.
#[Object]
impl VoiceMutation {
    /// Says something aloud to the tutor: it is written down, and goes on as with sendTutoringMessage, whose codes are given too.
    /// FORBIDDEN where nothing is set up to write it down (viewer.speech), PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE or
    /// BAD_USER_INPUT for the recording, UPSTREAM_UNAVAILABLE when the provider does not answer.
    async fn send_tutoring_speech(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to say.")] input: SendTutoringSpeechInput,
    ) -> Result<SendTutoringMessagePayload> {
        let said = SpeakAloud {
            session: session_id(&input.session_id)?,
            audio: input.audio.value(ctx)?.content,
            language: input.language,
            idempotency_key: input.idempotency_key,
        };
        let said = listening::speak_aloud(app(ctx), actor(ctx), said).await.map_err(to_graphql)?;
        payload(ctx, said, input.wait_for_reply).await
    }

    /// Keeps a recording of a session of yours, in the place of one before, for as long as the course says. NOT_FOUND for a session
    /// that is not yours, FORBIDDEN without your consent and in a course that takes none, CONFLICT once what was said is deleted,
    /// PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE or BAD_USER_INPUT for the file.
    async fn upload_recording(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session and its recording.")] input: UploadRecordingInput,
    ) -> Result<TutoringSessionPayload> {
        let (key, file) = (session_id(&input.session_id)?, input.recording.value(ctx)?.content);
        session(taking::upload(app(ctx), actor(ctx), key, file).await)
    }

    /// Deletes the recording of a session of yours, at once and for everybody. NOT_FOUND for a session that is not yours.
    async fn delete_recording(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session.")] input: TutoringSessionInput,
    ) -> Result<TutoringSessionPayload> {
        session(removal::remove_own(app(ctx), actor(ctx), session_id(&input.session_id)?).await)
    }

    /// Says whether a recording of a session of yours may be kept. NOT_FOUND for a session that is not yours, CONFLICT once what was
    /// said is deleted.
    async fn set_recording_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session, and whether you agree.")] input: SetRecordingConsentInput,
    ) -> Result<TutoringSessionPayload> {
        let key = session_id(&input.session_id)?;
        session(taking::set_consent(app(ctx), actor(ctx), key, input.consents).await)
    }
}
