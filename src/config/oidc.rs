//! Signing in with Google, or with any other issuer of OpenID Connect.

use secrecy::SecretString;

use super::env::{ConfigError, Env};
use super::roles;

#[derive(Debug, Clone)]
pub struct OidcConfig {
    /// `GOOGLE_CLIENT_ID`
    pub client_id: String,
    /// `GOOGLE_CLIENT_SECRET`
    pub client_secret: SecretString,
    /// `OIDC_ISSUER`, exactly as the issuer writes it.
    pub issuer: String,
    /// `OIDC_REDIRECT_URLS`: pages that an answer may come back to; the first unless a client names another.
    pub redirect_urls: Vec<String>,
    /// `OIDC_ROLES_CLAIM` and `OIDC_ROLES`; `None` when roles are given here.
    pub roles: Option<RolesOfClaim>,
}

/// How an issuer's groups become roles.
#[derive(Debug, Clone)]
pub struct RolesOfClaim {
    /// The claim that lists groups.
    pub claim: String,
    /// Groups and the roles that they mean; the first that somebody is in counts.
    pub roles: Vec<(String, String)>,
}

impl OidcConfig {
    /// `None` without `GOOGLE_CLIENT_ID`.
    ///
    /// # Errors
    /// When a value is malformed, or one is missing that goes with another.
    pub fn from_env(env: &Env) -> Result<Option<Self>, ConfigError> {
        let issuer = issuer(env)?;
        let redirect_urls = redirect_urls(env)?;
        let roles = roles_of_claim(env)?;
        let (id, secret) = (env.text("GOOGLE_CLIENT_ID")?, env.secret("GOOGLE_CLIENT_SECRET")?);
        let (client_id, client_secret) = match (id, secret) {
            (None, None) => return Ok(None),
            (Some(id), Some(secret)) => (id, secret),
            (Some(_), None) => {
                return Err(ConfigError::new("GOOGLE_CLIENT_SECRET", "must be set with GOOGLE_CLIENT_ID"));
            }
            (None, Some(_)) => {
                return Err(ConfigError::new("GOOGLE_CLIENT_ID", "must be set with GOOGLE_CLIENT_SECRET"));
            }
        };
        if redirect_urls.is_empty() {
            let problem = "must name the page that people come back to, as it is registered with the issuer";
            return Err(ConfigError::new("OIDC_REDIRECT_URLS", problem));
        }
        Ok(Some(Self { client_id, client_secret, issuer, redirect_urls, roles }))
    }
}

fn issuer(env: &Env) -> Result<String, ConfigError> {
    let issuer: String = env.parse("OIDC_ISSUER")?;
    if !is_address(&issuer) {
        return Err(ConfigError::new("OIDC_ISSUER", "is not an address such as https://accounts.google.com"));
    }
    Ok(issuer)
}

fn redirect_urls(env: &Env) -> Result<Vec<String>, ConfigError> {
    let list = env.text("OIDC_REDIRECT_URLS")?.unwrap_or_default();
    let urls = list.split(',').map(str::trim).filter(|url| !url.is_empty());
    urls.map(|url| {
        if is_address(url) {
            return Ok(url.to_owned());
        }
        let problem = format!("{url:?} is not a page such as https://app.example.org/signed-in");
        Err(ConfigError::new("OIDC_REDIRECT_URLS", problem))
    })
    .collect()
}

/// With TLS, but for what is on this machine.
fn is_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let bare = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        bare && url.host().is_some() && (url.scheme() == "https" || (url.scheme() == "http" && local))
    })
}

fn roles_of_claim(env: &Env) -> Result<Option<RolesOfClaim>, ConfigError> {
    let list = env.text("OIDC_ROLES")?.unwrap_or_default();
    let mut roles = Vec::new();
    for pair in list.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (group, role) = pair.rsplit_once('=').unwrap_or((pair, ""));
        let role = roles::role("OIDC_ROLES", role.trim())?;
        roles.push((group.trim().to_owned(), role));
    }
    match (env.text("OIDC_ROLES_CLAIM")?, roles.is_empty()) {
        (None, true) => Ok(None),
        (Some(claim), false) => Ok(Some(RolesOfClaim { claim, roles })),
        (Some(_), true) => Err(ConfigError::new("OIDC_ROLES", "must be set with OIDC_ROLES_CLAIM")),
        (None, false) => Err(ConfigError::new("OIDC_ROLES_CLAIM", "must be set with OIDC_ROLES")),
    }
}
