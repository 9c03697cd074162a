//! One call of a provider of speech: its time-outs, the one new try, and how much of an answer is read.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};

use super::error::SpeechError;
use crate::ai::chat::backoff::Backoff;
use crate::outbound::client::client;

/// How patient to be with a provider.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Longest wait for a connection.
    pub connect: Duration,
    /// Longest silence, before an answer and within it.
    pub idle: Duration,
    /// Longest time for a whole call, sound included.
    pub whole: Duration,
    /// Before the new try.
    pub backoff: Backoff,
}

impl Patience {
    /// For an answer of a few words.
    pub const SHORT: Self = Self::of(Duration::from_secs(10), Duration::from_secs(15));
    /// For sound, which takes its time.
    pub const LONG: Self = Self::of(Duration::from_mins(1), Duration::from_mins(3));

    const fn of(idle: Duration, whole: Duration) -> Self {
        let backoff = Backoff {
            base: Duration::from_millis(400),
            cap: Duration::from_secs(2),
            longest_asked: Duration::from_secs(5),
        };
        Self { connect: Duration::from_secs(5), idle, whole, backoff }
    }
}

/// Calls one provider. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Exchange {
    client: Client,
    backoff: Backoff,
}

impl Exchange {
    /// A client that sends `headers` with every call.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(headers: &HeaderMap, patience: &Patience) -> Result<Self, SpeechError> {
        let client = client(|builder| {
            builder
                .default_headers(headers.clone())
                .connect_timeout(patience.connect)
                .read_timeout(patience.idle)
                .timeout(patience.whole)
        });
        let client = client.map_err(|_| SpeechError::Unavailable("TLS cannot be set up".to_owned()))?;
        Ok(Self { client, backoff: patience.backoff })
    }

    /// Sends what `request` builds and gives the head of an answer with a success status. Once more when nobody was
    /// reached, or the provider has too much to do or failed: then nothing was done yet, or is done again at no harm.
    ///
    /// # Errors
    /// When there is no answer, or another status.
    pub async fn send(
        &self,
        request: impl Fn(&Client) -> Result<RequestBuilder, SpeechError>,
    ) -> Result<Response, SpeechError> {
        let first = match self.once(request(&self.client)?).await {
            Ok(response) => return Ok(response),
            Err(failed) => failed,
        };
        let wait = if first.may_pass { self.backoff.wait(0, first.asked, rand::random()) } else { None };
        let Some(wait) = wait else { return Err(first.error) };
        tracing::debug!(error = %first.error, ?wait, "a call of the provider of speech failed; trying again");
        tokio::time::sleep(wait).await;
        self.once(request(&self.client)?).await.map_err(|failed| failed.error)
    }

    async fn once(&self, request: RequestBuilder) -> Result<Response, Failed> {
        let response = request.send().await.map_err(|error| Failed {
            may_pass: error.is_connect(),
            asked: None,
            error: broken(&error),
        })?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let may_pass = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
        let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let error = if may_pass {
            SpeechError::Unavailable(format!("it answered with status {}", status.as_u16()))
        } else {
            SpeechError::Refused { status: status.as_u16() }
        };
        Err(Failed { may_pass, asked: asked.map(Duration::from_secs), error })
    }
}

/// Why one try failed.
struct Failed {
    /// Another try may succeed.
    may_pass: bool,
    /// How long the provider asks to wait.
    asked: Option<Duration>,
    error: SpeechError,
}

/// The body of `response`, of at most so many bytes.
///
/// # Errors
/// When it is longer, or breaks off.
pub async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, SpeechError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
        if body.len() + chunk.len() > most {
            return Err(too_long(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The error for an answer of more than `most` bytes.
#[must_use]
pub fn too_long(most: usize) -> SpeechError {
    SpeechError::Answer(format!("it is longer than {most} bytes"))
}

/// No answer, or half of one. Its own words may hold the address, and with it a password.
pub fn broken(error: &reqwest::Error) -> SpeechError {
    let what = if error.is_timeout() {
        "it did not answer in time"
    } else if error.is_connect() {
        "it cannot be reached"
    } else {
        "its answer broke off"
    };
    SpeechError::Unavailable(what.to_owned())
}

/// A header's value that is kept out of logs: `prefix` and the key.
///
/// # Errors
/// When the key, which stands in `setting`, holds what a header cannot.
pub fn secret(setting: &'static str, prefix: &str, key: &SecretString) -> Result<HeaderValue, SpeechError> {
    let mut value = HeaderValue::from_str(&format!("{prefix}{}", key.expose_secret().trim()))
        .map_err(|_| SpeechError::Setting { setting, problem: "holds characters that no key has" })?;
    value.set_sensitive(true);
    Ok(value)
}
