//! Mail: how it leaves, who it is from, where the links in it lead.

use std::fmt;
use std::path::{Path, PathBuf};

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;

use super::env::{ConfigError, Env};
use super::server::ServerConfig;

/// Who mail is from where nobody said so, and where it never leaves this machine.
const NOBODY: &str = "Elenchus <elenchus@localhost>";

#[derive(Debug, Clone)]
pub struct MailConfig {
    /// `MAIL_URL`; `None`: this installation sends no mail.
    pub delivery: Option<Delivery>,
    /// `MAIL_FROM`. Its name is what the installation calls itself.
    pub from: Mailbox,
    /// `APP_URL`, or else the server's own address; without a slash at its end.
    pub app_url: String,
}

/// How mail leaves.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// Written into a folder, a file each: for development.
    Folder(PathBuf),
    Smtp(Smtp),
}

/// A mail server that takes our mail.
#[derive(Clone)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User and password.
    pub credentials: Option<(String, SecretString)>,
    /// `MAIL_CA_FILE`: certificates, in PEM, that the server's may rest on besides those that browsers trust.
    pub more_roots: Option<Vec<u8>>,
}

/// What keeps others from reading along. Never by chance: a server without it is not spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Nothing.
    None,
    /// TLS from the command STARTTLS on (RFC 3207).
    StartTls,
    /// TLS from the first byte on (RFC 8314).
    Tls,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} ({:?})", self.host, self.port, self.security)
    }
}

impl MailConfig {
    /// # Errors
    /// When a value is malformed, or a password would go over the network for all to read.
    pub fn from_env(env: &Env, server: &ServerConfig) -> Result<Self, ConfigError> {
        let more_roots = match env.text("MAIL_CA_FILE")? {
            None => None,
            Some(path) => Some(
                std::fs::read(&path)
                    .map_err(|error| ConfigError::new("MAIL_CA_FILE", format!("cannot read {path}: {error}")))?,
            ),
        };
        let url = env.secret("MAIL_URL")?;
        let delivery = match url.as_ref().map(secrecy::ExposeSecret::expose_secret) {
            None if server.is_production() => None,
            None => Some(Delivery::Folder(server.data_dir.join("mail"))),
            Some("none") => None,
            Some(url) => Some(delivery(url, more_roots)?),
        };
        let from = match env.text("MAIL_FROM")? {
            Some(from) => from,
            None if matches!(delivery, Some(Delivery::Smtp(_))) => {
                return Err(ConfigError::new(
                    "MAIL_FROM",
                    "must be set with MAIL_URL, as in Elenchus <ai@example.org>",
                ));
            }
            None => NOBODY.to_owned(),
        };
        let malformed = |_| ConfigError::new("MAIL_FROM", format!("{from:?} is not as in Elenchus <ai@example.org>"));
        let from = from.parse().map_err(malformed)?;
        Ok(Self { delivery, from, app_url: app_url(env, server)? })
    }
}

fn app_url(env: &Env, server: &ServerConfig) -> Result<String, ConfigError> {
    let Some(url) = env.text("APP_URL")? else {
        let own = || format!("http://{}", std::net::SocketAddr::new(server.host, server.port));
        return Ok(server.public_url.clone().unwrap_or_else(own));
    };
    let parsed = url::Url::parse(&url).map_err(|error| ConfigError::new("APP_URL", error.to_string()))?;
    let bare = parsed.query().is_none() && parsed.fragment().is_none();
    if !matches!(parsed.scheme(), "http" | "https") || !bare {
        return Err(ConfigError::new("APP_URL", "must start with http:// or https:// and have no query"));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// Reads `MAIL_URL`. It may hold a password: no message repeats it.
fn delivery(url: &str, more_roots: Option<Vec<u8>>) -> Result<Delivery, ConfigError> {
    let wrong = |problem: &str| ConfigError::new("MAIL_URL", problem);
    if let Some(folder) = url.strip_prefix("file:") {
        let folder = Path::new(folder.strip_prefix("//").unwrap_or(folder));
        let folder = std::path::absolute(folder).map_err(|error| wrong(&error.to_string()))?;
        return Ok(Delivery::Folder(folder));
    }
    let shape = "is not as in smtp://user:password@mail.example.org:587, smtps://…, file:/folder or none";
    let url = url::Url::parse(url).map_err(|_| wrong(shape))?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| wrong(shape))?.to_owned();
    let asked = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    let (security, port) = match (url.scheme(), asked.as_deref()) {
        ("smtps", None) => (Security::Tls, 465),
        ("smtp", None | Some("starttls")) => (Security::StartTls, 587),
        ("smtp", Some("none")) => (Security::None, 25),
        ("smtp", Some(_)) => return Err(wrong("has tls= with another value than starttls or none")),
        _ => return Err(wrong(shape)),
    };
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
    let credentials = match url.password() {
        None => None,
        Some(password) => {
            let user = decoded(url.username()).map_err(|_| wrong("has a user that is not UTF-8"))?;
            let password = decoded(password).map_err(|_| wrong("has a password that is not UTF-8"))?;
            Some((user, SecretString::from(password)))
        }
    };
    if security == Security::None && credentials.is_some() && !is_here(&host) {
        return Err(wrong("would send its password over the network for all to read: leave tls=none out"));
    }
    let port = url.port().unwrap_or(port);
    Ok(Delivery::Smtp(Smtp { host, port, security, credentials, more_roots }))
}

/// Whether it is this machine.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|at| at.is_loopback())
}
