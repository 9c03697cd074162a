//! Postgres: where, how many connections, how long to wait.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::env::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// `DATABASE_URL`; `None` runs a private Postgres in the data directory.
    pub url: Option<SecretString>,
    /// `DATABASE_POOL_SIZE`: connections for transactions.
    pub pool_size: u32,
    /// `DATABASE_READ_CONNECTIONS`: shared, pipelined.
    pub read_connections: usize,
    /// `DATABASE_TIMEOUT_SECONDS`: longest wait for a connection.
    pub timeout: Duration,
    /// `STATEMENT_TIMEOUT_MS`
    pub statement_timeout: Duration,
}

impl DatabaseConfig {
    /// # Errors
    /// When a value is malformed.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let url = env.secret("DATABASE_URL")?;
        if let Some(url) = &url {
            postgres_url("DATABASE_URL", url.expose_secret())?;
        }
        Ok(Self {
            url,
            pool_size: env.number("DATABASE_POOL_SIZE", 2..=200)?,
            read_connections: env.number("DATABASE_READ_CONNECTIONS", 1..=64)?,
            timeout: Duration::from_secs(env.number("DATABASE_TIMEOUT_SECONDS", 1..=120)?),
            statement_timeout: Duration::from_millis(env.number("STATEMENT_TIMEOUT_MS", 100..=600_000)?),
        })
    }
}

/// Whether this is the address of a Postgres. It may hold a password: the message never repeats it.
pub(super) fn postgres_url(name: &'static str, url: &str) -> Result<(), ConfigError> {
    if url.starts_with("postgres") && url.parse::<tokio_postgres::Config>().is_ok() {
        return Ok(());
    }
    Err(ConfigError::new(name, "is not a URL such as postgres://user:password@host:5432/name"))
}
