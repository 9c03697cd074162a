//! Data and the questions that are asked of it: where uploads are kept, where external databases may be, and what one statement may cost.

use std::time::Duration;

use ipnet::IpNet;
use secrecy::{ExposeSecret as _, SecretString};

use super::database::postgres_url;
use super::env::{ConfigError, Env};
use super::networks::networks;

#[derive(Debug, Clone)]
pub struct DataConfig {
    /// `DATASETS_DATABASE_URL`; `None` for a database of its own beside the main one.
    pub url: Option<SecretString>,
    /// `DATA_CONNECTIONS`: statements of users that run at once on this instance.
    pub connections: usize,
    /// `DATA_STATEMENT_SECONDS`: longest time of one of them.
    pub statement_timeout: Duration,
    /// `DATA_RESULT_ROWS`: rows of a result that are kept.
    pub max_rows: usize,
    /// `DATA_RESULT_BYTES`: bytes of a result that are kept, as JSON.
    pub max_bytes: usize,
    /// `DATA_SOURCE_NETWORKS`: where external databases may be besides public addresses.
    pub source_networks: Vec<IpNet>,
    /// `DATA_SOURCE_PLAINTEXT`: whether they may be reached without TLS.
    pub source_plaintext: bool,
    /// `DATA_EXTERNAL_CACHE_SECONDS`: how long what came from one is served again; zero for never.
    pub external_cache: Duration,
}

impl DataConfig {
    /// # Errors
    /// When a value is malformed.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let url = env.secret("DATASETS_DATABASE_URL")?;
        if let Some(url) = &url {
            postgres_url("DATASETS_DATABASE_URL", url.expose_secret())?;
        }
        Ok(Self {
            url,
            connections: env.number("DATA_CONNECTIONS", 1..=200)?,
            statement_timeout: Duration::from_secs(env.number("DATA_STATEMENT_SECONDS", 1..=600)?),
            max_rows: env.number("DATA_RESULT_ROWS", 1..=1_000_000)?,
            max_bytes: env.number("DATA_RESULT_BYTES", 1024..=268_435_456)?,
            source_networks: networks(env, "DATA_SOURCE_NETWORKS")?,
            source_plaintext: env.choice("DATA_SOURCE_PLAINTEXT", &[("true", true), ("false", false)])?,
            external_cache: Duration::from_secs(env.number("DATA_EXTERNAL_CACHE_SECONDS", 0..=86_400)?),
        })
    }
}
