//! The server: where it listens, what it writes, how long it waits.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

use super::env::{ConfigError, Env};
use super::networks::networks;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    Development,
    Production,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Pretty,
    Json,
}

#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// `ENVIRONMENT`
    pub environment: Environment,
    /// `HOST`
    pub host: IpAddr,
    /// `PORT`; 0 takes a free one.
    pub port: u16,
    /// `DATA_DIR`, absolute.
    pub data_dir: PathBuf,
    /// `PUBLIC_URL` without a slash at its end; `None` means the address that the server listens on.
    pub public_url: Option<String>,
    /// `CORS_ORIGINS`, exact.
    pub cors_origins: Vec<String>,
    /// `TRUSTED_PROXIES`: whose word on a caller's address counts.
    pub trusted_proxies: Vec<IpNet>,
    /// `LOG_FORMAT`
    pub log_format: LogFormat,
    /// `LOG_LEVEL`
    pub log_level: String,
    /// `DRAIN_SECONDS`
    pub drain: Duration,
    /// `REQUEST_TIMEOUT_SECONDS`
    pub request_timeout: Duration,
    /// `KEEP_ALIVE_SECONDS`
    pub keep_alive: Duration,
}

impl ServerConfig {
    /// # Errors
    /// When a value is malformed.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let data_dir: PathBuf = env.parse("DATA_DIR")?;
        let data_dir =
            std::path::absolute(&data_dir).map_err(|error| ConfigError::new("DATA_DIR", error.to_string()))?;
        let public_url = env.text("PUBLIC_URL")?.map(|url| url.trim_end_matches('/').to_owned());
        if let Some(url) = &public_url {
            let parsed = url::Url::parse(url).map_err(|error| ConfigError::new("PUBLIC_URL", error.to_string()))?;
            if !matches!(parsed.scheme(), "http" | "https") {
                return Err(ConfigError::new("PUBLIC_URL", "must start with http:// or https://"));
            }
        }
        Ok(Self {
            environment: env.choice(
                "ENVIRONMENT",
                &[("development", Environment::Development), ("production", Environment::Production)],
            )?,
            host: env.parse("HOST")?,
            port: env.parse("PORT")?,
            data_dir,
            public_url,
            cors_origins: origins(env)?,
            trusted_proxies: networks(env, "TRUSTED_PROXIES")?,
            log_format: env.choice("LOG_FORMAT", &[("pretty", LogFormat::Pretty), ("json", LogFormat::Json)])?,
            log_level: env.parse("LOG_LEVEL")?,
            drain: Duration::from_secs(env.number("DRAIN_SECONDS", 0..=3600)?),
            request_timeout: Duration::from_secs(env.number("REQUEST_TIMEOUT_SECONDS", 1..=3600)?),
            keep_alive: Duration::from_secs(env.number("KEEP_ALIVE_SECONDS", 1..=3600)?),
        })
    }

    #[must_use]
    pub fn is_production(&self) -> bool {
        self.environment == Environment::Production
    }
}

fn origins(env: &Env) -> Result<Vec<String>, ConfigError> {
    let list = env.text("CORS_ORIGINS")?.unwrap_or_default();
    let mut origins = Vec::new();
    for origin in list.split(',').map(str::trim).filter(|origin| !origin.is_empty()) {
        let refused = || {
            ConfigError::new(
                "CORS_ORIGINS",
                format!(
                    "{origin:?} is not an origin such as https://app.example.org (scheme, host, port; no path, no *)"
                ),
            )
        };
        let url = url::Url::parse(origin).map_err(|_| refused())?;
        let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        if origin.contains('*') || origin.ends_with('/') || url.host().is_none() || url.path().len() > 1 || !bare {
            return Err(refused());
        }
        // As browsers write it: in small letters, without the port that goes without saying. They know no origin of
        // other schemes, so those of applications stay as they are.
        let origin = if url.origin().is_tuple() { url.origin().ascii_serialization() } else { origin.to_owned() };
        origins.push(origin);
    }
    Ok(origins)
}
