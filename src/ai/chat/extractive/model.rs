//! The extractive model as any other: a stream of parts.

use std::sync::Arc;
use std::time::Duration;

use async_stream::try_stream;
use futures::{StreamExt as _, TryStreamExt as _};

use super::composition;
use crate::ai::chat::error::{ChatError, ChatErrorKind};
use crate::ai::chat::model::ChatModel;
use crate::ai::chat::part::{FinishReason, Part, PartStream, Usage};
use crate::ai::chat::request::ChatRequest;
use crate::ai::chat::tokens::{self, TokenCount, is_ideograph};
use crate::ai::chat::upstream::{Signal, SignalStream, Upstream};
use crate::config::models::ModelName;

/// Answers by quoting the passages of a request.
#[derive(Debug, Clone)]
pub struct Extractive {
    name: ModelName,
    pace: Duration,
}

impl Extractive {
    /// A model that waits `pace` before each word after the first, so that a reader sees it stream; zero for none.
    #[must_use]
    pub fn new(pace: Duration) -> Self {
        Self { name: extractive_name(), pace }
    }
}

impl Default for Extractive {
    fn default() -> Self {
        Self::new(Duration::from_millis(8))
    }
}

/// The name of the model that needs no key.
#[must_use]
pub fn extractive_name() -> ModelName {
    ModelName { provider: "extractive".to_owned(), model: "extractive".to_owned() }
}

impl ChatModel for Extractive {
    fn name(&self) -> &ModelName {
        &self.name
    }

    fn stream(&self, request: ChatRequest) -> PartStream {
        let Self { name, pace } = self.clone();
        try_stream! {
            if request.response_schema.is_some() {
                let message = "This needs a language model (CHAT_MODEL): without one only quotes can be given.";
                Err(ChatError::with_message(ChatErrorKind::NotConfigured, message))?;
            }
            yield Part::Started { provider: name.provider, model: name.model };
            let input_tokens = tokens::estimate_request(&request);
            let most = request.max_output_tokens.max(1);
            // Many long passages take milliseconds to read: not on a thread that serves others.
            let answer = tokio::task::spawn_blocking(move || composition::compose(&request))
                .await
                .map_err(|error| ChatError::new(ChatErrorKind::ServerError).with_source(error))?;
            let (mut written, mut finish) = (TokenCount::default(), FinishReason::Stop);
            for (place, piece) in words(&answer).into_iter().enumerate() {
                let mut longer = written;
                longer.add(&piece);
                if longer.tokens() > most {
                    finish = FinishReason::Length;
                    break;
                }
                written = longer;
                if place > 0 {
                    pause(pace).await;
                }
                yield Part::Text(piece);
            }
            yield Part::Usage(Usage {
                input_tokens,
                output_tokens: written.tokens(),
                cached_input_tokens: 0,
                estimated: true,
            });
            yield Part::Finished(finish);
        }
        .boxed()
    }
}

impl Upstream for Extractive {
    fn name(&self) -> &ModelName {
        &self.name
    }

    fn attempt(&self, request: Arc<ChatRequest>) -> SignalStream {
        self.stream(Arc::unwrap_or_clone(request)).map_ok(Signal::Part).boxed()
    }
}

/// Lets others run even at no pace: a long answer must not hold its thread.
async fn pause(pace: Duration) {
    if pace.is_zero() {
        tokio::task::yield_now().await;
    } else {
        tokio::time::sleep(pace).await;
    }
}

/// The text in words, each with the white space behind it; ideographs one by one. NUL, which no part may hold, is dropped.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut ended = false;
    for c in text.chars().filter(|c| *c != '\0') {
        if (ended && !c.is_whitespace()) || is_ideograph(c) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
        ended = c.is_whitespace() || is_ideograph(c);
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_keep_everything_but_nul() {
        assert_eq!(words("One  two.\n\n合同 [1]"), ["One  ", "two.\n\n", "合", "同 ", "[1]"]);
        assert_eq!(words("\0"), Vec::<String>::new());
    }
}
