//! The settings of tutoring and of speech.

use super::setting::{Setting, plain, secret};

/// Heading and settings.
pub(super) const TUTORING: (&str, &[Setting]) = (
    "Tutoring",
    &[plain(
        "SUPPORT_CONTACT",
        "",
        "Whom somebody may turn to who speaks of hurting themselves: a sentence with a name and a number, shown as it is.",
    )],
);

/// Heading and settings.
pub(super) const SPEECH: (&str, &[Setting]) = (
    "Speech",
    &[
        secret("ELEVENLABS_API_KEY", "Key of ElevenLabs, for spoken conversations."),
        plain("ELEVENLABS_BASE_URL", "https://api.elevenlabs.io", "ElevenLabs' address, or a gateway's."),
        plain("ELEVENLABS_AGENT_ID", "", "The agent at ElevenLabs that people talk to."),
        secret(
            "VOICE_LLM_SECRET",
            "What ElevenLabs sends as bearer token when it asks this server what to say, at least 32 characters.",
        ),
        plain("TRANSCRIPTION_MODEL", "", "`openai/…` model that writes down what is said, as in openai/whisper-1."),
        plain("SPEECH_MODEL", "", "`openai/…` model that reads texts aloud, as in openai/gpt-4o-mini-tts."),
        plain("SPEECH_VOICE", "alloy", "The voice that it has, by the provider's name."),
    ],
);
