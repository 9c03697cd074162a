//! One attempt at a provider over HTTP: send, read events, decode, conclude.

use std::sync::Arc;

use async_stream::try_stream;
use bytes::Bytes;
use futures::StreamExt as _;
use reqwest::Response;

use super::answer::Answer;
use super::error::{ChatError, ChatErrorKind};
use super::http::{Http, failed_read};
use super::part::Part;
use super::protocol::{Decoder, Protocol};
use super::request::ChatRequest;
use super::sse::SseDecoder;
use super::tokens;
use super::upstream::{Signal, SignalStream, Upstream};
use crate::config::models::ModelName;

/// A model at a provider that speaks `P`.
#[derive(Debug, Clone)]
pub struct Remote<P> {
    name: ModelName,
    protocol: P,
    http: Http,
}

impl<P: Protocol> Remote<P> {
    #[must_use]
    pub fn new(name: ModelName, protocol: P, http: Http) -> Self {
        Self { name, protocol, http }
    }
}

impl<P: Protocol> Upstream for Remote<P> {
    fn name(&self) -> &ModelName {
        &self.name
    }

    fn attempt(&self, request: Arc<ChatRequest>) -> SignalStream {
        let Self { name, protocol, http } = self.clone();
        try_stream! {
            let call = protocol.call(&name.model, &request)?;
            let response = http.open(call).await?;
            yield Signal::Part(Part::Started { provider: name.provider, model: name.model });
            let mut incoming = Incoming {
                body: response,
                events: SseDecoder::new(http.limits.event_bytes),
                decoder: protocol.decoder(&request),
                answer: Answer::default(),
                bytes_left: http.limits.stream_bytes,
            };
            loop {
                let more = incoming.advance(&http).await;
                // What came before a failure is shown, however the network cut the two.
                for signal in incoming.answer.take_signals() {
                    yield signal;
                }
                if !more? {
                    break;
                }
            }
            for part in incoming.answer.conclude(|| tokens::estimate_request(&request))? {
                yield Signal::Part(part);
            }
        }
        .boxed()
    }
}

/// A response while it is read. Dropping it closes the connection.
struct Incoming<D> {
    body: Response,
    events: SseDecoder,
    decoder: D,
    answer: Answer,
    bytes_left: usize,
}

impl<D: Decoder> Incoming<D> {
    /// Reads the next bytes into the answer; `false` when there is no more to read.
    async fn advance(&mut self, http: &Http) -> Result<bool, ChatError> {
        let read = if self.answer.is_finished() {
            match tokio::time::timeout(http.limits.trailer, self.body.chunk()).await {
                Ok(read) => read,
                Err(_) => return Ok(false),
            }
        } else {
            self.body.chunk().await
        };
        let result = match read {
            Ok(Some(bytes)) => self.take(&bytes),
            Ok(None) => self.take_rest(),
            Err(error) => Err(failed_read(error)),
        };
        match result {
            // The answer is whole: trouble with what follows on it is nobody's.
            Err(_) if self.answer.is_finished() => Ok(false),
            other => other,
        }
    }

    fn take(&mut self, bytes: &Bytes) -> Result<bool, ChatError> {
        let broken = |source: &'static str| ChatError::new(ChatErrorKind::Broken).with_source(source);
        self.bytes_left =
            self.bytes_left.checked_sub(bytes.len()).ok_or_else(|| broken("the response is longer than allowed"))?;
        let mut events = Vec::new();
        let pushed = self.events.push(bytes, &mut events);
        for event in events {
            self.decoder.event(&event, &mut self.answer)?;
            if self.answer.is_ended() {
                return Ok(false);
            }
        }
        pushed.map_err(|error| ChatError::new(ChatErrorKind::Broken).with_source(error))?;
        Ok(true)
    }

    fn take_rest(&mut self) -> Result<bool, ChatError> {
        if let Some(event) = self.events.finish() {
            self.decoder.event(&event, &mut self.answer)?;
        }
        Ok(false)
    }
}
