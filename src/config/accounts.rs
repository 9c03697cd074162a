//! What accounts must hold to, and how long what they leave is kept.

use std::time::Duration;

use super::env::{ConfigError, Env};
use super::mail::MailConfig;

#[derive(Debug, Clone)]
pub struct AccountsConfig {
    /// `PASSWORD_MIN_SCORE`: how hard to guess a password must be, 0 to 4 as zxcvbn counts.
    pub password_min_score: u8,
    /// `REQUIRE_VERIFIED_EMAIL`: whether an account may use what costs before its address is confirmed.
    pub require_verified_email: bool,
    /// `ACCOUNT_PURGE_DAYS`: between the deletion of an account and its purge.
    pub purge_after: Duration,
}

impl AccountsConfig {
    /// # Errors
    /// When a value is malformed, or addresses must be confirmed where no mail is sent.
    pub fn from_env(env: &Env, mail: &MailConfig) -> Result<Self, ConfigError> {
        let require_verified_email = env.choice("REQUIRE_VERIFIED_EMAIL", &[("true", true), ("false", false)])?;
        if require_verified_email && mail.delivery.is_none() {
            return Err(ConfigError::new("REQUIRE_VERIFIED_EMAIL", "needs MAIL_URL: nobody could confirm an address"));
        }
        Ok(Self {
            password_min_score: env.number("PASSWORD_MIN_SCORE", 0..=4)?,
            require_verified_email,
            purge_after: Duration::from_secs(86_400 * env.number("ACCOUNT_PURGE_DAYS", 1..=3650)?),
        })
    }
}
