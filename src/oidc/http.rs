//! The HTTP client for an issuer: no redirects, little time, small answers, and no plain HTTP where the issuer has TLS.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use reqwest::{Client, ClientBuilder, redirect};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};

use crate::config::env::ConfigError;

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
        let client = with_platform_roots()
            .map_or_else(with_built_in_roots, Ok)
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

/// Trusts what the machine trusts, as a company's issuer may have a certificate of its own. `None` where the machine has no
/// certificates (a bare container), or the process has installed no cryptography to use them with.
fn with_platform_roots() -> Option<Client> {
    CryptoProvider::get_default()?;
    builder().build().ok()
}

/// Trusts Mozilla's list, which is part of the binary.
fn with_built_in_roots() -> Result<Client, Box<dyn std::error::Error>> {
    let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(builder().tls_backend_preconfigured(tls).build()?)
}

fn builder() -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("elenchus/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        // A redirect would carry the code and our secret to an address that nobody configured.
        .redirect(redirect::Policy::none())
        .no_proxy()
}
