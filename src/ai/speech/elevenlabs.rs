//! ElevenLabs: leave for a browser to talk to an agent, given by the server that has the key.
//!
//! A conversation over WebRTC begins with a token, one over a websocket with a signed address; both hold for a few
//! minutes and for one agent: <https://elevenlabs.io/docs/agents-platform/customization/authentication>.

use reqwest::header::{HeaderMap, HeaderName};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::error::SpeechError;
use super::exchange::{Exchange, Patience, body, secret};
use crate::config::speech::SpeechConfig;

const KEY: HeaderName = HeaderName::from_static("xi-api-key");
/// Largest answer that is read, in bytes.
const MOST_BYTES: usize = 64 << 10;
/// Longest token and address that is believed, in bytes.
const LONGEST: usize = 8 << 10;
/// Longest id of an agent, in bytes.
const LONGEST_AGENT: usize = 128;

/// Gives leave to talk to agents. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ElevenLabs {
    exchange: Exchange,
    base: Url,
}

#[derive(Deserialize)]
struct TokenAnswer {
    token: String,
}

#[derive(Deserialize)]
struct AddressAnswer {
    signed_url: String,
}

impl ElevenLabs {
    /// `None` without `ELEVENLABS_API_KEY`.
    ///
    /// # Errors
    /// When key or address cannot be put into a request, or TLS cannot be set up.
    pub fn new(config: &SpeechConfig, patience: &Patience) -> Result<Option<Self>, SpeechError> {
        let Some(key) = &config.elevenlabs_api_key else { return Ok(None) };
        let headers = HeaderMap::from_iter([(KEY, secret("ELEVENLABS_API_KEY", "", key)?)]);
        let problem = SpeechError::Setting { setting: "ELEVENLABS_BASE_URL", problem: "is not an address" };
        let base = Url::parse(&config.elevenlabs_base_url).map_err(|_| problem)?;
        Ok(Some(Self { exchange: Exchange::new(&headers, patience)?, base }))
    }

    /// What a browser begins a conversation over WebRTC with.
    ///
    /// # Errors
    /// When the provider does not give it; [`SpeechError::Refused`] for an agent that there is not.
    pub async fn conversation_token(&self, agent: &str) -> Result<SecretString, SpeechError> {
        let TokenAnswer { token } = self.ask(&["v1", "convai", "conversation", "token"], agent).await?;
        let is_token = !token.is_empty() && token.len() <= LONGEST && token.chars().all(|c| c.is_ascii_graphic());
        is_token.then(|| token.into()).ok_or_else(|| SpeechError::Answer("it holds no token".to_owned()))
    }

    /// The address of the websocket on which a browser talks to the agent.
    ///
    /// # Errors
    /// As for [`ElevenLabs::conversation_token`].
    pub async fn signed_url(&self, agent: &str) -> Result<SecretString, SpeechError> {
        let AddressAnswer { signed_url } = self.ask(&["v1", "convai", "conversation", "get-signed-url"], agent).await?;
        // Without TLS only where the provider itself is reached without.
        let scheme = if self.base.scheme() == "https" { &["wss"][..] } else { &["wss", "ws"] };
        let is_address = signed_url.len() <= LONGEST
            && Url::parse(&signed_url).is_ok_and(|url| url.has_host() && scheme.contains(&url.scheme()));
        is_address.then(|| signed_url.into()).ok_or_else(|| SpeechError::Answer("it holds no address".to_owned()))
    }

    async fn ask<A: DeserializeOwned>(&self, path: &[&str], agent: &str) -> Result<A, SpeechError> {
        if agent.is_empty() || agent.len() > LONGEST_AGENT {
            // What the provider would say.
            return Err(SpeechError::Refused { status: 422 });
        }
        let mut url = self.base.clone();
        let not_a_base =
            SpeechError::Setting { setting: "ELEVENLABS_BASE_URL", problem: "is an address without a path" };
        url.path_segments_mut().map_err(|()| not_a_base)?.pop_if_empty().extend(path);
        url.query_pairs_mut().append_pair("agent_id", agent);
        let response = self.exchange.send(|client| Ok(client.get(url.clone()))).await?;
        let body = body(response, MOST_BYTES).await?;
        // What serde says of the answer could repeat some of it.
        serde_json::from_slice(&body)
            .map_err(|_| SpeechError::Answer("it is not the JSON that was asked for".to_owned()))
    }
}
