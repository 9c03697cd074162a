//! Where files are kept.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::env::{ConfigError, Env};

#[derive(Debug, Clone)]
pub enum StorageConfig {
    /// A folder on this machine.
    Local { folder: PathBuf },
    /// A bucket of an S3-compatible store.
    S3 {
        bucket: String,
        /// In front of every key; may be empty.
        prefix: String,
        endpoint: Option<String>,
        region: String,
        access_key_id: Option<SecretString>,
        secret_access_key: Option<SecretString>,
    },
}

impl StorageConfig {
    /// From `STORAGE_URL` and the `S3_*` variables; by default the folder `files` in the data directory.
    ///
    /// # Errors
    /// When a value is malformed.
    pub fn from_env(env: &Env, data_dir: &Path) -> Result<Self, ConfigError> {
        let Some(url) = env.text("STORAGE_URL")? else {
            return Ok(Self::Local { folder: data_dir.join("files") });
        };
        if let Some(folder) = url.strip_prefix("file:") {
            let folder = folder.strip_prefix("//").unwrap_or(folder);
            let folder =
                std::path::absolute(folder).map_err(|error| ConfigError::new("STORAGE_URL", error.to_string()))?;
            return Ok(Self::Local { folder });
        }
        if let Some(rest) = url.strip_prefix("s3:") {
            let (bucket, prefix) =
                rest.trim_start_matches('/').split_once('/').unwrap_or((rest.trim_start_matches('/'), ""));
            if bucket.is_empty() {
                return Err(ConfigError::new("STORAGE_URL", "names no bucket; it looks like s3://bucket/prefix"));
            }
            return Ok(Self::S3 {
                bucket: bucket.to_owned(),
                prefix: prefix.trim_matches('/').to_owned(),
                endpoint: env.text("S3_ENDPOINT")?,
                region: env.parse("S3_REGION")?,
                access_key_id: env.secret("S3_ACCESS_KEY_ID")?,
                secret_access_key: env.secret("S3_SECRET_ACCESS_KEY")?,
            });
        }
        Err(ConfigError::new("STORAGE_URL", format!("{url:?} starts with neither file: nor s3:")))
    }
}
