//! Embeddings by any server that speaks OpenAI's protocol.

use std::time::Duration;

use futures::future::BoxFuture;
use futures::{StreamExt, TryStreamExt, stream};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use secrecy::ExposeSecret;

use crate::config::models::{ModelsConfig, ProviderConfig};
use crate::outbound::client;

use super::embedder::{Embedder, Purpose};
use super::error::EmbedError;
use super::openai_wire::{Request, refusal, vectors};

/// Texts in one request.
const BATCH: usize = 64;
/// Requests of one call that are under way at once.
const REQUESTS: usize = 2;
/// Longest text that is sent, in characters: more tokens than that no common model takes.
const MOST_CHARACTERS: usize = 8_000;
/// What a model is asked first, to learn the length of its vectors.
const PROBE: [&str; 1] = ["length"];
/// Largest answer that is read, in bytes: 64 vectors of 4,000 dimensions take 6 MB.
const MOST_BYTES: usize = 32 << 20;
/// Wait before the first new try; it doubles from one to the next.
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// Longest wait between two tries, whatever the provider asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// A provider's model, whose vectors' length is known.
pub struct OpenAiEmbedder {
    client: Client,
    url: String,
    /// The provider's own name for the model.
    theirs: String,
    /// Asked for with each request, when the settings give it.
    wanted: Option<u16>,
    retries: u32,
    /// What is stored beside each vector.
    model: String,
    dimensions: usize,
}

/// Why one try failed.
enum Failed {
    /// Another try may succeed, after the time that the provider asked for.
    ForNow { detail: String, wait: Option<Duration> },
    /// Another would fail alike.
    ForGood(EmbedError),
}

impl OpenAiEmbedder {
    /// Asks the provider for one vector to learn their length.
    ///
    /// # Errors
    /// When the provider does not give it.
    pub async fn connect(config: &ModelsConfig) -> Result<Self, EmbedError> {
        let client = client_of(config, &config.openai)?;
        let mut embedder = Self {
            client,
            url: format!("{}/embeddings", config.openai.base_url),
            theirs: config.embedding.model.clone(),
            wanted: config.embedding_dimensions,
            retries: config.max_retries,
            model: String::new(),
            dimensions: 0,
        };
        let probe = embedder.batch(&PROBE, config.embedding_dimensions.map(usize::from)).await?;
        embedder.dimensions = probe.first().map_or(0, Vec::len);
        embedder.model = format!("{}@{}", config.embedding, embedder.dimensions);
        Ok(embedder)
    }

    /// One request, tried again while that may help.
    async fn batch(&self, texts: &[&str], dimensions: Option<usize>) -> Result<Vec<Vec<f32>>, EmbedError> {
        let mut wait = FIRST_WAIT;
        let mut tried = 0;
        loop {
            let (detail, asked) = match self.once(texts).await {
                Ok(body) => return vectors(&body, texts.len(), dimensions),
                Err(Failed::ForGood(error)) => return Err(error),
                Err(Failed::ForNow { detail, wait }) => (detail, wait),
            };
            if tried == self.retries {
                return Err(EmbedError::Unavailable(format!("{detail} (tried {} times)", tried + 1)));
            }
            tried += 1;
            tracing::debug!(detail, tried, "the embedding provider failed; trying again");
            // Up to half as long again, so that clients that failed together do not come back together.
            let jittered = wait.mul_f64(rand::random_range(1.0..1.5));
            tokio::time::sleep(jittered.max(asked.unwrap_or_default()).min(LONGEST_WAIT)).await;
            wait *= 2;
        }
    }

    async fn once(&self, texts: &[&str]) -> Result<Vec<u8>, Failed> {
        let request = Request { model: &self.theirs, input: texts, encoding_format: "float", dimensions: self.wanted };
        let response = self.client.post(&self.url).json(&request).send().await.map_err(for_now)?;
        let status = response.status();
        let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let body = read(response).await?;
        if status.is_success() {
            return Ok(body);
        }
        // A refusal may repeat what it refuses: its words are kept where those are ours.
        let detail = if *texts == PROBE { refusal(&body) } else { "see the provider's own log".to_owned() };
        let again = status.is_server_error()
            || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT);
        if again {
            let wait = wait.map(Duration::from_secs);
            return Err(Failed::ForNow { detail: format!("{}: {detail}", status.as_u16()), wait });
        }
        Err(Failed::ForGood(EmbedError::Refused { status: status.as_u16(), detail }))
    }
}

impl Embedder for OpenAiEmbedder {
    fn model(&self) -> &str {
        &self.model
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn embed<'a>(&'a self, texts: &'a [String], _: Purpose) -> BoxFuture<'a, Result<Vec<Vec<f32>>, EmbedError>> {
        Box::pin(async move {
            let texts: Vec<&str> = texts.iter().map(|text| sendable(text)).collect();
            let batches: Vec<_> = texts.chunks(BATCH).map(|batch| self.batch(batch, Some(self.dimensions))).collect();
            stream::iter(batches).buffered(REQUESTS).try_concat().await
        })
    }

    fn max_batch(&self) -> usize {
        BATCH
    }
}

fn client_of(config: &ModelsConfig, provider: &ProviderConfig) -> Result<Client, EmbedError> {
    let mut headers = HeaderMap::new();
    if let Some(key) = &provider.api_key {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret())).map_err(|_| {
            EmbedError::Setting { setting: "OPENAI_API_KEY", problem: "holds characters that no key has".to_owned() }
        })?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    let client = client::client(|builder| {
        builder
            .default_headers(headers.clone())
            .connect_timeout(config.connect_timeout)
            .read_timeout(config.idle_timeout)
            .timeout(config.first_token_timeout)
    });
    client.map_err(|error| EmbedError::Unavailable(chain(&*error)))
}

/// The text as providers take it: they refuse an empty one, and one that is too long.
fn sendable(text: &str) -> &str {
    if text.is_empty() {
        return " ";
    }
    text.char_indices().nth(MOST_CHARACTERS).map_or(text, |(end, _)| &text[..end])
}

async fn read(mut response: Response) -> Result<Vec<u8>, Failed> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(for_now)? {
        if body.len() + chunk.len() > MOST_BYTES {
            return Err(Failed::ForGood(EmbedError::Answer(format!("it is longer than {MOST_BYTES} bytes"))));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// No answer, or half of one. The address may hold a password, and is left out.
fn for_now(error: reqwest::Error) -> Failed {
    Failed::ForNow { detail: chain(&error.without_url()), wait: None }
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
