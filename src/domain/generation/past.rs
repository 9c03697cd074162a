//! Texts that were written elsewhere, or by hand, put in as if a run had written them: for the demo, and for what comes from
//! another system.

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{Citation, GenerationStatus, NewGeneration};
use super::outcome::Ending;
use super::{store, store_citations};
use crate::db::pool::Connection;
use crate::error::{Error, Result};
use crate::ids::{ConversationId, GenerationId, UserId};

/// A whole text.
#[derive(Debug, Clone)]
pub struct PastText {
    pub owner: UserId,
    pub conversation: ConversationId,
    /// The name of its purpose.
    pub purpose: &'static str,
    /// Who wrote it; no model of this installation.
    pub provider: &'static str,
    pub text: String,
    pub citations: Vec<Citation>,
    /// When its first word was there, and how long it took from then on.
    pub at: DateTime<Utc>,
    pub took: TimeDelta,
}

/// Stores a text as a run that has ended, in the caller's transaction. It cost nothing.
///
/// # Errors
/// When Postgres does not answer.
pub async fn put_in(conn: &Connection, past: PastText) -> Result<GenerationId> {
    let id = GenerationId::generate(past.at);
    let new = NewGeneration {
        id,
        owner_id: past.owner,
        purpose: past.purpose,
        input: serde_json::json!({}),
        conversation_id: Some(past.conversation),
        requested_model: None,
        traceparent: None,
        created_at: past.at,
    };
    store::insert(conn, &new).await?;
    let ending = Ending {
        content: past.text,
        citations: past.citations,
        provider: Some(past.provider.to_owned()),
        model: Some(past.provider.to_owned()),
        finish_reason: Some("STOP"),
        duration_ms: i32::try_from(past.took.num_milliseconds()).ok(),
        ..Ending::empty(GenerationStatus::Completed)
    };
    let ended = store::end(conn, id, None, &ending, past.at + past.took).await?;
    ended.ok_or_else(|| Error::internal("a run that was just stored"))?;
    store_citations::insert(conn, id, &ending.citations).await?;
    Ok(id)
}
