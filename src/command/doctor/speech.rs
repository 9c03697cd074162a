//! Whether there is something to hear and to speak with.

use super::report::Report;
use crate::ai::speech::voices::Voices;
use crate::config::load::Config;

const SPEECH: &str = "speech";

/// What is configured, and with `online` whether the provider of conversations lets a browser in. Nothing is read aloud, which
/// costs by the word.
pub async fn check(report: &mut Report, config: &Config, online: bool) {
    let voices = match Voices::new(&config.models, &config.speech) {
        Ok(voices) => voices,
        Err(error) => return report.fail(SPEECH, &error.to_string()),
    };
    if config.speech.elevenlabs_api_key.is_some() && voices.conversations.is_none() {
        return report.warn(
            SPEECH,
            "a key of ElevenLabs, and no spoken conversations",
            "Set ELEVENLABS_AGENT_ID and VOICE_LLM_SECRET too: see docs/TUTORING.md.",
        );
    }
    let parts = [
        (voices.conversations.is_some(), "conversations"),
        (voices.transcriber.is_some(), "what is said aloud is written down"),
        (voices.synthesizer.is_some(), "replies are read aloud"),
    ];
    let found: Vec<&str> = parts.into_iter().filter_map(|(is_there, what)| is_there.then_some(what)).collect();
    if found.is_empty() {
        return report.ok(SPEECH, "none: tutoring sessions are in writing");
    }
    if !online {
        return report.ok(SPEECH, &format!("{} (--online asks ElevenLabs)", found.join(", ")));
    }
    match voices.conversation_token().await {
        Ok(_) => report.ok(SPEECH, &found.join(", ")),
        Err(error) => report.fail(SPEECH, &format!("ElevenLabs: {error}")),
    }
}
