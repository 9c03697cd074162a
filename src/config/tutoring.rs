//! What a tutor needs to know of the house that it teaches in.

use super::env::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct TutoringConfig {
    /// `SUPPORT_CONTACT`: shown to somebody who speaks of hurting themselves; `None` for nothing but a general word.
    pub support_contact: Option<String>,
}

impl TutoringConfig {
    /// # Errors
    /// When a value cannot be read.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let contact = env.text("SUPPORT_CONTACT")?.map(|text| text.trim().to_owned());
        Ok(Self { support_contact: contact.filter(|text| !text.is_empty()) })
    }
}
