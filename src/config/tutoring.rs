//! Tutoring sessions.

use super::env::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct TutoringConfig {
    /// `SUPPORT_CONTACT`: said to somebody who may be about to hurt themselves.
    pub support_contact: Option<String>,
}

impl TutoringConfig {
    /// # Errors
    /// When a value is malformed.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self { support_contact: env.text("SUPPORT_CONTACT")? })
    }
}
