//! From sessions and messages to what is heard.

use async_graphql::{ComplexObject, Context, Result};
use secrecy::{ExposeSecret as _, SecretString};

use super::tutoring_loaders::RecordingOf;
use super::voice::{SpeechFormat, SpeechSupport, TutoringRecording, VoiceCredentials};
use crate::domain::conversations::model::Message;
use crate::domain::courses::recordings::fetching;
use crate::domain::courses::tutoring::model::Session;
use crate::domain::courses::voice::{aloud, credentials};
use crate::error::Error;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;

#[ComplexObject]
impl VoiceCredentials {
    /// The provider's token for one conversation over WebRTC, `conversationToken`; good for a few minutes. It counts as a
    /// message (RATE_LIMITED). UPSTREAM_UNAVAILABLE when the provider does not give it.
    async fn conversation_token(&self, ctx: &Context<'_>) -> Result<String> {
        given(credentials::conversation_token(app(ctx), actor(ctx)).await)
    }

    /// The provider's address for one conversation over a websocket, `signedUrl`; good for a few minutes. It counts
    /// as a message (RATE_LIMITED). UPSTREAM_UNAVAILABLE when the provider does not give it.
    async fn signed_url(&self, ctx: &Context<'_>) -> Result<String> {
        given(credentials::signed_url(app(ctx), actor(ctx)).await)
    }
}

fn given(leave: crate::error::Result<Option<SecretString>>) -> Result<String> {
    let leave = leave.map_err(to_graphql)?.ok_or_else(|| to_graphql(Error::not_found("voice")))?;
    Ok(leave.expose_secret().to_owned())
}

#[ComplexObject]
impl TutoringRecording {
    /// An address under which you can fetch it for 15 minutes without further sign-in. Begins with a slash where this installation
    /// does not know its public address.
    #[expect(clippy::unused_async, reason = "a field of the graph is a future, whatever it needs")]
    async fn download_url(&self, ctx: &Context<'_>) -> Result<String> {
        let token = fetching::claim(app(ctx), actor(ctx), &self.row).map_err(to_graphql)?;
        Ok(address(ctx, "files", &token))
    }
}

fn address(ctx: &Context<'_>, path: &str, token: &str) -> String {
    let base = app(ctx).config.server.public_url.as_deref().unwrap_or("");
    format!("{base}/{path}/{token}")
}

/// Leave to speak in a session.
///
/// # Errors
/// FORBIDDEN for an API key.
pub fn voice_of(ctx: &Context<'_>, session: &Session) -> Result<Option<VoiceCredentials>> {
    let leave = credentials::of_session(app(ctx), actor(ctx), session).map_err(to_graphql)?;
    Ok(leave.map(VoiceCredentials::from))
}

/// What a session sounded like.
///
/// # Errors
/// When Postgres does not answer.
pub async fn recording_of(ctx: &Context<'_>, session: &Session) -> Result<Option<TutoringRecording>> {
    Ok(load::<RecordingOf>(ctx, session.id).await?.map(TutoringRecording::from))
}

/// Where a tutor's reply is read aloud.
///
/// # Errors
/// FORBIDDEN for an API key.
pub fn speech_url(ctx: &Context<'_>, message: &Message, format: SpeechFormat) -> Result<Option<String>> {
    let token = aloud::claim(app(ctx), actor(ctx), message, format.into()).map_err(to_graphql)?;
    Ok(token.map(|token| address(ctx, "speech", &token)))
}

/// What is set up here.
#[must_use]
pub fn speech_support(ctx: &Context<'_>) -> SpeechSupport {
    let voices = &app(ctx).voices;
    SpeechSupport {
        conversations: voices.conversations.is_some(),
        transcription: voices.transcriber.is_some(),
        synthesis: voices.synthesizer.is_some(),
    }
}
