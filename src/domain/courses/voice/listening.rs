//! Something is said aloud: it is written down, and goes the way of what is typed.

use std::fs::File;
use std::io::Read as _;

use bytes::Bytes;

use crate::ai::speech::error::SpeechError;
use crate::ai::speech::transcription::{MOST_RECORDED, Recording, Transcriber};
use crate::app::App;
use crate::domain::conversations::exchanges::Exchange;
use crate::domain::conversations::policy::idempotency_key;
use crate::domain::courses::recordings::taking;
use crate::domain::courses::tutoring::model::Session;
use crate::domain::courses::tutoring::speak::{self, Speak};
use crate::domain::courses::tutoring::{policy, reading};
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::TutoringSessionId;
use crate::storage::copy;

/// The input that holds the file.
const FIELD: &str = "input.audio";

/// Something that a student says aloud.
#[derive(Debug)]
pub struct SpeakAloud {
    pub session: TutoringSessionId,
    pub audio: File,
    /// ISO 639-1, where the student is known to speak it.
    pub language: Option<String>,
    /// The same key from the same person is the same message, whatever is heard in it.
    pub idempotency_key: Option<String>,
}

/// Writes down what the actor says, and says it in their session. The recording is not kept.
///
/// # Errors
/// As [`speak::speak`]; besides FORBIDDEN where nothing can be written down; `PAYLOAD_TOO_LARGE`, `UNSUPPORTED_MEDIA_TYPE` or
/// BAD_USER_INPUT for the recording, UPSTREAM_UNAVAILABLE when the provider gives no text.
pub async fn speak_aloud(app: &App, actor: &Actor, said: SpeakAloud) -> Result<(Session, Exchange)> {
    let student = actor.require_may(Permission::UseAssistant)?.user.id;
    let Some(transcriber) = &app.voices.transcriber else {
        return Err(Error::forbidden("Nothing is set up here to write down what is said. Send it as text."));
    };
    let missing = || Error::not_found("tutoring session");
    let session = reading::get(app, actor, said.session).await?;
    if session.student_id != student {
        return Err(missing());
    }
    if let Some(key) = &said.idempotency_key {
        idempotency_key(key)?;
        if let Some(before) = speak::said_before(app, actor, said.session, key).await? {
            return Ok((session, before));
        }
    }
    // Nobody pays for words that cannot be answered any more.
    if !session.goes_on(app.clock.now()) {
        return Err(policy::over());
    }
    let text = written_down(app, transcriber, said.audio, said.language.as_deref()).await?;
    let speak = Speak { session: said.session, text, idempotency_key: said.idempotency_key };
    speak::speak(app, actor, &speak).await
}

async fn written_down(app: &App, transcriber: &Transcriber, audio: File, language: Option<&str>) -> Result<String> {
    let folder = app.storage.temp_dir().to_owned();
    let taken = tokio::task::spawn_blocking(move || {
        let most = u64::try_from(MOST_RECORDED).unwrap_or(u64::MAX);
        let copied = copy::copy(&mut { audio }, &folder, most).map_err(taking::unreadable)?;
        let (format, _, path) = taking::checked(copied, most, FIELD)?;
        let mut bytes = Vec::new();
        File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(taking::unreadable)?;
        Ok::<_, Error>(Recording { bytes: Bytes::from(bytes), format })
    });
    let recording = taken.await.map_err(Error::internal)??;
    metrics::counter!("elenchus_speech_calls_total", "kind" => "transcription").increment(1);
    let text = transcriber.transcribe(&recording, language).await.map_err(|error| match error {
        // By its content: our key and our address were good enough before.
        SpeechError::Refused { status: 400 | 415 | 422 } => {
            Error::new(ErrorCode::BadUserInput, "This recording cannot be read.").with_field(FIELD)
        }
        error => error.into(),
    })?;
    if text.is_empty() {
        return Err(Error::bad_input(FIELD, "Nothing was said that could be understood."));
    }
    Ok(text)
}
