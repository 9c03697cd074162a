//! Recordings written down: `POST /audio/transcriptions` as OpenAI has it
//! (<https://platform.openai.com/docs/api-reference/audio/createTranscription>).

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use serde::Deserialize;

use super::error::SpeechError;
use super::exchange::{Patience, body};
use super::format::RecordingFormat;
use super::openai::{Endpoint, endpoint};
use crate::config::models::ModelsConfig;
use crate::config::speech::SpeechConfig;

/// Largest recording, in bytes: what OpenAI takes.
pub const MOST_RECORDED: usize = 25_000_000;
/// Largest answer that is read, in bytes: an hour of speech has 60,000 characters.
const MOST_BYTES: usize = 1 << 20;

/// Something that was said.
#[derive(Debug, Clone)]
pub struct Recording {
    pub bytes: Bytes,
    pub format: RecordingFormat,
}

/// Writes recordings down. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Transcriber {
    endpoint: Endpoint,
    /// The provider's own name.
    model: String,
}

#[derive(Deserialize)]
struct Answer {
    text: String,
}

impl Transcriber {
    /// `None` without `TRANSCRIPTION_MODEL`.
    ///
    /// # Errors
    /// When key or address are missing or cannot be put into a request, or TLS cannot be set up.
    pub fn new(models: &ModelsConfig, speech: &SpeechConfig, patience: &Patience) -> Result<Option<Self>, SpeechError> {
        let Some(name) = &speech.transcription_model else { return Ok(None) };
        let endpoint = endpoint(&models.openai, &["audio", "transcriptions"], patience)?;
        Ok(Some(Self { endpoint, model: name.model.clone() }))
    }

    /// What is said in `recording`; empty when nothing is. `language` is the code of ISO 639-1, for speakers who are
    /// known to speak it; others are left to the model.
    ///
    /// # Errors
    /// When the provider gives no text. A recording of more than [`MOST_RECORDED`] bytes is
    /// [`SpeechError::Refused`] with 413, as the provider would say.
    pub async fn transcribe(&self, recording: &Recording, language: Option<&str>) -> Result<String, SpeechError> {
        if recording.bytes.len() > MOST_RECORDED {
            return Err(SpeechError::Refused { status: 413 });
        }
        let language = language.filter(|code| code.len() == 2 && code.chars().all(|c| c.is_ascii_lowercase()));
        let request = |client: &reqwest::Client| {
            Ok(client.post(self.endpoint.url.clone()).multipart(self.form(recording, language)?))
        };
        let response = self.endpoint.exchange.send(request).await?;
        let body = body(response, MOST_BYTES).await?;
        // What serde says of the answer could repeat some of it.
        let Answer { text } = serde_json::from_slice(&body)
            .map_err(|_| SpeechError::Answer("it is not the JSON that was asked for".to_owned()))?;
        Ok(text.trim().replace('\0', ""))
    }

    fn form(&self, recording: &Recording, language: Option<&str>) -> Result<Form, SpeechError> {
        let length = u64::try_from(recording.bytes.len()).unwrap_or(u64::MAX);
        let file = Part::stream_with_length(recording.bytes.clone(), length)
            .file_name(format!("recording.{}", recording.format.extension()))
            .mime_str(recording.format.media_type())
            .map_err(|_| SpeechError::Answer("the recording has no media type".to_owned()))?;
        let form = Form::new().part("file", file).text("model", self.model.clone()).text("response_format", "json");
        Ok(match language {
            Some(code) => form.text("language", code.to_owned()),
            None => form,
        })
    }
}
