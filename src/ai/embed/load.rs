//! The embedding model that the settings name.

use std::path::Path;
use std::sync::Arc;

use crate::config::models::ModelsConfig;

use super::embedder::Embedder;
use super::error::EmbedError;
use super::local::LocalEmbedder;
use super::openai::OpenAiEmbedder;

/// Makes the model ready: a local one is fetched into `data_dir` unless it is there, a provider's is asked for the length
/// of its vectors. `None` when the settings ask for keyword search alone.
///
/// # Errors
/// When the model is not to be had; the message says what to do. Search by keywords works without it.
pub async fn load(config: &ModelsConfig, data_dir: &Path) -> Result<Option<Arc<dyn Embedder>>, EmbedError> {
    match config.embedding.provider.as_str() {
        "none" => Ok(None),
        "local" => Ok(Some(Arc::new(LocalEmbedder::load(config, &data_dir.join("wheels")).await?))),
        "openai" => Ok(Some(Arc::new(OpenAiEmbedder::connect(config).await?))),
        other => Err(EmbedError::Setting {
            setting: "EMBEDDING_MODEL",
            problem: format!("there is no embedding provider {other:?}; use local, openai or none"),
        }),
    }
}
