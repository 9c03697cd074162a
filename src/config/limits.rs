//! How often one caller may do what.

use redis::IntoConnectionInfo as _;
use secrecy::{ExposeSecret as _, SecretString};

use super::env::{ConfigError, Env};

/// Per minute, but for tries and `mail`; 0 for as often as they like.
#[derive(Debug, Clone)]
pub struct LimitsConfig {
    /// `RATE_LIMIT_DEFAULT`: requests of an account, or of an address that nobody is signed in from.
    pub requests: u32,
    /// `RATE_LIMIT_SIGN_IN`: sign-ins and registrations from an address.
    pub sign_in: u32,
    /// `RATE_LIMIT_API_KEY`: requests with one key, which count for its account as well.
    pub api_key: u32,
    /// `RATE_LIMIT_CHAT`: messages and questions that a model answers.
    pub chat: u32,
    /// `RATE_LIMIT_STATEMENTS`: statements, and dashboards of them, that an account has run.
    pub statements: u32,
    /// `RATE_LIMIT_UPLOAD`: requests with files.
    pub upload: u32,
    /// `SIGN_IN_TRIES`: wrong passwords for one account in 15 minutes, from wherever.
    pub sign_in_tries: u32,
    /// `SECOND_FACTOR_TRIES`: wrong codes for one account in an hour.
    pub second_factor_tries: u32,
    /// `SHARE_LINK_TRIES`: wrong passwords for one link from one address in 15 minutes.
    pub link_tries: u32,
    /// `RATE_LIMIT_SHARED_REFRESH`: refreshes of dashboards that were shared with an account.
    pub shared_refresh: u32,
    /// `REDIS_URL`: where it is counted; `None` for Postgres.
    pub redis_url: Option<SecretString>,
    /// `RATE_LIMIT_MAIL`: mails that are asked for to one address, in an hour.
    pub mail: u32,
}

impl LimitsConfig {
    /// # Errors
    /// When a value is malformed.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let redis_url = env.secret("REDIS_URL")?;
        if let Some(url) = &redis_url
            && url.expose_secret().into_connection_info().is_err()
        {
            // The value may hold a password: the message never repeats it.
            return Err(ConfigError::new("REDIS_URL", "is not a URL such as redis://:password@host:6379/0"));
        }
        Ok(Self {
            requests: env.number("RATE_LIMIT_DEFAULT", 0..=1_000_000)?,
            sign_in: env.number("RATE_LIMIT_SIGN_IN", 0..=1_000_000)?,
            api_key: env.number("RATE_LIMIT_API_KEY", 0..=1_000_000)?,
            chat: env.number("RATE_LIMIT_CHAT", 0..=1_000_000)?,
            statements: env.number("RATE_LIMIT_STATEMENTS", 0..=1_000_000)?,
            upload: env.number("RATE_LIMIT_UPLOAD", 0..=1_000_000)?,
            sign_in_tries: env.number("SIGN_IN_TRIES", 0..=1_000_000)?,
            second_factor_tries: env.number("SECOND_FACTOR_TRIES", 0..=1_000_000)?,
            link_tries: env.number("SHARE_LINK_TRIES", 0..=1_000_000)?,
            shared_refresh: env.number("RATE_LIMIT_SHARED_REFRESH", 0..=1_000_000)?,
            redis_url,
            mail: env.number("RATE_LIMIT_MAIL", 0..=1_000_000)?,
        })
    }
}
