//! Texts read aloud: `POST /audio/speech` as OpenAI has it
//! (<https://platform.openai.com/docs/api-reference/audio/createSpeech>).

use async_stream::try_stream;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use reqwest::header::CONTENT_TYPE;
use serde::Serialize;

use super::error::SpeechError;
use super::exchange::{Patience, broken, too_long};
use super::format::SpeechFormat;
use super::openai::{Endpoint, endpoint};
use crate::config::models::ModelsConfig;
use crate::config::speech::SpeechConfig;

/// Longest text that is read aloud in one go, in characters: what OpenAI takes.
pub const MOST_CHARACTERS: usize = 4096;
/// Most sound of one text, in bytes: ten minutes of the format that takes most.
const MOST_BYTES: usize = 30 << 20;

/// Sound as it comes in. An error is its last item.
pub type SoundStream = BoxStream<'static, Result<Bytes, SpeechError>>;

/// Reads texts aloud. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Synthesizer {
    endpoint: Endpoint,
    /// The provider's own names.
    model: String,
    voice: String,
    /// Most sound of one text, in bytes.
    most: usize,
}

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    input: &'a str,
    voice: &'a str,
    response_format: &'a str,
}

impl Synthesizer {
    /// `None` without `SPEECH_MODEL`.
    ///
    /// # Errors
    /// When key or address are missing or cannot be put into a request, or TLS cannot be set up.
    pub fn new(models: &ModelsConfig, speech: &SpeechConfig, patience: &Patience) -> Result<Option<Self>, SpeechError> {
        let Some(name) = &speech.speech_model else { return Ok(None) };
        let endpoint = endpoint(&models.openai, &["audio", "speech"], patience)?;
        Ok(Some(Self { endpoint, model: name.model.clone(), voice: speech.speech_voice.clone(), most: MOST_BYTES }))
    }

    /// The same with another bound on the sound of one text, in bytes.
    #[must_use]
    pub fn with_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// Begins to read `text` aloud. Dropping the stream closes the connection, so that no more is paid for.
    ///
    /// # Errors
    /// When the provider does not begin. A text of more than [`MOST_CHARACTERS`], or of none, is
    /// [`SpeechError::Refused`] with 400, as the provider would say.
    pub async fn speak(&self, text: &str, format: SpeechFormat) -> Result<SoundStream, SpeechError> {
        let text = text.trim();
        if text.is_empty() || text.chars().nth(MOST_CHARACTERS).is_some() {
            return Err(SpeechError::Refused { status: 400 });
        }
        let body = Request { model: &self.model, input: text, voice: &self.voice, response_format: format.as_str() };
        let request = |client: &reqwest::Client| Ok(client.post(self.endpoint.url.clone()).json(&body));
        let mut response = self.endpoint.exchange.send(request).await?;
        let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("audio/");
        if !media_type.starts_with("audio/") && !media_type.starts_with("application/octet-stream") {
            // Some gateways report a failure with a success status.
            return Err(SpeechError::Answer("it is no sound".to_owned()));
        }
        let most = self.most;
        let sound = try_stream! {
            let mut heard = 0;
            while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
                heard += chunk.len();
                if heard > most {
                    Err(too_long(most))?;
                }
                yield chunk;
            }
            if heard == 0 {
                Err(SpeechError::Answer("it is empty".to_owned()))?;
            }
        };
        Ok(sound.boxed())
    }
}
