//! The generation engine: budgets, heartbeats, how long the log is kept.

use std::time::Duration;

use super::env::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct GenerationConfig {
    /// `HISTORY_TOKENS`: tokens of earlier turns in a prompt.
    pub history_tokens: u32,
    /// `HEARTBEAT_SECONDS`
    pub heartbeat: Duration,
    /// `HEARTBEAT_TIMEOUT_SECONDS`: silence after which an instance counts as gone.
    pub heartbeat_timeout: Duration,
    /// `EVENT_LOG_MINUTES`: how long the events of an ended run are kept.
    pub log_retention: Duration,
    /// `LIVE_RUNS`: runs at once on one instance.
    pub live_runs: usize,
}

impl GenerationConfig {
    /// # Errors
    /// When a value is malformed.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let heartbeat = Duration::from_secs(env.number("HEARTBEAT_SECONDS", 1..=60)?);
        let heartbeat_timeout = Duration::from_secs(env.number("HEARTBEAT_TIMEOUT_SECONDS", 2..=600)?);
        if heartbeat_timeout < heartbeat * 2 {
            return Err(ConfigError::new("HEARTBEAT_TIMEOUT_SECONDS", "must be at least twice HEARTBEAT_SECONDS"));
        }
        Ok(Self {
            history_tokens: env.number("HISTORY_TOKENS", 0..=1_000_000)?,
            heartbeat,
            heartbeat_timeout,
            log_retention: Duration::from_secs(60 * env.number("EVENT_LOG_MINUTES", 0..=100_000)?),
            live_runs: env.number("LIVE_RUNS", 1..=100_000)?,
        })
    }
}
