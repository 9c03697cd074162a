//! The HTTP client for an issuer: no redirects, little time, small answers, and no plain HTTP where the issuer has TLS.

use std::pin::Pin;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use reqwest::Client;

use crate::config::env::ConfigError;
use crate::outbound::client::client;

/// Longest answer that is read, in bytes: metadata, keys and tokens have a few thousand.
const MAX_BODY: usize = 256 * 1024;
const CONNECT: Duration = Duration::from_secs(5);
/// For a whole call: somebody waits in front of a page.
const WHOLE: Duration = Duration::from_secs(10);

/// Why a call came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("the issuer names an address without TLS")]
    Plain,
    #[error("the answer is longer than {MAX_BODY} bytes")]
    TooLong,
    #[error("{0}")]
    Failed(#[from] reqwest::Error),
    #[error("{0}")]
    Malformed(#[from] http::Error),
}

/// Calls an issuer. Cheap to clone.
#[derive(Debug, Clone)]
pub struct IssuerHttp {
    client: Client,
    /// Whether the issuer itself has no TLS, which is for tests and for one on this machine.
    plain: bool,
}

impl IssuerHttp {
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(issuer: &str) -> Result<Self, ConfigError> {
        let client = client(|builder| builder.connect_timeout(CONNECT).timeout(WHOLE).no_proxy())
            .map_err(|error| ConfigError::new("OIDC_ISSUER", format!("TLS cannot be set up: {error}")))?;
        Ok(Self { client, plain: issuer.starts_with("http://") })
    }

    async fn send(self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        if !self.plain && request.uri().scheme_str() != Some("https") {
            return Err(HttpError::Plain);
        }
        let mut response = self.client.execute(request.try_into()?).await.map_err(reqwest::Error::without_url)?;
        let mut answer = http::Response::builder().status(response.status());
        for (name, value) in response.headers() {
            answer = answer.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(bytes) = response.chunk().await.map_err(reqwest::Error::without_url)? {
            if body.len() + bytes.len() > MAX_BODY {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&bytes);
        }
        Ok(answer.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for IssuerHttp {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.clone().send(request))
    }
}
