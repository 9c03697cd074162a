//! Voice as data: leave to speak, recordings, and what mutations of them take.

use async_graphql::{Enum, ID, InputObject, Json, SimpleObject, Upload};
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::domain::courses::recordings::model;
use crate::domain::courses::voice::{aloud, credentials};

/// What is set up here to hear and to speak with.
#[derive(Debug, Clone, SimpleObject)]
pub struct SpeechSupport {
    /// Whether there are spoken conversations: TutoringSession.voice.
    pub conversations: bool,
    /// Whether what is said aloud is written down: sendTutoringSpeech.
    pub transcription: bool,
    /// Whether replies are read aloud: Message.speechUrl.
    pub synthesis: bool,
}

/// What your browser begins a spoken conversation with, with ElevenLabs' client. The server's own key is not among it.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct VoiceCredentials {
    /// The provider's name for the agent.
    pub agent_id: String,
    /// To be passed along as it is, as `customLlmExtraBody`: by it the agent speaks in your session and in no other.
    pub custom_llm_extra_body: Json<serde_json::Value>,
    /// What the agent is to say first: the tutor's question, `overrides.agent.firstMessage`.
    pub first_message: String,
    /// The voice that you chose, `overrides.tts.voiceId`. Null for the agent's own.
    pub voice_id: Option<String>,
    /// When the session ends, and the agent says goodbye.
    pub expires_at: DateTime<Utc>,
}

impl From<credentials::VoiceCredentials> for VoiceCredentials {
    fn from(leave: credentials::VoiceCredentials) -> Self {
        Self {
            agent_id: leave.agent,
            custom_llm_extra_body: Json(json!({ "elenchus_session": leave.token.expose_secret() })),
            first_message: leave.first_message,
            voice_id: leave.voice,
            expires_at: leave.expires_at,
        }
    }
}

/// The formats in which texts are read aloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "aloud::SpeechFormat")]
pub enum SpeechFormat {
    /// MPEG audio, which every browser plays.
    Mp3,
    /// Opus in Ogg.
    Opus,
    /// AAC.
    Aac,
    /// FLAC, without loss.
    Flac,
    /// WAV, without loss.
    Wav,
    /// Samples without a head: 24 kHz, 16 bits, one channel, the low byte first.
    Pcm,
}

/// What a session sounded like, as its student's client recorded it. The student hears it, and those who teach the course.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct TutoringRecording {
    /// By its content.
    pub media_type: String,
    /// Bytes.
    pub byte_size: i64,
    /// When it was handed in.
    pub uploaded_at: DateTime<Utc>,
    /// When it is deleted.
    pub expires_at: DateTime<Utc>,
    #[graphql(skip)]
    pub row: model::Recording,
}

impl From<model::Recording> for TutoringRecording {
    fn from(row: model::Recording) -> Self {
        Self {
            media_type: row.media_type.clone(),
            byte_size: row.byte_size,
            uploaded_at: row.created_at,
            expires_at: row.expires_at,
            row,
        }
    }
}

/// A session to end.
#[derive(InputObject)]
pub struct EndTutoringSessionInput {
    /// The session.
    pub session_id: ID,
    /// What it sounded like, sent as a part of a multipart request; as for uploadRecording. When it is refused, nothing is done.
    /// Null for none.
    pub recording: Option<Upload>,
}

/// A recording to keep.
#[derive(InputObject)]
pub struct UploadRecordingInput {
    /// The session.
    pub session_id: ID,
    /// FLAC, MP3, MP4, Ogg, WAV or WebM of at most UPLOAD_MAX_BYTES (10 MiB), sent as a part of a multipart request.
    pub recording: Upload,
}

/// Whether a recording may be kept.
#[derive(Debug, Clone, InputObject)]
pub struct SetRecordingConsentInput {
    /// The session.
    pub session_id: ID,
    /// True for leave to keep a recording, which those who teach the course may hear. False takes it back, and deletes what is kept.
    pub consents: bool,
}

/// Something to say aloud to the tutor.
#[derive(InputObject)]
pub struct SendTutoringSpeechInput {
    /// The session.
    pub session_id: ID,
    /// FLAC, MP3, MP4, Ogg, WAV or WebM of at most UPLOAD_MAX_BYTES (10 MiB) and 25 MB, sent as a part of a multipart request. It is
    /// not kept.
    pub audio: Upload,
    /// ISO 639-1 code of what you speak, such as `en`. Null to have it told by the sound.
    pub language: Option<String>,
    /// 1 to 200 characters of your own: the same key is the same message, however often it is sent. Null for a message that
    /// must not be sent again.
    pub idempotency_key: Option<String>,
    /// Whether to answer only when the reply has ended, or after a minute. False streams it.
    #[graphql(default = false)]
    pub wait_for_reply: bool,
}
