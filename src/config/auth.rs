//! Secrets, tokens, and who may register.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::env::{ConfigError, Env};
use super::roles;
use super::server::Environment;

/// Secrets that stand in somebody's example: never to be used for real.
const KNOWN_SECRETS: &[&str] =
    &["your-secret-key-here", "your-secret-key", "change-me", "changeme", "secret", "supersecret", "development"];

/// Who may make an account for themselves. Administrators may always make one for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Anybody, from any of the domains.
    Open,
    /// Whoever was invited.
    Invited,
    Closed,
}

impl Registration {
    const WORDS: &'static [(&'static str, Self)] =
        &[("open", Self::Open), ("invited", Self::Invited), ("closed", Self::Closed)];
}

#[derive(Debug, Clone)]
pub struct AuthConfig {
    /// `SECRET_KEY`; `None` only in development, where one is made in the data directory.
    pub secret_key: Option<SecretString>,
    /// `SECRET_KEY_PREVIOUS`: sign nothing any more; what they signed is still accepted.
    pub secret_key_previous: Vec<SecretString>,
    /// `ENCRYPTION_KEY`; `None` only in development, where one is made in the data directory.
    pub encryption_key: Option<SecretString>,
    /// `ENCRYPTION_KEY_PREVIOUS`: encrypt nothing any more; what they encrypted still opens.
    pub encryption_key_previous: Vec<SecretString>,
    /// `ADMIN_EMAIL` and `ADMIN_PASSWORD`: the administrator made on first start.
    pub admin: Option<(String, SecretString)>,
    /// `REGISTRATION`
    pub registration: Registration,
    /// `REGISTRATION_DOMAINS`, in lower case; empty for any. Guests are bound by their invitation instead.
    pub registration_domains: Vec<String>,
    /// `API_KEYS_PER_ACCOUNT` that hold.
    pub keys_per_account: u32,
    /// `API_KEY_MAX_DAYS`
    pub key_max_days: u32,
    /// `REQUIRE_SECOND_FACTOR_FOR`: roles that can do nothing but set up a second factor until they have one.
    pub second_factor_roles: Vec<String>,
    /// `ACCESS_TOKEN_MINUTES`
    pub access_token: Duration,
    /// `REFRESH_TOKEN_DAYS`
    pub refresh_token: Duration,
    /// `REFRESH_GRACE_SECONDS`
    pub refresh_grace: Duration,
    /// `PASSWORD_HASH_CONCURRENCY`
    pub hash_concurrency: usize,
}

impl AuthConfig {
    /// # Errors
    /// When a value is malformed, or a secret is missing or known in production.
    pub fn from_env(env: &Env, environment: Environment) -> Result<Self, ConfigError> {
        let secret_key = env.secret("SECRET_KEY")?;
        let encryption_key = env.secret("ENCRYPTION_KEY")?;
        check_secret("SECRET_KEY", secret_key.as_ref(), environment)?;
        check_secret("ENCRYPTION_KEY", encryption_key.as_ref(), environment)?;
        let secret_key_previous = previous(env, "SECRET_KEY_PREVIOUS", environment)?;
        let encryption_key_previous = previous(env, "ENCRYPTION_KEY_PREVIOUS", environment)?;
        let admin = match (env.text("ADMIN_EMAIL")?, env.secret("ADMIN_PASSWORD")?) {
            (Some(email), Some(password)) => Some((email, password)),
            (None, None) => None,
            (Some(_), None) => return Err(ConfigError::new("ADMIN_PASSWORD", "must be set with ADMIN_EMAIL")),
            (None, Some(_)) => return Err(ConfigError::new("ADMIN_EMAIL", "must be set with ADMIN_PASSWORD")),
        };
        Ok(Self {
            secret_key,
            secret_key_previous,
            encryption_key,
            encryption_key_previous,
            admin,
            registration: env.choice("REGISTRATION", Registration::WORDS)?,
            registration_domains: domains(env)?,
            keys_per_account: env.number("API_KEYS_PER_ACCOUNT", 0..=1000)?,
            key_max_days: env.number("API_KEY_MAX_DAYS", 1..=3650)?,
            second_factor_roles: roles::roles(
                "REQUIRE_SECOND_FACTOR_FOR",
                &env.text("REQUIRE_SECOND_FACTOR_FOR")?.unwrap_or_default(),
            )?,
            access_token: Duration::from_secs(60 * env.number("ACCESS_TOKEN_MINUTES", 1..=1440)?),
            refresh_token: Duration::from_secs(86_400 * env.number("REFRESH_TOKEN_DAYS", 1..=365)?),
            refresh_grace: Duration::from_secs(env.number("REFRESH_GRACE_SECONDS", 0..=300)?),
            hash_concurrency: env.number("PASSWORD_HASH_CONCURRENCY", 1..=64)?,
        })
    }
}

/// Secrets that were exchanged, separated by commas or lines. A bad one is as bad as when it was the only one.
fn previous(env: &Env, name: &'static str, environment: Environment) -> Result<Vec<SecretString>, ConfigError> {
    let Some(list) = env.secret(name)? else { return Ok(Vec::new()) };
    let secrets = list.expose_secret().split([',', '\n']).map(str::trim).filter(|secret| !secret.is_empty());
    secrets
        .map(|secret| {
            let secret = SecretString::from(secret);
            check_secret(name, Some(&secret), environment).map(|()| secret)
        })
        .collect()
}

fn domains(env: &Env) -> Result<Vec<String>, ConfigError> {
    let listed = env.text("REGISTRATION_DOMAINS")?.unwrap_or_default();
    let domains: Vec<String> = listed.split(',').map(|domain| domain.trim().to_lowercase()).collect();
    let domains: Vec<String> = domains.into_iter().filter(|domain| !domain.is_empty()).collect();
    match domains.iter().find(|domain| domain.contains(['@', ' ', '*', '/']) || domain.starts_with('.')) {
        Some(odd) => Err(ConfigError::new("REGISTRATION_DOMAINS", format!("{odd:?} is not a domain like example.org"))),
        None => Ok(domains),
    }
}

fn check_secret(
    name: &'static str,
    secret: Option<&SecretString>,
    environment: Environment,
) -> Result<(), ConfigError> {
    let Some(secret) = secret else {
        if environment == Environment::Production {
            return Err(ConfigError::new(name, "must be set in production; `openssl rand -base64 32` makes one"));
        }
        return Ok(());
    };
    let value = secret.expose_secret();
    if KNOWN_SECRETS.iter().any(|known| value.to_ascii_lowercase().starts_with(known)) {
        return Err(ConfigError::new(name, "is an example from somewhere; `openssl rand -base64 32` makes a real one"));
    }
    if value.len() < 32 {
        return Err(ConfigError::new(name, "must have at least 32 characters; `openssl rand -base64 32` makes one"));
    }
    Ok(())
}
