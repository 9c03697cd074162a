//! Patience around a model: time-outs, repetitions before the first word, then the fallback.
//!
//! Nothing is repeated once a word or a tool call was shown. `Started` is held back until then, so that it names who
//! really answers.

use std::sync::Arc;
use std::time::Duration;

use async_stream::stream;
use futures::StreamExt as _;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;

use super::backoff::Backoff;
use super::error::{ChatError, ChatErrorKind};
use super::model::ChatModel;
use super::part::{Part, PartStream};
use super::request::ChatRequest;
use super::span::Call;
use super::upstream::{Signal, SignalStream, Upstream};
use crate::config::models::ModelName;

/// How patient to be.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Longest wait from the call to the first sign of an answer.
    pub first_token: Duration,
    /// Longest silence after it.
    pub idle: Duration,
    /// Repetitions of a call to one model. A time-out is repeated once at most, as each costs the whole wait.
    pub retries: u32,
    pub backoff: Backoff,
}

/// A model with patience, and another one in case it is at an end.
pub struct Resilient {
    model: Arc<dyn Upstream>,
    fallback: Option<Arc<dyn Upstream>>,
    patience: Patience,
}

impl Resilient {
    /// `fallback` answers when `model` fails before its first word, unless it refused the content.
    pub fn new(model: Arc<dyn Upstream>, fallback: Option<Arc<dyn Upstream>>, patience: Patience) -> Self {
        Self { model, fallback, patience }
    }
}

impl ChatModel for Resilient {
    fn name(&self) -> &ModelName {
        self.model.name()
    }

    fn stream(&self, request: ChatRequest) -> PartStream {
        let models: Vec<_> = std::iter::once(&self.model).chain(&self.fallback).cloned().collect();
        let (request, patience) = (Arc::new(request), self.patience);
        stream! {
            let mut failure: Option<ChatError> = None;
            for model in models {
                if failure.as_ref().is_some_and(|failure| failure.kind == ChatErrorKind::ContentFiltered) {
                    // What one provider refuses is not tried on another behind the operator's back.
                    break;
                }
                let mut repetitions = 0;
                let error = loop {
                    let mut call = Call::new(model.name(), &request, repetitions);
                    let mut attempt = Attempt::new(model.attempt(Arc::clone(&request)), patience);
                    let error = loop {
                        match attempt.next().instrument(call.span.clone()).await {
                            Ok(parts) => {
                                for part in &parts {
                                    call.note(part);
                                }
                                let finished = matches!(parts.last(), Some(Part::Finished(_)));
                                for part in parts {
                                    yield Ok(part);
                                }
                                if finished {
                                    return;
                                }
                            }
                            Err(error) => break error,
                        }
                    };
                    call.fail(&error);
                    drop(call);
                    if attempt.shown {
                        tracing::warn!(model = %model.name(), ?error, "model call broke off");
                        yield Err(error);
                        return;
                    }
                    // Closes the connection before the wait.
                    drop(attempt);
                    let Some(wait) = patience.wait_after(&error, repetitions) else { break error };
                    tracing::warn!(model = %model.name(), ?error, ?wait, repetitions, "model call failed, repeating");
                    repetitions += 1;
                    tokio::time::sleep(wait).await;
                };
                tracing::warn!(model = %model.name(), ?error, "model call failed");
                // The first failure is the one of the model that was asked for.
                failure.get_or_insert(error);
            }
            yield Err(failure.unwrap_or_else(|| ChatError::new(ChatErrorKind::NotConfigured)));
        }
        .boxed()
    }
}

impl Patience {
    /// The wait before the next repetition after `error`; `None` when there is none.
    fn wait_after(&self, error: &ChatError, repetitions: u32) -> Option<Duration> {
        let timed_out = matches!(error.kind, ChatErrorKind::FirstTokenTimeout | ChatErrorKind::IdleTimeout);
        let most = if timed_out { self.retries.min(1) } else { self.retries };
        (error.is_retryable() && repetitions < most)
            .then(|| self.backoff.wait(repetitions, error.retry_after, rand::random()))
            .flatten()
    }
}

/// One attempt under the clock.
struct Attempt {
    signals: SignalStream,
    patience: Patience,
    first_deadline: Instant,
    /// The model has shown a sign of an answer.
    begun: bool,
    /// A part has gone out to the caller.
    shown: bool,
    held_back: Vec<Part>,
}

impl Attempt {
    fn new(signals: SignalStream, patience: Patience) -> Self {
        let first_deadline = Instant::now() + patience.first_token;
        Self { signals, patience, first_deadline, begun: false, shown: false, held_back: Vec::new() }
    }

    /// The next parts to show; empty while the model only works.
    async fn next(&mut self) -> Result<Vec<Part>, ChatError> {
        // Counted from here: a caller that was slow to ask does not make the model silent.
        let deadline = if self.begun { Instant::now() + self.patience.idle } else { self.first_deadline };
        let kind = if self.begun { ChatErrorKind::IdleTimeout } else { ChatErrorKind::FirstTokenTimeout };
        let signal = timeout_at(deadline, self.signals.next()).await.map_err(|_| ChatError::new(kind))?;
        let ended = || ChatError::new(ChatErrorKind::Broken).with_source("the stream ended without a reason");
        match signal.ok_or_else(ended)?? {
            Signal::Progress => {
                self.begun = true;
                Ok(Vec::new())
            }
            Signal::Part(part @ Part::Started { .. }) => {
                self.held_back.push(part);
                Ok(Vec::new())
            }
            Signal::Part(part) => {
                self.begun = true;
                self.shown = true;
                let mut parts = std::mem::take(&mut self.held_back);
                parts.push(part);
                Ok(parts)
            }
        }
    }
}
