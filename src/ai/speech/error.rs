//! Why there is no speech, or no text.

use crate::error::{Error, ErrorCode};

/// A failure of a provider of speech. No text holds a key, an address, or a provider's own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpeechError {
    /// The settings lack something, or hold what cannot work.
    #[error("{setting}: {problem}")]
    Setting { setting: &'static str, problem: &'static str },
    /// The provider refused, and would refuse again: its status.
    #[error("the provider of speech refused ({status})")]
    Refused { status: u16 },
    /// The provider did not answer, or not well, after all tries.
    #[error("the provider of speech is unavailable: {0}")]
    Unavailable(String),
    /// The provider answered with something that is not what was asked for.
    #[error("the answer of the provider of speech is wrong: {0}")]
    Answer(String),
}

impl SpeechError {
    /// Whether the same call may succeed later without anybody changing a setting.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<SpeechError> for Error {
    fn from(error: SpeechError) -> Self {
        Self::new(ErrorCode::UpstreamUnavailable, "Speech does not work for now. Use text, or try again in a moment.")
            .with_source(error)
    }
}
