//! Who hears and speaks: the server that `OPENAI_BASE_URL` names.

use reqwest::header::{AUTHORIZATION, HeaderMap};
use url::Url;

use super::error::SpeechError;
use super::exchange::{Exchange, Patience, secret};
use crate::config::models::ProviderConfig;

/// OpenAI's own address, which needs a key.
const OWN_HOST: &str = "api.openai.com";

/// Calls of one endpoint.
#[derive(Debug, Clone)]
pub struct Endpoint {
    pub exchange: Exchange,
    pub url: Url,
}

/// The endpoint `path` below `provider`'s address.
///
/// # Errors
/// When key or address are missing or cannot be put into a request, or TLS cannot be set up.
pub fn endpoint(provider: &ProviderConfig, path: &[&str], patience: &Patience) -> Result<Endpoint, SpeechError> {
    let malformed = || SpeechError::Setting { setting: "OPENAI_BASE_URL", problem: "is not an address with a path" };
    let mut url = Url::parse(&provider.base_url).map_err(|_| malformed())?;
    let is_own = url.host_str() == Some(OWN_HOST);
    url.path_segments_mut().map_err(|()| malformed())?.pop_if_empty().extend(path);
    let mut headers = HeaderMap::new();
    match &provider.api_key {
        Some(key) => drop(headers.insert(AUTHORIZATION, secret("OPENAI_API_KEY", "Bearer ", key)?)),
        // A server of one's own may need none.
        None if is_own => {
            return Err(SpeechError::Setting { setting: "OPENAI_API_KEY", problem: "must be set for speech" });
        }
        None => {}
    }
    Ok(Endpoint { exchange: Exchange::new(&headers, patience)?, url })
}
