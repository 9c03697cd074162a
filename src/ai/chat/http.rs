//! The one HTTP client for all providers, and how a call to one fails.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, Response};

use super::error::{ChatError, ChatErrorKind as Kind};
use super::fault;
use super::protocol::Call;
use crate::clock::Clock;
use crate::config::env::ConfigError;
use crate::outbound::client::client;

/// Longest body of a failure that is read.
const MAX_FAILURE_BYTES: usize = 64 * 1024;

/// What one response may take.
#[derive(Debug, Clone, Copy)]
pub struct WireLimits {
    /// Bytes of one response, all events together.
    pub stream_bytes: usize,
    /// Bytes of one event.
    pub event_bytes: usize,
    /// How long usage and the last event may follow on the reason to end, before the answer counts as whole.
    pub trailer: Duration,
}

impl Default for WireLimits {
    fn default() -> Self {
        Self { stream_bytes: 32 * 1024 * 1024, event_bytes: 2 * 1024 * 1024, trailer: Duration::from_secs(3) }
    }
}

/// Calls providers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client,
    pub limits: WireLimits,
    clock: Clock,
}

impl Http {
    /// A client that waits `connect_timeout` for a connection and has no time-out beyond: an answer may take minutes.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(connect_timeout: Duration, limits: WireLimits, clock: Clock) -> Result<Self, ConfigError> {
        let client = client(|builder| {
            builder
                .connect_timeout(connect_timeout)
                .no_proxy()
                // Compression would hold words back until a block is full.
                .no_gzip()
                .tcp_keepalive(Duration::from_secs(30))
                .pool_idle_timeout(Duration::from_mins(1))
        });
        let client = client.map_err(|error| ConfigError::new("TLS", format!("cannot be set up: {error}")))?;
        Ok(Self { client, limits, clock })
    }

    /// Sends `call` and waits for the head of a response with a success status.
    ///
    /// # Errors
    /// When there is no connection, or the provider refuses.
    pub async fn open(&self, call: Call) -> Result<Response, ChatError> {
        let request = self.client.post(call.url).headers(call.headers).header(ACCEPT, "text/event-stream");
        let response = request.json(&call.body).send().await.map_err(failed_send)?;
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if content_type.is_some_and(|value| value.starts_with("application/json")) {
            // Not a stream: some gateways report a failure with a success status.
            let body = failure_body(response).await;
            let value = serde_json::from_slice(&body).unwrap_or_default();
            return Err(fault::from_value(&value)
                .unwrap_or_else(|| ChatError::new(Kind::Broken).with_source("JSON instead of an event stream")));
        }
        Ok(response)
    }

    async fn refusal(&self, response: Response) -> ChatError {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = failure_body(response).await;
        fault::from_response(status, &headers, &body, self.clock.now())
    }
}

/// The failure of a response that broke off.
pub fn failed_read(error: reqwest::Error) -> ChatError {
    ChatError::new(Kind::Broken).with_source(error.without_url())
}

/// The body of a failure, cut where it is too long or breaks off.
async fn failure_body(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(bytes)) = response.chunk().await {
        let room = MAX_FAILURE_BYTES - body.len();
        body.extend_from_slice(bytes.get(..room).unwrap_or(&bytes));
        if body.len() >= MAX_FAILURE_BYTES {
            break;
        }
    }
    body
}

fn failed_send(error: reqwest::Error) -> ChatError {
    let kind = match (error.is_connect(), error.is_timeout()) {
        (_, true) => Kind::ConnectTimeout,
        (true, false) => Kind::Unreachable,
        (false, false) => Kind::Broken,
    };
    ChatError::new(kind).with_source(error.without_url())
}
