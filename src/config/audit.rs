//! The audit trail.

use std::time::Duration;

use super::env::{ConfigError, Env};

/// What the database keeps whatever the setting says: `audit_events_kept_at_least()`.
const LEAST_DAYS: u64 = 30;

#[derive(Debug, Clone)]
pub struct AuditConfig {
    /// `AUDIT_RETENTION_DAYS`: how long an event is kept; `None` for ever.
    pub kept: Option<Duration>,
}

impl AuditConfig {
    /// # Errors
    /// When a value is malformed.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let days: u64 = env.number("AUDIT_RETENTION_DAYS", 0..=36_500)?;
        if (1..LEAST_DAYS).contains(&days) {
            return Err(ConfigError::new("AUDIT_RETENTION_DAYS", format!("must be 0 or at least {LEAST_DAYS}")));
        }
        Ok(Self { kept: (days > 0).then(|| Duration::from_secs(86_400 * days)) })
    }
}
