//! What a run leaves when it ends.

use bigdecimal::BigDecimal;

use super::cursor::Cursor;
use super::event::{Event, EventBody};
use super::model::{Citation, GenerationStatus};
use crate::ai::chat::part::Usage;

/// The code of a run whose process died or was shut down.
pub const INTERRUPTED: &str = "INTERRUPTED";

/// How a run ended, and what it leaves.
#[derive(Debug, Clone)]
pub struct Ending {
    pub status: GenerationStatus,
    pub content: String,
    pub citations: Vec<Citation>,
    pub provider: Option<String>,
    pub model: Option<String>,
    pub prompt_version: Option<String>,
    pub finish_reason: Option<&'static str>,
    /// A stable code and a sentence that may be shown.
    pub error: Option<(String, String)>,
    pub usage: Option<Usage>,
    pub cost_usd: Option<BigDecimal>,
    pub first_token_ms: Option<i32>,
    pub duration_ms: Option<i32>,
    /// Sequence number of the terminal event.
    pub last_seq: i32,
    pub text_seq: i32,
    pub citations_seq: i32,
}

impl Ending {
    /// An ending of that status that leaves nothing.
    #[must_use]
    pub fn empty(status: GenerationStatus) -> Self {
        Self {
            status,
            content: String::new(),
            citations: Vec::new(),
            provider: None,
            model: None,
            prompt_version: None,
            finish_reason: None,
            error: None,
            usage: None,
            cost_usd: None,
            first_token_ms: None,
            duration_ms: None,
            last_seq: 1,
            text_seq: 0,
            citations_seq: 0,
        }
    }

    /// The terminal event of this ending.
    #[must_use]
    pub fn event(&self) -> Event {
        let offset = i32::try_from(self.content.len()).unwrap_or(i32::MAX);
        Event { cursor: Cursor { seq: self.last_seq, offset }, body: EventBody::End(self.status) }
    }
}
